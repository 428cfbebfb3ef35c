"""What stands behind the window in tests: nine channels, an evening, a painted picture."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtGui import QOpenGLContext

from catalog.model import Channel, NowNext, Programme
from player.api import (
    AudioChoice,
    Command,
    PlayerSnapshot,
    PlayerState,
    Rung,
    TextChoice,
)
from player.units import BitsPerSecond, ByteCount, Micros, micros
from ui.ports import ChannelRecording

EVENING = 1_795_374_420
"""Sunday 22 November 2026, 19:07 UTC."""

_HOUR = 3600
_START = EVENING - 7 * 60

_LINE_UP = (
    ("1", "Farol 1", "A Montra Certa", 0, 60, "Jornal das Oito", ("Generalistas",)),
    ("2", "Farol 2", "Desenhos", -10, 60, "Jornal 2", ("Generalistas", "Infantil")),
    ("3", "Maré", "Terra de Paixões", -30, 50, "Jornal da Noite", ("Generalistas",)),
    ("4", "Norte", "Em Família", 0, 45, "Jornal do Norte", ("Notícias",)),
    ("5", "Farol Notícias", "18/20", 0, 60, "Volta ao Mundo", ("Notícias",)),
    ("6", "Arena", "Futsal: Leões - Águias", -60, 80, "Resumo da Jornada", ("Desporto",)),
    ("7", "Cinema Sete", "Noite Americana", -35, 115, "O Leopardo", ("Cinema",)),
    ("8", "Miúdos", "Histórias do Bosque", -40, 70, "Robôs", ("Infantil",)),
    ("9", "Serra FM", "Manhãs da Serra", -25, 80, "Serra à Noite", ("Rádio",)),
)


def channels() -> tuple[Channel, ...]:
    """Give the nine channels of the pictures."""
    return tuple(
        Channel(
            id=f"channel-{number}",
            number=number,
            name=name,
            url=f"http://127.0.0.1/{number}.m3u8",
            groups=groups,
            headers={"User-Agent": "Farol"},
        )
        for number, name, *_, groups in _LINE_UP
    )


def evening() -> dict[str, NowNext]:
    """Give what is on at 19:07."""
    return {f"channel-{entry[0]}": _now_next(entry) for entry in _LINE_UP}


def _now_next(entry: tuple) -> NowNext:
    _, _, title, offset, minutes, following, _ = entry
    start = _START + offset * 60
    stop = start + minutes * 60
    return NowNext(
        now=Programme(start=start, stop=stop, title=title),
        next=Programme(start=stop, stop=stop + _HOUR, title=following),
    )


@dataclass(slots=True)
class FakeClock:
    """A clock that goes when told to."""

    utc_s: int = EVENING
    monotonic_us: int = 0

    def utc(self) -> Micros:
        return Micros(self.utc_s * 1_000_000)

    def monotonic(self) -> Micros:
        return Micros(self.monotonic_us)

    def advance(self, seconds: float) -> None:
        self.utc_s += int(seconds)
        self.monotonic_us += micros(seconds)


@dataclass(slots=True)
class FakeControls:
    """Keeps the commands."""

    commands: list[Command] = field(default_factory=list)

    def submit(self, command: Command) -> None:
        self.commands.append(command)

    def of(self, kind: type) -> list:
        return [command for command in self.commands if isinstance(command, kind)]


@dataclass(slots=True)
class FakeDesk:
    """Records at once, and answers at once; `problem` says why nothing is done."""

    place: str = "~/.local/share/farol/recordings"
    problem: str = ""
    running: bool = True
    ordered: list[tuple[str, str, int | None]] = field(default_factory=list)
    recording: dict[str, str] = field(default_factory=dict)

    def record(
        self, channel: Channel, title: str, until: int | None, then: Callable[[str], None]
    ) -> None:
        self.ordered.append((channel.id, title, until))
        if not self.problem:
            self.recording[channel.id] = title
        then(self.problem)

    def stop(self, channel: str, then: Callable[[str], None]) -> None:
        self.recording.pop(channel, None)
        then(self.problem)

    def under_way(self, then: Callable[[Mapping[str, ChannelRecording]], None]) -> None:
        then(
            {
                channel: ChannelRecording(title=title, running=self.running)
                for channel, title in self.recording.items()
            }
        )


@dataclass(slots=True)
class FakeCatalog:
    """Answers at once."""

    line_up: Sequence[Channel] = field(default_factory=channels)
    guide: Mapping[str, NowNext] = field(default_factory=evening)
    asked: list[int] = field(default_factory=list)

    def channels(self, then: Callable[[Sequence[Channel]], None]) -> None:
        then(self.line_up)

    def now_next(self, at: int, then: Callable[[Mapping[str, NowNext]], None]) -> None:
        self.asked.append(at)
        then(self.guide)


def snapshot(tag: str = "channel-1", **changes: object) -> PlayerSnapshot:
    """Give a channel that plays well."""
    values: dict = {
        "tag": tag,
        "state": PlayerState.PLAYING,
        "position": micros(1234.5),
        "live": True,
        "window": (micros(1000), micros(1238)),
        "latency": micros(6.2),
        "buffer": micros(8.4),
        "throughput": BitsPerSecond(14_200_000),
        "bandwidth": BitsPerSecond(5_200_000),
        "next_bandwidth": BitsPerSecond(5_200_000),
        "width": 1920,
        "height": 1080,
        "codecs": "avc1.640028, mp4a.40.2",
        "decoder": "h264 (H.264 / AVC / MPEG-4 AVC / MPEG-4 part 10)",
        "rungs": (
            Rung(id="a", bandwidth=BitsPerSecond(5_200_000), height=1080),
            Rung(id="b", bandwidth=BitsPerSecond(2_800_000), height=720),
            Rung(id="c", bandwidth=BitsPerSecond(1_400_000), height=480),
            Rung(id="d", bandwidth=BitsPerSecond(640_000), height=240),
        ),
        "audio": (
            AudioChoice(id="pt", language="pt", name=""),
            AudioChoice(id="en", language="en", name="Commentary"),
        ),
        "audio_track": "pt",
        "text": (TextChoice(id="t1", language="pt", name="Português"),),
        "downloaded": ByteCount(48_300_000),
        "requests": 93,
        "decisions": (
            "start at 1.4 Mbit/s: no estimate yet",
            "up to 2.8 Mbit/s: 9.1 Mbit/s measured, buffer 4.0 s",
            "up to 5.2 Mbit/s: 14.2 Mbit/s measured, buffer 8.4 s",
        ),
    }
    return PlayerSnapshot(**{**values, **changes})


_GL_COLOR_BUFFER_BIT = 0x4000
_GL_SCISSOR_TEST = 0x0C11
_GL_FRAMEBUFFER = 0x8D40
_BANDS = 64
_STOPS = ((0.13, 0.27, 0.38), (0.42, 0.36, 0.44), (0.84, 0.55, 0.33))


@dataclass(slots=True)
class FakeSurface:
    """A VideoSurface that paints the pictures' dusk; row 0 carries a green line at the top."""

    calls: list[str] = field(default_factory=list)
    sizes: list[tuple[int, int]] = field(default_factory=list)
    displays: tuple[int, int] = (0, 0)
    on_frame: Callable[[], None] | None = None
    paint: Callable[[int, int, int], None] | None = None

    def create(
        self,
        get_proc_address: Callable[[bytes], int],
        on_frame: Callable[[], None],
        *,
        x11_display: int = 0,
        wl_display: int = 0,
    ) -> None:
        assert QOpenGLContext.currentContext() is not None
        assert get_proc_address(b"glClear") != 0
        self.displays = (x11_display, wl_display)
        self.on_frame = on_frame
        self.calls.append("create")

    def render(self, fbo: int, width: int, height: int) -> None:
        self.calls.append("render")
        self.sizes.append((width, height))
        if self.paint is not None:
            self.paint(fbo, width, height)
            return
        gl = QOpenGLContext.currentContext().functions()
        gl.glBindFramebuffer(_GL_FRAMEBUFFER, fbo)
        gl.glEnable(_GL_SCISSOR_TEST)
        for band in range(_BANDS):
            left, right = band * width // _BANDS, (band + 1) * width // _BANDS
            gl.glScissor(left, 0, right - left, height)
            gl.glClearColor(*_dusk(band / (_BANDS - 1)), 1)
            gl.glClear(_GL_COLOR_BUFFER_BIT)
        gl.glScissor(0, 0, width, 2)
        gl.glClearColor(0, 1, 0, 1)
        gl.glClear(_GL_COLOR_BUFFER_BIT)
        gl.glDisable(_GL_SCISSOR_TEST)

    def invalidate(self) -> None:
        self.calls.append("invalidate")

    def swapped(self) -> None:
        self.calls.append("swapped")

    def free(self) -> None:
        assert QOpenGLContext.currentContext() is not None
        self.calls.append("free")


def _dusk(place: float) -> tuple[float, float, float]:
    low, high, part = (0, 1, place * 2) if place < 0.5 else (1, 2, place * 2 - 1)
    pairs = zip(_STOPS[low], _STOPS[high], strict=True)
    red, green, blue = (a + (b - a) * part for a, b in pairs)
    return red, green, blue
