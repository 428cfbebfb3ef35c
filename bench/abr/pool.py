"""Spreads work over processes, which end at once when nobody waits for it any more."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context, parent_process
from signal import SIG_DFL, SIGINT, signal
from threading import Thread  # noqa: TID251 - a worker process of a benchmark has no loop
from typing import TypeVar

Job = TypeVar("Job")
Done = TypeVar("Done")


def spread(work: Callable[[Job], Done], jobs: Sequence[Job], processes: int) -> Iterator[Done]:
    """Do all jobs, and give what comes of them as they get done."""
    if processes <= 1:
        yield from map(work, jobs)
        return
    pool = ProcessPoolExecutor(processes, get_context("spawn"), initializer=_end_with_others)
    try:
        for done in as_completed([pool.submit(work, job) for job in jobs]):
            yield done.result()
    except BaseException:
        _end(pool)
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _end_with_others() -> None:
    """Ctrl+C reaches the workers, too: they go without a word, as they do when who asked dies."""
    signal(SIGINT, SIG_DFL)
    Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _end(pool: ProcessPoolExecutor) -> None:
    """End the workers in the midst of what they do; before 3.14 the pool has no word for it."""
    for process in list((pool._processes or {}).values()):
        process.terminate()
