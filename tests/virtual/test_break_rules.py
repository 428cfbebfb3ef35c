"""Breaks as a viewer meets them: what they forbid, what they offer, and the time beside them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import pytest

from player.api import (
    ErrorOccurred,
    EventReached,
    PlayerState,
    RebufferStarted,
    Refused,
    Scan,
    Seek,
    SetSpeed,
    SkipBreak,
    Wish,
)
from player.model.event import BreakKind, SpliceKind
from player.units import Micros, micros, seconds
from tests.fakes.origin import SEGMENT, FakeOrigin
from tests.fakes.virtual import EPOCH, at_virtual_time
from tests.unit.formats.splices_made import insert
from tests.virtual.rig import Rig, tuned
from tests.virtual.test_interstitials import DATED, _asset, _live_asset, _live_break, _told
from ui.seek_step import SeekStep, seek_step

AT, LASTS = 24, 2 * SEGMENT
"""Where the film's break is, and how long."""


@asynccontextmanager
async def _film(
    more: str = "", offset: str = "X-RESUME-OFFSET=0,", at: int = AT, **channel: object
) -> AsyncIterator[tuple[Rig, FakeOrigin]]:
    """A film of twenty segments with one break."""
    address = "http://origin.test/ad.m3u8"
    tags = _told(at, f'{offset}X-ASSET-URI="{address}"{more}')
    async with tuned(vod=20, samples=24, tags=tags, extra=_asset(), **channel) as (rig, origin):  # type: ignore[arg-type]
        yield rig, origin


async def _until_break(rig: Rig, into: float = 0) -> None:
    """Wait until so much of the break was seen."""
    for _ in range(2000):
        await anyio.sleep(0.1)
        playing = rig.now.interstitial
        if playing is not None and seconds(playing.elapsed) >= into:
            return
    raise AssertionError("no break came")


async def _after_break(rig: Rig) -> None:
    """Wait until the break is over."""
    for _ in range(2000):
        await anyio.sleep(0.1)
        if rig.now.interstitial is None:
            return
    raise AssertionError("the break does not end")


def _places(rig: Rig) -> list[tuple[bool, float]]:
    """Whether a break played, and the programme's time, snapshot after snapshot."""
    return [
        (one.interstitial is not None, seconds(one.position))
        for one in rig.snapshots
        if one.state is PlayerState.PLAYING
    ]


def test_the_programme_s_time_stands_while_a_break_plays_that_covers_none_of_it() -> None:
    async def scenario() -> None:
        async with _film() as (rig, _):
            await anyio.sleep(10)
            (mark,) = rig.now.breaks
            assert (mark.start, mark.end, mark.kind) == (
                micros(AT),
                micros(AT),
                BreakKind.INTERSTITIAL,
            )
            assert rig.now.duration == micros(20 * SEGMENT)
            assert rig.now.window == (0, micros(20 * SEGMENT))
            await _until_break(rig, 3)
            playing = rig.now.interstitial
            assert playing is not None
            assert (playing.id, playing.duration) == ("ad", micros(LASTS))
            assert (playing.programme, playing.programmes) == (1, 1)
            assert playing.restrictions == frozenset()
            await anyio.sleep(LASTS)
        told = _places(rig)
        assert {place for inside, place in told if inside} == {AT}
        assert [place for _, place in told] == sorted(place for _, place in told)
        assert rig.of(RebufferStarted) == rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


def test_nobody_seeks_forward_out_of_a_break_that_may_not_be_skipped() -> None:
    async def scenario() -> None:
        async with _film(',X-RESTRICT="SKIP"') as (rig, _):
            await _until_break(rig, 2)
            before = rig.now.interstitial
            rig.do(Seek(position=micros(AT + 30)), SetSpeed(speed=2.0), Scan(rate=8), SkipBreak())
            await anyio.sleep(1)
            assert [one.wish for one in rig.of(Refused)] == list(Wish)
            after = rig.now.interstitial
            assert before is not None
            assert after is not None
            assert seconds(Micros(after.elapsed - before.elapsed)) == pytest.approx(1, abs=0.5)
            assert (rig.now.speed, rig.now.scan) == (1.0, 0)
            rig.do(Seek(position=micros(6)))
            await anyio.sleep(1)
            assert rig.now.interstitial is None
            assert seconds(rig.now.position) == pytest.approx(7, abs=1)
            assert len(rig.of(Refused)) == 4

    at_virtual_time(scenario)


def test_who_plays_faster_sees_the_break_in_its_own_time_and_then_goes_on_faster() -> None:
    async def scenario() -> None:
        async with _film(',X-RESTRICT="SKIP"') as (rig, _):
            await anyio.sleep(8)
            rig.do(SetSpeed(speed=2.0))
            await anyio.sleep(1)
            assert rig.now.speed == 2.0
            await _until_break(rig, 1)
            assert rig.now.speed == 1.0
            begun = rig.clock.monotonic()
            await _after_break(rig)
            lasted = Micros(rig.clock.monotonic() - begun)
            assert seconds(lasted) == pytest.approx(LASTS - 1, abs=0.7)
            await anyio.sleep(1)
            assert rig.now.speed == 2.0
        assert rig.of(Refused) == []

    at_virtual_time(scenario)


