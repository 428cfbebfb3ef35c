"""Films that libmpv demuxes by itself: their bytes come by our fetcher, through whatever fails."""

from collections.abc import Iterator

import anyio
import httpx
import pytest

from player.api import FirstPicture, PlayerState, Seek, SetPaused, Stop
from player.errors import ErrorCode
from player.session.remote_file import AHEAD, SMALL
from player.units import ByteCount, micros
from tests.fakes.virtual import VirtualClock, at_virtual_time
from tests.virtual.rig import Rig, player_rig

FILM = "http://films.test/a.avi"
BODY = b"RIFF" + bytes(range(256)) * 100_000
PIECE = 1 << 18


class Films(httpx.AsyncBaseTransport):
    """A server of one film; `breaks` are offsets at which an answer breaks off, each once."""

    def __init__(self, *, ranges: bool = True, size: int | None = None) -> None:
        self.asked: list[tuple[str, str]] = []
        self.breaks: list[int] = []
        self.tag = '"one"'
        self.refuses = 0
        self.told = size
        self._ranges = ranges

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append((request.headers.get("range", ""), request.headers.get("if-range", "")))
        if self.refuses and len(self.asked) > 1:
            self.refuses -= 1
            return httpx.Response(503)
        asked = request.headers.get("range", "")
        first = int(asked[6:].split("-")[0]) if asked and self._ranges else 0
        length = (self.told or len(BODY)) - first
        headers = {"Content-Length": str(length), "ETag": self.tag}
        if asked and self._ranges:
            headers["Content-Range"] = f"bytes {first}-{first + length - 1}/{first + length}"
        status = 206 if "Content-Range" in headers else 200
        return httpx.Response(status, headers=headers, stream=_Body(self, first))


class _Body(httpx.AsyncByteStream):
    def __init__(self, films: Films, first: int) -> None:
        self._films = films
        self._first = first

    async def __aiter__(self):  # type: ignore[no-untyped-def]
        for at in self._steps():
            if self._films.breaks and at >= self._films.breaks[0]:
                self._films.breaks.pop(0)
                raise httpx.ReadError("broke off")
            yield BODY[at : at + PIECE]
            await anyio.sleep(0.01)

    def _steps(self) -> Iterator[int]:
        return iter(range(self._first, len(BODY), PIECE))


def _heard(rig: Rig) -> list[bytes]:
    """What the sink is fed from now on."""
    taken: list[bytes] = []
    feed = rig.sink.feed

    def listen(epoch: int, data: bytes) -> None:
        taken.append(data)
        feed(epoch, data)

    rig.sink.feed = listen  # type: ignore[method-assign]
    return taken


def _play(films: Films, scenario):  # type: ignore[no-untyped-def]
    async def run() -> None:
        async with player_rig(lambda _: films, keep=99) as rig:
            taken = _heard(rig)
            rig.play(FILM)
            await scenario(rig, taken)

    at_virtual_time(run)


def test_a_film_is_fetched_only_so_far_ahead_of_what_was_read() -> None:
    films = Films()

    async def scenario(rig: Rig, taken: list[bytes]) -> None:
        await rig.until(PlayerState.PLAYING)
        await anyio.sleep(30)
        assert AHEAD <= sum(map(len, taken)) < AHEAD + PIECE
        (reader,) = rig.sink.files
        assert reader.size == len(BODY)
        reader.read(ByteCount(AHEAD))
        await anyio.sleep(30)
        assert 2 * AHEAD <= sum(map(len, taken)) < 2 * AHEAD + PIECE
        rig.do(Stop())
        await anyio.sleep(1)

    _play(films, scenario)
    assert films.asked[1:] == [("bytes=0-", "")], "one look, one film"


def test_libmpv_goes_about_in_it() -> None:
    films = Films()

    async def scenario(rig: Rig, taken: list[bytes]) -> None:
        await rig.until(PlayerState.PLAYING)
        taken.clear()
        rig.sink.files[0].seek(ByteCount(20_000_000))
        await anyio.sleep(5)
        assert b"".join(taken) == BODY[20_000_000:]
        assert rig.sink.finished

    _play(films, scenario)
    assert films.asked[-1] == ("bytes=20000000-", '"one"')


