"""Transport streams and Matroska, demuxed by libav and brought into the player's form."""

import logging

from player.errors import ErrorCode, PlayerError, error
from player.media.audio_frames import opus_delay
from player.media.elementary import ElementaryStream, open_stream, ticks_to_micros
from player.media.gather import SampleGatherer, Unit
from player.media.id3 import split_tags, tag_event
from player.media.run import DemuxRun, RawPacket, RawStream
from player.media.ts_private import PrivatePes, PrivateReader
from player.media.ts_programs import ProgramWatch
from player.media.ts_splices import splice_event
from player.media.ts_text import TextServices
from player.media.unwrap import Unwrapper, signed
from player.model.presentation import Container, TrackKind
from player.model.sample import StreamHead
from player.ports import Demuxed
from player.units import Micros, scaled

LOG = logging.getLogger("farol.engine")
_KINDS = {"video": TrackKind.VIDEO, "audio": TrackKind.AUDIO, "subtitle": TrackKind.TEXT}
_READ_BESIDE = frozenset({"dvbsub", "dvb_subtitle", "dvb_teletext", "timed_id3", "scte_35"})
_TS_CLOCK = 90_000
_MOST_WITHOUT_MEDIA = 4 << 20
# Enough bytes to find a PMT in, but no waiting for decoder parameters and no decoder opened for
# them: what we need we read ourselves (opening a 720p TS: 1 ms instead of 10).
_QUICK = {"probesize": "1000000", "analyzeduration": "1", "codec_whitelist": "none"}
_TS = _QUICK | {"correct_ts_overflow": "0", "merge_pmt_versions": "1"}
_UNREADABLE = "This channel sends something that is not television."