def test_who_jumps_over_a_break_sees_it_and_lands_where_he_wished() -> None:
    async def scenario() -> None:
        async with _film(',X-RESTRICT="JUMP"') as (rig, _):
            await anyio.sleep(8)
            rig.do(Seek(position=micros(80)))
            await anyio.sleep(2)
            playing = rig.now.interstitial
            assert playing is not None
            assert playing.elapsed < micros(3)
            await anyio.sleep(LASTS + 2)
            assert rig.now.interstitial is None
            assert seconds(rig.now.position) == pytest.approx(82, abs=2)
            shown = {place for inside, place in _places(rig) if not inside}
            assert not [place for place in shown if AT + 0.5 < place < 79.9], "nothing between"
            rig.do(Seek(position=micros(10)))  # back over it is free, and then again
            await anyio.sleep(2)
            assert rig.now.interstitial is None
            rig.do(Seek(position=micros(50)))
            await anyio.sleep(2)
            assert rig.now.interstitial is not None
        assert rig.of(Refused) == rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


def test_without_a_rule_a_seek_goes_over_a_break_and_out_of_it() -> None:
    async def scenario() -> None:
        async with _film() as (rig, _):
            await anyio.sleep(8)
            rig.do(Seek(position=micros(80)))
            await anyio.sleep(2)
            assert rig.now.interstitial is None
            assert seconds(rig.now.position) == pytest.approx(81, abs=1.5)
            rig.do(Seek(position=micros(AT)))
            await anyio.sleep(2)
            assert rig.now.interstitial is not None
            rig.do(Seek(position=micros(AT + 10)))
            await anyio.sleep(2)
            assert rig.now.interstitial is None
            assert seconds(rig.now.position) == pytest.approx(AT + 11, abs=1.5)

    at_virtual_time(scenario)


@pytest.mark.parametrize(
    ("offset", "told"), [(0, AT), (5, AT + SEGMENT), (2 * SEGMENT, AT + 2 * SEGMENT + 3)]
)
def test_ten_seconds_on_in_a_break_lose_nothing_of_the_film(offset: int, told: float) -> None:
    """A break that covers less than it lasts is left at its end; another is gone on in."""

    async def scenario() -> None:
        async with _film(offset=f"X-RESUME-OFFSET={offset},") as (rig, _):
            await _until_break(rig, 5)
            found = seek_step(rig.now, micros(10))
            assert found is not None
            assert seconds(found.target) == pytest.approx(told, abs=0.6)
            rig.do(found.command)
            await anyio.sleep(2)
            assert rig.now.interstitial is None
            assert seconds(rig.now.position) == pytest.approx(told + 1.5, abs=1)
        assert rig.of(Refused) == rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


def test_ten_seconds_on_before_a_break_and_back_in_it_are_steps_of_the_film() -> None:
    async def scenario() -> None:
        async with _film() as (rig, _):
            await anyio.sleep(8)
            place = rig.now.position
            assert seek_step(rig.now, micros(10)) == SeekStep(
                command=Seek(position=Micros(place + micros(10))),
                target=Micros(place + micros(10)),
            )
            await _until_break(rig, 2)
            back = seek_step(rig.now, micros(-10))
            assert back is not None
            assert back.command == Seek(position=micros(AT - 10))

    at_virtual_time(scenario)


@pytest.mark.parametrize("rule", ["JUMP", "SKIP"])
def test_fast_play_ends_at_a_break_that_has_to_be_seen(rule: str) -> None:
    async def scenario() -> None:
        async with _film(f',X-RESTRICT="{rule}"', at=60) as (rig, _):
            await anyio.sleep(10)
            rig.do(Scan(rate=8))
            await _until_break(rig)
            await anyio.sleep(1)
            assert rig.now.scan == 0
            playing = rig.now.interstitial
            assert playing is not None
            assert playing.elapsed < micros(8)

    at_virtual_time(scenario)


def test_a_break_is_left_when_it_allows_that() -> None:
    async def scenario() -> None:
        skip = ',X-RESTRICT="SKIP",X-SKIP-CONTROL-OFFSET=4,X-SKIP-CONTROL-LABEL-ID="go"'
        async with _film(skip) as (rig, _):
            await _until_break(rig, 1)
            playing = rig.now.interstitial
            assert playing is not None
            assert (playing.skippable, playing.skippable_at, playing.label) == (
                False,
                micros(4),
                "go",
            )
            rig.do(SkipBreak())
            await _until_break(rig, 4.5)
            assert [one.wish for one in rig.of(Refused)] == [Wish.SKIP]
            assert rig.now.interstitial is not None
            assert rig.now.interstitial.skippable
            rig.do(SkipBreak())
            await anyio.sleep(2)
            assert rig.now.interstitial is None
            assert seconds(rig.now.position) == pytest.approx(AT + 1.5, abs=1)

    at_virtual_time(scenario)


