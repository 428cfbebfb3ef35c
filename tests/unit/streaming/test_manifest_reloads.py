"""The manifest again: by a patch, from another place, with its remote elements, and in vain."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from types import SimpleNamespace
from typing import cast

import trio

from player.api import PlayerEvent, Recovered
from player.errors import ErrorCode, PlayerError, error
from player.manifest.face import parse
from player.model.presentation import ManifestFormat, Presentation
from player.ports import AnswerHead, FetchRequest
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.parts import EngineParts, Reporter, Source
from player.streaming.fetch.recovery import RecoveryPolicy
from player.streaming.presentation.manifest_reader import read_manifest
from player.streaming.presentation.presentation_store import PresentationStore
from player.units import Micros, micros
from tests.fakes.virtual import VirtualClock, at_virtual_time, inline_worker

URL = "http://h/live.mpd"
NAMESPACES = 'xmlns="urn:mpeg:dash:schema:mpd:2011" xmlns:xlink="http://www.w3.org/1999/xlink"'


def _mpd(published: int, inner: str = "", periods: str = "") -> bytes:
    return (
        f'<MPD {NAMESPACES} id="m" type="dynamic" availabilityStartTime="1970-01-01T00:00:00Z" '
        f'publishTime="2027-01-15T08:00:{published:02}Z" minimumUpdatePeriod="PT2S" '
        f'timeShiftBufferDepth="PT60S">{inner}'
        f"{periods or _period('p0')}</MPD>"
    ).encode()


def _period(name: str) -> str:
    return (
        f'<Period id="{name}" start="PT0S"><AdaptationSet contentType="video" '
        'mimeType="video/mp4"><SegmentTemplate media="$Number$.m4s" duration="2"/>'
        '<Representation id="v" bandwidth="1000" codecs="avc1.64001f"/>'
        "</AdaptationSet></Period>"
    )


class _Origin:
    """Answers each address with the next of its answers, the last one for ever."""

    def __init__(self, **answers: list[bytes | ErrorCode]) -> None:
        self.answers = {name.replace("_", "."): list(told) for name, told in answers.items()}
        self.asked: list[str] = []
        self.url, self.head = "", AnswerHead()

    @asynccontextmanager
    async def open(self, request: FetchRequest) -> AsyncIterator["_Origin"]:
        self.url = request.resource.uri
        self.asked.append(self.url.removeprefix("http://h/"))
        told = self.answers.get(self.asked[-1].partition("?")[0], [ErrorCode.NETWORK_UNREACHABLE])
        answer = told.pop(0) if len(told) > 1 else told[0]
        await trio.sleep(0.1)
        if isinstance(answer, ErrorCode):
            raise error(answer, "x")
        self._body = answer
        yield self

    async def chunks(self) -> AsyncIterator[bytes]:
        yield self._body


def _parse(body: bytes) -> Presentation:
    return parse(body, url=URL, now=Micros(0), format=ManifestFormat.DASH)


def _store(
    origin: _Origin, first: bytes, told: list[PlayerEvent] | None = None
) -> PresentationStore:
    clock = VirtualClock()
    parts = SimpleNamespace(
        clock=clock,
        fetcher=origin,
        worker=inline_worker,
        draw=lambda: 0.5,
        recovery=RecoveryPolicy(),
        estimator=SimpleNamespace(estimate=None),
    )
    reporter = Reporter(clock=clock, tag="t", publish=(told if told is not None else []).append)
    source = Source(url=URL)
    return PresentationStore(_parse(first), URL, cast("EngineParts", parts), source, reporter)


def _run(scenario: Callable[[], object]) -> None:
    at_virtual_time(scenario)  # type: ignore[arg-type]


PATCHED = '<PatchLocation ttl="600">patch</PatchLocation>'


def _patch(published: int, original: int) -> bytes:
    return (
        '<Patch xmlns="urn:mpeg:dash:schema:mpd-patch:2020" mpdId="m" '
        f'originalPublishTime="2027-01-15T08:00:{original:02}Z" '
        f'publishTime="2027-01-15T08:00:{published:02}Z">'
        f'<replace sel="/MPD/@publishTime">2027-01-15T08:00:{published:02}Z</replace></Patch>'
    ).encode()


def test_a_patch_is_enough() -> None:
    async def scenario() -> None:
        origin = _Origin(patch=[_patch(2, 0), _patch(4, 2)])
        store = _store(origin, _mpd(0, PATCHED))
        before = store.presentation.published
        await store.reload()
        await store.reload()
        assert origin.asked == ["patch", "patch"]
        assert before is not None
        assert store.presentation.published == before + micros(4)

    _run(scenario)


def test_a_patch_that_does_not_fit_costs_one_whole_manifest() -> None:
    async def scenario() -> None:
        origin = _Origin(patch=[_patch(9, 7)], live_mpd=[_mpd(8)])
        store = _store(origin, _mpd(0, PATCHED))
        await store.reload()
        assert origin.asked == ["patch", "live.mpd"]
        assert not store.presentation.patch

    _run(scenario)


def test_a_manifest_that_cannot_be_had_is_had_from_its_other_place() -> None:
    async def scenario() -> None:
        told: list[PlayerEvent] = []
        places = "<Location>http://h/a.mpd</Location><Location>http://h/b.mpd</Location>"
        origin = _Origin(
            a_mpd=[ErrorCode.NETWORK_TIMEOUT], b_mpd=[_mpd(2, places), _mpd(4, places)]
        )
        store = _store(origin, _mpd(0, places), told)
        with trio.move_on_after(5.5):
            await store.keep_fresh()
        assert origin.asked == ["a.mpd", "b.mpd", "b.mpd"], "and stays there"
        assert [one.decision for one in told if isinstance(one, Recovered)] == [
            "manifest: another location"
        ]

    _run(scenario)


def test_a_manifest_that_is_gone_is_asked_for_when_it_is_due_again() -> None:
    async def scenario() -> None:
        origin = _Origin(live_mpd=[ErrorCode.NETWORK_INTERRUPTED] * 2 + [_mpd(6)])
        store = _store(origin, _mpd(0))
        with trio.move_on_after(6):
            await store.keep_fresh()
        assert origin.asked[:2] == ["live.mpd", "live.mpd"]
        assert store.presentation.published == _parse(_mpd(6)).published

    _run(scenario)


def test_who_asks_while_another_is_loading_gets_what_that_one_brings() -> None:
    async def scenario() -> None:
        origin = _Origin(live_mpd=[_mpd(2)])
        store = _store(origin, _mpd(0))
        async with trio.open_nursery() as nursery:
            for _ in range(3):
                nursery.start_soon(store.reload)
        assert origin.asked == ["live.mpd"]
        await store.reload()
        assert len(origin.asked) == 2

    _run(scenario)


def _reach(origin: _Origin) -> EngineParts:
    parts = SimpleNamespace(clock=VirtualClock(), fetcher=origin, worker=inline_worker)
    return cast("EngineParts", parts)


async def _read(origin: _Origin, periods: str) -> Presentation:
    return await read_manifest(
        _reach(origin),
        Source(url=URL),
        _mpd(0, periods=periods),
        url=URL,
        format=ManifestFormat.DASH,
    )


def _remote(href: str) -> str:
    return f'<Period id="r" xlink:href="{href}" xlink:actuate="onLoad"/>'


def test_remote_periods_are_fetched_before_anything_plays() -> None:
    async def scenario() -> None:
        origin = _Origin(
            ad_xml=[_period("ad").replace("<Period", f"<Period {NAMESPACES}", 1).encode()]
        )
        found = await _read(origin, _remote("ad.xml"))
        assert origin.asked == ["ad.xml"]
        assert [one.id for one in found.periods] == ["ad"]
        assert found.periods[0].tracks

    _run(scenario)


def test_remote_periods_that_cannot_be_had_are_left_out() -> None:
    async def scenario() -> None:
        origin = _Origin()
        found = await _read(origin, _remote("gone.xml") + _period("p1"))
        assert [one.id for one in found.periods if one.tracks] == ["p1"]

    _run(scenario)


def test_remote_periods_that_lead_in_circles_come_to_an_end() -> None:
    async def scenario() -> None:
        nested = f'<Period {NAMESPACES} xlink:href="a.xml" xlink:actuate="onLoad"/>'
        origin = _Origin(a_xml=[nested.encode()])
        await _read(origin, _remote("a.xml") + _period("p1"))
        assert len(origin.asked) <= 3

    _run(scenario)


def test_no_remote_element_is_read_from_this_machine() -> None:
    async def scenario() -> None:
        origin = _Origin()
        with suppress(PlayerError):
            await _read(origin, _remote("file:///etc/hostname") + _period("p1"))
        assert origin.asked == []

    _run(scenario)


def _lane(store: PresentationStore) -> Lane:
    period = store.presentation.periods[0]
    track = period.tracks[0]
    return Lane(period=period, track=track, representation=track.representations[0])


PLAYLIST = """#EXTM3U
#EXT-X-VERSION:9
#EXT-X-TARGETDURATION:6
#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=36
#EXT-X-MEDIA-SEQUENCE:{first}
"""


def _list(first: int, last: int) -> bytes:
    rows = "".join(f"#EXTINF:6,\n{number}.ts\n" for number in range(first, last + 1))
    return (PLAYLIST.format(first=first) + rows).encode()


def _delta(first: int, skipped: int, last: int) -> bytes:
    rows = "".join(f"#EXTINF:6,\n{number}.ts\n" for number in range(first + skipped, last + 1))
    head = PLAYLIST.format(first=first) + f"#EXT-X-SKIP:SKIPPED-SEGMENTS={skipped}\n"
    return (head + rows).encode()


MASTER = b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1000\nv.m3u8\n"


def _hls(origin: _Origin) -> PresentationStore:
    store = _store(origin, _mpd(0))
    store.take(parse(MASTER, url="http://h/m.m3u8", now=Micros(0), format=ManifestFormat.HLS))
    return store


def test_a_live_playlist_is_had_by_what_changed() -> None:
    async def scenario() -> None:
        origin = _Origin(v_m3u8=[_list(0, 20), _delta(1, 12, 21)])
        store = _hls(origin)
        lane = _lane(store)
        await store.load_index(lane)
        await store.load_index(lane)
        assert origin.asked == ["v.m3u8", "v.m3u8?_HLS_skip=YES"]
        loaded = store.index(lane)
        assert loaded is not None
        assert loaded.index.numbers(Micros(0)) == range(1, 22)

    _run(scenario)


def test_changes_that_do_not_fit_cost_one_whole_playlist() -> None:
    async def scenario() -> None:
        origin = _Origin(v_m3u8=[_list(0, 20), _delta(300, 12, 320), _list(300, 320)])
        store = _hls(origin)
        lane = _lane(store)
        await store.load_index(lane)
        await store.load_index(lane)
        assert origin.asked == ["v.m3u8", "v.m3u8?_HLS_skip=YES", "v.m3u8"]
        loaded = store.index(lane)
        assert loaded is not None
        assert loaded.index.numbers(Micros(0)) == range(300, 321)

    _run(scenario)
