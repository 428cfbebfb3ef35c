"""Takes AES-128 off whole HLS segments while they arrive (RFC 8216 4.3.2.4 and 5.2)."""

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from player.errors import ErrorCode, error

BLOCK = 16
"""Bytes that are encrypted together."""


class Aes128Decryptor:
    """Decrypts one segment, init section or part: CBC with PKCS7 padding at its end.

    Not for two threads at once. The last block is held back until `flush`, for its padding.
    """

    def __init__(self, key: bytes, iv: bytes) -> None:
        """Decrypt with 16 bytes of key and IV; raises PlayerError (drm.no-key) for others."""
        self._cipher = _cipher(key, iv)
        self._held = b""
        self._size = 0

    def feed(self, data: bytes) -> bytes:
        """Take more bytes and give what is clear with them."""
        self._size += len(data)
        plain = self._held + self._cipher.update(data)
        self._held = plain[-BLOCK:]
        return plain[:-BLOCK]

    def flush(self) -> bytes:
        """Give the last bytes; raises PlayerError (media.truncated, drm.no-key)."""
        held, self._held = self._held, b""
        if self._size % BLOCK:
            raise error(
                ErrorCode.MEDIA_TRUNCATED,
                "A piece of this channel arrived incomplete.",
                cause=f"{self._size} encrypted bytes are no whole number of blocks",
            )
        padding = held[-1] if held else 0
        if held and not (1 <= padding <= BLOCK and held.endswith(bytes([padding]) * padding)):
            raise error(
                ErrorCode.DRM_NO_KEY,
                "This channel is protected, and the key at hand does not open it.",
                cause=f"the padding at the end is not PKCS7 (it ends in {padding})",
            )
        return held[: len(held) - padding]


def decrypted_blocks(data: bytes, key: bytes, iv: bytes) -> bytes:
    """What whole blocks of `data` hold, cut out of the middle: nothing at its end is padding.

    `iv`, or the block before it. Raises PlayerError (drm.no-key).
    """
    return _cipher(key, iv).update(data[: len(data) // BLOCK * BLOCK])


def _cipher(key: bytes, iv: bytes) -> CipherContext:
    if len(key) != BLOCK or len(iv) != BLOCK:
        raise error(
            ErrorCode.DRM_NO_KEY,
            "This channel is protected, and the key that was sent for it is none.",
            cause=f"a key of {len(key)} bytes, an IV of {len(iv)}",
        )
    return Cipher(AES(key), CBC(iv)).decryptor()