def test_a_live_break_that_is_left_makes_room_for_what_is_broadcast() -> None:
    async def scenario() -> None:
        tags = _live_break(60, 'X-ASSET-URI="/ad.m3u8",X-RESTRICT="JUMP"')
        extra = _live_asset()
        async with tuned(window=30, samples=24, tags=tags, extra=extra) as (rig, origin):
            await _until_break(rig, 4)
            place, latency = rig.now.position, rig.now.latency
            rig.do(SkipBreak())
            await anyio.sleep(3)
            assert rig.now.interstitial is None
            assert seconds(Micros(rig.now.position - place)) == pytest.approx(3, abs=1.5)
            assert latency is not None
            assert rig.now.latency is not None
            assert seconds(Micros(rig.now.latency - latency)) == pytest.approx(0, abs=1.5)
            await anyio.sleep(40)
            assert rig.now.state is PlayerState.PLAYING
            assert rig.now.interstitial is None
            first = EPOCH // SEGMENT
            fetched = {number - first for _, number in origin.segments()}
            assert {60 // SEGMENT, 60 // SEGMENT + 1} <= fetched, "what the break had hidden"
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


def test_who_begins_in_the_middle_sees_what_comes_before_and_lands_where_he_wished() -> None:
    async def scenario() -> None:
        wish = {"start": micros(70)}
        async with _film(',CUE="PRE"', wish=wish) as (rig, _):
            await _until_break(rig)
            await anyio.sleep(LASTS + 2)
            assert rig.now.interstitial is None
            assert seconds(rig.now.position) == pytest.approx(71.5, abs=2)
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


@pytest.mark.parametrize(("told", "lasts"), [("X-PLAYOUT-LIMIT=6,", 6), ("", LASTS)])
def test_without_a_resume_offset_the_break_covers_as_much_as_it_lasts(
    told: str, lasts: float
) -> None:
    async def scenario() -> None:
        async with _film(offset=told) as (rig, _):
            await _until_break(rig, 1)
            assert rig.now.interstitial is not None
            assert rig.now.interstitial.duration == micros(lasts)
            await anyio.sleep(2)
            (mark,) = rig.now.breaks
            assert (mark.start, mark.end) == (micros(AT), micros(AT + lasts))
            assert seconds(rig.now.position) > AT + 2, "the programme's time goes on"

    at_virtual_time(scenario)


def test_what_is_to_be_seen_once_is_not_seen_again() -> None:
    async def scenario() -> None:
        async with _film(',CUE="ONCE",X-RESTRICT="JUMP"') as (rig, _):
            await _until_break(rig, 1)
            await anyio.sleep(LASTS + 3)
            rig.do(Seek(position=micros(AT - 4)))
            await anyio.sleep(10)
            assert rig.now.interstitial is None
            assert seconds(rig.now.position) == pytest.approx(AT + 6, abs=2)

    at_virtual_time(scenario)


def test_what_is_to_be_seen_once_is_known_by_its_name_alone() -> None:
    """The names of what is woven in are made of breaks' names: these two look alike there."""

    async def scenario() -> None:
        uri = 'X-RESUME-OFFSET=0,X-ASSET-URI="http://origin.test/ad.m3u8"'
        tags = DATED + "".join(
            f'#EXT-X-DATERANGE:ID="{name}",CLASS="com.apple.hls.interstitial",'
            f'START-DATE="2026-01-01T00:00:{at}Z",{uri},CUE="ONCE"\n'
            for name, at in (("ad", 12), ("ad+ad", 48))
        )
        async with tuned(vod=20, samples=24, tags=tags, extra=_asset()) as (rig, _):
            await _until_break(rig, 1)
            await anyio.sleep(LASTS + 3)
            rig.do(Seek(position=micros(8)))
            await anyio.sleep(10)
            assert rig.now.interstitial is None
            assert seconds(rig.now.position) == pytest.approx(18, abs=2)
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


def test_splice_marks_of_the_list_are_told_with_their_event_and_as_marks() -> None:
    async def scenario() -> None:
        signal = insert(7, duration=1_080_000).hex()
        tags = (
            f'{DATED}#EXT-X-DATERANGE:ID="s",START-DATE="2026-01-01T00:00:12Z",'
            f"SCTE35-OUT=0x{signal}\n"
        )
        async with tuned(vod=20, samples=24, tags=tags) as (rig, _):
            await anyio.sleep(14)
            (mark,) = rig.now.breaks
            assert (mark.start, mark.end, mark.kind) == (micros(12), micros(24), BreakKind.SPLICE)
            (told,) = [one.splices for one in rig.of(EventReached)]
            assert [(one.kind, one.duration) for one in told] == [(SpliceKind.OUT, micros(12))]

    at_virtual_time(scenario)
