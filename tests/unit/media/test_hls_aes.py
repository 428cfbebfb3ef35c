from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7
from hypothesis import given
from hypothesis import strategies as st

from player.errors import ErrorCode, PlayerError
from player.media.hls_aes import Aes128Decryptor

CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "playable" / "http-streaming"
KEY = bytes(range(16))


def encrypt(data: bytes, iv: bytes) -> bytes:
    padder, cipher = PKCS7(128).padder(), Cipher(AES(KEY), CBC(iv)).encryptor()
    return cipher.update(padder.update(data) + padder.finalize()) + cipher.finalize()


def decrypt(data: bytes, iv: bytes, step: int, key: bytes = KEY) -> bytes:
    decryptor = Aes128Decryptor(key, iv)
    pieces = [decryptor.feed(data[at : at + step]) for at in range(0, len(data), step)]
    return b"".join([*pieces, decryptor.flush()])


@given(st.binary(max_size=500), st.integers(1, 200), st.integers(0, 2**64))
def test_a_segment_comes_back_however_it_is_cut(data: bytes, step: int, number: int) -> None:
    iv = number.to_bytes(16, "big")
    assert decrypt(encrypt(data, iv), iv, step) == data


def test_bytes_are_given_as_they_come() -> None:
    decryptor = Aes128Decryptor(KEY, bytes(16))
    assert len(decryptor.feed(encrypt(bytes(1000), bytes(16))[:512])) == 496


@pytest.mark.parametrize(
    ("data", "key", "code"),
    [
        (encrypt(b"x" * 40, bytes(16))[:-5], KEY, ErrorCode.MEDIA_TRUNCATED),
        (encrypt(b"x" * 40, bytes(16)), bytes(16), ErrorCode.DRM_NO_KEY),
        (encrypt(b"x" * 40, bytes(16)), b"<html>", ErrorCode.DRM_NO_KEY),
    ],
)
def test_what_cannot_be_right_is_said(data: bytes, key: bytes, code: ErrorCode) -> None:
    with pytest.raises(PlayerError) as caught:
        decrypt(data, bytes(16), 100, key)
    assert caught.value.failure.code is code


def test_nothing_stays_nothing() -> None:
    assert decrypt(b"", bytes(16), 1) == b""


def test_a_segment_of_others_becomes_a_transport_stream() -> None:
    if not CORPUS.exists():
        pytest.skip("the corpus is not beside the checkout")
    data, key = (CORPUS / "encrypted.ts").read_bytes(), (CORPUS / "encryptionKey.key").read_bytes()
    cipher = Cipher(AES(key), CBC(data[:16])).decryptor()
    found = b"\0" * 16 + cipher.update(
        data[16:]
    )  # its IV is not published: only block one needs it
    iv = bytes(
        a ^ b for a, b in zip(decrypt(data, bytes(16), 4096, key)[:16], found[:16], strict=True)
    )
    plain = decrypt(data, iv, 4096, key)
    assert len(plain) % 188 == 0
    assert all(plain[at] == 0x47 for at in range(188, len(plain), 188))
