"""Children: the programs that dev.py started, and their end on every way out."""

import contextlib
import ctypes
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import FrameType

_PATIENCE = 5.0
_PR_SET_PDEATHSIG = 1


class Children:
    """A context: whatever was started in it has ended when it is left."""

    def __init__(self) -> None:
        """Begin with none."""
        self._started: list[subprocess.Popen[str]] = []

    def start(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        stdin: int | None = subprocess.DEVNULL,
        stdout: int | None = None,
        stderr: int | None = None,
        pass_fds: Sequence[int] = (),
        shielded: bool = True,
    ) -> "subprocess.Popen[str]":
        """Start a program.

        A `shielded` one does not hear the terminal's Ctrl+C, so that the screen is still there
        while the window closes; it is ended here, last started first.
        """
        child = subprocess.Popen(
            command,
            env=env,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            text=True,
            pass_fds=pass_fds,
            start_new_session=shielded and sys.platform != "win32",
            preexec_fn=_die_with_parent() if sys.platform == "linux" else None,  # noqa: PLW1509 - no thread here
        )
        self._started.append(child)
        return child

    def __enter__(self) -> "Children":
        """Give itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End them all, the last first, politely and then not."""
        while self._started:
            end(self._started.pop())


def end(child: "subprocess.Popen[str]") -> None:
    """Ask one program to end; after five seconds, end it."""
    if child.poll() is None:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(_PATIENCE)
    if child.poll() is None:
        child.kill()
        child.wait()
    for stream in (child.stdin, child.stdout, child.stderr):
        if stream:
            with contextlib.suppress(OSError):
                stream.close()


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


def _die_with_parent() -> Callable[[], None]:
    """Make the kernel end the child when we are killed outright, where nothing of ours runs."""
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
