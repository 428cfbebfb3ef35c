"""Sections of ANSI/SCTE 35: the standard's own examples (clause 14), ours, and nonsense."""

from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.errors import ErrorCode, PlayerError
from player.formats.splice_info import (
    INSERT,
    NULL,
    TIME_SIGNAL,
    Segmentation,
    SpliceInfo,
    crc32,
    read_splice_info,
)
from player.units import Micros, micros
from tests.unit.formats.splices_made import insert, section, segmentation, time_signal

PLACEMENT_START = b64decode(
    "/DA0AAAAAAAA///wBQb+cr0AUAAeAhxDVUVJSAAAjn/PAAGlmbAICAAAAAAsoKGKNAIAmsnRfg=="
)
INSERTION = b64decode("/DAvAAAAAAAA///wFAVIAACPf+/+c2nALv4AUsz1AAAAAAAKAAhDVUVJAAABNWLbowo=")
PLACEMENT_END = b64decode("/DAvAAAAAAAA///wBQb+dGKQoAAZAhdDVUVJSAAAjn+fCAgAAAAALKChijUCAKnMZ1g=")
PROGRAMME_CHANGE = b64decode(
    "/DBIAAAAAAAA///wBQb+ek2ItgAyAhdDVUVJSAAAGH+fCAgAAAAALMvDRBEAAAIXQ1VFSUgAABl/nwgIAAAAACyk26AQ"
    "AACZcuND"
)


def test_a_time_signal_of_the_standard() -> None:
    assert read_splice_info(PLACEMENT_START) == SpliceInfo(
        command=TIME_SIGNAL,
        pts=0x072BD0050,
        segmentations=(
            Segmentation(
                event=0x4800008E,
                type=0x34,
                duration=micros(307),
                number=2,
                upid_type=8,
                upid=bytes.fromhex("000000002ca0a18a"),
            ),
        ),
    )
    (end,) = read_splice_info(PLACEMENT_END).segmentations
    assert (end.event, end.type, end.duration) == (0x4800008E, 0x35, None)


def test_a_splice_insert_of_the_standard() -> None:
    found = read_splice_info(INSERTION)
    assert (found.command, found.event, found.out) == (INSERT, 0x4800008F, True)
    assert (found.pts, found.returns) == (0x07369C02E, True)
    assert found.duration == 0x52CCF5 * 1_000_000 // 90_000
    assert found.segmentations == (), "its avail_descriptor is none"


def test_several_descriptors_of_the_standard() -> None:
    found = read_splice_info(PROGRAMME_CHANGE).segmentations
    assert [(one.event, one.type) for one in found] == [(0x48000018, 0x11), (0x48000019, 0x10)]


def test_the_adjustment_is_added_and_wraps() -> None:
    made = insert(7, pts=(1 << 33) - 10, adjustment=25)
    assert read_splice_info(made).pts == 15
    assert read_splice_info(time_signal(100, adjustment=5)).pts == 105
    assert read_splice_info(insert(7, pts=None, adjustment=25)).pts is None


@pytest.mark.parametrize("out", [False, True])
def test_an_insert_at_once(out: bool) -> None:
    found = read_splice_info(insert(9, out=out, duration=None))
    assert found == SpliceInfo(command=INSERT, event=9, out=out)


def test_what_is_called_off() -> None:
    assert read_splice_info(insert(9, cancelled=True)).cancelled
    made = time_signal(5, segmentation(3, 0x30, cancelled=True))
    assert read_splice_info(made).segmentations[0].cancelled


def test_components_are_spliced_when_the_first_one_is() -> None:
    found = read_splice_info(insert(9, pts=90_000, components=3, duration=2_700_000))
    assert (found.pts, found.duration) == (90_000, micros(30))
    made = time_signal(5, segmentation(3, 0x30, components=2, duration=900_000))
    (told,) = read_splice_info(made).segmentations
    assert (told.type, told.duration) == (0x30, micros(10))


@pytest.mark.parametrize("command", [NULL, 0x04, 0x07, 0xFF])
def test_other_commands_say_nothing_of_breaks(command: int) -> None:
    assert read_splice_info(section(command, b"")) == SpliceInfo(command=command)


def test_a_length_that_old_encoders_do_not_tell() -> None:
    made = time_signal(5, segmentation(3, 0x30), untold=True)
    assert read_splice_info(made) == read_splice_info(time_signal(5, segmentation(3, 0x30)))
    assert read_splice_info(section(0xFF, b"CUEI", untold=True)).command == 0xFF


def _changed(data: bytes, at: int, value: int) -> bytes:
    """Another byte, and a CRC that fits."""
    body = data[:at] + bytes([value]) + data[at + 1 : -4]
    return body + crc32(body).to_bytes(4, "big")


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"", "no splice_info_section"),
        (b"\x00" * 40, "no splice_info_section"),
        (INSERTION[:-1], "cut short"),
        (INSERTION[:-1] + b"\x00", "CRC_32"),
        (_changed(INSERTION, 3, 1), "protocol_version 1"),
        (_changed(INSERTION, 4, 0x80), "encrypted"),
        (_changed(INSERTION, 12, 0xFF), "longer than it"),
        (_changed(insert(9, untold=True), -6, 0xFF), "middle of a field"),
    ],
)
def test_what_is_no_section_is_said(data: bytes, cause: str) -> None:
    with pytest.raises(PlayerError) as caught:
        read_splice_info(data)
    assert caught.value.failure.code is ErrorCode.MEDIA_INVALID
    assert cause in caught.value.failure.cause


@given(st.binary(max_size=200))
def test_bytes_of_strangers(data: bytes) -> None:
    """With a CRC that fits, so that they are read."""
    for whole in (data, section(data[0] if data else 0, data[1:])):
        try:
            found = read_splice_info(whole)
        except PlayerError:
            continue
        assert found.duration is None or found.duration >= 0


@given(
    st.integers(0, (1 << 32) - 1),
    st.none() | st.integers(0, (1 << 33) - 1),
    st.integers(0, (1 << 33) - 1),
)
def test_what_is_written_is_read(event: int, pts: int | None, duration: int) -> None:
    found = read_splice_info(insert(event, pts=pts, duration=duration))
    assert (found.event, found.pts) == (event, pts)
    assert found.duration is not None
    assert abs(found.duration - duration * 100 / 9) <= 1
    assert isinstance(found.duration, type(Micros(0)))
