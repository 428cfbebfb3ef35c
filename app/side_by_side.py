"""`farol play --headless A --also B`: several channels at once, over one line."""

import argparse
import threading
from dataclasses import dataclass, replace
from pathlib import Path

from app.console import complain
from app.headless import ALWAYS, LOOK_S, headless_options
from app.outputs import write_picture
from app.play_run import PlayRun, RunOptions, write_json
from app.player_host import PlayerHost, Seat
from app.requests import TAG, play_request
from app.signals import on_ending_signal
from player.api import Play, PlayRequest, SetDataSaver, SetMuted, SetViewport, Stop
from player.clock import Clock, SystemClock


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picture:
    """One channel of several, who plays it, and how that goes."""

    request: PlayRequest
    run: PlayRun
    seat: Seat
    over: threading.Event


def play_side_by_side(options: argparse.Namespace) -> int:
    """Play all until each is over by its own rules, or a signal; returns the exit status.

    The first has the sound. The status is that of the first one that did not play, if any.
    """
    clock = SystemClock()
    requests = _requests(options)
    runs = [_run(one, options, clock) for one in requests]

    def leave(number: int) -> None:
        for run, over in runs:
            run.interrupt(number)
            over.set()

    on_ending_signal(leave)
    host = PlayerHost(headless_options(options, clock), runs[0][0].take)
    seats, missing = [host.first], ""
    try:
        for run, _ in runs[1:]:
            seats.append(host.add(run.take))
        pictures = [
            _Picture(request=request, run=run, seat=seat, over=over)
            for request, (run, over), seat in zip(requests, runs, seats, strict=True)
        ]
        _start(pictures, options)
        _wait(pictures, clock)
        missing = _shoot(pictures, options.screenshot)
    finally:
        for seat in seats:
            seat.submit(Stop())
        host.close()
    return _conclude([run for run, _ in runs], missing, options.report)


def _requests(options: argparse.Namespace) -> list[PlayRequest]:
    first = play_request(options)
    beside = enumerate(options.also, 2)
    return [first, *(replace(first, url=url, tag=f"{TAG}-{number}") for number, url in beside)]


def _run(
    request: PlayRequest, options: argparse.Namespace, clock: Clock
) -> tuple[PlayRun, threading.Event]:
    over = threading.Event()
    run = PlayRun(request.tag, RunOptions.of(options), clock, over.set)
    run.ask(request)
    return run, over


def _start(pictures: list[_Picture], options: argparse.Namespace) -> None:
    for number, one in enumerate(pictures):
        if number < len(options.sizes):
            width, height = options.sizes[number]
            one.seat.submit(SetViewport(width=width, height=height))
        if options.data_saver == ALWAYS:
            one.seat.submit(SetDataSaver(on=True))
        one.seat.submit(SetMuted(muted=number > 0))
        one.seat.submit(Play(request=one.request))


def _wait(pictures: list[_Picture], clock: Clock) -> None:
    """Wait for all of them; each goes on until the last one is over."""
    for one in pictures:
        while not one.over.wait(LOOK_S):
            for other in pictures:
                other.run.look(clock.monotonic())


def _shoot(pictures: list[_Picture], path: Path | None) -> str:
    """Write the last picture of each: FILE, then FILE-2 and so on before the ending."""
    if path is None:
        return ""
    missing = ""
    for number, one in enumerate(pictures, 1):
        own = path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
        if one.run.played:
            missing = write_picture(one.seat.sink, own, expected=one.run.pictured) or missing
    return missing


def _conclude(runs: list[PlayRun], missing: str, report: Path | None) -> int:
    """Write one report of all, and say of each why it was not played."""
    if report is not None:
        missing = write_json({"sessions": [one.report() for one in runs]}, report) or missing
    if missing:
        complain(missing)
    statuses = [one.say() for one in runs]
    return next((int(one) for one in statuses if one), 2 if missing else 0)
