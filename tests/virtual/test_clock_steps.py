"""This machine's clock is set while a channel plays, or the machine sleeps."""

from dataclasses import dataclass, field

import anyio
import httpx
import pytest

import tests.virtual.rig
from player.api import PlayerState, RebufferStarted
from player.units import MICROS_PER_SECOND, Micros, seconds
from tests.fakes.origin import SEGMENT, FakeOrigin
from tests.fakes.virtual import VirtualClock, at_virtual_time
from tests.virtual.rig import URL, Rig, player_rig

MPD = "http://origin.test/manifest.mpd"
TIMING = 'schemeIdUri="urn:mpeg:dash:utc:http-iso:2014" value="http://origin.test/time"'


class Machine(VirtualClock):
    """A clock that can be set, in a machine that can sleep; the world's time is `world`."""

    def __init__(self) -> None:
        super().__init__()
        self.step = self.slept = 0.0
        self.world = VirtualClock()

    def utc(self) -> Micros:
        return Micros(super().utc() + round((self.step + self.slept) * MICROS_PER_SECOND))


class Sleepless(Machine):
    """One that knows how long it slept, as Linux does."""

    def elapsed(self) -> Micros:
        return Micros(self.monotonic() + round(self.slept * MICROS_PER_SECOND))


class World:
    """The server's clock: nobody sets it, and it does not sleep."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def monotonic(self) -> Micros:
        slept = round(self._machine.slept * MICROS_PER_SECOND)
        return Micros(self._machine.world.monotonic() + slept)

    def utc(self) -> Micros:
        slept = round(self._machine.slept * MICROS_PER_SECOND)
        return Micros(self._machine.world.utc() + slept)


@dataclass
class Scene:
    """A channel of a server, on a machine of a kind."""

    url: str = MPD
    kind: type[Machine] = Machine
    machines: list[Machine] = field(default_factory=list)
    channel: dict[str, object] = field(default_factory=dict)
    dark: bool = False

    @property
    def machine(self) -> Machine:
        return self.machines[0]

    def network(self, clock: VirtualClock) -> httpx.AsyncBaseTransport:
        assert isinstance(clock, Machine)
        self.machines.append(clock)
        return FakeOrigin(
            World(clock),
            samples=24,
            dark=lambda _: self.dark,
            **self.channel,  # type: ignore[arg-type]
        ).transport()


def _latency(rig: Rig) -> float:
    assert rig.now.state is PlayerState.PLAYING
    assert rig.now.latency is not None
    return seconds(rig.now.latency)


@pytest.mark.parametrize("step", [-3600.0, -90.0, 90.0, 3600.0])
@pytest.mark.parametrize(("url", "timing"), [(MPD, TIMING), (MPD, ""), (URL, "")])
def test_setting_the_clock_moves_nothing(
    monkeypatch: pytest.MonkeyPatch, url: str, timing: str, step: float
) -> None:
    monkeypatch.setattr(tests.virtual.rig, "VirtualClock", Machine)
    scene = Scene(url=url, channel={"timing": timing})

    async def scenario() -> None:
        async with player_rig(scene.network) as rig:
            rig.play(url)
            await anyio.sleep(60)
            before = _latency(rig)
            scene.machine.step = step
            await anyio.sleep(240)
            assert abs(_latency(rig) - before) < 1
        assert rig.of(RebufferStarted) == []
        assert rig.fatal == []

    at_virtual_time(scenario)


@pytest.mark.parametrize("kind", [Machine, Sleepless])
@pytest.mark.parametrize("channel", [{"timing": TIMING}, {"heads": True}])
@pytest.mark.parametrize("outage", [0.0, 12.0])
def test_after_a_sleep_the_time_is_right_again(
    monkeypatch: pytest.MonkeyPatch,
    kind: type[Machine],
    channel: dict[str, object],
    outage: float,
) -> None:
    """The network may be back later than the machine."""
    monkeypatch.setattr(tests.virtual.rig, "VirtualClock", kind)
    scene = Scene(kind=kind, channel=channel)

    async def scenario() -> None:
        async with player_rig(scene.network) as rig:
            rig.play(MPD)
            await anyio.sleep(60)
            scene.machine.slept, scene.dark = 1800.0, outage > 0
            await anyio.sleep(outage)
            scene.dark = False
            await anyio.sleep(120)
            assert rig.now.latency is not None
            if not outage:
                assert 2.5 * SEGMENT < _latency(rig) <= 12 * SEGMENT
            told = seconds(rig.now.position) + seconds(rig.now.latency)
            assert told == pytest.approx(World(scene.machine).utc() / 1e6, abs=3)
        assert rig.fatal == []

    at_virtual_time(scenario)
