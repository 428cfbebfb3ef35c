"""Another language is heard within 300 ms from what is cached."""

import anyio
import pytest

from player.api import ErrorOccurred, SelectAudio
from player.clock import SystemClock
from tests.system.features.hls_played import SMALL
from tests.system.recording import RecordedPlayer, recorded_player

pytestmark = pytest.mark.system

_WITHIN_S = 0.3


@pytest.mark.parametrize("form", ["hls-cmaf/master.m3u8", "hls-ts/master.m3u8?muxed=0"])
def test_a_change_of_language_is_heard_at_once(lab_url: str, form: str) -> None:
    """From the command to the first sound of the new epoch, once both languages are cached."""
    url = f"{lab_url}/channels/1/vod/{form}{'&' if '?' in form else '?'}length=40"
    took = anyio.run(_changes, url)
    assert max(took[1:]) < _WITHIN_S, took


async def _changes(url: str) -> list[float]:
    """To the other language, back, and to the other one again; seconds each took."""
    took = []
    async with recorded_player(1.0) as rig:
        rig.play(url, audio_language="en", max_height=SMALL)
        await rig.until(lambda: rig.now.position > 1e6 and len(rig.now.audio) == 2, 10)
        for language in ("pt", "en", "pt"):
            track = next(one.id for one in rig.now.audio if one.language == language)
            opened, asked = len(rig.sink.opened), SystemClock().monotonic()
            rig.do(SelectAudio(track=track))
            await rig.until(lambda: _heard(rig, opened), 5)  # noqa: B023 - awaited here
            took.append((SystemClock().monotonic() - asked) / 1e6)
            await rig.until(lambda: rig.now.audio_track == track, 5)  # noqa: B023
            await anyio.sleep(0.5)
        assert not rig.of(ErrorOccurred)
    return took


def _heard(rig: RecordedPlayer, opened: int) -> bool:
    """Whether a new epoch has sound: it plays, and more than a head was fed."""
    return len(rig.sink.opened) > opened and len(rig.streams[-1]) > 20_000