def test_what_breaks_off_goes_on_where_it_was() -> None:
    films = Films()
    films.breaks = [PIECE * 3, PIECE * 9]

    async def scenario(rig: Rig, taken: list[bytes]) -> None:
        await rig.until(PlayerState.PLAYING)
        rig.sink.files[0].read(ByteCount(len(BODY)))
        await anyio.sleep(20)
        assert b"".join(taken) == BODY
        assert len(rig.of(FirstPicture)) == 1

    _play(films, scenario)
    assert [one for one, _ in films.asked[2:]] == [f"bytes={PIECE * n}-" for n in (3, 9)]


def test_a_server_that_stays_away_is_the_reason() -> None:
    films = Films()
    films.breaks, films.refuses = [PIECE], 99

    async def scenario(rig: Rig, taken: list[bytes]) -> None:
        await rig.until(PlayerState.FAILED, 120)
        assert rig.now.failure is not None
        assert (rig.now.failure.code, rig.now.failure.status) == (
            ErrorCode.NETWORK_HTTP_STATUS,
            503,
        )

    _play(films, scenario)
    assert len(films.asked) < 9, "not for ever"


def test_another_film_under_the_same_address_is_not_taken_for_it() -> None:
    films = Films()

    async def scenario(rig: Rig, taken: list[bytes]) -> None:
        await rig.until(PlayerState.PLAYING)
        films.tag = '"two"'
        rig.sink.files[0].seek(ByteCount(5_000_000))
        await rig.until(PlayerState.FAILED, 120)
        assert rig.now.failure is not None
        assert rig.now.failure.code is ErrorCode.MEDIA_TRUNCATED

    _play(films, scenario)


@pytest.mark.parametrize("size", [None, SMALL + 1])
def test_without_ranges_a_small_film_alone_is_gone_about_in(size: int | None) -> None:
    films = Films(ranges=False, size=size)

    async def scenario(rig: Rig, taken: list[bytes]) -> None:
        await rig.until(PlayerState.PLAYING)
        assert rig.sink.files[0].size == (None if size else len(BODY))
        if size is None:
            taken.clear()
            rig.sink.files[0].seek(ByteCount(20_000_000))
            await anyio.sleep(5)
            assert b"".join(taken) == BODY[20_000_000:]

    _play(films, scenario)


def test_seek_and_pause_before_anything_was_answered_are_not_lost() -> None:
    films = Films()

    async def scenario(rig: Rig, taken: list[bytes]) -> None:
        rig.do(Seek(position=micros(30)), SetPaused(paused=True))
        await rig.until(PlayerState.PAUSED)
        assert [one.start for one in rig.sink.opened] == [micros(30)]
        assert rig.sink.opened[0].paused
        rig.do(Seek(position=micros(50)), SetPaused(paused=False))
        await rig.until(PlayerState.PLAYING)
        assert rig.sink.opened[-1].start == micros(50)

    _play(films, scenario)


def test_radio_without_a_container_is_sound() -> None:
    adts = bytes.fromhex("fff158802bbffc") + bytes(5000)
    mp3 = bytes.fromhex("fffb9064") + bytes(5000)
    for body, known in ((adts, True), (mp3, True), (b"\xff\xff\xff\xff" * 9, False)):

        async def scenario(body: bytes = body, known: bool = known) -> None:
            def network(_clock: VirtualClock) -> httpx.AsyncBaseTransport:
                return httpx.MockTransport(lambda _: httpx.Response(200, content=body))

            async with player_rig(network, keep=99) as rig:
                rig.play("http://radio.test/live")
                await anyio.sleep(5)
                assert bool(rig.of(FirstPicture)) is known
                assert bool(rig.fatal) is not known

        at_virtual_time(scenario)
