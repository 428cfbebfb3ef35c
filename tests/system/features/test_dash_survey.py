"""What a manifest offers beside what is played: thumbnails and key frames, all of them there."""

import io

import anyio
import av
import httpx
import pytest

from app.workers import run_in_worker
from player.api import PlayRequest
from player.clock import SystemClock
from player.model.presentation import Presentation, TileGrid, TrackKind
from player.net.fetcher import HttpFetcher
from player.session.survey import SurveyParts, survey
from player.units import Micros, micros
from tests.strip import read_strip

pytestmark = pytest.mark.system

FILM = "1/vod/dash/manifest.mpd?rungs=v240&length=48&trick=1&thumbnails=1"
NOW = Micros(0)


@pytest.fixture(scope="module")
def offer(lab_url: str) -> Presentation:
    """The survey of the film."""

    async def look() -> Presentation:
        clock = SystemClock()
        fetcher = HttpFetcher(clock)
        parts = SurveyParts(fetcher=fetcher, clock=clock, worker=run_in_worker)
        try:
            return await survey(PlayRequest(url=f"{lab_url}/channels/{FILM}"), parts)
        finally:
            await fetcher.aclose()

    return anyio.run(look)


def test_thumbnails_can_be_had_and_cut_up(offer: Presentation) -> None:
    (period,) = offer.periods
    (track,) = period.of(TrackKind.IMAGE)
    (sheets,) = track.representations
    assert sheets.tiles == TileGrid(columns=4, rows=3)
    assert sheets.index is not None
    numbers = sheets.index.numbers(NOW)
    assert [sheets.index.segment(one).start for one in numbers] == [0, micros(24)]
    for number in numbers:
        answer = httpx.get(sheets.index.segment(number).resource.uri)
        with av.open(io.BytesIO(answer.content)) as picture:
            (frame,) = picture.decode(video=0)
        assert (frame.width, frame.height) == (sheets.width, sheets.height)


def test_key_frames_stand_apart_and_show_their_moment(offer: Presentation) -> None:
    """Nobody takes them for a rung of the picture; each segment is one picture of its time."""
    (period,) = offer.periods
    (trick,) = period.trick_play
    assert {track.kind for track in period.tracks} >= {TrackKind.VIDEO, TrackKind.AUDIO}
    videos = [one.id for track in period.of(TrackKind.VIDEO) for one in track.representations]
    (keys,) = trick.representations
    assert keys.id not in videos
    assert keys.index is not None
    assert keys.init is not None
    numbers = keys.index.numbers(NOW)
    head = httpx.get(keys.init.uri).content
    for number in (numbers[0], numbers[5]):
        segment = keys.index.segment(number)
        body = head + httpx.get(segment.resource.uri).content
        with av.open(io.BytesIO(body)) as container:
            frame, *more = list(container.decode(video=0))
        assert more == []
        luma = frame.to_ndarray(format="gray")
        strip = read_strip(luma)
        assert strip is not None
        assert (strip.channel, strip.frame) == (1, round(segment.start * 25 / 1e6) % 600)
