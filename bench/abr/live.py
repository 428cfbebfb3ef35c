"""Runs a controller through live television over a line, at virtual time.

A media second is there for the taking once it was made: parts of a segment one by one, each at
its time, in one answer that a server sends as they come (chunked CMAF).
"""

from bench.abr.live_answer import Answer
from bench.abr.live_viewer import LiveRun, LiveScene
from player.abr.controller import AbrController, AbrInput, Decision, Thinker
from player.streaming.stream.questions import STEP
from player.units import Micros, micros, seconds


def watch(scene: LiveScene, controller: AbrController) -> LiveRun:
    """Watch the whole programme."""
    run = LiveRun(scene, controller)
    part = scene.film.segment_s / max(round(scene.film.segment_s / scene.part_s), 1)
    while not run.over:
        run.jump()
        run.pass_until(run.index * scene.film.segment_s + part - scene.joined_s)
        _ask(run)
    run.finish()
    return run


def _ask(run: LiveRun) -> None:
    """Do what the controller chooses."""
    if run.over:
        return
    decision = _decision(run)
    if decision.wait and run.buffer > 0:
        run.pass_until(run.now + min(seconds(decision.wait), run.buffer))
    else:
        _fetch(run, decision)


def _fetch(run: LiveRun, decision: Decision) -> None:
    """Fetch the next segment; what is given up is fetched again from another rung."""
    rung = int(decision.rung.id)
    while (instead := Answer(run, rung).read()) is not None:
        run.seen.abandoned += 1
        rung = int(instead.rung.id)
    if run.until < (run.index + 1) * run.scene.film.segment_s - 1e-6:
        return  # the viewer left meanwhile
    run.seen.shown[run.index] = rung
    run.index += 1


def _decision(run: LiveRun) -> Decision:
    decision = run.controller.choose(_given(run))
    while isinstance(run.controller, Thinker) and run.controller.think():
        pass
    return decision


def _given(run: LiveRun) -> AbrInput:
    """What a controller is told."""
    film = run.scene.film
    length = micros(film.segment_s)
    before = run.seen.shown.get(run.index - 1)
    if before is None and run.seen.shown:
        before = run.seen.shown[max(run.seen.shown)]
    return AbrInput(
        now=micros(run.now),
        media_time=Micros(run.index * length),
        buffer=micros(run.buffer),
        segment_duration=length,
        ladder=run.ladder,
        playing=None if before is None else str(before),
        line=run.estimator.view,
        buffer_limit=_room(run),
        reserve=run.control.reserve,
        latency=micros(run.latency),
        target_latency=micros(run.scene.target_s),
    )


def _room(run: LiveRun) -> Micros:
    """How far the buffer may grow: to the edge, in steps, as the engine tells it."""
    goal = min(run.control.forward, micros(run.latency))
    return Micros(max(goal // STEP * STEP, STEP))
