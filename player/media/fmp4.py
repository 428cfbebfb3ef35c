"""Fragmented MP4: fragments in, samples out as soon as their bytes are there."""

import logging
from collections import deque

from player.errors import ErrorCode, PlayerError, error
from player.formats.iso_boxes import HEADER, Box, header_at, invalid
from player.media.elementary import ticks_to_micros
from player.media.emsg import read_emsg
from player.media.fmp4_init import Mp4Track, parse_init
from player.media.fmp4_plan import PlannedSample, plan_fragment
from player.media.gather import SampleGatherer, Unit
from player.model.presentation import TrackKind
from player.ports import Demuxed

LOG = logging.getLogger("farol.engine")
_WHOLE = (b"moov", b"moof", b"emsg")
_MOST_INDEX = 32 << 20
_ENDLESS = 1 << 62


class Fmp4Demuxer:
    """A `Demuxer` for ISO base media fragments (ISO/IEC 14496-12 8.8); one thread at a time.

    Ours rather than libav's, which shifts all times of a track by the largest negative
    composition offset it has met so far (measured: 'trun' version 1 comes out one to two frames
    late, and the shift may grow in mid-run). Presentation time is baseMediaDecodeTime plus
    composition offset plus the edit list's shift, nothing else.
    """

    def __init__(self) -> None:
        """Start before the init segment."""
        self._buffer = bytearray()
        self._place = 0
        self._skip = 0
        self._mdat_end = 0
        self._fragments = 0
        self._tracks: dict[int, Mp4Track] = {}
        self._plan: deque[PlannedSample] = deque()
        self._gatherer = SampleGatherer()
        self._closed = False

    def feed(self, data: bytes) -> tuple[Demuxed, ...]:
        """Take more bytes; PlayerError (media.invalid, media.unsupported-codec)."""
        if self._closed:
            return ()
        self._buffer += data
        while self._step():
            pass
        return self._gatherer.take()

    def flush(self) -> tuple[Demuxed, ...]:
        """End of the run; PlayerError (media.truncated) when it ends inside a fragment."""
        # Less than a header of a box lacks nothing that anybody announced.
        missing = self._plan or self._inside or len(self._buffer) >= HEADER.size
        if not self._closed and missing:
            self.close()
            raise self._cut_short()
        self.close()
        return ()

    @property
    def whole(self) -> bool:
        """Whether no box and no sample that was announced lacks bytes."""
        return not (self._plan or self._buffer or self._inside)

    @property
    def _inside(self) -> bool:
        return self._place < self._mdat_end < _ENDLESS or 0 < self._skip < _ENDLESS // 2

    def close(self) -> None:
        """Take no more bytes."""
        self._closed = True

    def _cut_short(self) -> PlayerError:
        return error(
            ErrorCode.MEDIA_TRUNCATED,
            "A piece of this channel ended too early.",
            cause=f"{len(self._plan)} samples of the last fragment are missing or incomplete",
        )

    def _step(self) -> bool:
        """Deal with one thing; False when more bytes are needed."""
        if self._skip:
            return self._pass(min(self._skip, len(self._buffer)))
        if self._place < self._mdat_end:
            return self._media()
        box = header_at(self._buffer, 0, len(self._buffer))
        if box is None:
            return False
        if box.type == b"mdat":
            if not self._fragments:
                raise invalid("media data that no fragment announces: a plain MP4 file")
            self._mdat_end = self._place + box.end if box.end > 0 else _ENDLESS
            self._drop(box.body)
            return True
        if box.type not in _WHOLE:
            self._skip = box.end if box.end > 0 else _ENDLESS
            return True
        if not 0 < box.end <= _MOST_INDEX:
            raise invalid(f"a {box.type!r} of {box.end} bytes")
        if box.end > len(self._buffer):
            return False
        self._index(box)
        return True

    def _pass(self, count: int) -> bool:
        self._skip -= count
        self._drop(count)
        return count > 0

    def _drop(self, count: int) -> None:
        del self._buffer[:count]
        self._place += count

    def _index(self, box: Box) -> None:
        data = bytes(self._buffer[: box.end])
        if box.type == b"moov":
            self._tracks = parse_init(data, box)
            self._check_codecs()
        elif box.type == b"emsg":
            event = read_emsg(data[box.body : box.end])
            if event is not None:
                self._gatherer.event(event)
        else:
            self._fragment(data, box)
        self._drop(box.end)

    def _fragment(self, data: bytes, moof: Box) -> None:
        self._fragments += 1
        if not self._tracks:
            raise invalid("a fragment without an init segment before it")
        if self._plan:
            raise self._cut_short()
        self._plan.extend(plan_fragment(data, moof, self._tracks, self._place))

    def _check_codecs(self) -> None:
        for track in self._tracks.values():
            unread = zip(track.streams, track.codecs, strict=True)
            for codec in [codec for stream, codec in unread if stream is None]:
                LOG.info("stream passed over: track=%d codec=%s", track.id, codec)
        if not self._tracks:
            raise invalid("an init segment without a track")
        played = [track for track in self._tracks.values() if any(track.streams)]
        self._gatherer.expect(frozenset(track.kind for track in played))
        if not played:
            codecs = sorted({codec for t in self._tracks.values() for codec in t.codecs})
            raise error(
                ErrorCode.MEDIA_UNSUPPORTED_CODEC,
                "This channel uses a format that Farol cannot play.",
                cause=f"sample entries {', '.join(codecs)}",
            )

    def _media(self) -> bool:
        if not self._plan:
            return self._pass_rest()
        plan = self._plan[0]
        if plan.place >= self._mdat_end:
            # A fragment may have several boxes of media data.
            return self._pass_rest()
        if plan.place < self._place or plan.place + plan.size > self._mdat_end:
            raise invalid("a fragment points outside of its media data")
        begin = plan.place - self._place
        if begin + plan.size > len(self._buffer):
            return False
        self._emit(plan, bytes(self._buffer[begin : begin + plan.size]))
        self._plan.popleft()
        self._drop(begin + plan.size)
        return True

    def _pass_rest(self) -> bool:
        count = min(self._mdat_end - self._place, len(self._buffer))
        self._drop(count)
        return count > 0

    def _emit(self, plan: PlannedSample, data: bytes) -> None:
        track = plan.track
        streams = track.streams
        stream = streams[min(max(plan.description, 1), len(streams)) - 1] if streams else None
        if stream is None:
            return
        self._gatherer.push(stream, _unit(plan, data))


def _unit(plan: PlannedSample, data: bytes) -> Unit:
    edits, scale = plan.track.edits, plan.track.timescale
    composed, dts = plan.dts + plan.offset, plan.dts + edits.shift
    skip = discard = 0
    if plan.track.kind is TrackKind.AUDIO:
        skip = edits.skipped(composed, plan.duration)
        discard = edits.discarded(composed, plan.duration)
    return Unit(
        pts=ticks_to_micros(dts + plan.offset, scale),
        dts=ticks_to_micros(dts, scale),
        duration=ticks_to_micros(plan.duration, scale),
        key=plan.key,
        data=data,
        skip=ticks_to_micros(skip, scale),
        discard=ticks_to_micros(discard, scale),
    )
