"""A seek inside what is cached: from the command to the new picture, with real libmpv.

Prints JSON: `median`, `p95` and `worst` in seconds over forty seeks to and fro, and how many
bytes the line carried for them (none should be needed).
"""

import argparse
import json
import statistics
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from app.player_host import HostOptions, PlayerHost
from bench.neighbours import headend, pause
from bench.watch import Watch
from player.api import Play, PlayRequest, Seek, Stop
from player.ports import SinkEvent, SinkListener, SinkState, SinkStatus
from player.units import Micros, micros

PATIENCE_S = 20.0
START_S = 10.0
REACH_S = (6.0, 2.0, 9.0, 3.5, 8.0)
"""Where to go, in seconds after where the play began."""

LOOK_S = 0.4
"""A viewer looks before seeking again."""


class Spy:
    """Stands before the player and notes when pictures stand. Called in the engine thread."""

    def __init__(self, listener: SinkListener) -> None:
        """Hand everything on to `listener`."""
        self._listener = listener
        self.shown = threading.Event()
        self.at = 0.0

    def on_sink_event(self, event: SinkEvent) -> None:
        """Hand on; note a first picture."""
        self._listener.on_sink_event(event)
        if event.state is SinkState.FIRST_PICTURE:
            self.at = time.perf_counter()
            self.shown.set()

    def on_sink_status(self, status: SinkStatus) -> None:
        """Hand on."""
        self._listener.on_sink_status(status)


def seek(host: PlayerHost, spy: Spy, to: Micros) -> float:
    """Seconds from the command to the new picture."""
    spy.shown.clear()
    began = time.perf_counter()
    host.submit(Seek(position=to))
    if not spy.shown.wait(PATIENCE_S):
        raise SystemExit("no picture after a seek")
    return spy.at - began


def measure(origin: str, seeks: int) -> dict[str, float]:
    """Play a film from `origin` and seek in it."""
    watch = Watch()
    options = HostOptions(video="null", audio="null")
    with closing(PlayerHost(options, watch.take)) as host:
        spy = host.sink.listener = Spy(host.player)
        url = f"{origin}/channels/1/vod/hls-cmaf/master.m3u8"
        host.submit(Play(request=PlayRequest(url=url, start=micros(START_S))))
        spy.shown.wait(PATIENCE_S)
        watch.until_buffered(25)
        before, took = watch.newest.downloaded, []
        for step in range(seeks):
            took.append(seek(host, spy, micros(START_S + REACH_S[step % len(REACH_S)])))
            pause(LOOK_S)
        carried = watch.newest.downloaded - before
        host.submit(Stop())
    return {
        "median": round(statistics.median(took), 3),
        "p95": round(statistics.quantiles(took, n=20, method="inclusive")[-1], 3),
        "worst": round(max(took), 3),
        "fetched_mib": round(carried / 2**20, 2),
    }


def main() -> None:
    """Seek to and fro."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeks", type=int, default=40)
    options = parser.parse_args()
    with headend() as origin:
        sys.stdout.write(json.dumps(measure(origin, options.seeks)) + "\n")


if __name__ == "__main__":
    main()
