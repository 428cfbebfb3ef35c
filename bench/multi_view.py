"""What multi-view leaves behind: a second picture opened and closed again and again, by keys.

Prints JSON: the MiB resident, threads and file descriptors of the window with one picture, first
and after so many openings, and how much more each is than after the first ten: by then the
allocator holds what it needs. Wants Xvfb and xdotool; without them it prints nothing of it.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.neighbours import ROOT, headend, pause, resident_mib
from tests.system.farol_process import environment
from tests.system.x_display import XDisplay, x_display

OPENINGS, WARM = 40, 10
START_S, OPEN_S, CLOSED_S, SETTLE_S = 10.0, 2.0, 0.7, 5.0


def look(pid: int) -> dict[str, float]:
    """How much a process holds (proc(5))."""
    process = Path(f"/proc/{pid}")
    return {
        "mib": round(resident_mib(pid), 1),
        "threads": len(list((process / "task").iterdir())),
        "descriptors": len(list((process / "fd").iterdir())),
    }


def open_and_close(display: XDisplay) -> None:
    """Put the list's second channel beside the first one, and leave it."""
    display.key("v", "Down", "Return")
    pause(OPEN_S)
    display.key("Left", "Escape")
    pause(CLOSED_S)


def window(source: str, openings: int, folder: Path) -> dict[str, object]:
    """What the window holds after openings."""
    with x_display(folder) as display:
        command = [sys.executable, "-m", "app", "--source", source, "--no-prefetch"]
        with subprocess.Popen(  # noqa: S603 - our own program
            command, cwd=ROOT, env=environment(folder, display.name)
        ) as process:
            try:
                pause(START_S)
                seen = {"first": look(process.pid)}
                for number in range(1, openings + 1):
                    open_and_close(display)
                    if number in {WARM, openings}:
                        pause(SETTLE_S)
                        seen["warm" if number == WARM else "last"] = look(process.pid)
            finally:
                process.terminate()
    grown = {name: round(seen["last"][name] - seen["warm"][name], 1) for name in seen["warm"]}
    return {**seen, "grown": grown}


def main() -> None:
    """Open and close."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--openings", type=int, default=OPENINGS, help=f"({OPENINGS})")
    options = parser.parse_args()
    result: dict[str, object] = {}
    if shutil.which("Xvfb") and shutil.which("xdotool"):
        with headend("--channels", "3") as origin, tempfile.TemporaryDirectory() as name:
            openings = max(options.openings, WARM + 1)
            result = window(f"{origin}/lineup.m3u", openings, Path(name))
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
