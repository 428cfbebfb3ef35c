"""Other people's players in headless Chromium: one run of tests/system/browser/play.mjs."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

_HERE = Path(__file__).parents[1] / "browser"
_CHROMIUM = os.environ.get("FAROL_CHROMIUM") or shutil.which("chromium")

needs_browser = pytest.mark.skipif(
    _CHROMIUM is None or shutil.which("npm") is None, reason="needs Chromium and npm"
)


def play_all(
    jobs: Sequence[Mapping[str, Any]], folder: Path, *, timeout_s: float
) -> list[dict[str, Any]]:
    """What every player saw, in the order of the jobs; they play in one browser, four at a time.

    A job names `player`, `url`, `seconds`, `seek` and `language`; its report's `screenshot` lies
    in `folder`.
    """
    _bring_players()
    rows = [{**job, "screenshot": str(folder / f"{i}.png")} for i, job in enumerate(jobs)]
    (folder / "jobs.json").write_text(json.dumps(rows))
    run = subprocess.run(
        ["node", "play.mjs", str(folder / "jobs.json")],
        cwd=_HERE,
        env={**os.environ, "FAROL_CHROMIUM": str(_CHROMIUM)},
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    seen: list[dict[str, Any]] = json.loads(run.stdout)
    return seen


def _bring_players() -> None:
    if not (_HERE / "node_modules").is_dir():
        npm = ["npm", "ci", "--no-audit", "--no-fund"]
        subprocess.run(npm, cwd=_HERE, check=True, capture_output=True, timeout=240)
