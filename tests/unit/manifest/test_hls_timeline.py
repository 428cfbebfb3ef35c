"""HLS lists over time: reloads, resets, stale copies, dates, siblings, delta updates."""

import pytest

from player.errors import PlayerError
from player.manifest.face import adopt, next_reload, parse, resolve_index
from player.manifest.hls.playlist_index import PlaylistIndex
from player.manifest.resolved import ResolvedIndex
from player.model.location import IndexSource
from player.model.presentation import (
    ManifestFormat,
    PresentationType,
    Representation,
)
from player.model.resource import Resource
from player.model.segment import SegmentIndex
from player.units import BitsPerSecond, micros

NOW = micros(1_700_000_000)
URL = "https://tv.example/v.m3u8"
RUNG = Representation(
    id="0", bandwidth=BitsPerSecond(1), source=IndexSource(resource=Resource(uri=URL))
)


def listing(first: int, count: int, *, dates: dict[int, str] | None = None, more: str = "") -> str:
    """A live list of 4 s segments, named by their media sequence numbers."""
    lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:4", f"#EXT-X-MEDIA-SEQUENCE:{first}"]
    for number in range(first, first + count):
        if dates and number in dates:
            lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{dates[number]}")
        lines += ["#EXTINF:4,", f"{number}.ts"]
    return "\n".join([*lines, more])


def load(
    text: str, known: SegmentIndex | None = None, sibling: SegmentIndex | None = None
) -> ResolvedIndex:
    """Resolve a list."""
    return resolve_index(RUNG, text.encode(), url=URL, now=NOW, known=known, sibling=sibling)


def starts(found: ResolvedIndex) -> list[tuple[int, float]]:
    """(number, start in seconds) of each segment."""
    assert isinstance(found.index, PlaylistIndex)
    return [(one.number, one.start / 1e6) for one in found.index.segments]


def test_times_stay_when_the_window_moves() -> None:
    first = load(listing(10, 3))
    assert starts(first) == [(10, 0), (11, 4), (12, 8)]
    second = load(listing(12, 3), known=first.index)
    assert starts(second) == [(12, 8), (13, 12), (14, 16)]
    assert second.changed
    third = load(listing(12, 3), known=second.index)
    assert not third.changed
    assert next_reload(third.index, changed=True) == micros(4)
    assert next_reload(third.index, changed=False) == micros(2)
    late = load(listing(20, 2), known=third.index)
    assert starts(late) == [(20, 40), (21, 44)]


def test_dates_make_presentation_time_utc() -> None:
    dates = {10: "2023-11-14T22:13:20Z", 12: "2023-11-14T22:13:28.040Z"}
    found = load(listing(10, 3, dates=dates))
    assert found.epoch == 0
    assert starts(found) == [(10, 1.7e9), (11, 1.7e9 + 4), (12, 1.7e9 + 8.04)]
    later = load(listing(11, 3), known=found.index)
    assert starts(later) == [(11, 1.7e9 + 4), (12, 1.7e9 + 8.04), (13, 1.7e9 + 12.04)]
    behind = load(listing(10, 3, dates={11: "2023-11-14T22:13:24Z"}))
    assert starts(behind)[0] == (10, 1.7e9)


def test_dates_that_go_backward_are_not_believed() -> None:
    dates = {10: "2023-11-14T22:13:20Z", 11: "2020-01-01T00:00:00Z"}
    found = load(listing(10, 2, dates=dates))
    assert starts(found)[1] == (11, 1.7e9 + 4)
    assert "backward" in found.warnings[0].text


def test_vod_with_dates_starts_at_zero() -> None:
    found = load(listing(5, 2, dates={6: "2023-11-14T22:13:24Z"}, more="#EXT-X-ENDLIST"))
    assert starts(found) == [(5, 0), (6, 4)]
    assert found.epoch == micros(1.7e9)
    assert found.type is PresentationType.VOD
    assert found.target_latency is None
    assert next_reload(found.index, changed=False) is None


