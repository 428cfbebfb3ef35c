"""From the command to the first picture of another channel, over 20 Mbit/s and 40 ms, real libmpv.

Prints JSON: for HLS and DASH `near` (a channel that was expected, as the window expects it) and
`far` (any other), each with median, p95 and worst in seconds; `wrong` counts pictures whose strip
names another channel. With `--storm N`: N zaps at random, and what they leave behind: MiB (what
the segment cache holds within its budget is told apart), threads, descriptors and mpv cores after
against before.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from app.player_host import HostOptions, PlayerHost
from bench.neighbours import headend, pause, resident_mib, shaped
from player.api import (
    ErrorOccurred,
    Expect,
    FirstPicture,
    Play,
    PlayerEvent,
    PlayerSnapshot,
    PlayRequest,
    Stop,
)
from player.errors import Severity
from tests.system.picture import strip_of

FORMATS = {"hls": "live/hls-cmaf/master.m3u8", "dash": "live/dash/manifest.mpd"}
CHANNELS = 8
PATIENCE_S = 20.0
LOOK_S = 4.0
"""A viewer looks at a channel before going on; live segments last for two seconds."""

STORM_LOOKS_S = (0.05, 0.2, 0.5, 1.0)
WARM_UP = 60
"""Zaps after which everything stands that is made once."""


class Viewer:
    """Zaps, and notes when pictures stand."""

    def __init__(self, line: str, path: str, height: int | None) -> None:
        """Sit down before the channels behind `line`; no rung is taller than `height`."""
        self._line, self._path, self._height = line, path, height
        self._shown = threading.Event()
        self._tag, self._at = "", 0.0
        self.channel = 1
        self.failures = 0
        self.host = PlayerHost(HostOptions(video="null", audio="null"), self._take)

    def _take(self, message: PlayerEvent | PlayerSnapshot) -> None:
        if isinstance(message, FirstPicture) and message.tag == self._tag:
            self._at = time.perf_counter()
            self._shown.set()
        if isinstance(message, ErrorOccurred) and message.failure.severity is Severity.FATAL:
            self.failures += 1

    def request(self, channel: int) -> PlayRequest:
        """What the window would ask for."""
        url = f"{self._line}/channels/{channel}/{self._path}"
        return PlayRequest(url=url, tag=str(channel), max_height=self._height)

    def zap(self, channel: int) -> float:
        """Seconds from the command to the first picture."""
        self._shown.clear()
        self.channel, self._tag = channel, str(channel)
        began = time.perf_counter()
        self.host.submit(Play(request=self.request(channel)))
        if not self._shown.wait(PATIENCE_S):
            raise SystemExit(f"no picture of channel {channel}")
        return self._at - began

    def tune(self, channel: int) -> None:
        """Zap without waiting for anything."""
        self.channel, self._tag = channel, str(channel)
        self.host.submit(Play(request=self.request(channel)))

    def expect(self) -> None:
        """Expect the neighbours, as the window does."""
        near = (self.away(1), self.away(-1), self.away(2))
        self.host.submit(Expect(requests=tuple(self.request(one) for one in near)))

    def away(self, steps: int) -> int:
        """The channel so many places on, round the end."""
        return (self.channel - 1 + steps) % CHANNELS + 1

    def shows(self, channel: int) -> bool:
        """Whether the picture's strip names that channel."""
        with tempfile.TemporaryDirectory() as folder:
            picture = Path(folder) / "picture.png"
            found = strip_of(picture) if self.host.sink.screenshot(picture) else None
        return found is not None and found.channel == channel

    def close(self) -> None:
        """Stand up."""
        self.host.submit(Stop())
        self.host.close()


def measure(line: str, path: str, zaps: int, height: int | None) -> dict[str, object]:
    """Zap to neighbours, and to channels that nobody expected."""
    near, far, wrong = list[float](), list[float](), 0
    with closing(Viewer(line, path, height)) as viewer:
        viewer.zap(1)
        for turn in range(zaps):
            viewer.expect()
            pause(LOOK_S)
            step = (1, 1, -1, 1, 2)[turn % 5]
            near.append(viewer.zap(viewer.away(step)))
            wrong += not viewer.shows(viewer.channel)
            viewer.host.submit(Expect(requests=()))
            pause(LOOK_S / 4)
            far.append(viewer.zap(viewer.away(4)))
            wrong += not viewer.shows(viewer.channel)
    return {"near": summary(near), "far": summary(far), "wrong": wrong}


def summary(took: Sequence[float]) -> dict[str, float]:
    """The usual figures, in seconds."""
    return {
        "median": round(statistics.median(took), 3),
        "p95": round(statistics.quantiles(took, n=20, method="inclusive")[-1], 3),
        "worst": round(max(took), 3),
    }


def storm(line: str, zaps: int, height: int | None) -> dict[str, float]:
    """Zap at random, and count what is left."""
    chance = random.Random(5)  # noqa: S311 - which channel, not a secret
    with closing(Viewer(line, FORMATS["hls"], height)) as viewer:
        viewer.zap(1)
        before: dict[str, float] = {}
        for turn in range(zaps + WARM_UP):
            viewer.tune(viewer.away(chance.choice((1, 1, -1, 2, 3, 5))))
            viewer.expect()
            pause(chance.choice(STORM_LOOKS_S))
            if turn == WARM_UP:
                before = _held(viewer)
        after = _held(viewer)
        last = viewer.zap(viewer.away(1))
        failures = viewer.failures
    left = {f"more_{name}": round(after[name] - before[name], 1) for name in before}
    return {"zaps": zaps, "failures": failures, "last_zap": round(last, 3), **left}


def _held(viewer: Viewer) -> dict[str, float]:
    """What this process holds while a channel plays that nobody expects anything beside."""
    viewer.host.submit(Expect(requests=()))
    viewer.zap(1)
    pause(LOOK_S)
    names = [_name(one / "comm") for one in Path("/proc/self/task").iterdir()]
    cached = viewer.host.player.cached / 2**20
    return {
        "mib": resident_mib() - cached,
        "cached_mib": cached,
        "threads": len(names),
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "mpv_cores": names.count("mpv/vo"),
    }


def _name(comm: Path) -> str:
    try:
        return comm.read_text().strip()
    except OSError:
        return ""


def main() -> None:
    """Zap."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--zaps", type=int, default=20)
    parser.add_argument("--storm", type=int, default=0, metavar="N")
    parser.add_argument("--only", choices=FORMATS, help="only this format")
    parser.add_argument("--max-height", type=int, help="on a machine that has more to do")
    parser.add_argument("--mbps", type=float, default=20.0)
    parser.add_argument("--rtt-ms", type=float, default=40.0)
    options = parser.parse_args()
    result: dict[str, object] = {}
    with (
        headend("--test-mode", "--channels", str(CHANNELS)) as origin,
        shaped(origin, mbps=options.mbps, rtt_ms=options.rtt_ms) as line,
    ):
        if options.storm:
            result["storm"] = storm(line, options.storm, options.max_height)
        else:
            for name in [options.only] if options.only else FORMATS:
                result[name] = measure(line, FORMATS[name], options.zaps, options.max_height)
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
