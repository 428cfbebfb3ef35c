"""From the command to the first picture over 20 Mbit/s and 40 ms, beside others on the same line.

Prints JSON: for each format the median and the worst of `ours` in seconds, the medians of mpv and,
where Chromium and npm are there, of hls.js, dash.js and Shaka; `of_NAME` is our median divided by
theirs. All players stand already, as a viewer's does, and take turns, each time afresh: no cache,
no open connection. Ours and mpv draw into nothing, a browser into its compositor.
"""

import argparse
import json
import statistics
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from app.player_host import HostOptions, PlayerHost
from bench.browser_players import Browser, browser
from bench.neighbours import headend, pause, shaped
from player.api import (
    ErrorOccurred,
    FirstPicture,
    Play,
    PlayerEvent,
    PlayerSnapshot,
    PlayRequest,
    Stop,
)
from player.errors import Severity

FORMATS = {
    "hls_ts": ("vod/hls-ts/master.m3u8", ("hls.js", "shaka")),
    "hls_cmaf": ("vod/hls-cmaf/master.m3u8", ("hls.js", "shaka")),
    "dash": ("vod/dash/manifest.mpd", ("dash.js", "shaka")),
    "live_hls": ("live/hls-cmaf/master.m3u8", ("hls.js", "shaka")),
    "live_dash": ("live/dash/manifest.mpd", ("dash.js", "shaka")),
}
"""Our name of each, where the headend has it, and who of the browser's players knows it."""

PATIENCE_S = 20.0
STANDS_S = 0.3

Contender = Callable[[str], float | None]


def ours(url: str) -> float:
    """Seconds from the command to the first picture in a fresh player of ours."""
    over = threading.Event()
    shown_at: list[float] = []

    def take(message: PlayerEvent | PlayerSnapshot) -> None:
        if isinstance(message, FirstPicture):
            shown_at.append(time.perf_counter())
            over.set()
        if isinstance(message, ErrorOccurred) and message.failure.severity is Severity.FATAL:
            over.set()

    with closing(PlayerHost(HostOptions(video="null", audio="null"), take)) as host:
        pause(STANDS_S)
        began = time.perf_counter()
        host.submit(Play(request=PlayRequest(url=url)))
        over.wait(PATIENCE_S)
        host.submit(Stop())
    if not shown_at:
        raise SystemExit(f"no picture of {url}")
    return shown_at[0] - began


def mpv(url: str) -> float | None:
    """Seconds from `loadfile` to the first picture in a fresh mpv; None where there was none."""
    from mpv import MPV

    player, shown = MPV(vo="null", ao="null", config=False, ytdl=False), threading.Event()
    shown_at: list[float] = []

    def take(_event: object) -> None:
        shown_at.append(time.perf_counter())
        shown.set()

    player.event_callback("playback-restart")(take)
    pause(STANDS_S)
    began = time.perf_counter()
    player.play(url)
    shown.wait(PATIENCE_S)
    player.terminate()
    return shown_at[0] - began if shown_at else None


def contenders(names: Sequence[str], chromium: Browser | None) -> dict[str, Contender]:
    """Who starts a format, ours first."""
    peers = {name: partial(chromium.start, name) for name in names} if chromium else {}
    return {"ours": ours, "mpv": mpv, **peers}


def race(url: str, players: Mapping[str, Contender], runs: int) -> dict[str, float]:
    """Let all start `url` in turn, `runs` times."""
    took: dict[str, list[float]] = defaultdict(list)
    for _ in range(runs):
        for name, start in players.items():
            seconds = start(url)
            if seconds is not None:
                took[name].append(seconds)
    return summary(took)


def summary(took: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """The medians, our worst, and our median by theirs; dots do not go into names of figures."""
    medians = {name.replace(".", ""): statistics.median(all_) for name, all_ in took.items()}
    mine = medians["ours"]
    figures = {**medians, "worst": max(took["ours"])}
    figures |= {f"of_{name}": mine / peer for name, peer in medians.items() if name != "ours"}
    return {name: round(value, 3) for name, value in figures.items()}


def main() -> None:
    """Race on each format."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--mbps", type=float, default=20.0)
    parser.add_argument("--rtt-ms", type=float, default=40.0)
    parser.add_argument("--only", choices=FORMATS, help="only this format")
    parser.add_argument("--alone", action="store_true", help="without mpv and the browser")
    options = parser.parse_args()
    result = {}
    with (
        headend() as origin,
        shaped(origin, mbps=options.mbps, rtt_ms=options.rtt_ms) as line,
        browser() as chromium,
    ):
        for name in [options.only] if options.only else FORMATS:
            path, peers = FORMATS[name]
            players = {"ours": ours} if options.alone else contenders(peers, chromium)
            result[name] = race(f"{line}/channels/1/{path}", players, options.runs)
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
