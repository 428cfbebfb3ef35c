"""What a fragment announces: each sample's place, time and flags (ISO/IEC 14496-12 8.8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter

from player.formats.iso_boxes import Box, Fields, children, fields, invalid
from player.media.fmp4_init import FragmentDefaults, Mp4Track

_MOST_SAMPLES = 1 << 18
_NON_SYNC = 0x10000
_MDAT_HEADER = 8
_SMOOTH_TIME = bytes.fromhex("6d1d9b0542d544e680e2141daff757b2")
_EXPLICIT_BASE, _MOOF_BASE = 0x1, 0x20000


@dataclass(frozen=True, slots=True)
class PlannedSample:
    """A sample that a fragment announces; `place` counts from the first byte of the run."""

    place: int
    size: int
    track: Mp4Track
    description: int
    dts: int
    offset: int
    duration: int
    key: bool


def plan_fragment(
    data: bytes, moof: Box, tracks: Mapping[int, Mp4Track], place: int
) -> list[PlannedSample]:
    """Plan the samples of a `moof` that stands at `place`, in the order of their bytes.

    Moves each track's `next_dts` on. PlayerError (media.invalid).
    """
    planner = _Planner(tracks, place, place + moof.end - moof.start)
    for traf in children(data, moof):
        if traf.type == b"traf":
            planner.track_fragment(data, traf)
    return sorted(planner.samples, key=attrgetter("place"))


class _Planner:
    """Follows the places of a fragment's data from one `traf` to the next."""

    def __init__(self, tracks: Mapping[int, Mp4Track], moof: int, moof_end: int) -> None:
        self.samples: list[PlannedSample] = []
        self._tracks = tracks
        self._moof, self._moof_end = moof, moof_end
        self._end = moof
        self._file_offset: int | None = None

    def track_fragment(self, data: bytes, traf: Box) -> None:
        """Plan the samples of a `traf` (8.8.6)."""
        inner = list(children(data, traf))
        tfhd = next((fields(data, box) for box in inner if box.type == b"tfhd"), None)
        if tfhd is None:
            raise invalid("a track fragment without a header")
        flags = tfhd.u32() & 0xFFFFFF
        track = self._tracks.get(tfhd.u32())
        if track is None:
            return
        explicit = tfhd.u64() if flags & _EXPLICIT_BASE else None
        defaults = _read_defaults(tfhd, flags, track.defaults)
        _read_time(data, inner, track)
        runs = [box for box in inner if box.type == b"trun"]
        base = self._end
        if explicit is not None:
            base = self._explicit(explicit, _data_offset(data, runs))
        elif flags & _MOOF_BASE:
            base = self._moof
        place = base
        for trun in runs:
            place = self._run(fields(data, trun), track, defaults, base, place)
        self._end = place

    def _explicit(self, offset: int, first: int) -> int:
        """Give the place that an explicit base (0x1) means.

        It counts from the start of a file that nobody has here. Writers set it to the fragment's
        own start, and the runs then point behind the fragment; or to the media data's.
        """
        if self._file_offset is None:
            inside = first < self._moof_end - self._moof
            start = self._moof_end + _MDAT_HEADER if inside else self._moof
            self._file_offset = offset - start
        return offset - self._file_offset

    def _run(
        self, trun: Fields, track: Mp4Track, defaults: FragmentDefaults, base: int, place: int
    ) -> int:
        """Plan the samples of a `trun` (8.8.8); gives where its data end."""
        flags = trun.u32() & 0xFFFFFF
        count = trun.u32()
        if count + len(self.samples) > _MOST_SAMPLES:
            raise invalid(f"a fragment of {count} samples")
        if flags & 1:
            place = base + trun.i32()
        elif place < self._moof_end:
            place = self._moof_end + _MDAT_HEADER
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
            planned = (place, size, track, defaults.description, track.next_dts, offset, duration)
            if size:  # nothing is said for a while: text and captions have such
                self.samples.append(PlannedSample(*planned, key))
            track.next_dts += duration
            place += size
        return place


def _data_offset(data: bytes, runs: list[Box]) -> int:
    """Give what the first of `runs` adds to its base; 0 where it says nothing."""
    if not runs:
        return 0
    trun = fields(data, runs[0])
    flags, _ = trun.u32(), trun.u32()
    return trun.i32() if flags & 1 else 0


def _read_defaults(tfhd: Fields, flags: int, trex: FragmentDefaults) -> FragmentDefaults:
    return FragmentDefaults(
        description=tfhd.u32() if flags & 2 else trex.description,
        duration=tfhd.u32() if flags & 8 else trex.duration,
        size=tfhd.u32() if flags & 0x10 else trex.size,
        flags=tfhd.u32() if flags & 0x20 else trex.flags,
    )


def _read_time(data: bytes, inner: list[Box], track: Mp4Track) -> None:
    """Take the decode time of `tfdt` (8.8.12), or of Smooth Streaming's box; else time goes on."""
    for box in inner:
        if box.type in (b"tfdt", _SMOOTH_TIME):
            time = fields(data, box)
            track.next_dts = time.u64() if time.u32() >> 24 else time.u32()
            if box.type == b"tfdt":
                return
