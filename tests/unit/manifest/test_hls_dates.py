"""EXT-X-DATERANGE: events and interstitials, over reloads, and asset lists."""

from datetime import UTC, datetime

import pytest

from player.errors import ErrorCode, PlayerError
from player.manifest.dump import describe
from player.manifest.face import adopt, parse, resolve_index
from player.manifest.hls.interstitials import Asset, read_asset_list
from player.manifest.resolved import ResolvedIndex
from player.model.event import Interstitial, SkipControl, TimedEvent
from player.model.location import IndexSource
from player.model.notes import Notes
from player.model.presentation import ManifestFormat, Presentation, Representation
from player.model.resource import Resource
from player.model.segment import SegmentIndex
from player.units import BitsPerSecond, micros

URL = "https://tv.example/d/v.m3u8"
NOW = micros(1_700_000_000)
T0 = "2023-11-14T22:13:20"
RUNG = Representation(
    id="0", bandwidth=BitsPerSecond(1), source=IndexSource(resource=Resource(uri=URL))
)


def vod(*ranges: str) -> str:
    """Twelve seconds that begin at 1.7e9, with date ranges."""
    head = f"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-PROGRAM-DATE-TIME:{T0}Z\n"
    body = "".join(f"#EXTINF:4,\n{number}.ts\n" for number in range(3))
    return head + body + "".join(f"#EXT-X-DATERANGE:{one}\n" for one in ranges) + "#EXT-X-ENDLIST"


def live(first: int, *ranges: str) -> str:
    """Three segments from `first` on, dated, with date ranges."""
    date = _date(4 * first)
    lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:4", f"#EXT-X-MEDIA-SEQUENCE:{first}"]
    lines += [f"#EXT-X-DATERANGE:{one}" for one in ranges]
    lines += [f"#EXT-X-PROGRAM-DATE-TIME:{date}"]
    lines += [f"#EXTINF:4,\n{number}.ts" for number in range(first, first + 3)]
    return "\n".join(lines)


def _date(seconds: int) -> str:
    """The UTC date of so many seconds after the first segment's start."""
    return datetime.fromtimestamp(1_700_000_000 + seconds, UTC).isoformat()


def read(text: str) -> Presentation:
    return parse(text.encode(), url=URL, now=NOW, format=ManifestFormat.HLS)


def load(text: str, known: SegmentIndex | None = None) -> ResolvedIndex:
    return resolve_index(RUNG, text.encode(), url=URL, now=NOW, known=known)


def test_a_film_begins_at_zero_and_dates_follow() -> None:
    found = read(
        vod(
            f'ID="b",CLASS="ads",START-DATE="{T0[:-2]}28.5Z",SCTE35-OUT=0xFC30,X-TWO="2",'
            "PLANNED-DURATION=9",
            f'ID="a",START-DATE="{T0[:-2]}22Z",END-DATE="{T0[:-2]}23.25Z"',
            f'ID="c",CLASS="ads",START-DATE="{T0[:-2]}30Z",DURATION=1.5',
            f'ID="n1",CLASS="next",START-DATE="{T0[:-2]}21Z",END-ON-NEXT=YES',
            f'ID="n2",CLASS="next",START-DATE="{T0[:-2]}29Z"',
        )
    )
    assert [(one.id, one.start, one.duration) for one in found.events] == [
        ("n1", micros(1), micros(8)),
        ("a", micros(2), micros(1.25)),
        ("b", micros(8.5), None),
        ("n2", micros(9), None),
        ("c", micros(10), micros(1.5)),
    ]
    assert found.events[2] == TimedEvent(
        scheme="ads",
        id="b",
        start=micros(8.5),
        data=b"\xfc\x30",
        attributes=(("SCTE35-OUT", "0xFC30"), ("X-TWO", "2"), ("PLANNED-DURATION", "9")),
    )
    assert not found.warnings
    shown = describe(found, NOW)
    assert shown["events_count"] == 5
    assert shown["events"][2]["data"] == "fc30"


