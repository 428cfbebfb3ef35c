"""`farol play --headless`: real libmpv with null outputs, no display, no Qt."""

import argparse
import threading

from app.outputs import write_picture
from app.paths import line_note, lines_file, time_shift_folder
from app.play_run import PlayRun, RunOptions
from app.player_host import HostOptions, PlayerHost
from app.requests import TAG, play_request, route_of, store_limits_of
from app.signals import on_ending_signal
from player.api import Play, SetDataSaver, Stop
from player.clock import Clock, SystemClock

ALWAYS = "always"
"""The setting of the data saver that needs nobody who knows the line: without Qt nobody does."""

LOOK_S = 0.2
"""How often the run looks at the clock by itself, whatever the player says."""


def play_headless(options: argparse.Namespace) -> int:
    """Play until the duration, the end, a failure or a signal; returns the exit status."""
    over = threading.Event()
    clock = SystemClock()
    run = PlayRun(TAG, RunOptions.of(options), clock, over.set)

    def leave(number: int) -> None:
        run.interrupt(number)
        over.set()

    on_ending_signal(leave)
    request = play_request(options)
    host = PlayerHost(headless_options(options, clock), run.take)
    missing = ""
    try:
        run.ask(request)
        if options.data_saver == ALWAYS:
            host.submit(SetDataSaver(on=True))
        host.submit(Play(request=request))
        _wait(over, run, clock)
        if options.screenshot is not None and run.played:
            missing = write_picture(host.sink, options.screenshot, expected=run.pictured)
    finally:
        host.submit(Stop())
        host.close()
    return run.conclude(missing)


def headless_options(options: argparse.Namespace, clock: Clock) -> HostOptions:
    """How the host shows and sounds where nobody looks."""
    return HostOptions(
        video="null",
        audio="null",
        ipc_socket=options.mpv_ipc,
        clock=clock,
        route=route_of(options),
        lines=lines_file(),
        line_note=line_note(),
        kept=time_shift_folder(),
        keep=store_limits_of(options),
    )


def _wait(over: threading.Event, run: PlayRun, clock: Clock) -> None:
    while not over.wait(LOOK_S):
        run.look(clock.monotonic())
