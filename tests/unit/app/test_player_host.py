"""PlayerHost: what is made, and in which order it is taken down, with a fake libmpv."""

import functools
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app import headless, player_host
from app.arguments import parse
from app.exit_status import ExitStatus
from app.headless import play_headless
from app.line_file import LineFile, read_lines
from app.player_host import FIRST_GUESS, HostOptions, PlayerHost
from player.api import (
    Command,
    ErrorOccurred,
    FirstPicture,
    PlaybackEnded,
    PlayerEvent,
    PlayerSnapshot,
    SetVolume,
    Stop,
)
from player.clock import SystemClock
from player.errors import ErrorCode, Failure
from player.model.transfer import TransferSample
from player.net.fetcher import HttpFetcher
from player.session.player import Player
from player.units import ByteCount, Micros
from tests.fakes.sink import FakeSink

LOG = list[str]


class _Sink(FakeSink):
    """A sink that writes down when it is closed."""

    def __init__(self, log: LOG) -> None:
        super().__init__(SystemClock())
        self._log = log

    def close(self) -> None:
        self._log.append(f"sink {threading.current_thread() is threading.main_thread()}")


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> LOG:
    """What ended, in order, of a host without libmpv."""
    found: LOG = []

    class Watched(HttpFetcher):
        async def aclose(self) -> None:
            found.append("fetcher")
            await super().aclose()

    class Ending(Player):
        async def run(self) -> None:
            try:
                await super().run()
            finally:
                found.append("player")

    monkeypatch.setattr(player_host, "MpvSink", lambda *_, **__: _Sink(found))
    monkeypatch.setattr(player_host, "HttpFetcher", Watched)
    monkeypatch.setattr(player_host, "Player", Ending)
    return found


def _nobody(_message: PlayerEvent | PlayerSnapshot) -> None:
    """Hear nothing."""


def test_the_shutdown_order_is_player_network_mpv_loop(log: LOG) -> None:
    before = threading.active_count()
    host = PlayerHost(HostOptions(video="null"), _nobody)
    host.submit(SetVolume(percent=40))
    host.stop_playing()
    assert log == ["player"]
    assert host.sink.volume == 40  # type: ignore[attr-defined]
    host.submit(Stop())
    host.close()
    assert log == ["player", "fetcher", "sink True"]
    assert threading.active_count() == before
    host.submit(Stop())


def test_another_player_ends_before_its_surface_and_that_before_its_libmpv(log: LOG) -> None:
    host = PlayerHost(HostOptions(video="null"), _nobody)
    seat = host.add(_nobody)
    seat.submit(SetVolume(percent=30))
    host.submit(SetVolume(percent=60))
    assert log == []
    host.remove(seat, lambda: log.append("surface"))
    assert log == ["player", "surface", "sink True"]
    assert seat.sink.volume == 30  # type: ignore[attr-defined]
    assert host.sink.volume == 60  # type: ignore[attr-defined]
    host.close()
    assert log[3:] == ["player", "fetcher", "sink True"], "only the first is left"


def test_what_the_line_carried_is_on_disk_when_all_has_ended(
    log: LOG, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "state" / "lines.json"
    monkeypatch.setattr(player_host, "LineFile", lambda path: LineFile(path, lambda: "home"))

    def begun(host: PlayerHost) -> int:
        """Tune; gives what is known of the line then."""
        host.player._line.tune("http://far.test/a.m3u8", host.player)
        return host.player._parts.estimator.estimate or 0

    def watch(host: PlayerHost) -> None:
        for at in range(0, 10_000_000, 1_000_000):
            sample = TransferSample(
                started=Micros(at),
                first_byte=Micros(at),
                ended=Micros(at + 500_000),
                size=ByteCount(500_000),
            )
            host._common.estimator.add(sample)

    guesses = []
    for _ in range(2):
        host = PlayerHost(HostOptions(lines=path), _nobody)
        guesses.append(host.thread.call(functools.partial(begun, host)))
        host.thread.call(functools.partial(watch, host))
        host.close()
    assert guesses[0] == FIRST_GUESS
    assert 5_000_000 < guesses[1] <= 8_000_000
    (line,) = read_lines(path)[1].lines.values()
    assert line.rate == 8_000_000
    assert [one.name for one in path.parent.iterdir()] == ["lines.json"]
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_libmpv_that_cannot_be_made_leaves_no_thread(
    log: LOG, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("no libmpv")

    monkeypatch.setattr(player_host, "MpvSink", broken)
    before = threading.active_count()
    with pytest.raises(OSError, match="no libmpv"):
        PlayerHost(HostOptions(), _nobody)
    assert threading.active_count() == before
    assert log == []


def test_a_player_that_failed_does_not_keep_libmpv_open(
    log: LOG, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing(Player):
        async def run(self) -> None:
            async with self._send, self._receive:
                raise ZeroDivisionError

    monkeypatch.setattr(player_host, "Player", Failing)
    host = PlayerHost(HostOptions(), _nobody)
    host.close()
    assert log == ["fetcher", "sink True"]


# ---- farol play --headless ------------------------------------------------------------------


class _Host:
    """A host that publishes a given story as soon as it is told to play."""

    story: tuple[PlayerEvent, ...] = ()

    def __init__(self, _options: HostOptions, publish: Callable[[PlayerEvent], None]) -> None:
        self.commands: list[Command] = []
        self._publish = publish
        made.append(self)

    def submit(self, command: Command) -> None:
        self.commands.append(command)
        for event in self.story if len(self.commands) == 1 else ():
            self._publish(event)

    def close(self) -> None:
        self.commands.append(Stop())


made: list[_Host] = []


@pytest.mark.parametrize(
    ("story", "status", "said"),
    [
        (
            (FirstPicture(at=Micros(0), tag="play"), PlaybackEnded(at=Micros(1), tag="play")),
            ExitStatus.PLAYED,
            "",
        ),
        (
            (
                ErrorOccurred(
                    at=Micros(0),
                    tag="play",
                    failure=Failure(code=ErrorCode.NETWORK_UNREACHABLE, sentence="Not there."),
                ),
            ),
            ExitStatus.UNREACHABLE,
            "farol: Not there.\n",
        ),
    ],
)
def test_headless_plays_tells_and_takes_everything_down(
    story: tuple[PlayerEvent, ...],
    status: ExitStatus,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(_Host, "story", story)
    monkeypatch.setattr(headless, "PlayerHost", _Host)
    monkeypatch.setattr(headless, "on_ending_signal", lambda _: None)
    made.clear()
    assert play_headless(parse(["play", "http://h/a.m3u8", "--headless"])) == int(status)
    assert capsys.readouterr().err == said
    assert [type(one).__name__ for one in made[0].commands] == ["Play", "Stop", "Stop"]
