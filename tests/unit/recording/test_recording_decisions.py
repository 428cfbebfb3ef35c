"""What a recorder decides: rungs, where to go on, what may not be recorded, who waits."""

from collections.abc import Callable
from dataclasses import replace

import anyio
import pytest

from player.abr.suitability import Output
from player.api import PlayRequest
from player.clock import Clock
from player.errors import ErrorCode, PlayerError
from player.model.presentation import (
    ManifestFormat,
    Period,
    Presentation,
    PresentationType,
    Representation,
    Track,
    TrackKind,
)
from player.model.resource import Protection, ProtectionScheme, Resource
from player.model.segment import ListedIndex, Segment
from player.recording.anchor import anchor_again, first_anchor
from player.recording.protection import check_protection
from player.recording.rungs import CALM, RecordingRungs
from player.recording.tracks import recorded_tracks
from player.recording.watched_line import NobodyWatches, WatchedLine, give_way
from player.streaming.fetch.lane import Lane
from player.units import BitsPerSecond, Micros, micros
from tests.fakes.virtual import VirtualClock, at_virtual_time
from tests.unit.recording.recorded_made import NOON, told

KID, KEY = "11" * 16, b"2" * 16


class _Still:
    """A clock that stands still until it is set."""

    now = Micros(0)

    def monotonic(self) -> Micros:
        return self.now

    def utc(self) -> Micros:
        return self.now


def _rung(rate: int, height: int) -> Representation:
    return Representation(id=f"r{height}", bandwidth=BitsPerSecond(rate), height=height)


LADDER = Track(
    id="v",
    kind=TrackKind.VIDEO,
    representations=tuple(
        _rung(rate, height)
        for rate, height in ((400_000, 180), (1_500_000, 360), (4_000_000, 720))
    ),
)
PERIOD = Period(id="p", start=Micros(0), duration=None, tracks=(LADDER,))


def _rungs(
    clock: Clock | None = None, line: WatchedLine | None = None, **wish: object
) -> RecordingRungs:
    request = PlayRequest(url="http://x/", **wish)  # type: ignore[arg-type]
    return RecordingRungs(request, Output(), clock or _Still(), line or NobodyWatches())


def _lane(rung: Representation) -> Lane:
    return Lane(period=PERIOD, track=LADDER, representation=rung)


def _took(rungs: RecordingRungs, load: float, times: int = 1) -> int:
    """After so many segments that took `load` of what they last: the height that comes next."""
    for _ in range(times):
        rungs.took(_lane(rungs.choose(LADDER)), micros(2 * load), micros(2))
    return rungs.choose(LADDER).height or 0


class _Watched:
    """A line that somebody watches over."""

    def __init__(self, granted: int = 0) -> None:
        self.free = False
        self.granted: BitsPerSecond | None = BitsPerSecond(granted)


# ---- rungs -----------------------------------------------------------------------------------


def test_the_best_rung_that_the_order_allows_comes_first() -> None:
    assert _rungs().choose(LADDER).height == 720
    assert _rungs(max_height=400).choose(LADDER).height == 360
    assert _rungs(max_bandwidth=BitsPerSecond(500_000)).choose(LADDER).height == 180
    assert _rungs(max_height=10).choose(LADDER).height == 180


def test_no_more_is_taken_than_is_granted_beside_those_who_watch() -> None:
    line = _Watched(2_000_000)
    rungs = _rungs(line=line)
    assert rungs.choose(LADDER).height == 360
    line.granted = BitsPerSecond(0)
    assert rungs.choose(LADDER).height == 180, "the lowest is recorded whatever is left"
    line.granted = None
    assert rungs.choose(LADDER).height == 720


def test_two_slow_segments_or_one_very_slow_one_lead_down() -> None:
    rungs = _rungs()
    assert _took(rungs, 1.2) == 720
    assert _took(rungs, 0.5) == 720
    assert _took(rungs, 1.2, 2) == 360
    assert _took(rungs, 2.1) == 180
    assert _took(rungs, 5, 3) == 180


def test_the_way_up_is_long_and_after_a_vain_try_longer() -> None:
    rungs = _rungs()
    assert _took(rungs, 3) == 360
    assert _took(rungs, 0.3, 3 * CALM) == 360, "720 would take four fifths"
    assert _took(rungs, 0.2, CALM - 1) == 360
    assert _took(rungs, 0.2) == 720
    assert _took(rungs, 2) == 360
    assert _took(rungs, 0.2, 2 * CALM - 1) == 360
    assert _took(rungs, 0.2) == 720


def test_a_rung_that_failed_is_left_alone_for_a_minute() -> None:
    clock = _Still()
    rungs = _rungs(clock)
    assert rungs.exclude(_lane(LADDER.representations[2]))
    assert rungs.choose(LADDER).height == 360
    clock.now = micros(61)
    assert rungs.choose(LADDER).height == 720
    for rung in LADDER.representations[:2]:
        assert rungs.exclude(_lane(rung))
    assert not rungs.exclude(_lane(LADDER.representations[2]))
    assert rungs.choose(LADDER).height == 720
    rungs.readmit(_lane(LADDER.representations[0]))
    assert rungs.choose(LADDER).height == 180


# ---- tracks ----------------------------------------------------------------------------------


