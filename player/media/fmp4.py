"""Fragmented MP4: fragments in, samples out as soon as their bytes are there."""

from collections import deque
from dataclasses import dataclass

from player.errors import ErrorCode, PlayerError, error
from player.media.elementary import ticks_to_micros
from player.media.fmp4_init import FragmentDefaults, Mp4Track, parse_init
from player.media.gather import SampleGatherer, Unit
from player.media.mp4_boxes import Box, Fields, children, fields, header_at, invalid
from player.ports import Demuxed

_WHOLE = (b"moov", b"moof")
_MOST_INDEX = 32 << 20
_MOST_SAMPLES = 1 << 18
_NON_SYNC = 0x10000
_ENDLESS = 1 << 62


@dataclass(frozen=True, slots=True)
class _Planned:
    """A sample that a fragment announces; `place` counts from the first byte of the run."""

    place: int
    size: int
    track: Mp4Track
    description: int
    dts: int
    offset: int
    duration: int
    key: bool


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
        self._plan: deque[_Planned] = deque()
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
        if not self._closed and not self.whole:
            self.close()
            raise self._cut_short()
        self.close()
        return ()

    @property
    def whole(self) -> bool:
        """Whether no box and no sample that was announced lacks bytes."""
        inside = self._place < self._mdat_end < _ENDLESS or 0 < self._skip < _ENDLESS // 2
        return not (self._plan or self._buffer or inside)

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
        else:
            self._fragments += 1
            if not self._tracks:
                raise invalid("a fragment without an init segment before it")
            if self._plan:
                raise self._cut_short()
            self._fragment(data, box)
        self._drop(box.end)

    def _check_codecs(self) -> None:
        if not self._tracks:
            raise invalid("an init segment without a track")
        if not any(stream for track in self._tracks.values() for stream in track.streams):
            codecs = sorted({codec for t in self._tracks.values() for codec in t.codecs})
            raise error(
                ErrorCode.MEDIA_UNSUPPORTED_CODEC,
                "This channel uses a format that Farol cannot play.",
                cause=f"sample entries {', '.join(codecs)}",
            )

    def _media(self) -> bool:
        if not self._plan:
            count = min(self._mdat_end - self._place, len(self._buffer))
            self._drop(count)
            return count > 0
        plan = self._plan[0]
        if plan.place < self._place or plan.place + plan.size > self._mdat_end:
            raise invalid("a fragment points outside of its media data")
        begin = plan.place - self._place
        if begin + plan.size > len(self._buffer):
            return False
        self._emit(plan, bytes(self._buffer[begin : begin + plan.size]))
        self._plan.popleft()
        self._drop(begin + plan.size)
        return True

    def _emit(self, plan: _Planned, data: bytes) -> None:
        track = plan.track
        streams = track.streams
        stream = streams[min(max(plan.description, 1), len(streams)) - 1] if streams else None
        if stream is None:
            return
        dts = plan.dts + track.shift
        unit = Unit(
            pts=ticks_to_micros(dts + plan.offset, track.timescale),
            dts=ticks_to_micros(dts, track.timescale),
            duration=ticks_to_micros(plan.duration, track.timescale),
            key=plan.key,
            data=data,
        )
        self._gatherer.push(stream, unit)

    def _fragment(self, data: bytes, moof: Box) -> None:
        plans: list[_Planned] = []
        end = self._place
        for traf in children(data, moof):
            if traf.type == b"traf":
                end = self._track_fragment(data, traf, end, plans)
        plans.sort(key=lambda plan: plan.place)
        self._plan.extend(plans)

    def _track_fragment(self, data: bytes, traf: Box, end: int, plans: list[_Planned]) -> int:
        """Plan the samples of a `traf` (8.8.6); gives where its data end."""
        inner = list(children(data, traf))
        tfhd = next((fields(data, box) for box in inner if box.type == b"tfhd"), None)
        if tfhd is None:
            raise invalid("a track fragment without a header")
        flags = tfhd.u32() & 0xFFFFFF
        track = self._tracks.get(tfhd.u32())
        if track is None:
            return end
        # An explicit base (0x1) counts from the start of a file that nobody has here: taken, as
        # in default-base-is-moof, for the fragment's own.
        base = self._place if flags & 0x20001 else end
        tfhd.take(8 * (flags & 1))
        defaults = _read_defaults(tfhd, flags, track.defaults)
        for box in inner:
            if box.type == b"tfdt":
                tfdt = fields(data, box)
                track.next_dts = tfdt.u64() if tfdt.u32() >> 24 else tfdt.u32()
        place = base
        for box in inner:
            if box.type == b"trun":
                place = _plan_run(fields(data, box), track, defaults, base, place, plans)
        return place


def _read_defaults(tfhd: Fields, flags: int, trex: FragmentDefaults) -> FragmentDefaults:
    return FragmentDefaults(
        description=tfhd.u32() if flags & 2 else trex.description,
        duration=tfhd.u32() if flags & 8 else trex.duration,
        size=tfhd.u32() if flags & 0x10 else trex.size,
        flags=tfhd.u32() if flags & 0x20 else trex.flags,
    )


def _plan_run(
    trun: Fields,
    track: Mp4Track,
    defaults: FragmentDefaults,
    base: int,
    place: int,
    plans: list[_Planned],
) -> int:
    """Plan the samples of a `trun` (8.8.8); gives where its data end."""
    flags = trun.u32() & 0xFFFFFF
    count = trun.u32()
    if count + len(plans) > _MOST_SAMPLES:
        raise invalid(f"a fragment of {count} samples")
    if flags & 1:
        place = base + trun.i32()
    first_flags = trun.u32() if flags & 4 else None
    for index in range(count):
        duration = trun.u32() if flags & 0x100 else defaults.duration
        size = trun.u32() if flags & 0x200 else defaults.size
        own = trun.u32() if flags & 0x400 else defaults.flags
        if index == 0 and first_flags is not None:
            own = first_flags
        # Signed whatever the version: writers put negative offsets into version 0 as well.
        offset = trun.i32() if flags & 0x800 else 0
        key = not own & _NON_SYNC
        plans.append(
            _Planned(
                place, size, track, defaults.description, track.next_dts, offset, duration, key
            )
        )
        track.next_dts += duration
        place += size
    return place