class LibavDemuxer:
    """A `Demuxer` over one persistent libav demuxer; `feed` and `flush` by one thread at a time.

    Times are the container's own. Transport stream: 33-bit time stamps, unwrapped from the first
    one of the run on (see `Unwrapper`). Matroska: block times less CodecDelay (RFC 9559 5.1.4.1).
    """

    def __init__(self, container: Container) -> None:
        """Make one for `Container.TS` or `Container.WEBM`."""
        self._ts = container is Container.TS
        self._watch = ProgramWatch() if self._ts else None
        self._private = PrivateReader() if self._ts else None
        self._run = self._new_run()
        self._streams: dict[int, ElementaryStream | None] = {}
        self._next: dict[int, Micros] = {}
        self._unwrap = Unwrapper()
        self._texts = TextServices()
        self._gatherer = SampleGatherer()
        self._codecs: dict[int, str] = {}
        self._fed = 0
        self._closed = False

    def feed(self, data: bytes) -> tuple[Demuxed, ...]:
        """Take more bytes; PlayerError (media.invalid, media.unsupported-codec)."""
        if self._closed:
            return ()
        self._fed += len(data)
        private = self._read_private(data)
        for number, piece in enumerate(self._watch.split(data) if self._watch else [data]):
            if number:
                self._begin_again()
            self._take(self._run.feed(piece))
        self._take_private(private)
        if self._run.ended and not self._closed:
            self.close()
            raise self._unreadable(self._run.failure or "the container ended before its bytes")
        out = self._gatherer.take()
        if not self._gatherer.any and self._fed > _MOST_WITHOUT_MEDIA:
            self.close()
            raise self._without_media()
        return out

    def flush(self) -> tuple[Demuxed, ...]:
        """End of the run; PlayerError (media.*) when nothing playable came out of it."""
        if self._closed:
            return ()
        if self._watch:
            self._take(self._run.feed(self._watch.rest()))
        self._take(self._run.finish())
        self._take_private(self._private.flush() if self._private else [])
        self.close()
        out = self._gatherer.take()
        if self._fed and not self._gatherer.any:
            raise self._without_media()
        return out

    @property
    def whole(self) -> bool:
        """Always: a cut costs a frame, and the next packet is found again."""
        return True

    def close(self) -> None:
        """Give everything up at once; any thread."""
        self._closed = True
        self._run.close()

    def _new_run(self) -> DemuxRun:
        name, options = ("mpegts", _TS) if self._ts else ("matroska", _QUICK)
        return DemuxRun(name, options, rewinds=self._ts)

    def _begin_again(self) -> None:
        """Go on with a reader of its own where the programmes of a transport stream change."""
        self._take(self._run.finish())
        self._run.close()
        self._streams.clear()
        self._next.clear()
        self._run = self._new_run()
        if self._closed:
            self._run.close()

    def _take(self, packets: list[RawPacket]) -> None:
        for packet in packets:
            stream = self._stream(packet.stream)
            if stream is not None:
                unit = self._unit(packet)
                self._gatherer.push(stream, unit)
                # For the frames behind the first of a PES packet, which have no time of their own.
                lasted = stream.frame_duration or unit.duration
                self._next[packet.stream.index] = Micros(unit.dts + lasted)

    def _read_private(self, data: bytes) -> list[PrivatePes]:
        try:
            return self._private.feed(data) if self._private else []
        except PlayerError:
            self.close()
            raise

    def _take_private(self, found: list[PrivatePes]) -> None:
        for one in found:
            if one.stream.kind == "splice":
                self._take_splice(one.pes.data)
            if one.pes.pts is None:
                continue
            pts = self._beside(one.pes.pts)
            if one.stream.kind == "id3":
                for tag in split_tags(one.pes.data):
                    self._gatherer.event(tag_event(tag, pts))
            for head, data in self._texts.take(one):
                self._gatherer.text(head, pts, data)

    def _beside(self, pts: int) -> Micros:
        return ticks_to_micros(self._unwrap.beside(pts), _TS_CLOCK)

    def _take_splice(self, section: bytes) -> None:
        """One that names no moment is of the moment at which it comes."""
        newest = Micros(max(self._next.values(), default=0))
        event = splice_event(section, newest, self._beside)
        if event is not None:
            self._gatherer.event(event)

    def _stream(self, raw: RawStream) -> ElementaryStream | None:
        if raw.index not in self._streams:
            stream = self._streams[raw.index] = self._open(raw)
            if stream is None and raw.codec not in _READ_BESIDE:
                LOG.info("stream passed over: pid=%#x %s codec=%s", raw.id, raw.kind, raw.codec)
        return self._streams[raw.index]

    def _open(self, raw: RawStream) -> ElementaryStream | None:
        kind = _KINDS.get(raw.kind)
        if kind is None or (self._private and not self._private.carries(raw.id)):
            return None
        self._codecs[raw.index] = raw.codec
        head = StreamHead(
            # The first video stream is 0, the first audio stream 1, whatever their order: the
            # same number goes on where the programmes change. Those of TextServices lie above.
            stream=raw.ordinal * len(_KINDS) + list(_KINDS).index(raw.kind),
            kind=kind,
            codec=raw.codec,
            # Of a transport stream libav's extradata is in Annex B: ours comes from the packets.
            config=b"" if self._ts and raw.codec != "opus" else _config(raw),
            language="" if raw.language == "und" else raw.language,
            width=raw.width,
            height=raw.height,
            sample_rate=raw.sample_rate,
            channels=raw.channels,
            aspect=raw.aspect,
            color=raw.color,
            codec_delay=opus_delay(raw.config) if raw.codec == "opus" else Micros(0),
        )
        return open_stream(head, annexb=self._ts)

    def _unit(self, packet: RawPacket) -> Unit:
        scale, index = packet.stream.time_base, packet.stream.index
        pts, dts = self._times(packet)
        duration = ticks_to_micros(packet.duration * scale.numerator, scale.denominator)
        if dts is None or pts is None:
            pts_us = dts_us = self._next.get(index, Micros(0))
        else:
            pts_us = ticks_to_micros(pts * scale.numerator, scale.denominator)
            dts_us = ticks_to_micros(dts * scale.numerator, scale.denominator)
        return Unit(
            pts=pts_us,
            dts=dts_us,
            duration=duration,
            key=packet.key,
            data=packet.data,
            skip=scaled(packet.skip, packet.stream.sample_rate or 1),
            discard=scaled(packet.discard, packet.stream.sample_rate or 1),
        )

    def _times(self, packet: RawPacket) -> tuple[int | None, int | None]:
        """Give (pts, dts) in ticks, None where the packet has none of its own."""
        stamp = packet.dts if packet.dts is not None else packet.pts
        if stamp is None:
            return None, None
        shown = stamp if packet.pts is None else packet.pts
        if not self._ts:
            return shown, stamp
        dts = self._unwrap.near(stamp)
        return dts + signed(shown - stamp), dts

    def _without_media(self) -> PlayerError:
        unknown = [c for i, c in self._codecs.items() if self._streams.get(i) is None]
        if unknown and len(unknown) == len(self._codecs):
            return error(
                ErrorCode.MEDIA_UNSUPPORTED_CODEC,
                "This channel uses a format that Farol cannot play.",
                cause=f"codecs {', '.join(sorted(unknown))}",
            )
        return self._unreadable(self._run.failure or f"no sample in {self._fed} bytes")

    def _unreadable(self, cause: str) -> PlayerError:
        return error(ErrorCode.MEDIA_INVALID, _UNREADABLE, cause=cause)


def _config(raw: RawStream) -> bytes:
    """Give the codec's record; of FLAC the STREAMINFO alone (RFC 9639 8.1)."""
    whole = raw.codec == "flac" and raw.config[:4] == b"fLaC"
    return raw.config[8:42] if whole else raw.config