def test_what_cannot_be_read_is_noted() -> None:
    found = read(
        vod(
            f'START-DATE="{T0}Z"',
            'ID="a",START-DATE="now"',
            'ID="b"',
            f'ID="c",START-DATE="{T0}Z",DURATION=-1',
            f'ID="c",START-DATE="{T0}Z",X-A="1"',
            f'ID="c",START-DATE="{T0}Z",X-A="2"',
            f'ID="d",START-DATE="{T0}Z",END-DATE="2020-01-01T00:00:00Z",SCTE35-CMD=0xZZ',
        )
    )
    assert [(one.id, one.duration) for one in found.events] == [("c", None), ("d", None)]
    assert dict(found.events[0].attributes)["X-A"] == "1"
    assert len(found.warnings) == 6
    undated = vod(f'ID="a",START-DATE="{T0}Z"').replace("#EXT-X-PROGRAM-DATE-TIME", "#EXT-X-NO")
    assert not read(undated).events
    assert "PROGRAM-DATE-TIME" in read(undated).warnings[0].text


def test_a_live_range_is_completed_and_stays() -> None:
    begun = f'ID="a",CLASS="x",START-DATE="{T0[:-2]}25Z",SCTE35-OUT=0x01'
    first = load(live(0, begun))
    assert [(one.start, one.duration) for one in first.events] == [(micros(1_700_000_005), None)]
    second = load(live(1, f'{begun},DURATION=3,X-MORE="m"'), first.index)
    (event,) = second.events
    assert (event.start, event.duration) == (micros(1_700_000_005), micros(3))
    assert dict(event.attributes) == {"SCTE35-OUT": "0x01", "X-MORE": "m"}
    third = load(live(9), second.index)
    assert third.events == second.events
    closed = load(live(9, 'ID="a",END-DATE="2023-11-14T22:13:29Z",DURATION=4'), third.index)
    assert closed.events[0].duration == micros(4)


@pytest.mark.parametrize("where", ["head", "middle", "tail"])
def test_a_range_told_later_finds_its_place_though_only_the_first_segment_is_dated(
    where: str,
) -> None:
    known = load(f"{live(0)}\n").index
    for first in range(1, 20):
        told = f'ID="r{first}",START-DATE="{_date(4 * first + 9)}"'
        text = f"{live(first)}\n"
        tag = f"#EXT-X-DATERANGE:{told}\n"
        at = {"head": text.index("#EXT-X-PROGRAM"), "middle": text.rindex("#EXTINF")}
        text = text[: at.get(where, len(text))] + tag + text[at.get(where, len(text)) :]
        found = load(text, known)
        assert not found.warnings
        assert [one.start for one in found.events] == [
            micros(1_700_000_009 + 4 * number) for number in range(1, first + 1)
        ]
        known = found.index


def test_a_delta_update_without_any_date_goes_on_by_the_dates_before() -> None:
    known = load(f"{live(0)}\n").index
    for first in (1, 2, 3, 4):
        told = f'#EXT-X-DATERANGE:ID="r{first}",START-DATE="{_date(4 * first + 9)}"'
        text = (
            "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=24\n"
            f"#EXT-X-MEDIA-SEQUENCE:{first}\n#EXT-X-SKIP:SKIPPED-SEGMENTS=2\n{told}\n"
            f"#EXTINF:4,\n{first + 2}.ts\n"
        )
        found = load(text, known)
        assert not found.warnings
        assert found.events[-1].start == micros(1_700_000_009 + 4 * first)
        known = found.index


def test_all_renditions_tell_the_same_event_once() -> None:
    text = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=5\nv.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=6\nw.m3u8"
    whole = read(text)
    for rung in whole.periods[0].tracks[0].representations:
        made = load(live(0, f'ID="b",START-DATE="{T0}Z"', f'ID="a",START-DATE="{T0}Z"'))
        whole = adopt(whole, rung.id, made)
    assert sorted(one.id for one in whole.events) == ["a", "b"]


