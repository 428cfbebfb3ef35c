"""AES-128 over whole segments and initialisation sections (RFC 8216 sections 4.3.2.4 and 5.2).

A test aid, not protection: the keys lie beside what they open.
"""

from hashlib import sha256

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

KEYS = ("init", "segments")
"""Which keys there are: initialisation sections have one of their own."""


def key_of(name: str) -> bytes:
    """The 16 bytes of a key; the same at every start, so that what is stored still opens."""
    return sha256(f"farol headend key {name}".encode()).digest()[:16]


def iv_of(name: str) -> bytes:
    """The initialisation vector that stands in the playlist: sections have no number."""
    return sha256(f"farol headend iv {name}".encode()).digest()[:16]


def encrypt(data: bytes, name: str) -> bytes:
    """The bytes under a key, padded to whole blocks (PKCS7)."""
    padder = PKCS7(128).padder()
    cipher = Cipher(AES(key_of(name)), CBC(iv_of(name))).encryptor()
    return cipher.update(padder.update(data) + padder.finalize()) + cipher.finalize()


def key_tag(name: str, query: str) -> str:
    """EXT-X-KEY for what follows."""
    uri = f"{name}.key{query}"
    return f'#EXT-X-KEY:METHOD=AES-128,URI="{uri}",IV=0x{iv_of(name).hex()}'
