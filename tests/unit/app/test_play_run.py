"""When a run is over, what it tells the shell, and its report."""

import json
from pathlib import Path

import pytest

from app.arguments import parse
from app.exit_status import ExitStatus, status_of
from app.play_run import PlayRun, RunOptions
from player.api import (
    ErrorOccurred,
    FirstPicture,
    PlaybackEnded,
    PlayerSnapshot,
    PlayerState,
    PlayRequest,
    SessionStarted,
)
from player.errors import ErrorCode, Failure, Severity
from player.units import Micros, micros

GONE = Failure(code=ErrorCode.NETWORK_HTTP_STATUS, sentence="Gone.", status=404)


class _Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> Micros:
        return micros(self.now)

    def utc(self) -> Micros:
        return micros(1_800_000_000 + self.now)


class _Watched:
    """A run, its clock, and how often it said that it is over."""

    def __init__(
        self, duration: float | None = None, report: Path | None = None, tag: str | None = "t"
    ) -> None:
        self.clock, self.over = _Clock(), 0
        self.run = PlayRun(
            tag, RunOptions(duration=duration, report=report), self.clock, self._end
        )

    def _end(self) -> None:
        self.over += 1

    def at(self, now: float, *messages: object) -> int:
        self.clock.now = now
        for message in messages:
            self.run.take(message)  # type: ignore[arg-type]
        return self.over


def _started(tag: str = "t") -> SessionStarted:
    return SessionStarted(at=Micros(0), tag=tag)


def _picture(at: float) -> FirstPicture:
    return FirstPicture(at=micros(at), tag="t")


PLAYING = PlayerSnapshot(tag="t", state=PlayerState.PLAYING)


def test_the_duration_counts_from_the_first_picture() -> None:
    watched = _Watched(duration=20)
    assert watched.at(30, _started(), PLAYING) == 0
    assert watched.at(31, _picture(31)) == 0
    assert watched.at(50.9, PLAYING) == 0
    assert watched.at(51, PLAYING) == 1
    assert watched.at(60, PLAYING, PlaybackEnded(at=micros(60), tag="t")) == 1
    assert watched.run.status is ExitStatus.PLAYED


def test_the_end_of_a_film_ends_the_run() -> None:
    watched = _Watched()
    watched.at(1, _started(), _picture(1), _picture(2))
    assert watched.at(9, PlaybackEnded(at=micros(9), tag="t")) == 1
    assert watched.run.status is ExitStatus.PLAYED


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (ErrorCode.INPUT_BAD_URL, 2),
        (ErrorCode.INPUT_UNSUPPORTED_SCHEME, 2),
        (ErrorCode.NETWORK_UNREACHABLE, 3),
        (ErrorCode.NETWORK_TIMEOUT, 3),
        (ErrorCode.NETWORK_TLS, 3),
        (ErrorCode.NETWORK_HTTP_STATUS, 3),
        (ErrorCode.NETWORK_INTERRUPTED, 3),
        (ErrorCode.MANIFEST_EMPTY, 4),
        (ErrorCode.MEDIA_INVALID, 4),
        (ErrorCode.DECODE_FAILED, 4),
        (ErrorCode.DRM_NO_KEY, 4),
        (ErrorCode.OUTPUT_FAILED, 4),
    ],
)
def test_a_fatal_failure_ends_the_run_with_its_status(code: ErrorCode, status: int) -> None:
    failure = Failure(code=code, sentence="x")
    watched = _Watched()
    assert watched.at(1, ErrorOccurred(at=micros(1), tag="t", failure=failure)) == 1
    assert watched.run.failure == failure
    assert int(watched.run.status) == int(status_of(failure)) == status


@pytest.mark.parametrize("code", [ErrorCode.INPUT_BAD_URL, ErrorCode.INPUT_UNSUPPORTED_SCHEME])
def test_where_a_server_leads_is_no_wrong_argument(code: ErrorCode) -> None:
    assert int(status_of(Failure(code=code, sentence="x", misled=True))) == 4


def test_a_recoverable_failure_ends_nothing() -> None:
    mild = GONE.with_severity(Severity.RECOVERABLE)
    watched = _Watched()
    assert watched.at(1, ErrorOccurred(at=micros(1), tag="t", failure=mild)) == 0
    assert watched.run.failure is None
    assert watched.run.status is ExitStatus.UNPLAYABLE, "there was no picture"


