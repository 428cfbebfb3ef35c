"""Splice messages beside pictures: sections on a PID of their own (stream_type 0x86)."""

from collections.abc import Callable

import pytest

from player.media.ts_splices import SCTE35_BINARY
from player.model.event import TimedEvent
from player.model.presentation import TrackKind
from tests.unit.formats.splices_made import insert, section, time_signal
from tests.unit.media.decoding import demux, runs
from tests.unit.media.ts_made import packets, pid_of, pmt, split

Made = Callable[..., bytes]
SPLICES = 0x500


def _with(made: Made, *messages: bytes) -> tuple[bytes, bytes]:
    """A picture's stream, and the same with messages in its middle."""
    plain = made(container="mpegts", frames=10)
    table = pmt(0x1000, (0x1B, 0x100, b""), (0x86, SPLICES, b"\x05\x04CUEI"))
    whole = [table if pid_of(one) == 0x1000 else one for one in split(plain)]
    sent = [packets(SPLICES, b"\x00" + one, counter=number) for number, one in enumerate(messages)]
    place = len(whole) // 2
    return plain, b"".join([*whole[:place], *sent, *whole[place:]])


def _events(data: bytes) -> list[TimedEvent]:
    return [one.event for part in demux([data]) for one in part.events]


def test_a_message_is_an_event_of_its_moment_and_pictures_stay_as_they_are(made: Made) -> None:
    first = insert(7, pts=900_000)
    again = section(0x06, time_signal(900_000)[14:19], adjustment=9_000)
    plain, data = _with(made, first, section(0x00, b""), first, again)
    told = _events(data)
    assert {(one.scheme, one.start) for one in told} == {
        (SCTE35_BINARY, 10_000_000),
        (SCTE35_BINARY, 10_100_000),
    }
    assert len({one.id for one in told}) == 2, "sent twice, it is the same"
    assert told[0].data == first
    assert runs(demux([data]), TrackKind.VIDEO) == runs(demux([plain]), TrackKind.VIDEO)


def test_one_that_names_no_moment_is_of_the_moment_at_which_it_comes(made: Made) -> None:
    plain, data = _with(made, insert(7))
    (told,) = _events(data)
    (_, samples), *_ = runs(demux([plain]), TrackKind.VIDEO)
    assert samples[0].dts <= told.start <= samples[-1].dts + 1_000_000


@pytest.mark.parametrize("bad", [insert(7)[:-1] + b"\x00", b"\xfc\x30\x05hello"])
def test_a_broken_one_is_passed_over(made: Made, bad: bytes) -> None:
    plain, data = _with(made, bad)
    assert _events(data) == []
    assert runs(demux([data]), TrackKind.VIDEO) == runs(demux([plain]), TrackKind.VIDEO)
