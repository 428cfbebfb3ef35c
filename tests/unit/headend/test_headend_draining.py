"""Open answers end when the server is told to go."""

import anyio
import pytest
from starlette.types import Message, Receive, Scope, Send

from headend.draining import Drain

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def _endless(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await anyio.sleep_forever()


async def test_closing_ends_what_is_open_and_returns_when_it_has_ended() -> None:
    drain = Drain(_endless)
    begun, ended = anyio.Event(), []

    async def send(_message: Message) -> None:
        begun.set()

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def call() -> None:
        await drain({"type": "http"}, receive, send)
        ended.append(True)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(call)
        tasks.start_soon(call)
        await begun.wait()
        await anyio.wait_all_tasks_blocked()
        await drain.close()
        assert ended == [True, True]


async def test_closing_an_idle_server_returns_at_once() -> None:
    with anyio.fail_after(1):
        await Drain(_endless).close()
