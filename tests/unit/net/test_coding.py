"""Content codings: taken off in bounded steps, and one at most."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.net.coding import STEP, Coding, CodingError

TEXT = b"#EXTM3U\n" * 40_000


def read(told: str, data: bytes, step: int = 1000) -> bytes:
    coding, found = Coding(told), []
    for at in range(0, len(data), step):
        coding.feed(data[at : at + step])
        while piece := coding.take():
            found.append(piece)
    coding.end()
    assert all(len(one) <= STEP for one in found)
    return b"".join(found)


def bare(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize("step", [1, 7, 1 << 20])
@pytest.mark.parametrize(
    ("told", "data"),
    [
        ("gzip", gzip.compress(TEXT)),
        ("x-gzip", gzip.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", bare(TEXT)),
        ("identity, GZIP", gzip.compress(TEXT)),
        ("gzip", gzip.compress(TEXT) + b"behind it"),
    ],
)
def test_what_is_packed_comes_back(told: str, data: bytes, step: int) -> None:
    assert read(told, data, step) == TEXT


@pytest.mark.parametrize("told", ["", "identity", "utf-8", "br"])
def test_what_is_not_known_passes_as_it_is(told: str) -> None:
    coding = Coding(told)
    coding.feed(b"abc")
    assert (coding.take(), coding.take()) == (b"abc", b"")
    coding.end()


def test_no_body_at_all_is_none_unpacked_too() -> None:
    assert read("gzip", b"") == b""


@pytest.mark.parametrize("told", ["gzip, gzip", "gzip,deflate,gzip", "br, gzip"])
def test_what_is_packed_more_than_once_is_refused(told: str) -> None:
    with pytest.raises(CodingError):
        Coding(told)


def test_a_bomb_goes_off_in_small_steps() -> None:
    coding = Coding("gzip")
    coding.feed(gzip.compress(bytes(100 << 20)))
    assert len(coding.take()) == STEP
    assert coding.working


@pytest.mark.parametrize("data", [gzip.compress(TEXT)[:-9], gzip.compress(TEXT)[:30], b"\x1f"])
def test_what_breaks_off_inside_is_told(data: bytes) -> None:
    with pytest.raises(CodingError):
        read("gzip", data)


@given(st.binary(min_size=1, max_size=200), st.sampled_from(["gzip", "deflate"]))
def test_rubbish_ends_in_an_error_or_in_bytes(data: bytes, told: str) -> None:
    try:
        read(told, data, 7)
    except CodingError:
        return
