"""Whatever renditions, holes and discontinuities come: time goes forward, nothing comes twice."""

from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from player.model.presentation import TrackKind
from player.streaming.feed.track_buffer import BufferedSegment
from player.units import micros
from tests.unit.streaming.streaming_feed import Recorded, body, feed, filled, gop
from tests.unit.streaming.streaming_made import buffered, lane, representation, segment

VIDEO, AUDIO = TrackKind.VIDEO, TrackKind.AUDIO
PICTURE, SOUND = 1, 2

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["plain", "hole", "discontinuity", "rung", "codec", "early"]),
        st.sampled_from(["plain", "hole", "codec"]),
        st.floats(-0.4, 0.4),
    ),
    min_size=1,
    max_size=8,
)


def _line(kind: TrackKind, told: list[tuple[str, float]]) -> list[BufferedSegment]:
    made: list[BufferedSegment] = []
    discontinuity, media, codec, rung = 0, 500.0, 0, 0
    codecs = {VIDEO: ("vp9", "av1"), AUDIO: ("aac", "mp3")}[kind]
    for number, (event, off) in enumerate(told):
        begin, length = number * 6.0, 6.0
        if event == "discontinuity":
            discontinuity, media = discontinuity + 1, number * 100.0 - number * 6.0 + off
        codec ^= event == "codec"
        rung += event in ("rung", "early")
        if event == "early" and number:
            begin, length = begin - 2, length + 2
        one = segment(number, begin, length, discontinuity=discontinuity)
        write = gop if kind is VIDEO else body
        data = write(
            one, kind, start=micros(begin + media), samples=round(length), codec=codecs[codec]
        )
        told_lane = lane(representation(f"r{rung}", kinds=frozenset({kind})), kind)
        skipped = event == "hole"
        made.append(buffered(one, data, lane=told_lane, skipped=skipped))
    return made


def _shown(found: Recorded, kind: str) -> list[tuple[float, int]]:
    """(wall seconds, epoch) of what is shown, epochs one after the other."""
    track = PICTURE if kind == "picture" else SOUND
    times = []
    for number, opened in enumerate(found.opened):
        stream = [at for at in found.stream(track, number) if at >= opened.start / 1e6 - 0.001]
        times += [(at, number) for at in sorted(stream)]
    return times


@settings(max_examples=100, deadline=None)
@example([("hole", "plain", 0.0), ("discontinuity", "hole", 0.0), ("plain", "codec", 0.0)])
@example(
    [
        ("discontinuity", "codec", 0.0),
        ("hole", "plain", 0.0),
        ("hole", "plain", 0.0),
        ("plain", "codec", 0.0),
        ("codec", "plain", 0.0),
    ]
)
@given(STEPS)
def test_time_goes_forward_and_nothing_comes_twice(steps: list[tuple[str, str, float]]) -> None:
    shown = _line(VIDEO, [(event, off) for event, _, off in steps])
    heard_as = [e if e != "plain" or v != "discontinuity" else v for v, e, _ in steps]
    heard = _line(AUDIO, [(e, off) for e, (_, _, off) in zip(heard_as, steps, strict=True)])
    found = feed({VIDEO: filled(*shown), AUDIO: filled(*heard)})
    assert found.reports == []
    for kind in ("picture", "sound"):
        for (before, epoch), (after, other) in pairwise(_shown(found, kind)):
            assert epoch != other or after - before > 0.4, (kind, before, after)
    pictures = _shown(found, "picture")
    events = [event for event, _, _ in steps]
    whole = sum(event != "hole" for event in events) * 6
    if whole and "early" not in events:
        assert len(pictures) == whole
