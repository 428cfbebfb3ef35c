"""Events that end a manifest's validity are heard as their segment comes, not as it is fed."""

import struct
from types import SimpleNamespace
from typing import Any

import trio

from player.media.emsg import leading_events
from player.model.event import TimedEvent
from player.model.presentation import TrackKind
from player.model.segment import ListedIndex
from player.streaming.presentation.announcer import Announcer
from player.units import Micros
from tests.fakes.virtual import at_virtual_time
from tests.unit.streaming.streaming_made import NEVER, index, segment

VALIDITY = "urn:mpeg:dash:event:2012"
STYP, MEDIA = b"\0\0\0\x10styp" + bytes(8), b"\0\0\0\x10moof" + bytes(8)


def emsg(number: int = 7, scheme: str = VALIDITY, version: int = 0, delta: int = 500) -> bytes:
    names = scheme.encode() + b"\x001\0"
    if version:
        body = struct.pack(">IIQII", 1 << 24, 1000, 2500, 0, number) + names
    else:
        body = bytes(4) + names + struct.pack(">IIII", 1000, delta, 0, number)
    body += b"2026-11-23T00:00:00Z"
    return struct.pack(">I4s", 8 + len(body), b"emsg") + body


def reloads(
    *bodies: bytes,
    live: bool = True,
    fed: TimedEvent | None = None,
    grows_at: float = 0.0,
    watched: float = 1.0,
) -> int:
    """How often the manifest is loaded while segments of 6 s come, a second apart.

    It tells of what comes behind them from a moment on.
    """
    loads = []

    def programme(kind: TrackKind) -> list[ListedIndex]:
        grown = trio.current_time() >= grows_at
        return [index(segment(0), *[segment(9)] * grown)] if kind is TrackKind.VIDEO else []

    async def reload() -> None:
        await trio.sleep(0.02)
        loads.append(trio.current_time())

    async def scenario() -> None:
        store: Any = SimpleNamespace(
            live=live, reload=reload, surely_now=lambda: NEVER, programme=programme
        )
        reporter: Any = None
        announcer = Announcer(store, reporter)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(announcer.run)
            await trio.sleep(0.1)
            for number, body in enumerate(bodies):
                announcer.on_arrival(segment(number), [body[:21], body[21:]])
                await trio.sleep(watched)
            if fed is not None:
                announcer.on_event(fed)
            await trio.sleep(4)
            nursery.cancel_scope.cancel()

    at_virtual_time(scenario)
    return len(loads)


def test_the_manifest_is_loaded_again_as_soon_as_the_segment_is_here() -> None:
    assert reloads(STYP + emsg() + MEDIA) == 1
    assert reloads(STYP + emsg(version=1) + MEDIA) == 1


def test_each_event_is_heeded_once() -> None:
    """By its id and the moment it speaks of; what is repeated may be rounded otherwise."""
    once = emsg(version=1) + MEDIA
    assert reloads(once, once, emsg(8, version=1) + MEDIA) == 2
    assert reloads(emsg(delta=12_300) + MEDIA, emsg(delta=6_301) + MEDIA) == 1
    assert reloads(emsg() + MEDIA, emsg() + MEDIA) == 2, "the same id, but other starts"


def test_it_is_loaded_until_it_tells_what_comes_after() -> None:
    """When its newest segment comes, the next one is mostly not to be had yet."""
    assert reloads(emsg() + MEDIA, grows_at=7, watched=9) == 3, "at once, after 3 s and 4.5 s"
    assert reloads(emsg() + MEDIA, emsg(8) + MEDIA, grows_at=2, watched=9) == 3
    assert 3 <= reloads(emsg() + MEDIA, grows_at=1000, watched=600) <= 5, "not for ever"


def test_none_is_missed_while_the_manifest_is_on_its_way() -> None:
    assert reloads(emsg(1) + MEDIA, emsg(2) + MEDIA, emsg(3) + MEDIA, watched=0.01) >= 2


def test_what_was_heard_on_arrival_is_not_heard_again_when_fed() -> None:
    event = leading_events(emsg())[0].event
    assert reloads(emsg() + MEDIA, fed=event) == 1
    assert reloads(MEDIA, fed=event) == 1


def test_nothing_else_is_taken_for_it() -> None:
    assert reloads(STYP + MEDIA + emsg()) == 0, "behind the media: heard when fed"
    assert reloads(emsg(scheme="urn:scte:scte35:2013:bin") + MEDIA) == 0
    assert reloads(b"\x47" + bytes(187), b"", emsg()[:30]) == 0
    assert reloads(emsg() + MEDIA, live=False) == 0


def test_times_are_as_the_boxes_have_them() -> None:
    found = leading_events(emsg() + emsg(version=1) + MEDIA)
    assert [(one.event.start, one.relative) for one in found] == [
        (Micros(500_000), True),
        (Micros(2_500_000), False),
    ]
