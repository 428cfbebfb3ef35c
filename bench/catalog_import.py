"""How fast and how small the importer is: `python bench/catalog_import.py [--json]`.

Writes a list and a guide of the given sizes, imports them in processes of their own (as the
product does) and gives entries a second and the peak memory; beside them, in the same run, a bare
lxml loop that inserts into SQLite, since a figure alone says more about the machine than about us.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

ROOT = Path(__file__).parents[1]
FIRST = datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1)))
TEXT = "A sentence of the kind that guides hold, with an &amp; in it, and then another one. "


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark; returns the exit status."""
    if arguments and arguments[0] == "--bare":
        return bare_loop(Path(arguments[1]), Path(arguments[2]))
    options = parse(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_list(folder / "list.m3u", options.channels)
        write_guide(folder / "guide.xml", options.guide_channels, options.programmes)
        results = measure(folder, options.channels, options.programmes)
    if options.json:
        sys.stdout.write(json.dumps(results, indent=2) + "\n")
    else:
        for label, figures in results.items():
            sys.stdout.write(f"{label:16}" + "  ".join(f"{k} {v}" for k, v in figures.items()))
            sys.stdout.write("\n")
    return 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels", type=int, default=100_000)
    parser.add_argument("--guide-channels", type=int, default=2_000)
    parser.add_argument("--programmes", type=int, default=400_000)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


def measure(folder: Path, channels: int, programmes: int) -> dict[str, dict[str, float]]:
    """Run the three processes."""
    listing, guide = folder / "list.m3u", folder / "guide.xml"
    small = folder / "small.m3u"
    write_list(small, 10)
    bare = run([str(Path(__file__)), "--bare", str(guide), str(folder / "bare.db")], "")
    importer = ["-m", "catalog.importer"]
    of_list = run(importer, job(listing, [], folder / "list.db"))
    of_guide = run(importer, job(small, [guide], folder / "guide.db"))
    return {
        "list": figures(listing, channels, of_list),
        "guide": {
            **figures(guide, programmes, of_guide),
            "of_bare_loop": round(of_guide[0] / bare[0], 2),
        },
        "bare loop": figures(guide, programmes, bare),
    }


def figures(path: Path, count: int, result: tuple[float, float, float]) -> dict[str, float]:
    """Give one line of the result; seconds, entries a second of real time, MiB."""
    elapsed, processor, peak = result
    return {
        "file_mib": round(path.stat().st_size / 2**20),
        "seconds": round(elapsed, 2),
        "cpu_seconds": round(processor, 2),
        "entries_per_s": round(count / elapsed),
        "peak_mib": round(peak, 1),
    }


def job(listing: Path, guides: Sequence[Path], into: Path) -> str:
    """Write the importer's job."""
    return json.dumps(
        {
            "list": str(listing),
            "guides": [str(guide) for guide in guides],
            "into": str(into),
            "source": {"id": "bench", "name": "Bench", "location": "http://bench.invalid/l.m3u"},
        }
    )


def run(arguments: Sequence[str], text: str) -> tuple[float, float, float]:
    """Run a Python process; give its real and processor seconds and its peak memory in MiB."""
    started = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 (our own modules)
        [sys.executable, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    assert process.stdin is not None  # noqa: S101 (a pipe was asked for)
    process.stdin.write(text.encode())
    process.stdin.close()
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{arguments} failed with {process.returncode}")
    return elapsed, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def write_list(path: Path, channels: int) -> None:
    """Write a list as panels give it."""
    with path.open("w", encoding="utf-8") as file:
        file.write("#EXTM3U\n")
        for number in range(channels):
            file.write(
                f'#EXTINF:-1 tvg-id="ch{number}.xx" tvg-name="Channel {number} HD"'
                f' tvg-logo="http://logos.invalid/picons/{number}.png"'
                f' group-title="Group {number % 97}",Channel {number} HD\n'
                f"http://line.invalid:8080/live/username/password/{number}.ts\n"
            )


def write_guide(path: Path, channels: int, programmes: int) -> None:
    """Write a guide of `programmes` programmes of 50 minutes."""
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<tv>\n')
        for number in range(channels):
            name = f"<display-name>Channel {number} HD</display-name>"
            file.write(f'<channel id="ch{number}.xx">{name}</channel>\n')
        for number in range(programmes):
            channel, slot = divmod(number, max(programmes // channels, 1))
            start = FIRST + timedelta(minutes=50 * slot)
            stop = start + timedelta(minutes=50)
            file.write(
                f'  <programme start="{start:%Y%m%d%H%M%S %z}" stop="{stop:%Y%m%d%H%M%S %z}"'
                f' channel="ch{channel}.xx">\n    <title lang="en">Programme {number % 997}'
                f'</title>\n    <desc lang="en">{TEXT * 4}</desc>\n'
                '    <category lang="en">News</category>\n  </programme>\n'
            )
        file.write("</tv>\n")


def bare_loop(guide: Path, into: Path) -> int:
    """Do the least that could be called an import."""
    from lxml import etree

    database = sqlite3.connect(into)
    database.executescript(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
        "CREATE TABLE programme (channel TEXT, start TEXT, stop TEXT, title TEXT, text TEXT)"
    )
    for _, element in etree.iterparse(str(guide), tag="programme"):
        database.execute(
            "INSERT INTO programme VALUES (?,?,?,?,?)",
            (
                element.get("channel"),
                element.get("start"),
                element.get("stop"),
                element.findtext("title"),
                element.findtext("desc"),
            ),
        )
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    database.execute("CREATE INDEX programme_time ON programme (channel, start)")
    database.commit()
    database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
