"""Text is shown at its moments: WebVTT, TTML, captions; across joints, switched at once."""

import io
from functools import partial
from pathlib import Path

import anyio
import av
import numpy as np
import pytest

from player.api import (
    CuesChanged,
    ErrorOccurred,
    FirstPicture,
    Play,
    PlayRequest,
    SelectText,
)
from player.clock import SystemClock
from tests.system.features.hls_played import SMALL, check_undisturbed, subtitles
from tests.system.features.played import Notes, Played, Script, play, play_all
from tests.system.recording import RecordedPlayer, recorded_player

pytestmark = pytest.mark.system

_CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "playable"
_OFFSET = _CORPUS / "shaka" / "hls-text-offset" / "index.m3u8"
_SLOW = 3.0
Cues = list[tuple[float, float, str]]


def _loop(words: str, first: int, end: int) -> Cues:
    """A cue each two seconds that tells the second of the loop."""
    return [(at, at + 2, f"{words}{at % 24:02}") for at in range(first, end, 2)]


_ENGLISH = _loop("Channel 1 · 00:", 0, 28)
_FILMS = {
    "WebVTT, TS timing": ("1/vod/hls-ts/master.m3u8?length=28", _ENGLISH),
    "WebVTT, 33 bits": ("1/vod/hls-ts/master.m3u8?rollover=1&length=28", _ENGLISH),
    "WebVTT, TS discontinuities": ("1/vod/hls-ts/master.m3u8?discontinuity=3&length=28", _ENGLISH),
    "WebVTT, CMAF": ("1/vod/hls-cmaf/master.m3u8?length=28", _ENGLISH),
    "WebVTT, CMAF discontinuities": (
        "1/vod/hls-cmaf/master.m3u8?discontinuity=3&misalign=1&length=28",
        _ENGLISH,
    ),
    "WebVTT, TS ads": (
        "1/vod/hls-ts/master.m3u8?ads=1&length=28",
        [*_loop("Channel 2 · 00:", 0, 8), *_loop("Channel 1 · 00:", 8, 28)],
    ),
    "WebVTT, CMAF ads": (
        "1/vod/hls-cmaf/master.m3u8?ads=1&length=28",
        [*_loop("Channel 2 · 00:", 0, 8), *_loop("Channel 1 · 00:", 8, 28)],
    ),
    "wvtt in CMAF": ("1/vod/dash/manifest.mpd?length=28", _ENGLISH),
    "wvtt in CMAF, periods": ("1/vod/dash/manifest.mpd?periods=10&length=28", _ENGLISH),
}
"""Played from the beginning with English subtitles: what must be shown."""


@pytest.fixture(scope="module")
def films(lab_url: str) -> dict[str, Played]:
    """All of them, and one slowly enough to see when a cue comes."""

    def one(path: str, speed: float = 4.0) -> partial[Played]:
        url = f"{lab_url}/channels/{path}"
        return partial(play, url, speed=speed, max_height=SMALL, text_language="en")

    runs = {name: one(path) for name, (path, _) in _FILMS.items()}
    slow = one("1/vod/hls-ts/master.m3u8?discontinuity=2&length=14", _SLOW)
    return {"slowly": slow()} | play_all(runs)


@pytest.mark.parametrize("name", _FILMS)
def test_each_cue_is_shown_at_its_time(films: dict[str, Played], name: str) -> None:
    played = films[name]
    check_undisturbed(played)
    told = subtitles(played)
    assert [words for _, _, words in told] == [words for _, _, words in _FILMS[name][1]]
    for (start, end, _), (begins, ends, _) in zip(told, _FILMS[name][1], strict=True):
        assert start == pytest.approx(begins, abs=0.03)
        assert end == pytest.approx(ends, abs=0.03)


def test_a_cue_comes_with_its_picture(films: dict[str, Played]) -> None:
    """The moment of each change is that of the picture."""
    played = films["slowly"]
    begin = played.of(FirstPicture)[0].at
    changes = [change for change in played.of(CuesChanged) if change.cues]
    assert len(changes) == 7
    for change in changes[1:]:
        at = (change.at - begin) * _SLOW / 1e6
        assert at == pytest.approx(change.cues[0].start / 1e6, abs=0.25)


