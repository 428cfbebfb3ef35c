"""Children: the programs that dev.py started, and their end on every way out."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

_PATIENCE = 5.0
_TEST_PATIENCE = 15.0
_LOOKS = 50
_PR_SET_PDEATHSIG = 1


class Children:
    """A context: whatever was started in it has ended when it is left."""

    def __init__(self) -> None:
        """Begin with none."""
        self._started: list[tuple[subprocess.Popen[str], signal.Signals, bool]] = []

    def start(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stdin: int | None = subprocess.DEVNULL,
        stdout: int | None = None,
        stderr: int | None = None,
        pass_fds: Sequence[int] = (),
        shielded: bool = True,
        asked: signal.Signals = signal.SIGTERM,
    ) -> "subprocess.Popen[str]":
        """Start a program.

        A `shielded` one does not hear the terminal's Ctrl+C, so that the screen is still there
        while the window closes; it is ended here, last started first, and with it all that it
        started itself and left. `asked` is what it is asked to end by: pytest puts its fixtures
        away for SIGINT alone.
        """
        leads = shielded and os.name == "posix"
        child = subprocess.Popen(
            command,
            env=env,
            cwd=cwd,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            text=True,
            pass_fds=pass_fds,
            start_new_session=leads,
            preexec_fn=_die_with_parent(asked) if sys.platform == "linux" else None,  # noqa: PLW1509 - no thread here
        )
        self._started.append((child, asked, leads))
        return child

    def __enter__(self) -> "Children":
        """Give itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End them all, the last first, politely and then not."""
        while self._started:
            child, asked, leads = self._started.pop()
            end(child, asked)
            if leads:
                _end_group(child.pid)


def end(child: "subprocess.Popen[str]", asked: signal.Signals = signal.SIGTERM) -> None:
    """Ask one program to end; after its time (five seconds; fifteen for SIGINT), end it."""
    if child.poll() is None:
        if os.name == "posix":
            child.send_signal(asked)
        else:
            child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(_PATIENCE if asked is signal.SIGTERM else _TEST_PATIENCE)
    if child.poll() is None:
        child.kill()
        child.wait()
    for stream in (child.stdin, child.stdout, child.stderr):
        if stream:
            with contextlib.suppress(OSError):
                stream.close()


def _end_group(leader: int) -> None:
    """End what a program that is gone has left in its process group."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGTERM)
        for _ in range(_LOOKS):
            os.killpg(leader, 0)
            time.sleep(_PATIENCE / _LOOKS)
        os.killpg(leader, signal.SIGKILL)


@contextlib.contextmanager
def signals_as_exit() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into SystemExit(128 + number), so that every `finally` runs."""

    def leave(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    numbers = [signal.SIGTERM] + ([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])
    before = {number: signal.signal(number, leave) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _die_with_parent(asked: signal.Signals) -> Callable[[], None]:
    """Make the kernel end the child when we are killed outright, where nothing of ours runs.

    And let it hear SIGINT, by which it may be asked to end: whoever is started in the background
    by a shell hands on that it is ignored.
    """
    prctl = ctypes.CDLL(None).prctl

    def prepare() -> None:
        prctl(_PR_SET_PDEATHSIG, asked)
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    return prepare
