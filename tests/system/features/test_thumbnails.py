"""Thumbnails on the real engine and headend: the strip in the small picture says its moment."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import pytest

from player.api import SetPaused, ThumbnailReady, WantThumbnail
from player.units import MICROS_PER_SECOND, Micros, micros
from tests.strip import StripReading, read_strip
from tests.system.features.played import Notes, Played, is_fatal, play
from tests.system.recording import RecordedPlayer

pytestmark = pytest.mark.system

LOOP, RATE = 600, 25
STEP = micros(2)
"""Of the headend's tiles, and of its key frames."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A form of the channel, what its small pictures come from, and where they are asked for.

    `asked` are seconds from the beginning, or live from the picture.
    """

    path: str
    word: str
    asked: tuple[float, ...]
    live: bool = False


FAR = (1.0, 333.3, 334.5, 700.0)
PLAYED = (0.4, 3.9, 7.0)
SOURCES = {
    "tiles, DASH": Source(
        path="vod/dash/manifest.mpd?loops=40&thumbnails=1", word="/thumbnails/", asked=FAR
    ),
    "tiles, HLS": Source(
        path="vod/hls-ts/master.m3u8?loops=40&thumbnails=1", word="/thumbnails/", asked=FAR
    ),
    "tiles, DASH live": Source(
        path="live/dash/manifest.mpd?thumbnails=1&window=120",
        word="/thumbnails/",
        asked=(-60.0, -52.5),
        live=True,
    ),
    "tiles, HLS live": Source(
        path="live/hls-cmaf/master.m3u8?thumbnails=1&window=120",
        word="/thumbnails/",
        asked=(-60.0, -52.5),
        live=True,
    ),
    "a list of key frames, HLS": Source(
        path="vod/hls-cmaf/master.m3u8?loops=40&iframes=1", word="-iframes", asked=FAR
    ),
    "a trick mode set, DASH": Source(
        path="vod/dash/manifest.mpd?loops=40&trick=1", word="/trick-", asked=FAR
    ),
    "what was fetched, HLS TS": Source(
        path="vod/hls-ts/master.m3u8?loops=40", word="", asked=PLAYED
    ),
    "what was fetched, encrypted": Source(
        path="vod/hls-ts/master.m3u8?loops=40&aes=1", word="", asked=PLAYED
    ),
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_thumbnail_shows_the_moment_that_was_asked_for(headend_url: str, name: str) -> None:
    source, found = SOURCES[name], list[tuple[Micros, ThumbnailReady, StripReading | None]]()

    async def script(rig: RecordedPlayer, notes: Notes) -> None:
        del notes
        await rig.until(lambda: rig.now.position > 0 and rig.now.buffer > micros(4), 30)
        rig.do(SetPaused(paused=True))
        begun, played = (rig.now.position if source.live else 0), rig.now.epoch or 0
        for second in source.asked:
            asked, before = Micros(begun + micros(second)), len(rig.of(ThumbnailReady))
            rig.do(WantThumbnail(position=asked))
            await rig.until(partial(_is_more, rig, before), 30)
            ready = rig.of(ThumbnailReady)[-1]
            found.append((Micros(ready.position + played), ready, _strip(ready)))
            assert ready.position <= asked < ready.until

    heard = play(f"{headend_url}/channels/5/{source.path}", script, 1.0)
    assert not is_fatal(heard)
    for moment, ready, strip in found:
        assert strip is not None
        assert (strip.channel, strip.frame) == (5, round(moment * RATE / MICROS_PER_SECOND) % LOOP)
        assert 0 < ready.until - ready.position <= STEP
        assert ready.image.width <= 320
    assert _came_from(heard, source.word)


def test_what_the_live_window_has_left_comes_from_what_was_stored(headend_url: str) -> None:
    found = list[tuple[Micros, ThumbnailReady]]()

    async def script(rig: RecordedPlayer, notes: Notes) -> None:
        del notes
        await rig.until(lambda: rig.now.position > 0, 30)
        begun = rig.now.position
        asked = Micros(begun + micros(3))
        await rig.until(lambda: rig.now.position > begun + micros(26), 60)
        rig.do(WantThumbnail(position=asked))
        await rig.until(partial(_is_more, rig, 0), 30)
        (ready,) = rig.of(ThumbnailReady)
        found.append((Micros(ready.position + (rig.now.epoch or 0)), ready))
        assert ready.position <= asked < ready.until

    url = f"{headend_url}/channels/5/live/hls-ts/master.m3u8?window=12"
    heard = play(url, script, 1.0, kept=True)
    assert not is_fatal(heard)
    ((moment, ready),) = found
    strip = _strip(ready)
    assert strip is not None
    assert (strip.channel, strip.frame) == (5, round(moment * RATE / MICROS_PER_SECOND) % LOOP)


def _is_more(rig: RecordedPlayer, than: int) -> bool:
    return len(rig.of(ThumbnailReady)) > than


def _strip(ready: ThumbnailReady) -> StripReading | None:
    image = ready.image
    pixels = np.frombuffer(image.rgb, np.uint8).reshape(image.height, image.width, 3)
    return read_strip(pixels)


def _came_from(heard: Played, word: str) -> bool:
    """From where it should, and of pictures that are there already nothing was fetched."""
    beside = [one for one in heard.visits if "/thumbnails/" in one.uri or "/trick-" in one.uri]
    return bool(heard.fetched(word)) if word else not beside
