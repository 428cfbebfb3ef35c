"""`farol play --headless`: real libmpv with null outputs, no display, no Qt."""

import argparse
import signal
import threading

from app.console import complain
from app.play_run import PlayRun, RunOptions
from app.player_host import HostOptions, PlayerHost
from app.requests import TAG, play_request
from player.api import Play, Stop
from player.clock import SystemClock


def play_headless(options: argparse.Namespace) -> int:
    """Play until the duration, the end, a failure or a signal; returns the exit status."""
    over = threading.Event()
    clock = SystemClock()
    run = PlayRun(
        TAG,
        RunOptions(duration=options.duration, report=options.report),
        clock,
        over.set,
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    request = play_request(options)
    host = PlayerHost(
        HostOptions(video="null", audio="null", ipc_socket=options.mpv_ipc, clock=clock), run.take
    )
    try:
        run.ask(request)
        host.submit(Play(request=request))
        over.wait()
        if options.screenshot is not None and run.failure is None:
            host.sink.screenshot(options.screenshot)
    finally:
        host.submit(Stop())
        host.close()
    run.write_report()
    if run.failure is not None:
        complain(run.failure.sentence)
    return int(run.status)
