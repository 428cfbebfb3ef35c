"""The command line: what it refuses, and how it says so."""

import socket
from pathlib import Path

import pytest

from headend.asset.workers import EncoderError
from headend.main import main
from headend.serve import ListenError, address_of, free_port


def test_help_lists_the_roles_to_come(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    for role in ("demo", "origin", "edge", "balancer", "middleware", "license", "telemetry"):
        assert role in text
    for role in ("acquire", "rtsp", "multicast"):
        assert role in text


@pytest.mark.parametrize(
    "argv",
    [
        *([], ["fly"], ["demo", "extra"], ["demo", "--data", ""], ["demo", "--channels=0"]),
        *(["demo", "--port", text] for text in ("x", "70000", "-1", "٣")),
    ],
)
def test_bad_arguments_end_with_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(argv)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("farol-headend: ")
    assert said.count("\n") == 1


def test_a_busy_port_is_one_clear_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["demo", "--port", str(port), "--data", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"farol-headend: Cannot listen on 127.0.0.1 port {port}: ")
    assert error.endswith(".\n")
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("failed", "said"),
    [
        (EncoderError("no encoder"), "The channels could not be encoded: no encoder."),
        (
            NotADirectoryError(20, "Not a directory", "/dev/null/x"),
            "The data directory /dev/null/x cannot be used: Not a directory.",
        ),
    ],
)
def test_what_cannot_be_made_is_one_clear_sentence(
    failed: Exception,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(_settings: object) -> None:
        raise failed

    monkeypatch.setattr("headend.main.run_demo", broken)
    assert main(["demo", "--data", "/dev/null/x"]) == 2
    assert capsys.readouterr().err == f"farol-headend: {said}\n"


def test_port_zero_becomes_a_real_one() -> None:
    assert 0 < free_port("127.0.0.1", 0) < 65536


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(ListenError, match="Cannot listen on"):
        free_port("203.0.113.1", 0)


def test_a_name_of_this_machine_is_an_address() -> None:
    assert address_of("localhost") in {"127.0.0.1", "::1"}
    assert address_of("::1") == "::1"


@pytest.mark.parametrize("host", ["", "a" * 300, "x..y"])
def test_a_name_that_nobody_knows_is_refused(
    host: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--port", "0", "--host", host, "--data", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        f"farol-headend: Cannot listen on {host!r}: there is no such address.\n"
    )
