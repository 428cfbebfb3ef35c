"""The robustness cases: what the headend is asked for, and how it is watched."""

import time
from dataclasses import dataclass

import anyio

from player.api import Seek, SetPaused
from player.units import Micros, micros
from tests.system.features.played import (
    FAST,
    Notes,
    Played,
    Script,
    for_seconds,
    is_fatal,
    play,
    to_the_end,
)
from tests.system.recording import RecordedPlayer

TS = "/channels/3/{kind}/hls-ts/master.m3u8"
CMAF = "/channels/3/{kind}/hls-cmaf/master.m3u8"
DASH = "/channels/3/{kind}/dash/manifest.mpd"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One stream to be watched, in `thread` (where somebody had trouble with it).

    `seconds`: for how long, 0: to its end. `fast`: faster than time, live from the
    back of the window. `moments`: names of options whose values are milliseconds since the
    epoch, here in seconds from the start of watching. `seeks`: where to go, three seconds after
    each arrival. `pause`: how long to pause, three seconds after the first picture. `text`:
    subtitles of that language are on. `speed`: how fast the fast ones are. `kept`: with
    a store for what is watched.
    """

    thread: str
    path: str
    query: str = ""
    live: bool = False
    fast: bool = True
    seconds: float = 0.0
    moments: tuple[tuple[str, float], ...] = ()
    seeks: tuple[float, ...] = ()
    pause: float = 0.0
    text: str = ""
    speed: float = FAST
    kept: bool = False

    @property
    def name(self) -> str:
        """How a test is called."""
        way = "dash" if "dash" in self.path else self.path.split("/")[4]
        return f"{self.thread}-{'live' if self.live else 'film'}-{way}"

    def watch(self, headend: str) -> Played:
        """Play it."""
        now = int(time.time() * 1000)  # noqa: TID251 - what the server's options are in
        told = "&".join(f"{name}={now + round(at * 1000)}" for name, at in self.moments)
        path = self.path.format(kind="live" if self.live else "vod")
        start = Micros(0) if self.live and self.fast else None
        url = f"{headend}{path}?{self.query}{'&' if told else ''}{told}"
        return play(
            url,
            self._script(),
            self.speed if self.fast else 1.0,
            kept=self.kept,
            start=start,
            text_language=self.text,
        )

    def _script(self) -> Script:
        if self.seeks:
            return _seeking(self.seeks)
        if not self.seconds:
            return to_the_end
        return for_seconds(self.seconds) if self.fast else _watching(self.seconds, self.pause)


def _watching(duration: float, pause: float) -> Script:
    """So many seconds of the wall's clock, whatever is to be seen."""

    async def script(rig: RecordedPlayer, notes: Notes) -> None:
        with anyio.move_on_after(duration):
            if pause:
                await for_seconds(3)(rig, notes)
                rig.do(SetPaused(paused=True))
                await anyio.sleep(pause)
                rig.do(SetPaused(paused=False))
            await rig.until(lambda: is_fatal(rig), duration + 5)

    return script


def _seeking(targets: tuple[float, ...]) -> Script:
    async def script(rig: RecordedPlayer, notes: Notes) -> None:
        await for_seconds(3)(rig, notes)
        for target in targets:
            opened = len(rig.sink.opened)
            rig.do(Seek(position=micros(target)))
            there = micros(target + 3)
            await rig.until(
                lambda opened=opened, there=there: (  # type: ignore[misc]
                    len(rig.sink.opened) > opened and rig.now.position >= there
                )
            )

    return script
