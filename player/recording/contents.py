"""What a recording holds: its tracks, their playlists, and what lacks. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from player.model.presentation import TrackKind
from player.recording.main_text import Listed, main_of, main_text
from player.recording.media_text import MediaText, Piece
from player.recording.order import RecordingStatus
from player.recording.told import RungName, Told, TrackName
from player.units import ByteCount, Micros

MAIN = "recording.m3u8"
"""The multivariant playlist's file."""

Stretch = tuple[Micros, Micros]

_TIMED = frozenset({TrackKind.VIDEO, TrackKind.AUDIO})


@dataclass(slots=True, kw_only=True, eq=False)
class RecordedTrack:
    """One track: its playlist, its newest segment, the stretches that it lacks (UTC)."""

    name: TrackName
    file: str
    text: MediaText
    rung: RungName
    last: Told | None = None
    first: Told | None = None
    recorded: Micros = Micros(0)
    gaps: list[Stretch] = field(default_factory=list)
    inits: dict[str, int] = field(default_factory=dict)

    @property
    def listed(self) -> Listed:
        """It, as the multivariant playlist names it."""
        return Listed(track=self.name, rung=self.rung, file=self.file)


class Contents:
    """Grows with each record, in the order in which they were written. Engine thread only."""

    def __init__(self) -> None:
        """Begin empty."""
        self.tracks: dict[object, RecordedTrack] = {}
        self.begin: Micros | None = None
        self.size = ByteCount(0)
        self._serial = 0
        self._periods: dict[str, int] = {}
        self._clock = 0

    def add(self, piece: Piece) -> None:
        """Take a record in."""
        told = piece.told
        self._serial = max(self._serial, told.serial + 1)
        self.size = ByteCount(self.size + piece.part.length)
        self.begin = told.begin if self.begin is None else self.begin
        track = self._track(told)
        if told.is_init:
            track.text.add_init(piece)
            track.inits[told.digest] = told.serial
            return
        self._clock = max(self._clock, told.clock)
        self._periods.setdefault(told.period, told.clock - told.discontinuity)
        if track.last is not None and told.end <= track.text.end:
            return
        hole = track.text.add(piece)
        if hole is not None:
            epoch = told.epoch or 0
            track.gaps.append((Micros(epoch + hole[0]), Micros(epoch + hole[1])))
        track.recorded = Micros(track.recorded + told.duration)
        track.first, track.last = track.first or told, told
        track.rung = max(track.rung, told.rung, key=lambda one: one.bandwidth)

    def take_serial(self) -> int:
        """The next record's."""
        self._serial += 1
        return self._serial - 1

    def clock_of(self, period: str, discontinuity: int = 0) -> int:
        """How a discontinuity of a period is counted: a new period begins a new clock (DASH).

        Within a period the server's own count goes on, from where the period's began. Periods are
        to be asked for in their order, so that all tracks count alike.
        """
        if period not in self._periods:
            self._periods[period] = self._clock + 1 - discontinuity if self._periods else 0
        clock = max(self._periods[period] + discontinuity, 0)
        self._clock = max(self._clock, clock)
        return clock

    # ---- what there is ------------------------------------------------------------------------

    @property
    def main(self) -> RecordedTrack | None:
        """The track that leads: the pictures, else the first sound."""
        found = main_of([one.listed for one in self.tracks.values()])
        return None if found is None else self.tracks[found.track.key]

    def gaps(self) -> tuple[Stretch, ...]:
        """What pictures or sound lack, joined, oldest first (UTC; of a film its own time)."""
        timed = (one for one in self.tracks.values() if one.name.kind in _TIMED)
        return joined(gap for one in timed for gap in one.gaps)

    def status(self, former: RecordingStatus) -> RecordingStatus:
        """How it stands by its records; what they do not tell is as before."""
        main = self.main
        first, last = (main.first, main.last) if main else (None, None)
        return replace(
            former,
            since=first.utc if first else None,
            until=Micros(last.epoch + last.end) if last and last.epoch is not None else None,
            recorded=main.recorded if main else Micros(0),
            size=self.size,
            gaps=self.gaps(),
        )

    def texts(self, *, ended: bool) -> dict[str, str]:
        """The playlists by file name, those of the tracks first."""
        shown = [one for one in self.tracks.values() if one.last is not None]
        texts = {one.file: one.text.text(ended=ended) for one in shown}
        if main_of([one.listed for one in shown]) is not None:
            texts[MAIN] = main_text([one.listed for one in shown])
        return texts

    @property
    def text_size(self) -> int:
        """About how many bytes the playlists have."""
        return sum(one.text.size for one in self.tracks.values())

    def _track(self, told: Told) -> RecordedTrack:
        key = told.track.key
        if key not in self.tracks:
            kind = told.track.kind
            number = sum(one.name.kind is kind for one in self.tracks.values())
            self.tracks[key] = RecordedTrack(
                name=told.track,
                file=f"{kind}-{number}.m3u8",
                text=MediaText(told.begin),
                rung=told.rung,
            )
        return self.tracks[key]


def joined(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Stretches that touch or overlap as one, oldest first."""
    found: list[Stretch] = []
    for since, until in sorted(stretches):
        if found and since <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], until)
        else:
            found.append((since, until))
    return tuple(found)
