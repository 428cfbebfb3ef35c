"""`farol`: reads the command line and opens the part of the house that was asked for."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence

from app.arguments import parse
from app.console import complain
from app.exit_status import ExitStatus
from app.logs import set_up_logs
from app.outputs import obstacle

_SIGPIPE = 13
"""Its number, also where the system has none (POSIX.1-2017, kill)."""

_RECORDING = ("record", "recordings", "recorder")


def main(arguments: Sequence[str]) -> int:
    """Run `farol` with these arguments; returns the exit status.

    Each command imports what it needs: `probe` knows no libmpv, `--headless` no Qt.
    """
    try:
        status = _run(parse(arguments))
        sys.stdout.flush()
    except KeyboardInterrupt:  # before the run listens to signals, or after it
        return 128 + signal.SIGINT
    except BrokenPipeError:  # whoever reads has read enough, as `head` does
        _leave_stdout()
        return 128 + _SIGPIPE
    return status


def _leave_stdout() -> None:
    """Let what is still to be written go nowhere: Python writes it at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _run(options: argparse.Namespace) -> int:
    set_up_logs(verbose=options.verbose)
    if options.command == "probe":
        from app.probe import probe
        from app.requests import probe_request

        return probe(probe_request(options), as_json=options.json)
    if options.command in _RECORDING:
        return _run_recording(options)
    wrong = obstacle(options)
    if wrong:
        complain(wrong)
        return int(ExitStatus.BAD_ARGUMENTS)
    if options.command == "play" and options.headless:
        if options.also:
            from app.side_by_side import play_side_by_side

            return play_side_by_side(options)
        from app.headless import play_headless

        return play_headless(options)
    from app.window import open_window

    return open_window(options)


def _run_recording(options: argparse.Namespace) -> int:
    if options.command == "record":
        from app.record import record

        return record(options)
    if options.command == "recorder":
        from app.recorder import record_schedule

        return record_schedule(options)
    from app.recordings import show_recordings

    return show_recordings(options)
