"""The media playlist of one recorded track (RFC 8216 4.3.3): grows as its segments come. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from player.model.resource import ByteRange
from player.recording.told import Told
from player.units import MICROS_PER_SECOND, Micros, micros, seconds

SLACK = micros(0.25)
"""What boundaries may lie apart without anything lacking: EXTINF is rounded."""

LEAST_TARGET, MOST_TARGET = 1, 60
"""Seconds of the target duration; longer holes are told in pieces of it."""

MOST_PIECES = 20_000
"""Pieces of one hole; a longer one has longer pieces."""

MOST_JOINTS = 64
"""Discontinuities told at once: a server may count as it likes."""

DRIFT = micros(0.02)
"""How far the durations may run away from the dates before the date is told again."""

GAP = "gap"
"""What lacks is called so, beside its kind: nothing ever lies there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A record and where its bytes lie: in which file of the folder, and where in it."""

    told: Told
    file: str
    part: ByteRange


class MediaText:
    """Takes one track's segments in their order; what is written once stays as it is (EVENT)."""

    def __init__(self, begin: Micros) -> None:
        """Begin at presentation time `begin`; what lacks from there on is a gap."""
        self._inits: dict[int, Piece] = {}
        self._init: int | None = None
        self._longest = Micros(0)
        self._lines: list[str] = []
        self._first_clock = 0
        self._clock: int | None = None
        self._dated: Micros | None = None
        self.end = begin
        self.size = 0

    def add_init(self, piece: Piece) -> None:
        """An init section that segments will name."""
        self._inits[piece.told.serial] = piece

    def add(self, piece: Piece) -> tuple[Micros, Micros] | None:
        """The next segment; gives the stretch before it that lacks, if any.

        What boundaries are apart, and a beginning that another rung had already, go into its
        duration, so that the list tells the time exactly.
        """
        told = piece.told
        hole = (self.end, told.start) if told.start - self.end > SLACK else None
        start = self.end if hole is None else told.start
        duration = Micros(max(told.end - start, 0))
        before = len(self._lines)
        if self._clock is None:
            self._first_clock = self._clock = told.clock
        self._longest = max(self._longest, told.duration)
        if hole is not None:
            self._gap(*hole, piece)
        self._joint(told)
        self._map(told)
        self._date(told.epoch, start, duration)
        self._lines += [
            f"#EXTINF:{seconds(duration):.6f},",
            f"#EXT-X-BYTERANGE:{piece.part.length}@{piece.part.offset}",
            piece.file,
        ]
        self.end = Micros(start + duration)
        self.size += sum(len(one) + 1 for one in self._lines[before:])
        return hole

    def text(self, *, ended: bool) -> str:
        """All of it; `ended`: nothing comes any more."""
        head = [
            "#EXTM3U",
            "#EXT-X-VERSION:8",
            f"#EXT-X-TARGETDURATION:{self._target}",
            "#EXT-X-MEDIA-SEQUENCE:0",
            f"#EXT-X-DISCONTINUITY-SEQUENCE:{self._first_clock}",
            f"#EXT-X-PLAYLIST-TYPE:{'VOD' if ended else 'EVENT'}",
            "#EXT-X-START:TIME-OFFSET=0",
            "#EXT-X-INDEPENDENT-SEGMENTS",
        ]
        tail = ["#EXT-X-ENDLIST"] if ended else []
        return "\n".join([*head, *self._lines, *tail]) + "\n"

    # ---- one segment --------------------------------------------------------------------------

    @property
    def _target(self) -> int:
        whole = round(self._longest / MICROS_PER_SECOND)
        return min(max(whole, LEAST_TARGET), MOST_TARGET)

    def _gap(self, since: Micros, until: Micros, before: Piece) -> None:
        """A stretch that lacks, in pieces no longer than the target duration (4.4.4.7)."""
        told, length = before.told, until - since
        address = f"{GAP}.{before.file.rpartition('.')[2]}"
        piece = max(self._target * MICROS_PER_SECOND, -(-length // MOST_PIECES))
        utc = None if told.epoch is None else Micros(told.epoch + since)
        if utc is not None:
            self._lines.append(_date_tag(utc))
        while length > 0:
            one = min(piece, length)
            self._lines += ["#EXT-X-GAP", f"#EXTINF:{seconds(Micros(one)):.6f},", address]
            length -= one
        self._dated = None  # the date is told again after it

    def _joint(self, told: Told) -> None:
        """Discontinuities; other players count them to tell which clock a segment is on (6.2.4).

        A change of rung is none: sound does not change with the pictures, and both must count
        alike.
        """
        if self._clock is not None and told.clock != self._clock:
            count = max(min(told.clock - self._clock, MOST_JOINTS), 1)
            self._lines += ["#EXT-X-DISCONTINUITY"] * count
            self._dated = None
        self._clock = told.clock

    def _map(self, told: Told) -> None:
        init = self._inits.get(told.init) if told.init is not None else None
        if init is None or told.init == self._init:
            return
        self._init = told.init
        where = f"{init.part.length}@{init.part.offset}"
        self._lines.append(f'#EXT-X-MAP:URI="{init.file}",BYTERANGE="{where}"')

    def _date(self, epoch: Micros | None, start: Micros, duration: Micros) -> None:
        if epoch is None:
            return
        utc = Micros(epoch + start)
        if self._dated is None or abs(utc - self._dated) > DRIFT:
            self._lines.append(_date_tag(utc))
            self._dated = utc
        self._dated = Micros(self._dated + duration)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _date_tag(utc: Micros) -> str:
    try:
        date = _EPOCH + timedelta(microseconds=utc)
    except OverflowError:
        date = _EPOCH
    return f"#EXT-X-PROGRAM-DATE-TIME:{date.isoformat(timespec='microseconds')}"
