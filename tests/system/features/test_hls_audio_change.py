"""Another language is heard within 300 ms from what is cached."""

import anyio
import pytest

from player.api import ErrorOccurred, SelectAudio
from player.clock import SystemClock
from tests.system.features.hls_played import SMALL
from tests.system.recording import RecordedPlayer, recorded_player

pytestmark = pytest.mark.system

_WITHIN_S = 0.3
_FEEL_S, _USUAL_S = 0.01, 0.005
"""How often the machine is felt, and how late it may be without being called busy."""


@pytest.mark.parametrize("form", ["hls-cmaf/master.m3u8", "hls-ts/master.m3u8?muxed=0"])
def test_a_change_of_language_is_heard_at_once(lab_url: str, form: str) -> None:
    """From the command to the first sound of the new epoch, once both languages are cached.

    What the machine withheld meanwhile is left out; `bench track_change` measures the whole.
    """
    url = f"{lab_url}/channels/1/vod/{form}{'&' if '?' in form else '?'}length=40"
    took = anyio.run(_changes, url)
    assert max(took[1:]) < _WITHIN_S, took


async def _changes(url: str) -> list[float]:
    """To the other language, back, and to the other one again; seconds each took."""
    took = []
    async with recorded_player(1.0) as rig, anyio.create_task_group() as group:
        withheld = [0.0]
        group.start_soon(_feel, withheld)
        rig.play(url, audio_language="en", max_height=SMALL)
        await rig.until(lambda: rig.now.position > 1e6 and len(rig.now.audio) == 2, 10)
        for language in ("pt", "en", "pt"):
            track = next(one.id for one in rig.now.audio if one.language == language)
            opened, asked = len(rig.sink.opened), SystemClock().monotonic()
            before = withheld[0]
            rig.do(SelectAudio(track=track))
            await rig.until(lambda: _heard(rig, opened), 5)  # noqa: B023 - awaited here
            took.append((SystemClock().monotonic() - asked) / 1e6 - withheld[0] + before)
            await rig.until(lambda: rig.now.audio_track == track, 5)  # noqa: B023
            await anyio.sleep(0.5)
        assert not rig.of(ErrorOccurred)
        group.cancel_scope.cancel()
    return took


async def _feel(withheld: list[float]) -> None:
    """Sum up how much later than asked for each short sleep ends."""
    while True:
        due = anyio.current_time() + _FEEL_S
        await anyio.sleep(_FEEL_S)
        late = anyio.current_time() - due
        withheld[0] += late if late > _USUAL_S else 0.0


def _heard(rig: RecordedPlayer, opened: int) -> bool:
    """Whether a new epoch has sound: it plays, and more than a head was fed."""
    return len(rig.sink.opened) > opened and len(rig.streams[-1]) > 20_000
