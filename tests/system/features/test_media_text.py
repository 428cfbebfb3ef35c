"""Subtitles of every kind are told when they are due: WebVTT, TTML, CEA-608, teletext, DVB."""

import io
from dataclasses import dataclass
from functools import partial

import anyio
import av
import pytest

from player.api import CuesChanged, ErrorOccurred, FirstPicture, SelectText
from tests.system.features.played import (
    Notes,
    Played,
    Script,
    is_fatal,
    play,
    play_all,
    shown,
)
from tests.system.recording import TICK, RecordedPlayer

pytestmark = pytest.mark.system

DASH, CMAF, TS = "vod/dash/manifest.mpd", "vod/hls-cmaf/master.m3u8", "vod/hls-ts/master.m3u8"
SECONDS = 9.0
LATE = 0.35
"""A snapshot comes ten times a second, and the machine is busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of subtitles: where it is had, what its name holds, what it says."""

    form: str
    name: str
    words: str
    captions: bool = False


KINDS = {
    "wvtt in DASH": Kind(form=DASH, name="English", words="Channel 105 · "),
    "ttml in DASH": Kind(form=DASH, name="English (ttml)", words="TTML 105 · "),
    "608 in DASH": Kind(form=DASH, name="CC1", words="CC1 CHANNEL 105 ", captions=True),
    "wvtt in CMAF": Kind(form=CMAF, name="English", words="Channel 105 · "),
    "608 in CMAF": Kind(form=CMAF, name="English CC", words="CC1 CHANNEL 105 ", captions=True),
    "webvtt in TS": Kind(form=TS, name="English", words="Channel 105 · "),
    "608 in TS": Kind(form=TS, name="English CC", words="CC1 CHANNEL 105 ", captions=True),
    "teletext": Kind(form=TS, name="Teletext 888", words="TELETEXT 105 "),
}


def _with_text(name: str) -> Script:
    """Choose the subtitles with that name at the first picture, and note each change of cues."""

    async def script(rig: RecordedPlayer, notes: Notes) -> None:
        await rig.until(lambda: is_fatal(rig) or rig.of(FirstPicture))
        await rig.until(lambda: is_fatal(rig) or _choices(rig, name))
        rig.do(SelectText(track=_choices(rig, name)[0]))
        while rig.now.position < SECONDS * 1e6 and not is_fatal(rig):
            for change in rig.of(CuesChanged)[len(notes.reached) :]:
                text = "|".join(cue.text for cue in change.cues)
                notes.reached.append((text, name, rig.now.position / 1e6))
            await anyio.sleep(TICK)

    return script


def _choices(rig: RecordedPlayer, name: str) -> list[str]:
    return [one.id for one in rig.now.text if one.name == name]


@pytest.fixture(scope="module")
def played(lab_url: str) -> dict[str, Played]:
    """The captioned channel with each kind chosen, in its own time."""
    runs = {name: (kind.form, kind.name) for name, kind in KINDS.items()}
    runs["dvb"] = (TS, "DVB 1")
    return play_all(
        {
            name: partial(
                play,
                f"{lab_url}/channels/105/{form}?length=14",
                _with_text(track),
                speed=1.0,
            )
            for name, (form, track) in runs.items()
        },
        together=5,
    )


@pytest.mark.parametrize("name", KINDS)
def test_each_cue_is_told_when_it_is_due(played: dict[str, Played], name: str) -> None:
    """A cue each two seconds that says which second it belongs to."""
    found, kind = played[name], KINDS[name]
    assert found.of(ErrorOccurred) == []
    said = {text: at for text, _, at in found.notes.reached if text}
    for second in (4, 6, 8):
        words = f"{kind.words}00:{second:02d}"
        assert words in said, said
        assert second - 0.15 <= said[words] <= second + LATE
    chosen = next(one for one in found.now.text if one.name == kind.name)
    assert chosen.captions == kind.captions
    assert found.now.text_track == chosen.id


@pytest.mark.parametrize("name", KINDS)
def test_a_cue_goes_when_the_next_comes(played: dict[str, Played], name: str) -> None:
    """Never two at once, and each in its order."""
    texts = [text for text, _, _ in played[name].notes.reached if text]
    assert not any("|" in text for text in texts)
    assert texts == sorted(texts)


def test_pictures_of_text_go_with_the_pictures(played: dict[str, Played]) -> None:
    """DVB subtitles are libmpv's: they lie in the stream, drawn at their times."""
    found = played["dvb"]
    assert found.of(ErrorOccurred) == []
    with av.open(io.BytesIO(found.streams[-1])) as container:
        (subtitles,) = container.streams.subtitles
        assert subtitles.codec_context.name in {"dvbsub", "dvb_subtitle"}
        packets = [one for one in container.demux(subtitles) if one.pts is not None]
        times = [
            float(one.pts or 0) * float(one.time_base or 0) for one in packets if one.size > 40
        ]
    inside = [time for time in times if 4 <= time <= 8.5]
    assert inside == pytest.approx([4.0, 6.0, 8.0], abs=0.1)


def test_the_pictures_do_not_wait_for_text(played: dict[str, Played]) -> None:
    """Nothing is shown twice or left out where subtitles are drawn beside the pictures."""
    for name in KINDS:
        found = played[name]
        assert len(found.streams) == 1, name
        frames = shown(found.fed)
        assert frames == [(105, frame) for frame in range(len(frames))], name
