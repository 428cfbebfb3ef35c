"""Decrypts samples where they lie (ISO/IEC 23001-7 9 and 10: cenc, cbc1, cens, cbcs)."""

from collections.abc import Callable, Iterable

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, CTR

from player.media.decrypt_fragment import EncryptedSample
from player.media.decrypt_init import SampleProtection
from player.model.resource import ProtectionScheme

BLOCK = 16
_HALF = 1 << 64

_Spans = list[tuple[int, int]]
_Crypt = Callable[[bytes, bytes, bytes], bytes]


def decrypt_sample(
    data: bytearray, sample: EncryptedSample, scheme: ProtectionScheme, key: bytes
) -> None:
    """Decrypt one sample of `data` in place with the 16 bytes of `key`. Any thread."""
    spans = list(_protected(sample))
    if not spans:
        return
    iv = sample.iv.ljust(BLOCK, b"\0")
    protection = sample.protection
    if scheme is ProtectionScheme.CENC:
        _apply(data, spans, key, iv, _ctr)
    elif scheme is ProtectionScheme.CBC1:
        _apply(data, [(start, size - size % BLOCK) for start, size in spans], key, iv, _cbc)
    elif scheme is ProtectionScheme.CENS:
        _pattern(data, spans, protection, key, iv, _ctr)
    else:
        for span in spans:  # each subsample begins again from the IV (10.4.2)
            _pattern(data, [span], protection, key, iv, _cbc)


def _protected(sample: EncryptedSample) -> Iterable[tuple[int, int]]:
    """Give (start, size) of the sample's protected ranges."""
    if not sample.subsamples:
        yield sample.start, sample.size
    place = sample.start
    for clear, protected in sample.subsamples:
        if protected:
            yield place + clear, protected
        place += clear + protected


def _apply(data: bytearray, spans: _Spans, key: bytes, iv: bytes, crypt: _Crypt) -> None:
    """Run one cipher over all spans as if they were one."""
    view = memoryview(data)
    if len(spans) == 1:
        ((start, size),) = spans
        view[start : start + size] = crypt(key, iv, bytes(view[start : start + size]))
        return
    plain = crypt(key, iv, b"".join(view[start : start + size] for start, size in spans))
    place = 0
    for start, size in spans:
        view[start : start + size] = plain[place : place + size]
        place += size


def _pattern(
    data: bytearray,
    spans: _Spans,
    protection: SampleProtection,
    key: bytes,
    iv: bytes,
    crypt: _Crypt,
) -> None:
    """Run a cipher over the crypt:skip pattern of each span (9.6); the skipped stays clear."""
    crypted, skipped = protection.crypt * BLOCK, protection.skip * BLOCK
    if not crypted or not skipped:
        whole = [(start, size - size % BLOCK) for start, size in spans]
        _apply(data, whole, key, iv, crypt)
        return
    import numpy as np  # here: only pattern encryption needs it, and it costs 0.2 s of a start

    bytes_of = np.frombuffer(data, dtype=np.uint8)
    places = [start + np.arange(0, size - crypted + 1, crypted + skipped) for start, size in spans]
    taken = np.concatenate(places)[:, None] + np.arange(crypted)
    plain = crypt(key, iv, bytes_of[taken].tobytes())
    bytes_of[taken] = np.frombuffer(plain, dtype=np.uint8).reshape(taken.shape)


def _cbc(key: bytes, iv: bytes, data: bytes) -> bytes:
    return Cipher(AES(key), CBC(iv)).decryptor().update(data)


def _ctr(key: bytes, iv: bytes, data: bytes) -> bytes:
    """Run AES-CTR whose counter is the low 64 bits alone: it wraps without a carry (9.3)."""
    left = (_HALF - int.from_bytes(iv[8:], "big")) * BLOCK
    if len(data) <= left:
        return Cipher(AES(key), CTR(iv)).decryptor().update(data)
    return _ctr(key, iv, data[:left]) + _ctr(key, iv[:8] + bytes(8), data[left:])
