"""The signals that end a run as its end does: with a report, a picture and everything closed."""

import signal
from collections.abc import Callable

_ENDING = ("SIGINT", "SIGTERM", "SIGHUP")


def on_ending_signal(then: Callable[[int], None]) -> None:
    """Call `then` with the number of a signal that asks the program to end. Main thread.

    One that the program was started to ignore (SIGHUP under `nohup`) stays ignored.
    """
    for name in _ENDING:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda got, _: then(got))
