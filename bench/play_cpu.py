"""Processor time of headless play at the top rung, beside plain mpv on the very same rendition.

Both play the same media playlist at the same time, so that they share whatever else the machine
does. Prints JSON: processor seconds a media second of `ours` and of `mpv`, the `ratio`, and the
resident memory of each in MiB after the first minute and at the end.
"""

import argparse
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.neighbours import (
    headend,
    ours_headless,
    pause,
    processor_seconds,
    resident_mib,
    running,
    theirs_headless,
)

NAMES = ("ours", "mpv")
SETTLE_S = 8.0
"""Start-up is another benchmark's."""

MEMORY_AT_S = 60.0


def watch(pids: list[int], seconds: float) -> dict[str, float]:
    """What two programs, playing in real time, use in `seconds`; they started SETTLE_S ago."""
    before, began = [processor_seconds(pid) for pid in pids], time.perf_counter()
    early = min(max(MEMORY_AT_S - SETTLE_S, 0), seconds)
    pause(early)
    minute = [round(resident_mib(pid), 1) for pid in pids]
    pause(seconds - early)
    took = time.perf_counter() - began
    figures: dict[str, float] = {}
    for number, (name, pid) in enumerate(zip(NAMES, pids, strict=True)):
        figures[name] = round((processor_seconds(pid) - before[number]) / took, 4)
        figures[f"{name}_minute_mib"] = minute[number]
        figures[f"{name}_end_mib"] = round(resident_mib(pid), 1)
    return figures


def main() -> None:
    """Play both and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--path", default="vod/hls-ts/v1080.m3u8?loops=20")
    options = parser.parse_args()
    with headend() as origin:
        url = f"{origin}/channels/1/{options.path}"
        with running(ours_headless(url), theirs_headless(url)) as pids:
            pause(SETTLE_S)
            figures = watch(pids, options.seconds)
    figures["ratio"] = round(figures["ours"] / figures["mpv"], 3)
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