@pytest.mark.skipif(not _OFFSET.exists(), reason="the corpus is not beside the checkout")
def test_shaka_5168_text_offsets_of_the_corpus() -> None:
    """shaka-player#5168: the three cues at the times that Shaka's own test expects."""
    played = play(str(_OFFSET), _choosing("text"), 4.0)
    told = subtitles(played)
    assert [words.split()[0] for _, _, words in told] == ["You're", "You're", "cues"]
    for (start, end, _), (begins, ends) in zip(told, [(0, 2), (2, 4), (6, 8)], strict=True):
        assert start == pytest.approx(begins, abs=0.5)
        assert end == pytest.approx(ends, abs=0.5)


# ---- choosing ------------------------------------------------------------------------------


def _choosing(word: str) -> Script:
    """Choose the first subtitles with this in id or name as soon as there are, and play on."""

    async def script(rig: RecordedPlayer, _: Notes) -> None:
        await rig.until(lambda: _named(rig, word) or rig.of(ErrorOccurred))
        rig.do(SelectText(track=_named(rig, word)))
        await rig.until_over()

    return script


def _named(rig: RecordedPlayer, word: str) -> str | None:
    return next((one.id for one in rig.now.text if word in f"{one.id} {one.name}"), None)


_CHOSEN = {
    "CEA-608 in TS": ("hls-ts/master.m3u8", "CC1", _loop("CC1 CHANNEL 105 00:", 0, 20)),
    "CEA-608 in CMAF": ("hls-cmaf/master.m3u8", "CC1", _loop("CC1 CHANNEL 105 00:", 0, 20)),
    "CEA-608 over joints": (
        "hls-ts/master.m3u8?discontinuity=3",
        "CC1",
        _loop("CC1 CHANNEL 105 00:", 0, 20),
    ),
    "teletext": ("hls-ts/master.m3u8", "teletext-888", _loop("TELETEXT 105 00:", 0, 20)),
    "TTML in CMAF": ("dash/manifest.mpd", "(ttml)", _loop("TTML 105 · 00:", 0, 20)),
}
"""Laboratory channel 105: what must be shown at the latest some seconds after the choice."""


@pytest.fixture(scope="module")
def chosen(lab_url: str) -> dict[str, Played]:
    """All of them, with what was chosen once it was offered.

    Slowly: a caption is told as the pictures that carry it are fed, 4 s of media ahead.
    """
    runs = {}
    for name, (path, word, _) in _CHOSEN.items():
        url = f"{lab_url}/channels/105/vod/{path}{'&' if '?' in path else '?'}length=20"
        runs[name] = partial(play, url, _choosing(word), _SLOW / 2)
    url = f"{lab_url}/channels/105/vod/hls-ts/master.m3u8?length=12"
    runs["DVB"] = partial(play, url, _choosing("dvbsub"), 4.0)
    url = f"{lab_url}/channels/1/vod/hls-ts/master.m3u8?length=40"
    runs["languages"] = partial(
        play, url, _on_off_other, 2.0, max_height=SMALL, text_language="en"
    )
    return play_all(runs)


@pytest.mark.parametrize("name", _CHOSEN)
def test_what_was_chosen_is_shown_at_its_times(chosen: dict[str, Played], name: str) -> None:
    played, expected = chosen[name], _CHOSEN[name][2]
    check_undisturbed(played)
    told = subtitles(played)
    assert len(told) >= len(expected) - 3
    for (start, _, words), (begins, _, wanted) in zip(told, expected[-len(told) :], strict=True):
        assert words.strip() == wanted
        assert start == pytest.approx(begins, abs=0.1)
    clear = [change for change in played.of(CuesChanged)[:-1] if not change.cues]
    assert clear == [], "each stays until the next one comes"