def test_interstitials() -> None:
    kind = 'CLASS="com.apple.hls.interstitial"'
    found = read(
        vod(
            f'ID="i",{kind},START-DATE="{T0[:-2]}24Z",DURATION=15,X-ASSET-URI="ad.m3u8",'
            'X-RESUME-OFFSET=0,X-PLAYOUT-LIMIT=10.5,X-RESTRICT="SKIP,JUMP",X-SNAP="OUT, IN",'
            'CUE="PRE,ONCE",X-ID="7"',
            f'ID="l",{kind},START-DATE="{T0[:-2]}26Z",X-ASSET-LIST="https://ads.example/l?s=1"',
            f'ID="f",{kind},START-DATE="{T0[:-2]}26Z",X-ASSET-URI="file:///x"',
            f'ID="e",{kind},START-DATE="{T0[:-2]}26Z",X-RESUME-OFFSET=x,X-ASSET-URI="e"',
        )
    )
    assert found.interstitials == (
        Interstitial(
            id="i",
            start=micros(4),
            duration=micros(15),
            asset_uri="https://tv.example/d/ad.m3u8",
            resume_offset=micros(0),
            playout_limit=micros(10.5),
            cue=frozenset({"PRE", "ONCE"}),
            restrict=frozenset({"SKIP", "JUMP"}),
            snap=frozenset({"OUT", "IN"}),
        ),
        Interstitial(id="l", start=micros(6), asset_list_uri="https://ads.example/l?s=1"),
        Interstitial(id="e", start=micros(6), asset_uri="https://tv.example/d/e"),
    )
    assert len(found.events) == 4
    assert len(found.warnings) == 3
    shown = describe(found, NOW)["interstitials"]
    assert (shown[0]["resume_offset"], shown[0]["restrict"]) == (0.0, ["JUMP", "SKIP"])


def test_an_asset_list() -> None:
    notes = Notes()
    body = (
        b'{"ASSETS": [{"URI": "a.m3u8", "DURATION": 15.25}, {"URI": "http://x.example/b"},'
        b' {"URI": "file:///etc"}, {"DURATION": 1}, 5, {"URI": "c", "DURATION": "x"}]}'
    )
    found = read_asset_list(body, url="https://ads.example/l/list?s=1", notes=notes)
    assert found.skip is None
    assert found.assets == (
        Asset("https://ads.example/l/a.m3u8", micros(15.25)),
        Asset("http://x.example/b", None),
        Asset("https://ads.example/l/c", None),
    )
    assert notes.taken()
    assert read_asset_list(b'{"ASSETS": []}', url=URL).assets == ()


@pytest.mark.parametrize(
    ("told", "skip"),
    [
        ("X-SKIP-CONTROL-OFFSET=5", SkipControl(offset=micros(5))),
        (
            'X-SKIP-CONTROL-OFFSET=0,X-SKIP-CONTROL-DURATION=6,X-SKIP-CONTROL-LABEL-ID="Go-on"',
            SkipControl(duration=micros(6), label="Go-on"),
        ),
        ('X-SKIP-CONTROL-LABEL-ID="Go-on"', SkipControl(label="Go-on")),
        ("X-SKIP-CONTROLS=1", None),
    ],
)
def test_when_an_interstitial_may_be_skipped(told: str, skip: SkipControl | None) -> None:
    kind = 'CLASS="com.apple.hls.interstitial",X-ASSET-URI="a"'
    (found,) = read(vod(f'ID="i",{kind},START-DATE="{T0}Z",{told}')).interstitials
    assert found.skip == skip


@pytest.mark.parametrize(
    ("told", "skip"),
    [
        (b'{"OFFSET": 3, "DURATION": 4.5, "LABEL-ID": "x"}', (3, 4.5, "x")),
        (b'{"OFFSET": -3, "DURATION": "4", "LABEL-ID": 9}', (0, None, "")),
    ],
)
def test_an_asset_list_may_tell_it_too(told: bytes, skip: tuple[float, float | None, str]) -> None:
    found = read_asset_list(b'{"ASSETS": [], "SKIP-CONTROL": ' + told + b"}", url=URL).skip
    offset, duration, label = skip
    length = None if duration is None else micros(duration)
    assert found == SkipControl(offset=micros(offset), duration=length, label=label)


@pytest.mark.parametrize("bad", [b"", b"[]", b'{"ASSETS": {}}', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_asset_list(bad: bytes) -> None:
    with pytest.raises(PlayerError) as caught:
        read_asset_list(bad, url=URL)
    assert caught.value.failure.code is ErrorCode.MANIFEST_INVALID
