"""libav pulls, the engine pushes: the thread in between, and the only use of PyAV's demuxers."""

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import av.error
from av.container import InputContainer
from av.stream import Stream

from player.media.color import UNSPECIFIED, color_info
from player.model.sample import ColorInfo

if TYPE_CHECKING:
    from av.packet import Packet

_FULL_RANGE = 2
_KEPT_BEHIND = 1 << 18
# IndexError: PyAV, when a stream appears that was not there at the start.
_FAILURES = (av.error.FFmpegError, OSError, ValueError, RuntimeError, MemoryError, IndexError)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawStream:
    """A stream as libav describes it; `codec` in libav's words, "" where it has none.

    `ordinal` counts the streams of the same kind; `id` is the container's own number (a PID).
    """

    index: int
    ordinal: int
    kind: str
    codec: str
    config: bytes = field(repr=False)
    language: str
    width: int
    height: int
    sample_rate: int
    channels: int
    time_base: Fraction
    id: int = 0
    aspect: tuple[int, int] = (1, 1)
    color: ColorInfo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPacket:
    """A packet as libav gives it, in ticks of its stream's time base.

    `skip` and `discard` count samples of sound that are not to be heard at its start and end.
    """

    stream: RawStream
    pts: int | None
    dts: int | None
    duration: int
    key: bool
    data: bytes = field(repr=False)
    skip: int = 0
    discard: int = 0


class DemuxRun:
    """One libav demuxer in one thread, fed by rendezvous.

    `feed` hands bytes over and returns when libav asks for more than there are: everything that
    those bytes complete has then come out, whatever way they were cut. `feed` and `finish` are
    called by one thread at a time, `close` by any. The thread ends with `finish` or `close`.
    """

    def __init__(self, container: str, options: dict[str, str], *, rewinds: bool) -> None:
        """Prepare a run; the thread starts with the first bytes.

        `rewinds` lets libav go back a little, as its transport stream reader wants to; only for
        containers that it does not then also try to read from the end.
        """
        self._container, self._options, self._rewinds = container, options, rewinds
        self._state = threading.Condition()
        self._bytes = bytearray()
        self._base = self._at = 0
        self._opened = self._hungry = self._over = self._ended = self._closed = False
        self._packets: list[RawPacket] = []
        self._failure = ""
        self._thread: threading.Thread | None = None

    @property
    def failure(self) -> str:
        """Why libav gave up, in its words; "" while it goes on or when it reached the end."""
        return self._failure

    @property
    def ended(self) -> bool:
        """Whether libav takes no more bytes."""
        return self._ended

    def feed(self, data: bytes) -> list[RawPacket]:
        """Hand `data` over and give the packets that are complete. Blocks for libav's work."""
        with self._state:
            if not data or self._over or self._closed:
                return []
            self._bytes += data
            return self._rendezvous()

    def finish(self) -> list[RawPacket]:
        """Say that there are no more bytes and give what was held back."""
        with self._state:
            if self._closed or self._thread is None:
                return []
            self._over = True
            return self._rendezvous()

    def close(self) -> None:
        """Let go of everything at once; a `feed` on its way returns."""
        with self._state:
            self._closed = True
            self._state.notify_all()

    def _rendezvous(self) -> list[RawPacket]:
        self._hungry = False
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="farol-demux", daemon=True)
            self._thread.start()
        self._state.notify_all()
        self._state.wait_for(lambda: self._hungry or self._ended or self._closed)
        packets, self._packets = self._packets, []
        return packets

    # ---- what libav calls, in its thread ---------------------------------------------------

    def read(self, size: int) -> bytes:
        """Give at most `size` bytes; waits for some; b"" at the end."""
        with self._state:
            while self._at == self._base + len(self._bytes):
                if self._over or self._closed:
                    return b""
                self._hungry = True
                self._state.notify_all()
                self._state.wait()
            if self._closed:
                return b""
            begin = self._at - self._base
            data = bytes(self._bytes[begin : begin + size])
            self._at += len(data)
            self._forget()
            return data

    def seekable(self) -> bool:
        """Whether libav may go back."""
        return self._rewinds

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go back to what is still kept; -1 for anything else."""
        with self._state:
            target = offset if whence == 0 else self._at + offset if whence == 1 else -1
            if not self._base <= target <= self._base + len(self._bytes):
                return -1
            self._at = target
            return target

    def tell(self) -> int:
        """Where libav reads."""
        return self._at

    def _forget(self) -> None:
        kept = self._at - self._base
        room = _KEPT_BEHIND if self._rewinds else 0
        # Until the streams are known libav may go back to the very first byte.
        if (self._opened or not self._rewinds) and kept > 2 * room:
            del self._bytes[: kept - room]
            self._base += kept - room

    def _run(self) -> None:
        try:
            with av.open(self, "r", format=self._container, options=self._options) as container:
                self._demux(container)
        except _FAILURES as failure:
            self._failure = f"{type(failure).__name__}: {failure}"
        finally:
            with self._state:
                self._ended = True
                self._bytes.clear()
                self._state.notify_all()

    def _demux(self, container: InputContainer) -> None:
        self._opened = True
        streams = _describe_all(container.streams)
        for packet in container.demux():
            if self._closed:
                return
            if packet.size:
                raw = _raw(packet, streams[packet.stream_index])
                with self._state:
                    self._packets.append(raw)


def _raw(packet: "Packet[Stream]", stream: RawStream) -> RawPacket:
    skip = discard = 0
    if stream.kind == "audio" and packet.has_sidedata("skip_samples"):
        # AV_PKT_DATA_SKIP_SAMPLES: two little-endian numbers, then two reasons.
        trims = bytes(packet.get_sidedata("skip_samples"))
        skip, discard = (int.from_bytes(trims[at : at + 4], "little") for at in (0, 4))
    return RawPacket(
        stream=stream,
        pts=packet.pts,
        dts=packet.dts,
        duration=packet.duration or 0,
        key=packet.is_keyframe,
        data=bytes(packet),
        skip=skip,
        discard=discard,
    )


def _describe_all(streams: Iterable[Stream]) -> list[RawStream]:
    seen: Counter[str] = Counter()
    described = []
    for stream in streams:
        described.append(_describe(stream, seen[stream.type]))
        seen[stream.type] += 1
    return described


def _describe(stream: Stream, ordinal: int) -> RawStream:
    context = getattr(stream, "codec_context", None)
    return RawStream(
        index=stream.index,
        ordinal=ordinal,
        kind=stream.type,
        # The canonical name: contexts are named after the decoder ("libdav1d").
        codec=context.codec.canonical_name if context else "",
        config=context.extradata or b"" if context else b"",
        language=stream.language or "",
        width=getattr(context, "width", 0) or 0,
        height=getattr(context, "height", 0) or 0,
        sample_rate=getattr(context, "sample_rate", 0) or 0,
        channels=getattr(context, "channels", 0) or 0,
        time_base=stream.time_base or Fraction(1, 90_000),
        id=stream.id,
        aspect=_aspect(stream),
        color=_color(context),
    )


def _aspect(stream: Stream) -> tuple[int, int]:
    ratio = getattr(stream, "sample_aspect_ratio", None)
    return (ratio.numerator, ratio.denominator) if ratio else (1, 1)


def _color(context: object) -> ColorInfo | None:
    names = ("color_primaries", "color_trc", "colorspace")
    told = [getattr(context, name, None) or UNSPECIFIED for name in names]
    full = getattr(context, "color_range", 0) == _FULL_RANGE
    return color_info(*(int(value) for value in told), full_range=full)