def test_the_report_is_what_the_issue_promises(tmp_path: Path) -> None:
    report = tmp_path / "r.json"
    watched = _Watched(report=report)
    watched.run.ask(PlayRequest(url="http://h/a.m3u8?token=secret1234567"))
    watched.at(0, _started())
    watched.at(2, _picture(2), PLAYING)
    watched.at(5, PLAYING, ErrorOccurred(at=micros(5), tag="t", failure=GONE))
    assert watched.run.conclude() == 3
    found = json.loads(report.read_text(encoding="utf-8"))
    assert set(found) >= {
        *["url", "started_at", "startup_s", "played_s", "rebuffers", "rebuffer_s", "mean_kbps"],
        *["switches", "timeline", "latency_s", "dropped_frames", "bytes", "requests", "errors"],
        "recoveries",
    }
    assert (found["url"], found["startup_s"]) == ("http://h/a.m3u8?token=***", 2.0)
    assert [one["code"] for one in found["errors"]] == ["network.http-status"]


def test_without_a_path_no_report_is_written() -> None:
    assert _Watched().run.write_report() == ""


def test_without_a_report_nothing_is_measured() -> None:
    watched = _Watched()
    for second in range(100):
        watched.at(second, _started(), PLAYING)
    assert watched.run._metrics.report(Micros(0), url="", started_at=Micros(0))["timeline"] == []


def test_a_report_that_cannot_be_written_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    watched = _Watched(report=tmp_path)
    watched.at(1, _started(), _picture(1))
    assert watched.run.conclude() == 2
    said = capsys.readouterr().err
    assert said == f"farol: Nothing can be written to {str(tmp_path)!r}: is a directory.\n"


def test_a_picture_that_is_missing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    watched = _Watched()
    watched.at(1, _started(), _picture(1))
    assert watched.run.conclude("No picture.") == 2
    assert watched.run.conclude("No picture.", ExitStatus.UNREACHABLE) == 3
    assert watched.run.conclude(counts=False) == 0
    assert capsys.readouterr().err == "farol: No picture.\n" * 2


def test_no_first_picture_ends_the_run_after_a_minute(
    capsys: pytest.CaptureFixture[str],
) -> None:
    watched = _Watched(duration=5)
    watched.run.ask(PlayRequest(url="http://h/a"))
    assert watched.at(59, _started()) == 0
    watched.run.look(micros(60))
    assert watched.over == 1
    assert watched.run.conclude() == 3
    assert capsys.readouterr().err.startswith("farol: No picture came within 60 seconds.")


def test_the_duration_ends_a_player_that_says_nothing_any_more() -> None:
    watched = _Watched(duration=5)
    watched.at(1, _started(), _picture(1))
    watched.run.look(micros(5.9))
    assert watched.over == 0
    watched.run.look(micros(6))
    watched.run.look(micros(7))
    assert watched.over == 1


@pytest.mark.parametrize(
    ("line", "patient"),
    [([], True), (["--headless"], False), (["--duration", "5"], False)],
)
def test_only_a_window_that_somebody_looks_at_is_patient(line: list[str], patient: bool) -> None:
    options = RunOptions.of(parse(["play", "http://h/a", *line]))
    assert options.patient is patient


def test_a_signal_before_any_picture_is_told_as_shells_do() -> None:
    watched = _Watched()
    watched.run.interrupt(15)
    assert watched.run.conclude() == 143
    watched.at(1, _started(), _picture(1))
    assert watched.run.conclude() == 0


def test_an_end_without_any_picture_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    watched = _Watched()
    watched.at(1, PlaybackEnded(at=micros(1), tag="t"))
    assert watched.run.conclude() == 4
    assert capsys.readouterr().err == "farol: It ended before any picture came.\n"


def test_without_a_tag_the_newest_channel_counts(tmp_path: Path) -> None:
    report = tmp_path / "r.json"
    watched = _Watched(report=report, tag=None)
    watched.at(0, _started("one"), _started("two"))
    watched.at(3, FirstPicture(at=micros(3), tag="two"))
    watched.run.write_report()
    assert json.loads(report.read_text(encoding="utf-8"))["startup_s"] is not None
