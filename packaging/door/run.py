"""`dev.py run`: the headend in demo mode and Farol tuned to its first channel."""

import contextlib
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from door.children import Children, signals_as_exit
from door.display import Screen
from door.first_picture import FirstPicture
from door.host import Host
from door.ports import choose_port
from door.show import Stop, note
from door.venv import ROOT, program

OUT = ROOT / "out"
SECONDS_UNSEEN = 20
LEFT = {"--screenshot": "screenshot.png", "--report": "report.json"}
"""What an unseen run leaves in OUT, by the option that asks farol for it."""

_TICK = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """When the command was given (monotonic seconds), and what was passed through to farol."""

    at: float
    options: tuple[str, ...]


def run(host: Host, start: Start) -> int:
    """Start everything, wait until the window is closed; returns farol's exit status."""
    folder = tempfile.TemporaryDirectory(prefix="farol-", ignore_cleanup_errors=True)
    try:
        with folder as name, signals_as_exit(), Children() as children:
            return _run(host, start, children, Path(name) / "mpv.sock")
    except KeyboardInterrupt:
        return 130


def _run(host: Host, start: Start, children: Children, socket: Path) -> int:
    screen = None if host.display else Screen(children)
    served = needs_headend(start.options)
    headend = _start_headend(children) if served else None
    environment = screen.environment(os.environ) if screen else dict(os.environ)
    options = [*unseen_options(start.options, OUT)] if screen else list(start.options)
    farol = _start_farol(
        children, environment, [*options, "--mpv-ipc", str(socket)], served=served
    )
    if headend is not None and farol.stdin is not None:
        tell(farol.stdin, f"{ready_url(headend)}/lineup.m3u\n")
    status = _watch(farol, FirstPicture(socket), start.at)
    if screen:
        _say_where(status)
    return status


def needs_headend(options: Sequence[str]) -> bool:
    """Whether no list was given that would be shown instead."""
    return "--source" not in _named(options)


def tell(stdin: IO[str], line: str) -> None:
    """Hand farol its list; where it has ended already, its status says why."""
    with contextlib.suppress(BrokenPipeError), stdin:
        stdin.write(line)


def unseen_options(given: Sequence[str], out: Path) -> tuple[str, ...]:
    """Add what a run needs that nobody sees: an end, a picture and a report."""
    files = {option: str(out / name) for option, name in LEFT.items()}
    added = {"--duration": str(SECONDS_UNSEEN), **files}
    words = _named(given)
    missing = [(name, value) for name, value in added.items() if name not in words]
    return (*given, *(word for pair in missing for word in pair))


def _named(options: Sequence[str]) -> set[str]:
    """Give the options' names, however their values are written."""
    return {word.partition("=")[0] for word in options}


def _start_headend(children: Children) -> "subprocess.Popen[str]":
    command = [str(program("python")), "-m", "headend", "demo", "--port", str(choose_port())]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return children.start(command, env=environment, stdout=subprocess.PIPE)


def ready_url(headend: "subprocess.Popen[str]") -> str:
    """Wait for the headend's READY line (the first time it encodes); gives its address.

    Raises:
        Stop: it ended instead.
    """
    if headend.stdout is not None and not sys.stderr.isatty():
        say_while_silent(headend.stdout)
    for line in headend.stdout or ():
        if line.startswith("READY "):
            return line.removeprefix("READY ").strip()
    raise Stop(3, "The headend ended before it was ready; what it said stands above.")


def say_while_silent(out: IO[str], every: float = 10.0) -> None:
    """Write a line now and then until `out` has something: in a log the headend's bar is none."""
    if os.name != "posix":  # nobody can wait for a pipe there
        return
    waited = 0.0
    while not select.select([out], [], [], every)[0]:
        waited += every
        note(f"  The headend encodes its test channels, the first time only ({waited:.0f} s) ...")


def _start_farol(
    children: Children, environment: dict[str, str], options: Sequence[str], *, served: bool
) -> "subprocess.Popen[str]":
    OUT.mkdir(exist_ok=True)
    for name in LEFT.values():
        (OUT / name).unlink(missing_ok=True)
    python = str(program("python"))
    what = [str(ROOT / "packaging/door/warm_start.py")] if served else ["-m", "app"]
    environment = {**environment, "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE if served else subprocess.DEVNULL
    return children.start([python, *what, *options], env=environment, stdin=pipe, shielded=False)


def _watch(farol: "subprocess.Popen[str]", picture: FirstPicture, since: float) -> int:
    """Wait for the window's end; say when the first picture came."""
    while True:
        if picture.poll():
            note(f"First picture after {time.monotonic() - since:.2f} s.")
        try:
            status = farol.wait(None if picture.seen else _TICK)
        except subprocess.TimeoutExpired:
            continue
        picture.close()
        return status


def _say_where(status: int) -> None:
    if status:
        note(f"farol ended with {status}; `python3 dev.py doctor` looks for the reason.")
    for name in LEFT.values():
        if (OUT / name).exists():
            print(OUT / name)
