"""Live television two seconds behind, over a line of 1.5 times the top rung and 40 ms.

Whole segments of one second (DASH with a ServiceDescription), real libmpv that draws into nothing.
Prints JSON: the mean latency by this machine's clock and by how much it misses the target, the
largest and the smallest after the start, `stalls`, changes of the playback rate a minute, the
share of time that the top rung was on the picture, and its share of the time in which the rate
was not 1.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from urllib.request import urlopen
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).parents[1]))

from app.player_host import HostOptions, PlayerHost
from bench.neighbours import headend, pause, shaped
from player.api import (
    Play,
    PlayerEvent,
    PlayerSnapshot,
    PlayerState,
    PlayRequest,
    RebufferStarted,
    Recovered,
    Stop,
)
from player.units import MICROS_PER_SECOND

PATH = "channels/1/live/dash/manifest.mpd?latency={target_ms}&addressing=number"
SETTLE_S = 10.0
"""After so long the start is no excuse any more."""

_DASH = "{urn:mpeg:dash:schema:mpd:2011}"


def utc() -> float:
    """Seconds since the epoch, by the clock that the headend goes by, too."""
    return datetime.now(UTC).timestamp()


@dataclass
class Watched:
    """What the player told: a line for each snapshot of a picture that plays."""

    began: float = field(default_factory=utc)
    seen: list[tuple[float, float, float, int]] = field(default_factory=list)
    stalls: int = 0
    jumps: int = 0

    def take(self, message: PlayerEvent | PlayerSnapshot) -> None:
        """Note a word of the player; called on its thread."""
        if isinstance(message, RebufferStarted):
            self.stalls += 1
        elif isinstance(message, Recovered):
            self.jumps += message.decision.startswith("live:")
        elif isinstance(message, PlayerSnapshot) and message.state is PlayerState.PLAYING:
            now = utc()
            latency = now - message.position / MICROS_PER_SECOND
            self.seen.append((now - self.began, latency, message.rate, message.bandwidth or 0))


def top_rung(manifest: str) -> int:
    """Bits a second of the best pictures that an MPD of ours names."""
    with urlopen(manifest) as answer:  # noqa: S310 - our own headend
        root = ElementTree.fromstring(answer.read())  # noqa: S314 - our own headend
    rungs = root.iter(f"{_DASH}Representation")
    return max(int(one.get("bandwidth", "0")) for one in rungs if one.get("height"))


def watch(url: str, seconds: float) -> Watched:
    """Play for so long."""
    watched = Watched()
    with closing(PlayerHost(HostOptions(video="null", audio="null"), watched.take)) as host:
        watched.began = utc()
        host.submit(Play(request=PlayRequest(url=url)))
        pause(seconds)
        host.submit(Stop())
    return watched


def figures(watched: Watched, target: float, best: int) -> dict[str, float]:
    """What was seen, in figures."""
    if not watched.seen:
        raise SystemExit("no picture")
    later = [latency for at, latency, _, _ in watched.seen if at >= SETTLE_S]
    mean = statistics.fmean(latency for _, latency, _, _ in watched.seen)
    rates = [rate for _, _, rate, _ in watched.seen]
    minutes = (watched.seen[-1][0] - watched.seen[0][0]) / 60 or 1
    changes = sum(one != other for one, other in pairwise(rates))
    found = {
        "mean_s": mean,
        "misses_by_s": abs(mean - target),
        "largest_s": max(later, default=mean),
        "smallest_s": min(later, default=mean),
        "stalls": watched.stalls,
        "jumps": watched.jumps,
        "rate_changes_a_minute": changes / minutes,
        "not_at_1": _share(rate != 1.0 for rate in rates),
        "top_rung": _share(rung == best for _, _, _, rung in watched.seen),
    }
    return {name: round(value, 3) for name, value in found.items()}


def _share(which: Iterable[bool]) -> float:
    return statistics.fmean(map(float, which))


def main() -> None:
    """Watch, and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=90.0)
    parser.add_argument("--target", type=float, default=2.0)
    parser.add_argument("--times", type=float, default=1.5, help="the line by the top rung")
    parser.add_argument("--rtt-ms", type=float, default=40.0)
    options = parser.parse_args()
    path = PATH.format(target_ms=round(options.target * 1000))
    with headend("--channels", "1", "--segment", "1") as origin:
        best = top_rung(f"{origin}/{path}")
        mbps = options.times * best / 1e6
        with shaped(origin, mbps=mbps, rtt_ms=options.rtt_ms) as line:
            watched = watch(f"{line}/{path}", options.seconds)
    sys.stdout.write(json.dumps(figures(watched, options.target, best)) + "\n")


if __name__ == "__main__":
    main()
