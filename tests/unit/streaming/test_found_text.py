"""Text that no manifest announced, and which buffered pieces are fetched again."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from player.abr.selector import TrackPreference
from player.clock import SystemClock
from player.model.presentation import Track, TrackKind
from player.model.sample import Sample, StreamHead
from player.streaming.feed.timed_sample import TimedSample
from player.streaming.fetch.parts import Reporter
from player.streaming.fetch.wake import Wake
from player.streaming.stream.rung_asking import RungAsking
from player.streaming.text.captions import PREFIX, Captions, announced_service, is_bitmap, name_of
from player.streaming.text.subtitle_choices import announced_choice, found_choice, text_choices
from player.streaming.text.subtitles import Subtitles
from player.units import Micros, micros
from tests.unit.streaming.streaming_made import buffered, lane, representation, segment, track

TELETEXT = StreamHead(
    stream=50, kind=TrackKind.TEXT, codec="teletext", language="por", service="888"
)
BITMAP = StreamHead(stream=53, kind=TrackKind.TEXT, codec="dvbsub", language="eng", service="1")
CEA = StreamHead(stream=9, kind=TrackKind.TEXT, codec="cea")


def _timed(head: StreamHead, at: float, data: bytes) -> TimedSample:
    media = micros(at + 5)
    sample = Sample(
        stream=head.stream, pts=media, dts=media, duration=Micros(40_000), key=True, data=data
    )
    when = micros(at)
    return TimedSample(kind=TrackKind.TEXT, head=head, sample=sample, pts=when, dts=when, run=1)


def test_text_streams_may_be_chosen_as_soon_as_they_show_themselves() -> None:
    captions = Captions()
    captions.take(TELETEXT, ())
    captions.take(BITMAP, ())
    found = text_choices((), captions.found)
    assert [(one.id, one.language, one.name) for one in found] == [
        (PREFIX + "dvbsub-1-eng", "eng", "DVB 1"),
        (PREFIX + "teletext-888-por", "por", "Teletext 888"),
    ]
    assert [one.bitmap for one in captions.found] == [True, False]
    assert PREFIX + name_of(BITMAP) == found[0].id


def _wish(name: str) -> TrackPreference:
    return TrackPreference(text_track=PREFIX + name, text_language="xx")


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("teletext-888-por", "teletext-888-por"),
        ("teletext-150-por", "teletext-888-por"),
        ("teletext-888-eng", None),
        ("dvbsub-7-eng", "dvbsub-1-eng"),
        ("dvbsub-por", None),
        ("dvbsub-1", None),
        ("CC1", None),
    ],
)
def test_a_choice_finds_its_like_on_another_channel(name: str, taken: str | None) -> None:
    captions = Captions()
    captions.take(TELETEXT, ())
    captions.meet(BITMAP)
    found = found_choice(_wish(name), captions.found)
    assert (found.name if found else None) == taken
    assert found_choice(TrackPreference(text_track=name), captions.found) is None


def test_a_choice_finds_the_track_that_announces_it() -> None:
    inside = Track(id="captions-CC1", kind=TrackKind.TEXT, in_video=True)
    beside = Track(id="t-CC1", kind=TrackKind.TEXT)
    assert announced_choice(_wish("CC1"), (beside, inside)) == inside
    assert announced_choice(_wish("CC2"), (beside, inside)) is None
    assert announced_choice(TrackPreference(), (beside, inside)) is None


def _pair(first: int, second: int) -> bytes:
    def odd(value: int) -> int:
        return value | (0 if value.bit_count() % 2 else 0x80)

    return bytes((0xFC, odd(first), odd(second)))


POP_ON = [(0x14, 0x20), (0x14, 0x70), (0x48, 0x49), (0x14, 0x2F)]


def test_captions_are_placed_by_presentation_time_and_go_on_over_a_change_of_rendition() -> None:
    captions = Captions()
    for number, pair in enumerate(POP_ON):
        captions.take(CEA, (_timed(CEA, 10 + number * 0.04, _pair(*pair)),))
    other = StreamHead(stream=7, kind=TrackKind.TEXT, codec="cea")
    for number in range(100):
        captions.take(other, (_timed(other, 10.2 + number * 0.04, b""),))
    (shown,) = captions.schedule("CC1").at(micros(12))
    assert shown.text == "HI"
    assert captions.schedule("CC1").at(micros(10)) == ()
    assert [one.name for one in captions.found] == ["CC1"]


def test_time_goes_on_for_text_that_nobody_sends_again() -> None:
    captions = Captions()
    for number, pair in enumerate(POP_ON):
        captions.take(CEA, (_timed(CEA, 10 + number * 0.04, _pair(*pair)),))
    for fed in range(110, 180, 5):
        captions.tell(micros(fed / 10))
    assert captions.schedule("CC1").at(micros(14))


def test_text_that_comes_late_is_taken_all_the_same() -> None:
    captions = Captions()
    captions.take(CEA, (_timed(CEA, 9, _pair(0x14, 0x20)),))
    for fed in range(100, 150, 5):
        captions.tell(micros(fed / 10))
    late = [_timed(CEA, 11 + number * 0.04, _pair(*pair)) for number, pair in enumerate(POP_ON)]
    captions.take(CEA, tuple(late))
    for fed in range(150, 200, 5):
        captions.tell(micros(fed / 10))
    (shown,) = captions.schedule("CC1").at(micros(13))
    assert shown.text == "HI"


def test_the_last_caption_of_a_film_is_given_when_the_feed_is_over() -> None:
    """Its pictures wait for others that never come; and no time is told behind the end."""
    captions = Captions()
    for number, pair in enumerate(POP_ON):
        captions.take(CEA, (_timed(CEA, 18 + number * 0.04, _pair(*pair)),))
    captions.tell(micros(18.2))
    assert captions.schedule("CC1").at(micros(19)) == ()
    captions.finish(micros(20))
    captions.finish(micros(20))
    (shown,) = captions.schedule("CC1").at(micros(19.9))
    assert (shown.text, shown.end) == ("HI", micros(20))


def test_only_pictures_of_text_are_handed_on_to_libmpv() -> None:
    """Text that is read here must come here, chosen or not."""
    assert [is_bitmap(one) for one in (BITMAP, TELETEXT, CEA)] == [True, False, False]


@pytest.mark.parametrize("head", [BITMAP, TELETEXT])
def test_a_chosen_stream_is_drawn_by_libmpv_only_where_nobody_reads_it(head: StreamHead) -> None:
    parts = SimpleNamespace(
        source=SimpleNamespace(wake=Wake()),
        position=lambda: Micros(0),
        fed=lambda: Micros(0),
        leading=lambda: None,
    )
    reporter = Reporter(clock=SystemClock(), tag="", publish=lambda _: None)
    subtitles = Subtitles(parts, reporter)  # type: ignore[arg-type]
    subtitles.prefer(TrackPreference(text_track=PREFIX + name_of(head)))
    assert subtitles.is_chosen(head) is (head is BITMAP)


def _wishing(language: str, redrawn: list[str], **more: object) -> Subtitles:
    parts = SimpleNamespace(
        source=SimpleNamespace(wake=Wake()),
        position=lambda: Micros(0),
        fed=lambda: Micros(0),
        leading=lambda: None,
        redraw=lambda: redrawn.append("redrawn"),
    )
    reporter = Reporter(clock=SystemClock(), tag="", publish=lambda _: None)
    subtitles = Subtitles(parts, reporter)  # type: ignore[arg-type]
    subtitles.prefer(TrackPreference(text_language=language, **more))  # type: ignore[arg-type]
    return subtitles


def test_a_wish_for_a_language_takes_text_that_nobody_announced() -> None:
    redrawn: list[str] = []
    subtitles = _wishing("pt-BR", redrawn)
    assert subtitles.track is None
    assert not subtitles.is_chosen(BITMAP)
    subtitles.on_text(TELETEXT, ())
    subtitles.look(micros(1))
    assert subtitles.track == PREFIX + name_of(TELETEXT)
    subtitles.prefer(TrackPreference())
    subtitles.look(micros(2))
    assert subtitles.track is None
    assert redrawn == []


def test_text_that_is_read_comes_before_bitmaps_which_wait_a_little_for_it() -> None:
    redrawn: list[str] = []
    both = _wishing("en", redrawn)
    both.is_chosen(BITMAP)
    both.look(micros(10))
    assert both.track is None
    both.on_text(replace(TELETEXT, language="eng"), ())
    both.look(micros(11))
    assert both.track == PREFIX + "teletext-888-eng"
    assert (both.is_chosen(BITMAP), redrawn) == (False, [])
    alone = _wishing("en", redrawn)
    alone.is_chosen(BITMAP)
    for moment in (10, 11.9):
        alone.look(micros(moment))
        assert not alone.is_chosen(BITMAP)
    alone.look(micros(12))
    alone.look(micros(13))
    alone.prefer(TrackPreference(text_language="en", audio_language="pt"))
    assert alone.is_chosen(BITMAP)
    assert (alone.track, redrawn) == (PREFIX + name_of(BITMAP), ["redrawn"])
    alone.on_text(replace(TELETEXT, language="eng"), ())
    alone.look(micros(14))
    assert alone.track == PREFIX + name_of(BITMAP), "what is seen is not changed by itself"


def test_text_in_another_or_in_no_language_is_not_taken() -> None:
    other = _wishing("de", [])
    other.is_chosen(BITMAP)
    other.on_text(TELETEXT, ())
    other.on_text(replace(TELETEXT, language="", service="150"), ())
    other.look(micros(20))
    assert other.track is None


@pytest.mark.parametrize(
    ("roles", "name", "service"),
    [(("caption",), "cc-en-CC1", "CC1"), (("SERVICE2",), "x", "SERVICE2"), ((), "t1", "")],
)
def test_the_service_of_an_announced_track(
    roles: tuple[str, ...], name: str, service: str
) -> None:
    assert announced_service(track(name, TrackKind.TEXT, roles=roles)) == service


def test_what_is_buffered_is_fetched_again_once() -> None:
    reporter = Reporter(clock=SystemClock(), tag="", publish=lambda _: None)
    asking = RungAsking(chooser=None, reporter=reporter)  # type: ignore[arg-type]
    here = lane(representation("low", 400_000))
    queue = [buffered(segment(number), lane=here) for number in range(2, 8)]
    assert asking.replaceable((), micros(0)) is None
    assert asking.replaceable(queue, micros(20)) is None, "nothing begins then"
    assert asking.replaceable(queue, micros(24)) is queue[2]
    assert asking.replaceable(queue, micros(24)) is None, "each moment once"
    assert asking.replaceable(queue, micros(12)) is queue[0]
    queue.append(buffered(segment(8), lane=here, skipped=True))
    assert asking.replaceable(queue, micros(48)) is None, "what could not be had is left alone"
    assert asking.replaced == {micros(24), micros(12)}
    asking.restart()
    assert asking.replaceable(queue, micros(24)) is queue[2]