def test_every_sound_and_text_is_recorded_once_the_best_of_each() -> None:
    def sound(ident: str, rate: int, **more: object) -> Track:
        rungs = (_rung(rate, 0),)
        track = Track(id=ident, kind=TrackKind.AUDIO, representations=rungs)
        return replace(track, **more)  # type: ignore[arg-type]

    tracks = (
        sound("en-low", 64_000, language="en"),
        sound("en-high", 128_000, language="en"),
        sound("pt", 64_000, language="pt"),
        sound("inside", 1, language="fr", representations=()),
        replace(sound("text", 1), kind=TrackKind.TEXT, language="en"),
        LADDER,
    )
    found = recorded_tracks(replace(PERIOD, tracks=tracks), Output())
    assert [one.id for one in found.values()] == ["v", "en-high", "pt", "text"]


# ---- where to go on --------------------------------------------------------------------------


def _listed(*numbers: int, start: float = 0) -> ListedIndex:
    return ListedIndex(
        ended=False,
        segments=tuple(
            Segment(
                number=number,
                start=micros(start + 2 * place),
                duration=micros(2),
                resource=Resource(uri=f"http://x/{number}"),
            )
            for place, number in enumerate(numbers)
        ),
    )


def _live(epoch: Micros | None) -> Presentation:
    return Presentation(
        format=ManifestFormat.HLS, type=PresentationType.LIVE, periods=(PERIOD,), epoch=epoch
    )


def test_a_live_recording_begins_with_the_newest_or_with_what_was_on_air() -> None:
    index = _listed(*range(10), start=100)
    newest = first_anchor(_live(NOON), index, NOON, None)
    assert newest is not None
    assert newest.begin == micros(118)
    asked = first_anchor(_live(NOON), index, NOON, Micros(NOON + micros(105)))
    assert asked is not None
    assert asked.begin == micros(104)
    assert first_anchor(_live(NOON), _listed(), NOON, None) is None


def test_what_has_no_dates_is_taken_to_be_on_air_now() -> None:
    found = first_anchor(_live(None), _listed(5, 6), NOON, None)
    assert found is not None
    assert found.epoch == NOON - micros(4)


@pytest.mark.parametrize(
    ("numbers", "shift"),
    [
        ((8, 9, 10), 16),  # 9 ended at 20: here it ends at 4
        ((10, 11), 20),  # 10 follows
        ((15, 16), 30),  # five segments of two seconds lack
        ((0, 1), 96),  # counted anew, a hundred seconds later
    ],
)
def test_a_session_without_dates_is_tied_to_the_one_before(
    numbers: tuple[int, ...], shift: float
) -> None:
    last = told(9)
    found = anchor_again(_live(None), _listed(*numbers), Micros(NOON + micros(100)), last)
    assert found is not None
    assert found.shift == micros(shift)
    assert found.epoch == NOON


def test_dates_tie_sessions_together_whatever_their_zero() -> None:
    found = anchor_again(_live(Micros(0)), _listed(1), NOON, told(9))
    assert found is not None
    assert found.shift == -NOON


# ---- what may not be recorded ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("scheme", "init", "keys", "good"),
    [
        (None, b"moov avc1", {}, True),
        (None, b"moov encv", {}, False),
        (None, b"moov encv", {KID: KEY}, True),
        (ProtectionScheme.CENC, b"moov encv", {}, False),
        (ProtectionScheme.CENC, b"moov encv", {KID: KEY}, True),
        (ProtectionScheme.CBCS, b"moov encv", {"33" * 16: KEY}, False),
        (ProtectionScheme.SAMPLE_AES, b"", {KID: KEY}, False),
        (ProtectionScheme.AES_128, b"moov avc1", {KID: KEY}, False),
    ],
)
def test_protected_media_are_recorded_with_the_viewers_keys_alone(
    scheme: ProtectionScheme | None, init: bytes, keys: dict[str, bytes], good: bool
) -> None:
    segment = _listed(1).segments[0]
    if scheme is not None:
        segment = replace(segment, protection=(Protection(scheme=scheme, key_id=KID),))
    lane = _lane(LADDER.representations[0])
    if good:
        check_protection(lane, segment, init, keys)
        return
    with pytest.raises(PlayerError) as refused:
        check_protection(lane, segment, init, keys)
    assert refused.value.failure.code is ErrorCode.DRM_NO_COPY


def test_what_comes_in_the_clear_beside_protected_pictures_is_recorded_with_them() -> None:
    protection = (Protection(scheme=ProtectionScheme.CENC, key_id=KID),)
    lane = _lane(replace(LADDER.representations[0], protection=protection))
    check_protection(lane, _listed(1).segments[0], b"WEBVTT", {KID: KEY})
    with pytest.raises(PlayerError):
        check_protection(lane, _listed(1).segments[0], b"WEBVTT", {})


# ---- who waits -------------------------------------------------------------------------------


def test_a_segment_waits_for_those_who_watch_but_not_for_long() -> None:
    async def scenario() -> None:
        clock, line, hurries = VirtualClock(), _Watched(), [False]

        async def waited() -> float:
            before = clock.monotonic()
            await give_way(line, micros(6), lambda: hurries[0])
            return (clock.monotonic() - before) / 1e6

        assert await waited() == pytest.approx(3), "half of its duration: it keeps pace"
        async with anyio.create_task_group() as group:
            group.start_soon(_after, 1.1, lambda: setattr(line, "free", True))
            assert await waited() == pytest.approx(1.2, abs=0.15)
        assert await waited() == 0
        line.free, hurries[0] = False, True
        assert await waited() == 0, "it would be lost"

    at_virtual_time(scenario)


async def _after(time: float, act: Callable[[], None]) -> None:
    await anyio.sleep(time)
    act()
