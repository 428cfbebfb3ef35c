"""The engine thread: order, lives, and an end that always comes."""

import logging
import threading

import anyio
import anyio.lowlevel
import pytest

from app.engine_thread import EngineThread
from app.workers import run_in_worker


def test_posted_work_runs_in_order_in_one_thread() -> None:
    thread, done = EngineThread("farol-test"), list[tuple[int, str]]()
    for number in range(200):
        thread.post(lambda number=number: done.append((number, threading.current_thread().name)))  # type: ignore[misc]
    thread.call(lambda: None)
    thread.close()
    assert [number for number, _ in done] == list(range(200))
    assert len({name for _, name in done}) == 1


def test_call_and_wait_give_what_was_returned_and_raised() -> None:
    thread = EngineThread()
    main = threading.get_ident()
    assert thread.call(threading.get_ident) != main

    async def nothing() -> int:
        await anyio.lowlevel.checkpoint()
        return 7

    assert thread.wait(nothing) == 7
    with pytest.raises(ZeroDivisionError):
        thread.call(lambda: 1 // 0)
    assert thread.wait(lambda: run_in_worker(threading.get_ident)) != main
    thread.close()


def test_lives_end_newest_first_and_are_waited_for() -> None:
    thread, ended = EngineThread(), list[str]()

    def life(name: str):  # type: ignore[no-untyped-def]
        async def run() -> None:
            try:
                await anyio.sleep_forever()
            finally:
                with anyio.CancelScope(shield=True):
                    await anyio.sleep(0.01)
                ended.append(name)

        return run

    thread.spawn(life("first"))
    thread.spawn(life("second"))
    thread.end_lives()
    assert ended == ["second", "first"]
    thread.end_lives()
    thread.close()


def test_what_runs_is_cancelled_by_closing_which_may_be_done_twice() -> None:
    thread = EngineThread()
    thread.spawn(anyio.sleep_forever)
    thread.close()
    thread.close()


def test_after_closing_posts_are_ignored_and_calls_refused() -> None:
    thread, done = EngineThread(), list[int]()
    thread.close()
    thread.post(lambda: done.append(1))
    assert done == []
    with pytest.raises(RuntimeError):
        thread.call(lambda: None)


def test_whoever_posts_never_waits_for_the_loop() -> None:
    thread, gate, done = EngineThread(), threading.Event(), list[int]()
    thread.post(lambda: done.append(int(gate.wait(5))))
    thread.post(lambda: done.append(2))
    assert done == [], "the loop is held, and we are back all the same"
    gate.set()
    thread.call(lambda: None)
    thread.close()
    assert done == [1, 2]


def test_the_loop_itself_may_post() -> None:
    thread, done = EngineThread(), list[str]()

    def work() -> None:
        thread.post(lambda: done.append("posted"))
        done.append("posting")

    thread.call(work)
    thread.call(lambda: None)
    thread.close()
    assert done == ["posting", "posted"]


def test_posted_work_may_use_what_belongs_to_the_loop() -> None:
    thread, done = EngineThread(), list[object]()
    thread.post(lambda: done.extend((anyio.Event(), anyio.current_time())))
    thread.call(lambda: None)
    thread.close()
    assert len(done) == 2


def test_posted_work_that_fails_is_seen_and_harms_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    thread, done = EngineThread(), list[int]()
    with caplog.at_level(logging.ERROR):
        thread.post(lambda: done.append(1 // 0))
        thread.post(lambda: done.append(1))
        thread.call(lambda: None)
    thread.close()
    assert done == [1]
    assert "posted work failed" in caplog.text


def test_a_life_that_failed_is_logged_and_lets_the_thread_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fails() -> None:
        raise ZeroDivisionError

    before = threading.active_count()
    thread = EngineThread()
    thread.spawn(fails)
    thread.close()
    assert threading.active_count() == before
    assert "ended with a fault" in caplog.text
