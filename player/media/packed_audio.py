"""Packed audio: bare ADTS, AC-3, E-AC-3 or MP3 frames behind an ID3 tag (RFC 8216 3.4)."""

from player.errors import ErrorCode, error
from player.media import audio_frames
from player.media.elementary import FramedAudioStream, ticks_to_micros
from player.media.gather import SampleGatherer, Unit
from player.media.id3 import HEADER, tag_event, tag_size, tells_more, timestamp
from player.media.unwrap import Unwrapper
from player.model.presentation import TrackKind
from player.model.sample import StreamHead
from player.ports import Demuxed
from player.units import Micros

_MOST_SKIPPED = 1 << 16
_SENTENCE = "This channel sends sound that cannot be read."


class PackedAudioDemuxer:
    """A `Demuxer` of one audio stream (number 0); not for several threads at a time.

    Time begins at the 33-bit time stamp of the ID3 tag (0 without one) and counts frames; each
    further tag, at the head of each segment, sets it anew, unwrapped within the run.
    """

    def __init__(self) -> None:
        """Start before the first byte."""
        self._buffer = bytearray()
        self._stream: FramedAudioStream | None = None
        self._gatherer = SampleGatherer()
        self._unwrap = Unwrapper()
        self._start = 0
        self._samples = 0
        self._rate = 90_000
        self._skipped = 0
        self._over = self._closed = False

    def feed(self, data: bytes) -> tuple[Demuxed, ...]:
        """Take more bytes; PlayerError (media.invalid) when 64 KiB on end hold no frame."""
        if self._closed:
            return ()
        self._buffer += data
        at = 0
        while (step := self._step(at)) > 0:
            at += step
        del self._buffer[:at]
        return self._gatherer.take()

    def flush(self) -> tuple[Demuxed, ...]:
        """End of the run; PlayerError (media.invalid) when there was no frame at all."""
        if self._closed:
            return ()
        self._over = True
        out = self.feed(b"")
        left, self._closed = bool(self._buffer) or bool(self._skipped), True
        self._buffer.clear()
        if left and not self._gatherer.any:
            raise error(ErrorCode.MEDIA_INVALID, _SENTENCE, cause="no audio frame in the segment")
        return out

    @property
    def whole(self) -> bool:
        """Always: a cut costs a frame, and the next one is found again."""
        return True

    def close(self) -> None:
        """Take no more bytes."""
        self._closed = True

    def _step(self, at: int) -> int:
        """Deal with what lies at `at`: how many bytes that were, 0 when more are needed."""
        if len(self._buffer) - at < HEADER:
            return 0
        start = bytes(self._buffer[at : at + HEADER])
        if start[:3] == b"ID3":
            return self._tag(at, start)
        frame = audio_frames.parse_any(start)
        if frame is None:
            return self._skip(at)
        size = self._unit_size(at, frame)
        if size:
            self._skipped = 0
            self._frame(frame, bytes(self._buffer[at : at + size]))
        return size

    def _unit_size(self, at: int, frame: audio_frames.AudioFrame) -> int:
        """Give the bytes of a frame with the dependent substreams behind it; 0 for too few yet."""
        size = frame.size
        while frame.codec == "eac3" and len(self._buffer) - at - size >= HEADER:
            following = audio_frames.parse_ac3(bytes(self._buffer[at + size : at + size + HEADER]))
            if following is None or following.samples:
                return size
            size += following.size
        waits = frame.codec == "eac3" and not self._over and len(self._buffer) - at - size < HEADER
        return 0 if waits or len(self._buffer) - at < size else size

    def _skip(self, at: int) -> int:
        marks = (self._buffer.find(mark, at + 1) for mark in (b"ID3", b"\xff", b"\x0b\x77"))
        found = [place for place in marks if place >= 0]
        step = (min(found) if found else len(self._buffer) - 2) - at
        self._skipped += step
        if self._skipped > _MOST_SKIPPED:
            raise error(ErrorCode.MEDIA_INVALID, _SENTENCE, cause="no audio frame for 64 KiB")
        return step

    def _tag(self, at: int, start: bytes) -> int:
        size = tag_size(start)
        if size > _MOST_SKIPPED * 16:
            return self._skip(at)
        if len(self._buffer) - at < size:
            return 0
        tag = bytes(self._buffer[at : at + size])
        stamp = timestamp(tag)
        if stamp is not None:
            self._start, self._samples = self._unwrap.near(stamp), 0
        if tells_more(tag):
            self._gatherer.event(tag_event(tag, self._now()))
        return size

    def _now(self) -> Micros:
        ticks = self._start * self._rate + self._samples * 90_000
        return ticks_to_micros(ticks, 90_000 * self._rate)

    def _frame(self, frame: audio_frames.AudioFrame, data: bytes) -> None:
        if self._stream is None or frame.sample_rate != self._rate:
            self._rebase(frame)
        if self._stream is None or (frame.codec == "mp3" and audio_frames.is_information(data)):
            return
        pts = self._now()
        self._samples += frame.samples
        unit = Unit(pts=pts, dts=pts, duration=Micros(0), key=True, data=data)
        self._gatherer.push(self._stream, unit)

    def _rebase(self, frame: audio_frames.AudioFrame) -> None:
        self._start += self._samples * 90_000 // self._rate
        self._samples, self._rate = 0, frame.sample_rate
        head = StreamHead(stream=0, kind=TrackKind.AUDIO, codec=frame.codec)
        self._stream = FramedAudioStream(head)
