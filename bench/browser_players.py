"""hls.js, dash.js and Shaka in headless Chromium, where npm and Chromium are there.

They are test tools, pinned by tests/system/browser/package-lock.json, and never a dependency.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.neighbours import ROOT

PACKAGES = ROOT / "tests" / "system" / "browser"
SCRIPTS = Path(__file__).parent / "browser"
SHAKA = "node_modules/shaka-player"


@dataclass(frozen=True, slots=True)
class Browser:
    """A running Chromium with the players' pages. Used from one thread."""

    process: subprocess.Popen[str]

    def start(self, player: str, url: str) -> float | None:
        """Seconds from "load this address" to the first picture; None where there was none."""
        seconds = self.ask(player=player, url=url).get("seconds")
        return None if seconds is None else float(seconds)

    def ask(self, **job: object) -> dict[str, Any]:
        """Have a job done; the script says what is in a job, and in its answer."""
        assert self.process.stdin is not None  # noqa: S101 - pipes were asked for
        assert self.process.stdout is not None  # noqa: S101 - as above
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer


@contextmanager
def browser(script: str = "start.mjs") -> Iterator[Browser | None]:
    """Run Chromium for the block; None where it, node, npm or the packages cannot be had.

    `script` of browser/ says what can be asked of it.
    """
    chromium = os.environ.get("FAROL_CHROMIUM") or shutil.which("chromium")
    node, npm = shutil.which("node"), shutil.which("npm")
    if chromium is None or node is None or npm is None or not _installed(npm):
        yield None
        return
    with subprocess.Popen(  # noqa: S603 - a script of ours
        [node, str(SCRIPTS / script), str(PACKAGES)],
        env={**os.environ, "FAROL_CHROMIUM": chromium},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        stands = process.stdout.readline().strip() == "READY"
        yield Browser(process) if stands else None


def _installed(npm: str) -> bool:
    """Whether the pinned packages are there, or could be brought."""
    if (PACKAGES / SHAKA).is_dir():
        return True
    done = subprocess.run(  # noqa: S603 - the packages that the lock file names
        [npm, "ci", "--no-audit", "--no-fund"], cwd=PACKAGES, capture_output=True, check=False
    )
    return done.returncode == 0