def test_an_event_grows_from_zero() -> None:
    event = "#EXT-X-PLAYLIST-TYPE:EVENT"
    found = load(listing(0, 2, dates={0: "2023-11-14T22:13:20Z"}, more=event))
    assert found.type is PresentationType.EVENT
    assert starts(found) == [(0, 0), (1, 4)]
    ended = load(listing(0, 3, more=f"{event}\n#EXT-X-ENDLIST"), known=found.index)
    assert ended.type is PresentationType.VOD
    assert ended.duration == micros(12)


def test_an_old_copy_does_not_take_us_back() -> None:
    found = load(listing(10, 4))
    stale = load(listing(8, 4), known=found.index)
    assert stale.index is found.index
    assert not stale.changed
    assert "older" in stale.warnings[0].text


def test_a_server_that_starts_over_goes_on() -> None:
    found = load(listing(100, 3))
    again = load(listing(0, 2), known=found.index)
    assert starts(again) == [(103, 12), (104, 16)]
    assert "started over" in again.warnings[0].text
    then = load(listing(1, 2), known=again.index)
    assert starts(then) == [(104, 16), (105, 20)]
    assert not then.warnings


def test_a_server_that_starts_over_may_repeat_what_it_listed() -> None:
    """ExoPlayer#4328: the same address at the same date is the same segment."""
    dates = {10: "2023-11-14T22:13:20Z"}
    found = load(listing(10, 4, dates=dates))
    text = listing(12, 4, dates={12: "2023-11-14T22:13:28Z"})
    again = load(text.replace("MEDIA-SEQUENCE:12", "MEDIA-SEQUENCE:0"), known=found.index)
    wanted = [(number, 1.7e9 + 4 * (number - 10)) for number in range(12, 16)]
    assert starts(again) == wanted
    assert "started over" in again.warnings[0].text


def test_an_empty_reload_keeps_nothing_but_does_not_fail() -> None:
    found = load(listing(0, 0), known=load(listing(0, 2)).index)
    assert starts(found) == []


def test_renditions_without_dates_align_by_number() -> None:
    video = load(listing(10, 4)).index
    assert starts(load(listing(12, 2), sibling=video)) == [(12, 8), (13, 12)]
    assert starts(load(listing(8, 2), sibling=video)) == [(8, -8), (9, -4)]
    assert starts(load(listing(15, 1), sibling=video)) == [(15, 20)]
    dated = load(listing(10, 2, dates={10: "2023-11-14T22:13:20Z"})).index
    assert starts(load(listing(11, 1), sibling=dated)) == [(11, 1.7e9 + 4)]


def test_a_delta_update_is_filled_in() -> None:
    found = load(listing(10, 4))
    delta = (
        "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:11\n#EXT-X-SKIP:SKIPPED-SEGMENTS=3\n"
        "#EXTINF:4,\n14.ts\n"
    )
    assert starts(load(delta, known=found.index)) == [(11, 4), (12, 8), (13, 12), (14, 16)]
    alone = load(delta)
    assert starts(alone) == [(14, 0)]
    assert alone.warnings


def test_a_multivariant_list_is_no_media_list() -> None:
    with pytest.raises(PlayerError):
        load("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=5\nv.m3u8\n")
    with pytest.raises(PlayerError):
        load("<html>")


def test_adopt_fills_the_presentation() -> None:
    text = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=5\nv.m3u8\n"
    whole = parse(text.encode(), url=URL, now=NOW, format=ManifestFormat.HLS)
    rung = whole.periods[0].tracks[0].representations[0]
    assert rung.source is not None
    found = resolve_index(
        rung, listing(3, 2).encode(), url=rung.source.resource.uri, now=NOW
    )  # fmt: skip
    filled = adopt(whole, rung.id, found)
    assert filled.type is PresentationType.LIVE
    assert filled.target_latency == micros(12)
    assert filled.periods[0].tracks[0].representations[0].index is found.index
    assert adopt(whole, "nobody", found) is whole
