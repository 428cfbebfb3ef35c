"""The keeper of the budgets says how long it takes, and leaves nothing behind."""

import json
import signal
import sys
from pathlib import Path

import pytest

from bench import run

SLOW = """
import pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
pathlib.Path(__file__).with_suffix(".new").write_text(str(child.pid))
pathlib.Path(__file__).with_suffix(".new").rename(pathlib.Path(__file__).with_suffix(".pid"))
try:
    time.sleep(600)
finally:
    pathlib.Path(__file__).with_suffix(".tidy").touch()
"""


def _still_runs(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_it_says_what_is_to_come() -> None:
    assert run.announcement([("seek", 50)]).startswith("One benchmark, about 50 s, ")
    assert run.announcement([("seek", 50), ("day", 151)]).startswith(
        "2 benchmarks, about 4 minutes, "
    )


def test_every_benchmark_says_how_long_it_takes() -> None:
    plans = json.loads(run.BUDGETS.read_text(encoding="utf-8"))
    assert all(plan["seconds"] > 0 for plan in plans.values())


def test_a_dash_in_a_name_is_an_underscore(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def note(names: list[str], _plans: object, options: list[str]) -> int:
        asked.extend([*names, *options])
        return 0

    monkeypatch.setattr(run, "_run", note)
    before = signal.getsignal(signal.SIGTERM)
    try:
        assert run.main(["abr-live", "--", "--runs", "1"]) == 0
        assert run.main(["abr_lives"]) == 2
    finally:
        signal.signal(signal.SIGTERM, before)
    assert asked == ["abr_live", "--runs", "1"]
    assert "no benchmark abr_lives" in capsys.readouterr().err


def test_what_takes_very_long_is_run_by_name_only() -> None:
    assert run.usual({"seek": {}, "abr_live": {"only_by_name": True}}) == ["seek"]


def test_what_needs_a_neighbour_may_be_missing_but_not_broken() -> None:
    budgets = {"margin": {"least": 0.0, "where_given": True}, "own": {"least": 1.0}}
    assert [one.figure for one in run.judge({"own": 1.0}, budgets)] == ["own"]
    assert not run.judge({"own": 1.0, "margin": -0.1}, budgets)[0].kept


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_an_interrupted_benchmark_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may put away its own things first; then all that it started ends."""
    (tmp_path / "slow.py").write_text(SLOW)
    monkeypatch.setattr(run, "HERE", tmp_path)

    def interrupt(_number: int, _frame: object) -> None:
        if not (tmp_path / "slow.pid").exists():
            signal.setitimer(signal.ITIMER_REAL, 0.1)
            return
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        with pytest.raises(KeyboardInterrupt):
            run._measure("slow", [])
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert (tmp_path / "slow.tidy").exists()
    assert not _still_runs(int((tmp_path / "slow.pid").read_text()))
