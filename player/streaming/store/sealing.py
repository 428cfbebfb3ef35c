"""Seal: what came in the clear in a protected session lies encrypted on the disk."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class Seal:
    """AES-256-GCM under a key that is drawn here and exists in this process's memory alone.

    Any thread. Each body has a random nonce of its own in front (NIST SP 800-38D 8.2.2: good for
    2**32 bodies of one key).
    """

    def __init__(self) -> None:
        """Draw a key."""
        self._cipher = AESGCM(AESGCM.generate_key(bit_length=256))

    def close(self, body: bytes, about: bytes) -> bytes:
        """Encrypt `body`; `about` is what must be said again to open it."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, body, about)

    def open(self, sealed: bytes, about: bytes) -> bytes:
        """What was closed; raises ValueError where it is not what this seal closed so."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], about)
        except InvalidTag as wrong:
            raise ValueError("a record that this session's key does not open") from wrong
