"""A live playlist of 10,000 segments: read once, and again with one segment more.

Prints JSON in seconds: `first` (from bytes to a presentation with its index) and `reload` (the
same list one target duration later, beside the index that is known), medians of several. `m3u8`
is what the m3u8 package takes for the text alone.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import m3u8

sys.path.insert(0, str(Path(__file__).parents[1]))

from player.manifest.face import parse, resolve_index
from player.model.presentation import ManifestFormat
from player.units import Micros

SEGMENTS = 10_000
URL = "https://origin.test/live/v1080.m3u8"
NOW = Micros(1_800_000_000_000_000)
FIRST_DATE_S = 1_799_000_000


def playlist(first: int, count: int = SEGMENTS) -> bytes:
    """A day-long window with a date at each minute, as DVR channels have it."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-TARGETDURATION:6"]
    lines.append(f"#EXT-X-MEDIA-SEQUENCE:{first}")
    for number in range(first, first + count):
        if number % 10 == 0:
            when = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(FIRST_DATE_S + number * 6))
            lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{when}.000Z")
        lines += ["#EXTINF:6.000,", f"v1080/{number}.ts?token=0123456789abcdef"]
    return "\n".join([*lines, ""]).encode()


def _median(work: Callable[[], object], times: int) -> float:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return round(statistics.median(took), 4)


def main() -> None:
    """Measure both, and the package beside them."""
    old, new = playlist(1000), playlist(1001)
    first = _median(lambda: parse(old, url=URL, now=NOW, format=ManifestFormat.HLS), 5)
    read = parse(old, url=URL, now=NOW, format=ManifestFormat.HLS)
    rung = read.periods[0].tracks[0].representations[0]
    reload = _median(lambda: resolve_index(rung, new, url=URL, now=NOW, known=rung.index), 9)
    package = _median(lambda: m3u8.loads(old.decode(), uri=URL), 3)
    result = {"first": first, "reload": reload, "m3u8": package}
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
