"""What benchmarks play from and beside: a headend, a line to it, and other programs watched."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[1]

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@contextmanager
def headend(*options: str) -> Iterator[str]:
    """The address of a running headend, without a slash at its end.

    Its channels are kept in FAROL_HEADEND_DATA, else beside the other temporary files, so that
    they are encoded once.
    """
    data = os.environ.get("FAROL_HEADEND_DATA") or str(
        Path(tempfile.gettempdir()) / "farol-bench-headend"
    )
    command = [sys.executable, "-m", "headend", "demo", "--port", "0", "--data", data, *options]
    with serving(command) as url:
        yield url


@contextmanager
def shaped(url: str, *, mbps: float, rtt_ms: float) -> Iterator[str]:
    """A line (link.py) to the server of `url`, in a process of its own; gives its address."""
    with _linked(url, "--mbps", str(mbps), "--rtt-ms", str(rtt_ms)) as address:
        yield address


@contextmanager
def traced(url: str, trace: Path) -> Iterator[str]:
    """The same, as a trace tells; it begins with the first request."""
    with _linked(url, "--trace", str(trace)) as address:
        yield address


@contextmanager
def _linked(url: str, *options: str) -> Iterator[str]:
    command = [sys.executable, str(ROOT / "bench" / "link.py"), urlsplit(url).netloc]
    with serving([*command, *options]) as address:
        yield address


@contextmanager
def serving(command: Sequence[str]) -> Iterator[str]:
    """Run a server that says READY and its address; gives the address."""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own program
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        try:
            said = process.stdout.readline()
            if not said.startswith("READY "):
                raise SystemExit(f"{' '.join(command)} did not begin to serve.")
            yield said.removeprefix("READY ").strip()
        finally:
            process.terminate()


@contextmanager
def running(*commands: Sequence[str]) -> Iterator[list[int]]:
    """Run programs side by side for the block; gives their process ids."""
    started = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program and mpv
        for command in commands
    ]
    try:
        yield [one.pid for one in started]
    finally:
        for one in started:
            one.terminate()
        for one in started:
            one.wait(10)


def ours_headless(url: str) -> list[str]:
    """The command that plays `url` with our player, without a screen."""
    return [sys.executable, "-m", "app", "play", "--headless", url]


def theirs_headless(url: str) -> list[str]:
    """The command that plays `url` with mpv, without a screen."""
    return ["mpv", "--no-config", "--vo=null", "--ao=null", "--really-quiet", url]


def processor_seconds(pid: int) -> float:
    """What a process has used of the processor so far, its threads included (proc(5), stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def resident_mib(pid: int | None = None) -> float:
    """The resident memory of a process, or of this one, in MiB (proc(5), statm)."""
    path = Path(f"/proc/{'self' if pid is None else pid}/statm")
    return int(path.read_text().split()[1]) * _PAGE / 2**20


def pause(seconds: float) -> None:
    """Let others work for a while; for the benchmark's own thread."""
    time.sleep(seconds)  # noqa: TID251 - a benchmark waits in real time, in a thread without a loop
