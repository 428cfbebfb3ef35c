"""Encoder processes: as many as asked for, one job at a time each.

Each worker holds one end of a pipe and nothing else of its parent. When the parent dies, even
by SIGKILL, the worker's next message or its wait for a job fails and it ends: no orphans.
"""

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import cast

from headend.asset.jobs import Job, do_job

_PATIENCE = 5.0  # seconds that an ended worker has to go


class EncoderError(RuntimeError):
    """An encoder process failed or vanished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Worker:
    process: SpawnProcess
    pipe: Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class _Message:
    """From a worker: steps done since the last one; whether the job is finished; what failed."""

    steps: int = 0
    finished: bool = False
    failure: str = ""


def run_jobs(jobs: Sequence[Job], processes: int, *, done: Callable[[Job, int], None]) -> None:
    """Does all jobs, in order of the sequence, on several processes.

    Args:
        jobs: put the largest first.
        processes: how many workers at most.
        done: told job and steps done since the last call, in the calling thread.

    Raises:
        EncoderError: a worker failed; the others are ended first, as on KeyboardInterrupt.
    """
    queue = list(reversed(jobs))
    workers = [_start() for _ in range(min(processes, len(jobs)))]
    try:
        busy = {worker.pipe: _next(worker.pipe, queue) for worker in workers}
        while busy:
            for ready in wait(list(busy)):
                pipe = cast("Connection", ready)
                message = _receive(pipe, busy[pipe])
                done(busy[pipe], message.steps)
                if message.finished:
                    del busy[pipe]
                    if queue:
                        busy[pipe] = _next(pipe, queue)
    finally:
        for worker in workers:
            _stop(worker)


def _start() -> _Worker:
    context = get_context("spawn")  # the parent may have threads, which a fork would break
    ours, theirs = context.Pipe()
    process = context.Process(target=work, args=(theirs,), daemon=True)
    with _interrupts_held():
        process.start()
    theirs.close()
    return _Worker(process=process, pipe=ours)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Keeps Ctrl-C from the child, which inherits the mask: the parent alone answers it."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _stop(worker: _Worker) -> None:
    worker.process.terminate()
    worker.process.join(_PATIENCE)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join()
    worker.process.close()
    worker.pipe.close()


def _next(pipe: Connection, queue: list[Job]) -> Job:
    job = queue.pop()
    try:
        pipe.send(job)
    except ConnectionError as error:
        raise EncoderError(f"the encoder of {_what(job)} ended before it began") from error
    return job


def _what(job: Job) -> str:
    return f"channel {job.channel}, {job.rendition}"


def _receive(pipe: Connection, job: Job) -> _Message:
    try:
        message = cast("_Message", pipe.recv())
    except (EOFError, ConnectionError) as error:
        raise EncoderError(f"the encoder of {_what(job)} ended unexpectedly") from error
    if message.failure:
        raise EncoderError(f"encoding {_what(job)} failed: {message.failure}")
    return message


def work(pipe: Connection) -> None:
    """A worker's life: jobs in, messages out, until the other end is gone."""
    try:
        while True:
            _work_once(pipe, cast("Job", pipe.recv()))
    except (EOFError, ConnectionError, KeyboardInterrupt):
        return


def _work_once(pipe: Connection, job: Job) -> None:
    try:
        do_job(job, lambda steps: pipe.send(_Message(steps=steps)))
    except ConnectionError:
        raise
    except OSError as error:
        pipe.send(_Message(failure=error.strerror or str(error)))
    except (ValueError, MemoryError) as error:
        pipe.send(_Message(failure=f"{type(error).__name__}: {error}"))
    else:
        pipe.send(_Message(finished=True))
