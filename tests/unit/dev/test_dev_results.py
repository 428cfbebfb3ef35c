"""What dev.py says about results: findings, counts, tables, budgets."""

import json
from pathlib import Path

import pytest

from bench.run import figures_of, judge
from door.checks import check_steps, last_line
from door.findings import (
    can_run,
    decoder_finding,
    gl_finding,
    keyring_finding,
    libmpv_finding,
    python_finding,
    tool_findings,
)
from door.guard import LANES, Count, Group, groups_in, read_count, total_of
from door.steps import Result, Step, run_steps, show_results, tool

ROOT = Path(__file__).parents[3]
REPORT = '<testsuites><testsuite tests="10" failures="1" errors="1" skipped="3"/></testsuites>'


@pytest.mark.parametrize(
    ("version", "state"), [((3, 10, 9), "missing"), ((3, 11, 0), "ok"), ((3, 14, 0), "missing")]
)
def test_python_is_judged(version, state):
    assert python_finding(version).state == state


@pytest.mark.parametrize(
    ("api", "state"), [(None, "missing"), (0x1006D, "missing"), (0x20000, "ok"), (0x20003, "ok")]
)
def test_libmpv_is_judged(api, state):
    assert libmpv_finding(api).state == state


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("keyring.backends.SecretService.Keyring", "ok"),
        ("keyrings.alt.file.PlaintextKeyring", "note"),
        ("keyring.backends.fail.Keyring", "note"),
    ],
)
def test_a_keyring_that_keeps_plain_text_is_told(name, state):
    assert keyring_finding(name).state == state


@pytest.mark.parametrize(
    ("renderer", "state"), [("", "missing"), ("llvmpipe (LLVM 15)", "note"), ("AMD Radeon", "ok")]
)
def test_the_renderer_is_judged(renderer, state):
    assert gl_finding(renderer).state == state


def test_decoders_that_are_absent_are_named():
    assert decoder_finding(frozenset({"aac"})).state == "missing"
    finding = decoder_finding(frozenset({"aac", "h264"}))
    assert finding.state == "note"
    assert "hevc" in finding.text.partition("not:")[2]


def test_test_tools_are_no_condition_for_running():
    findings = tool_findings({"ffmpeg": "/usr/bin/ffmpeg", "chromium": None})

    assert can_run(findings)
    assert not can_run([*findings, libmpv_finding(None)])


def test_pytests_report_is_counted():
    assert read_count(REPORT) == Count(passed=5, failed=2, skipped=3)
    assert total_of([read_count(REPORT), Count(passed=1)]).passed == 6


def test_groups_without_a_test_are_left_out(tmp_path):
    (tmp_path / "ui").mkdir()
    (tmp_path / "system" / "mpv").mkdir(parents=True)
    (tmp_path / "system" / "mpv" / "test_it.py").touch()

    lane = [
        Group(name="ui", folders=("ui",)),
        Group(name="mpv", folders=("virtual", "system/mpv")),
    ]

    assert [group.name for group in groups_in(tmp_path, lane)] == ["mpv"]


def test_every_test_is_in_a_group():
    tests = ROOT / "tests"
    folders = {folder for lane in LANES for group in lane for folder in group.folders}
    found = [file.relative_to(tests).as_posix() for file in tests.rglob("test_*.py")]

    assert [one for one in found if not any(one.startswith(f"{each}/") for each in folders)] == []


def test_pytests_last_line_is_found():
    assert last_line("x\n\n===== 3 passed in 1.0s =====\n\n") == "3 passed in 1.0s"
    assert last_line("") == ""


def test_every_check_has_a_name_of_its_own():
    names = [step.name for step in check_steps()]

    assert len(names) == len(set(names))


def test_steps_keep_their_order_and_a_failure_is_shown_whole(capsys):
    steps = [
        Step(name="bad", command=tool("python", "-c", "print('why'); raise SystemExit(3)")),
        Step(name="good", command=tool("python", "-c", "print('quiet')")),
    ]

    results = run_steps(steps)

    assert [(result.name, result.status) for result in results] == [("bad", 3), ("good", 0)]
    assert show_results("check", results) == 1
    shown = capsys.readouterr().out
    assert "why" in shown
    assert "quiet" not in shown


def test_all_well_is_0(capsys):
    assert show_results("check", [Result(name="one", status=0, seconds=0.1, text="")]) == 0
    assert "one" in capsys.readouterr().out


def test_figures_are_named_by_the_way_to_them():
    figures = figures_of({"guide": {"peak_mib": 60.5, "ok": True}, "n": 1, "text": "x"})

    assert figures == {"guide.peak_mib": 60.5, "n": 1.0}


def test_budgets_are_kept_broken_or_not_measured():
    budgets = {"a": {"most": 2}, "b": {"most": 2}, "c": {"least": 5}, "d": {"least": 1}}

    verdicts = judge({"a": 2, "b": 2.1, "c": 5}, budgets)

    assert [verdict.kept for verdict in verdicts] == [True, False, True, False]


def test_every_budget_has_its_benchmark():
    plans = json.loads((ROOT / "bench" / "budgets.json").read_text(encoding="utf-8"))

    for name, plan in plans.items():
        bench = ROOT / "bench"
        assert (bench / f"{name}.py").is_file() or (bench / name / "__main__.py").is_file()
        assert plan["budgets"]
