"""From the headend's camera to the screen: live two seconds behind, by the strip in the picture.

The test card's frames count with the headend's clock, so that a picture on the screen tells when
it was taken (docs/strip.md); no player's own word is asked. LL-HLS and LL-DASH in parts of 400 ms
over a line of 1.5 times the top rung and 40 ms, ours on a real libmpv that draws into nothing;
hls.js and dash.js in headless Chromium at the same time over a line of their own, where npm and
Chromium are there. Then the same over a line that is dead for five seconds.

Prints JSON, for `hls` and `dash` and in each for `ours` and `peer`: `steady` with the mean, the
5th and 95th percentile and the largest latency in seconds after the start, `misses_by_s` of the
mean, `strays_by_s` (the 95th percentile of how far a look was off), `stalls`, `looks`;
`outage` with `recovery_s` from the end of the outage to the first of five seconds at the target
and `stalls`.
"""

import argparse
import base64
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from app.player_host import HostOptions, PlayerHost
from bench.browser_players import Browser, browser
from bench.live_latency import top_rung, utc
from bench.neighbours import headend, pause, shaped, traced
from player.api import (
    FirstPicture,
    Play,
    PlayerEvent,
    PlayerSnapshot,
    PlayRequest,
    RebufferStarted,
    Stop,
)
from player.units import micros
from tests.strip import read_strip
from tests.system.picture import strip_of

FORMATS = {
    "hls": ("live/hls-cmaf/master.m3u8?parts=400&rungs={rungs}", "hls.js"),
    "dash": ("live/dash/manifest.mpd?parts=400&rungs={rungs}", "dash.js"),
}
CHANNEL = 1
FRAMES, FRAMES_A_SECOND = 600, 25
"""Frames of a loop of the test card, and how fast they count."""

SETTLE_S = 10.0
"""After so long the start is no excuse any more."""

LOOK_S = 0.5
NEAR_S = 0.3
STAYS_S = 5.0
"""Who has been near the target for so long has recovered."""

BEFORE_S, DEAD_S, AFTER_S = 30.0, 5.0, 45.0
"""The line with an outage in it."""

RATE, ROUND_TRIP_S = 1.5, 0.040


@dataclass
class Looks:
    """What was on a screen: UTC seconds, and how far behind it was; `began`: the first request."""

    began: float
    seen: list[tuple[float, float]] = field(default_factory=list)
    stalls: int = 0

    def add(self, at: float, frame: int) -> None:
        """A picture of that frame stood there."""
        behind = (at * FRAMES_A_SECOND - frame) % FRAMES / FRAMES_A_SECOND
        self.seen.append((at, behind))


def ours(url: str, target: float, seconds: float) -> Looks:
    """Watch with our player."""
    shown, stalls = Event(), list[float]()

    def take(message: PlayerEvent | PlayerSnapshot) -> None:
        if isinstance(message, FirstPicture):
            shown.set()
        if isinstance(message, RebufferStarted):
            stalls.append(utc())

    with (
        tempfile.TemporaryDirectory() as folder,
        closing(PlayerHost(HostOptions(video="null", audio="null"), take)) as host,
    ):
        picture = Path(folder) / "picture.png"
        looks = Looks(utc())
        host.submit(Play(request=PlayRequest(url=url, target_latency=micros(target))))
        while (now := utc()) < looks.began + seconds:
            if shown.is_set() and host.sink.screenshot(picture) and (found := strip_of(picture)):
                looks.add(now, found.frame)
            pause(LOOK_S)
        host.submit(Stop())
    looks.stalls = len(stalls)
    return looks


def theirs(
    chromium: Browser, player: str, url: str, target: float, seconds: float
) -> Looks | None:
    """Watch with a neighbour's player; None where it would not play."""
    told = chromium.ask(player=player, url=url, target=target, seconds=seconds)
    if told.get("problem") or told.get("problems"):
        sys.stderr.write(f"{player}: {told.get('problem') or told['problems']}\n")
    if not told.get("looks"):
        return None
    looks = Looks(told["began"], stalls=told["stalls"])
    for at, grey in told["looks"]:
        image = np.frombuffer(base64.b64decode(grey), np.uint8).reshape(24, 320)
        if found := read_strip(image):
            looks.add(at, found.frame)
    return looks


