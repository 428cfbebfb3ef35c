"""Key frames cut out of encrypted files: what is fetched of them, and what it opens to."""

import random
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7
from hypothesis import given
from hypothesis import strategies as st

from player.errors import ErrorCode, PlayerError
from player.model.resource import ByteRange, Resource
from player.streaming.trick.cut_key_frame import opened, with_blocks
from player.units import ByteCount

KEY, IV = bytes(range(16)), b"\x05" * 16
PACKETS = 60


def encrypted(plain: bytes) -> bytes:
    padder, cipher = PKCS7(128).padder(), Cipher(AES(KEY), CBC(IV)).encryptor()
    return cipher.update(padder.update(plain) + padder.finalize()) + cipher.finalize()


def span(offset: int, length: int) -> ByteRange:
    return ByteRange(offset=ByteCount(offset), length=ByteCount(length))


def fetched(file: bytes, wanted: ByteRange) -> bytes:
    """What a server gives of it, and never more than it has."""
    kept = with_blocks(Resource(uri="https://tv.example/film.ts", byte_range=wanted)).byte_range
    assert kept is not None
    assert kept.last < len(file)
    return file[kept.offset : kept.last + 1]


@given(
    seed=st.integers(0, 2**32),
    packet=st.integers(0, PACKETS - 3),
    count=st.integers(2, 9),
    cut=st.integers(0, 40),
)
def test_a_range_of_packets_opens_to_what_was_in_it(
    seed: int, packet: int, count: int, cut: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - pictures, not secrets
    plain = b"".join(b"\x47" + chance.randbytes(187) for _ in range(PACKETS))
    length = min(188 * count - cut, len(plain) - 188 * packet)
    wanted = span(188 * packet, length)
    found = opened(fetched(encrypted(plain), wanted), wanted, KEY, IV)
    assert found == plain[wanted.offset : wanted.last + 1]


@pytest.mark.parametrize("kind", [b"moof", b"styp"])
def test_where_the_encryption_begins_anew_the_lists_iv_is_taken(kind: bytes) -> None:
    starts = (0, 160, 400, 800)
    pieces = [bytes([0, 0, 0, 99]) + kind + bytes(b - a - 8) for a, b in pairwise(starts)]
    file = b"".join(encrypted(one)[: len(one)] for one in pieces) + bytes(16)
    for start, piece in zip(starts, pieces, strict=False):
        wanted = span(start, len(piece) - 5)
        assert opened(fetched(file, wanted), wanted, KEY, IV) == piece[:-5]


def test_a_key_that_is_none_is_told() -> None:
    wanted = span(0, 32)
    with pytest.raises(PlayerError) as raised:
        opened(bytes(48), wanted, b"short", IV)
    assert raised.value.failure.code is ErrorCode.DRM_NO_KEY


def test_a_file_of_its_own_is_fetched_as_it_is() -> None:
    whole = Resource(uri="https://tv.example/1.ts")
    assert with_blocks(whole) is whole
