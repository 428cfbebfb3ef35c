"""Finds the encrypted samples of a movie fragment and how each is encrypted.

ISO/IEC 14496-12 8.8 (`tfhd`, `trun`), 8.9 (`sbgp`, `sgpd`), 8.7.8 (`saiz`), 8.7.9 (`saio`);
ISO/IEC 23001-7 7.2 (`senc`); PIFF 1.1 5.3.2 for the `uuid` that preceded `senc`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat
from struct import iter_unpack

from player.errors import ErrorCode, error
from player.formats.iso_boxes import Box, Fields, blank, children, fields, invalid
from player.media.decrypt_auxiliary import (
    Auxiliary,
    SubSamples,
    constant_iv,
    read_saio,
    read_saiz,
    read_senc,
    read_spread,
)
from player.media.decrypt_init import InitTrack, SampleEntry, SampleProtection, read_groups

PIFF_SENC = bytes.fromhex("a2394f525a9b4f14a2446c427c648df4")
PIFF_PSSH = bytes.fromhex("d08a4f1810f34a82b6c832d8aba183d3")
_ABOUT_ENCRYPTION = frozenset({b"senc", b"saiz", b"saio", b"pssh", PIFF_SENC, PIFF_PSSH})
_LOCAL_GROUPS = 0x10000  # sbgp indexes above it mean the traf's own sgpd (8.9.4)


@dataclass(frozen=True, slots=True, kw_only=True)
class EncryptedSample:
    """Where a protected sample lies in the buffer, and what its decryption needs.

    `subsamples` pairs clear and protected bytes in turn; empty: the whole sample is protected.
    """

    start: int
    size: int
    protection: SampleProtection
    iv: bytes
    subsamples: SubSamples


@dataclass(frozen=True, slots=True, kw_only=True)
class EncryptedRun:
    """The protected samples that one track has in a fragment, in decoding order."""

    track: int
    entry: SampleEntry
    samples: tuple[EncryptedSample, ...]


def read_fragment(
    data: bytearray, moof: Box, tracks: Mapping[int, InitTrack]
) -> tuple[EncryptedRun, ...]:
    """Give the protected samples of the fragment whose `moof` lies in `data` with its `mdat`.

    Boxes that speak of encryption become `free` boxes of the same size. A base data offset
    written in `tfhd` is taken to mean the `moof`'s place, which is all it can mean in a segment.
    Raises PlayerError (media.invalid, media.truncated).
    """
    runs, place = [], moof.start
    for traf in children(data, moof):
        if traf.type in _ABOUT_ENCRYPTION:
            blank(data, traf)
        if traf.type != b"traf":
            continue
        reader = _Traf(data, moof, traf, tracks)
        spans, place = reader.spans(place)
        if reader.entry is not None and reader.entry.encryption is not None:
            runs.append(reader.run(reader.entry, spans))
        reader.blank()
    return tuple(runs)


class _Traf:
    """One track fragment; lives as long as its reading."""

    def __init__(
        self, data: bytearray, moof: Box, traf: Box, tracks: Mapping[int, InitTrack]
    ) -> None:
        self._data, self._moof, self._traf = data, moof, traf
        self._boxes = list(children(data, traf))
        self._counts: list[int] = []
        tfhd = self._first(b"tfhd")
        if tfhd is None:
            raise invalid("a traf without tfhd")
        body = fields(data, tfhd)
        flags = body.u32() & 0xFFFFFF
        self.track = body.u32()
        self._init = tracks.get(self.track)
        entry = self._init.default_entry if self._init else 1
        self._size = self._init.default_size if self._init else 0
        self._own_base = bool(flags & 0x20001)
        body.take(8 if flags & 0x1 else 0)
        entry = body.u32() if flags & 0x2 else entry
        body.take(4 if flags & 0x8 else 0)
        self._size = body.u32() if flags & 0x10 else self._size
        entries = self._init.entries if self._init else ()
        self.entry = entries[entry - 1] if 0 < entry <= len(entries) else None

    def spans(self, place: int) -> tuple[list[tuple[int, int]], int]:
        """Give (start, size) of every sample, and where the last one ends.

        `place` is where the track fragment before ended, the base of one that names none.
        """
        base = self._moof.start if self._own_base else place
        place, found = base, []
        for trun in self._all(b"trun"):
            body = fields(self._data, trun)
            flags = body.u32() & 0xFFFFFF
            count = body.u32()
            self._counts.append(count)
            place = base + body.i32() if flags & 0x1 else place
            body.take(4 if flags & 0x4 else 0)
            for size in self._sizes(body, flags, count):
                found.append((place, size))
                place += size
        if found and (found[0][0] < 0 or place > len(self._data)):
            raise error(
                ErrorCode.MEDIA_TRUNCATED,
                "A piece of this channel arrived incomplete.",
                cause=f"samples end at {place} of {len(self._data)} bytes",
            )
        return found, place

    def run(self, entry: SampleEntry, spans: list[tuple[int, int]]) -> EncryptedRun:
        """Give the protected samples among those at `spans`."""
        assert entry.encryption is not None  # noqa: S101 - said by the one caller
        auxiliary, default = self._auxiliary(entry.encryption.default)
        samples = []
        for (start, size), protection in zip(spans, self._protections(default), strict=False):
            iv, subsamples = auxiliary(protection)
            if protection.protected and size:
                if len(iv) not in (8, 16) or sum(map(sum, subsamples)) > size:
                    raise invalid(f"sample of {size} bytes: {len(iv)} byte IV, {subsamples[:4]}")
                samples.append(
                    EncryptedSample(
                        start=start, size=size, protection=protection, iv=iv, subsamples=subsamples
                    )
                )
        return EncryptedRun(track=self.track, entry=entry, samples=tuple(samples))

    def blank(self) -> None:
        """Make the track fragment speak of encryption no longer."""
        for box in self._boxes:
            groups = box.type in (b"sbgp", b"sgpd")
            if box.type in _ABOUT_ENCRYPTION or (groups and self._grouping(box) == b"seig"):
                blank(self._data, box)

    def _sizes(self, body: Fields, flags: int, count: int) -> Iterator[int]:
        optional = [flag for flag in (0x100, 0x200, 0x400, 0x800) if flags & flag]
        if count > len(self._data) or count * 4 * len(optional) > body.left:
            raise invalid(f"a trun of {count} samples in {body.left} bytes")
        if 0x200 not in optional:
            return iter([self._size] * count)
        rows = iter_unpack(f">{len(optional)}I", body.take(count * 4 * len(optional)))
        column = optional.index(0x200)
        return (row[column] for row in rows)

    def _protections(self, default: SampleProtection) -> Iterator[SampleProtection]:
        """Give each sample's protection: its `seig` group's, else the default; without end."""
        local = read_groups(self._data, self._traf)
        shared = self._init.groups if self._init else ()
        for sbgp in self._all(b"sbgp"):
            if self._grouping(sbgp) == b"seig":
                for count, index in self._grouped(sbgp):
                    yield from repeat(_group(index, default, local, shared), count)
        yield from repeat(default)

    def _grouped(self, sbgp: Box) -> Iterator[tuple[int, int]]:
        """Read (sample count, group index) from `sbgp` (14496-12 8.9.2)."""
        body = fields(self._data, sbgp)
        body.take(8 if body.u32() >> 24 else 4)
        for _ in range(body.u32()):
            yield body.u32(), body.u32()

    def _auxiliary(self, default: SampleProtection) -> tuple[Auxiliary, SampleProtection]:
        """Give the reader of the samples' IVs, and the default that a PIFF box may replace."""
        senc = self._first(b"senc") or self._first(PIFF_SENC)
        if senc is not None:
            return read_senc(fields(self._data, senc), default)
        saiz, saio = self._first(b"saiz"), self._first(b"saio")
        if saiz is None or saio is None:
            return constant_iv, default
        sizes = read_saiz(fields(self._data, saiz), len(self._data))
        places = [self._moof.start + one for one in read_saio(fields(self._data, saio))]
        counts = self._counts if len(places) > 1 else [len(sizes)]
        return read_spread(self._data, sizes, places, counts), default

    def _grouping(self, box: Box) -> bytes:
        return bytes(self._data[box.body + 4 : box.body + 8])

    def _all(self, kind: bytes) -> Iterator[Box]:
        return (box for box in self._boxes if box.type == kind)

    def _first(self, kind: bytes) -> Box | None:
        return next(self._all(kind), None)


def _group(
    index: int,
    default: SampleProtection,
    local: tuple[SampleProtection, ...],
    shared: tuple[SampleProtection, ...],
) -> SampleProtection:
    """Give the group of an index that counts from 1; 0 means none (8.9.2)."""
    groups, place = (local, index - _LOCAL_GROUPS) if index > _LOCAL_GROUPS else (shared, index)
    if place == 0:
        return default
    if place > len(groups):
        raise invalid(f"sample group {index} of {len(groups)}")
    return groups[place - 1]