def steady(looks: Looks, target: float) -> dict[str, float]:
    """Figures of a line that never changes."""
    behind = [one for at, one in looks.seen if at >= looks.began + SETTLE_S]
    if len(behind) < 2:
        return {}
    mean = statistics.fmean(behind)
    low, high = _ends(behind)
    strays = _ends([abs(one - target) for one in behind])[1]
    found = {
        "mean_s": mean,
        "misses_by_s": abs(mean - target),
        "strays_by_s": strays,
        "p5_s": low,
        "p95_s": high,
        "largest_s": max(behind),
        "stalls": looks.stalls,
        "looks": len(behind),
    }
    return {name: round(value, 3) for name, value in found.items()}


def recovery(looks: Looks, target: float) -> dict[str, float]:
    """Figures of a line with an outage in it."""
    ended = looks.began + BEFORE_S + DEAD_S
    since: float | None = None
    for at, behind in looks.seen:
        if at < ended:
            continue
        if abs(behind - target) > NEAR_S:
            since = None
        else:
            since = at if since is None else since
            if at - since >= STAYS_S:
                return {"recovery_s": round(since - ended, 2), "stalls": looks.stalls}
    return {"stalls": looks.stalls}


def _ends(values: Sequence[float]) -> tuple[float, float]:
    cuts = statistics.quantiles(values, n=20, method="inclusive")
    return cuts[0], cuts[-1]


@contextmanager
def dead_for_a_while(origin: str, bits_per_second: float) -> Iterator[str]:
    """A line that begins with the first request and is dead for some seconds in the middle."""
    kbps, late = bits_per_second / 1e3, ROUND_TRIP_S * 1e3
    stretches = [(BEFORE_S, kbps), (DEAD_S, 0.0), (AFTER_S * 10, kbps)]
    told = [
        {"duration_ms": 1000 * long, "bandwidth_kbps": rate, "latency_ms": late}
        for long, rate in stretches
    ]
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder) / "outage.json"
        trace.write_text(json.dumps(told))
        with traced(origin, trace) as line:
            yield line


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """What all runs of this benchmark have in common."""

    origin: str
    bits_per_second: float
    target: float
    chromium: Browser | None

    def side_by_side(
        self, path: str, peer: str, seconds: float, *, outage: bool
    ) -> dict[str, Looks | None]:
        """Ours and the peer at the same time, each over a line of its own."""
        with ExitStack() as lines, ThreadPoolExecutor(1) as pool:
            other: Future[Looks | None] | None = None
            if self.chromium is not None:
                url = f"{lines.enter_context(self._line(outage=outage))}/{path}"
                other = pool.submit(theirs, self.chromium, peer, url, self.target, seconds)
            line = lines.enter_context(self._line(outage=outage))
            mine = ours(f"{line}/{path}", self.target, seconds)
            return {"ours": mine, "peer": other.result() if other else None}

    @contextmanager
    def _line(self, *, outage: bool) -> Iterator[str]:
        if outage:
            with dead_for_a_while(self.origin, self.bits_per_second) as line:
                yield line
        else:
            rate = self.bits_per_second / 1e6
            with shaped(self.origin, mbps=rate, rtt_ms=ROUND_TRIP_S * 1e3) as line:
                yield line

    def measure(self, path: str, peer: str, seconds: float) -> dict[str, object]:
        """All figures of one format."""
        calm = self.side_by_side(path, peer, seconds, outage=False)
        shaken = self.side_by_side(path, peer, BEFORE_S + DEAD_S + AFTER_S, outage=True)
        return {
            who: {
                "steady": steady(looks, self.target),
                "outage": recovery(after, self.target) if (after := shaken[who]) else {},
            }
            for who, looks in calm.items()
            if looks is not None
        }


def main() -> None:
    """Watch, and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--target", type=float, default=2.0)
    parser.add_argument("--rungs", default="v240,v480", help="of the ladder; decoders are many")
    parser.add_argument("--only", choices=FORMATS, help="only this format")
    options = parser.parse_args()
    result: dict[str, object] = {}
    with ExitStack() as stack:
        origin = stack.enter_context(headend("--channels", str(CHANNEL)))
        chromium = stack.enter_context(browser("latency.mjs"))
        for name in [options.only] if options.only else FORMATS:
            form, peer = FORMATS[name]
            path = f"channels/{CHANNEL}/{form.format(rungs=options.rungs)}"
            ladder = FORMATS["dash"][0].format(rungs=options.rungs)
            watching = Watching(
                origin=origin,
                bits_per_second=RATE * top_rung(f"{origin}/channels/{CHANNEL}/{ladder}"),
                target=options.target,
                chromium=chromium,
            )
            result[name] = watching.measure(path, peer, options.seconds)
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
