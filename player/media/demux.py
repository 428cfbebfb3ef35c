"""Opens the demuxer for a container, by name or by its first bytes."""

from player.errors import ErrorCode, PlayerError, error
from player.media.audio_frames import parse_any
from player.media.fmp4 import Fmp4Demuxer
from player.media.libav import LibavDemuxer
from player.media.packed_audio import PackedAudioDemuxer
from player.model.presentation import Container
from player.ports import Demuxed, Demuxer

_TS_PACKET = 188
_ENOUGH = 3 * _TS_PACKET + 1
_EBML = b"\x1a\x45\xdf\xa3"
_BOXES: tuple[bytes, ...] = (b"ftyp", b"styp", b"moov", b"moof", b"sidx", b"emsg", b"prft")
_BOXES += (b"mdat", b"free", b"skip", b"uuid")


def open_demuxer(container: Container) -> Demuxer:
    """Open the demuxer for one run of one representation.

    Thread: `feed` and `flush` from one worker at a time, `close` from any. PlayerError
    (media.unsupported-codec) for containers that hold no samples (text files, images).
    """
    match container:
        case Container.TS | Container.WEBM:
            return LibavDemuxer(container)
        case Container.FMP4:
            return Fmp4Demuxer()
        case Container.PACKED_AUDIO:
            return PackedAudioDemuxer()
        case Container.UNKNOWN:
            return SniffingDemuxer()
    raise error(
        ErrorCode.MEDIA_UNSUPPORTED_CODEC,
        "This channel uses a format that Farol cannot play.",
        cause=f"nothing to demux in {container.value}",
    )


def sniff(start: bytes) -> Container:
    """Tell a container by its first bytes; UNKNOWN while, or when, they do not tell."""
    if start[:4] == _EBML:
        return Container.WEBM
    if start[4:8] in _BOXES:
        return Container.FMP4
    if _is_ts(start):
        return Container.TS
    if start[:3] == b"ID3" or parse_any(start) is not None:
        return Container.PACKED_AUDIO
    return Container.UNKNOWN


def _is_ts(start: bytes) -> bool:
    """Whether sync bytes stand a packet apart (ISO/IEC 13818-1 2.4.3.2).

    From the first byte on two are enough, or one where no more came; further in, three.
    """
    if start[:1] == b"\x47":
        return len(start) <= _TS_PACKET or start[_TS_PACKET] == 0x47
    pairs = range(min(_TS_PACKET, len(start) - 2 * _TS_PACKET))
    return any(
        start[i] == start[i + _TS_PACKET] == start[i + 2 * _TS_PACKET] == 0x47 for i in pairs
    )


class SniffingDemuxer:
    """A `Demuxer` that waits for its first bytes to tell which one it must be."""

    def __init__(self) -> None:
        """Start knowing nothing."""
        self._start = b""
        self._inner: Demuxer | None = None
        self._closed = False

    def feed(self, data: bytes) -> tuple[Demuxed, ...]:
        """Take more bytes; PlayerError (media.invalid) when 565 bytes tell nothing."""
        if self._inner is not None:
            return self._inner.feed(data)
        self._start += data
        if self._closed or len(self._start) < _ENOUGH:
            return ()
        return self._choose().feed(self._start)

    def flush(self) -> tuple[Demuxed, ...]:
        """End of the run; PlayerError (media.*)."""
        if self._closed or (self._inner is None and not self._start):
            return ()
        if self._inner is not None:
            return self._inner.flush()
        inner = self._choose()
        return inner.feed(self._start) + inner.flush()

    @property
    def whole(self) -> bool:
        """As the demuxer that was chosen says; False while too little came to choose."""
        return self._inner.whole if self._inner is not None else not self._start

    def close(self) -> None:
        """Give everything up at once; any thread."""
        self._closed = True
        if self._inner is not None:
            self._inner.close()

    def _choose(self) -> Demuxer:
        container = sniff(self._start)
        if container is Container.UNKNOWN:
            raise _not_media(self._start)
        self._inner = open_demuxer(container)
        if self._closed:
            self._inner.close()
        return self._inner


def _not_media(start: bytes) -> PlayerError:
    if not start.strip():
        return error(ErrorCode.MEDIA_INVALID, "This channel sends nothing.", cause="blank bytes")
    return error(
        ErrorCode.MEDIA_INVALID,
        "This channel sends something that is not television.",
        cause=f"unknown container, first bytes {start[:16].hex(' ')}",
    )