def test_dvb_subtitles_go_to_libmpv_with_the_pictures(chosen: dict[str, Played]) -> None:
    """As packets of a stream of their own, each two seconds."""
    played = chosen["DVB"]
    check_undisturbed(played)
    with av.open(io.BytesIO(played.streams[-1])) as container:
        (stream,) = container.streams.subtitles
        assert stream.codec_context.name == "dvbsub"
        times = [packet.pts * packet.time_base for packet in container.demux(stream) if packet.pts]
    assert len(times) >= 3
    assert np.diff([float(at) for at in times]) == pytest.approx(2, abs=0.1)


async def _on_off_other(rig: RecordedPlayer, notes: Notes) -> None:
    """English off, Portuguese, English, Portuguese; notes how long each took."""
    await rig.until(lambda: rig.now.cues)
    for language in ("", "pt", "en", "pt"):
        chosen = next((one.id for one in rig.now.text if one.language == language), None)
        asked, before = SystemClock().monotonic(), len(rig.of(CuesChanged))
        rig.do(SelectText(track=chosen))
        await rig.until(partial(_shows, rig, language, before), 5)
        change = rig.of(CuesChanged)[-1]
        words = change.cues[0].text if change.cues else ""
        notes.reached.append((language, words, (change.at - asked) / 1e6))


def _shows(rig: RecordedPlayer, language: str, before: int) -> bool:
    changes = rig.of(CuesChanged)
    if len(changes) <= before:
        return False
    words = {"pt": "Canal", "en": "Channel"}.get(language)
    shown = changes[-1].cues
    return shown[0].text.startswith(words) if words and shown else not words and not shown


def test_on_off_and_another_language_at_once(chosen: dict[str, Played]) -> None:
    """Off at once; what was fetched before at once as well; what must be fetched soon."""
    took = {
        (language, place): seconds
        for place, (language, _, seconds) in enumerate(chosen["languages"].notes.reached)
    }
    assert took[("", 0)] < 0.1
    assert took[("pt", 1)] < 0.5
    assert took[("en", 2)] < 0.2
    assert took[("pt", 3)] < 0.2
    assert not chosen["languages"].of(ErrorOccurred)


# ---- zapping -------------------------------------------------------------------------------


async def _zap(rig: RecordedPlayer, url: str, word: str) -> str | None:
    """Choose, tune to another address, and give what is chosen there by itself."""
    await rig.until(lambda: _named(rig, word) or rig.of(ErrorOccurred))
    chosen = _named(rig, word)
    rig.do(SelectText(track=chosen))
    await rig.until(lambda: rig.now.text_track == chosen)
    rig.do(Play(request=PlayRequest(url=url, tag="next")))
    await rig.until(lambda: rig.now.tag == "next" and rig.now.text_track is not None, 20)
    return rig.now.text_track


@pytest.mark.parametrize(
    ("word", "path", "taken"),
    [
        ("CC1", "hls-ts/v240-cc.m3u8", "captions:CC1"),
        ("CC1", "hls-cmaf/master.m3u8", "-CC1"),
        ("teletext-888", "hls-ts/master.m3u8", "captions:teletext-888"),
        ("dvbsub", "hls-ts/master.m3u8", "captions:dvbsub"),
    ],
)
def test_chosen_text_in_the_pictures_goes_along_in_a_zap(
    lab_url: str, word: str, path: str, taken: str
) -> None:
    root = f"{lab_url}/channels/105/vod"

    async def scenario() -> None:
        async with recorded_player(2.0) as rig:
            rig.play(f"{root}/hls-ts/master.m3u8?length=20")
            found = await _zap(rig, f"{root}/{path}?length=20", word)
            assert found is not None
            assert taken in found
            if word == "dvbsub":
                await rig.until(lambda: _has_bitmaps(rig.streams[-1]), 10)
            else:
                await rig.until(lambda: rig.now.cues, 20)
            rig.do(SelectText(track=None))
            rig.do(Play(request=PlayRequest(url=f"{root}/{path}?length=12", tag="off")))
            await rig.until(lambda: rig.now.tag == "off" and rig.now.position > 2e6, 20)
            assert rig.now.text_track is None

    anyio.run(scenario)


def _has_bitmaps(stream: bytes) -> bool:
    return b"S_DVBSUB" in stream
