"""Lacking: what was promised of media that they turn out not to hold."""

from collections.abc import Callable, Iterable

from player.errors import ErrorCode, Failure, Severity
from player.model.presentation import Representation, TrackKind
from player.model.segment import Segment
from player.streaming.fetch.lane import Lane
from player.units import Micros, micros

LONGEST_APART = micros(10)
"""Media after which a kind that has not shown itself is not there: all pictures of a segment may
stand before all of its sound."""

Lacks = dict[tuple[str, str, TrackKind], bool]
"""By period, track and kind: whether it lacks now. What was told of once stays in here."""

Lacked = Callable[[TrackKind, Failure], None]
"""Hears of a kind that is missing, and how that is told."""

_WORDS = {TrackKind.VIDEO: "pictures", TrackKind.AUDIO: "sound"}


class Lacking:
    """Judges what one line brings. Engine thread only."""

    def __init__(self, known: Lacks, lacked: Lacked) -> None:
        """Go by what is `known`, and add to it; each lack is told to `lacked` once."""
        self._known = known
        self._lacked = lacked
        self._last: dict[TrackKind, Micros] = {}

    def of(self, lane: Lane) -> frozenset[TrackKind]:
        """What a lane lacks."""
        return frozenset(kind for kind in _WORDS if self._known.get(_key(lane, kind)))

    def look(
        self,
        lane: Lane,
        promised: Iterable[TrackKind],
        brought: frozenset[TrackKind],
        span: tuple[Micros, Micros],
    ) -> None:
        """See what came with the media of `span`, from presentation time to time."""
        since, until = span
        for kind in promised:
            key = _key(lane, kind)
            if kind in brought:
                self._last[kind] = until
                if self._known.get(key):
                    self._known[key] = False
            elif kind in _WORDS and until - self._last.setdefault(kind, since) >= LONGEST_APART:
                self._tell(key, kind)

    def _tell(self, key: tuple[str, str, TrackKind], kind: TrackKind) -> None:
        told, self._known[key] = key in self._known, True
        if not told:
            self._lacked(kind, _lack(kind, key[1]))


def promised_kinds(
    rung: Representation, wanted: frozenset[TrackKind], announced: frozenset[TrackKind]
) -> frozenset[TrackKind]:
    """Which of the wanted kinds a line was said to bring, by more than a guess.

    `announced` is the container's word, that goes before the manifest's CODECS.
    """
    if len(wanted) == 1:
        return wanted
    return (announced or (rung.kinds if rung.codecs else frozenset())) & wanted


def cut_off(segment: Segment) -> Failure:
    """The failure of a segment that holds less than its duration."""
    return Failure(
        code=ErrorCode.MEDIA_TRUNCATED,
        sentence="A piece of this channel was cut off on its way; "
        "Farol goes on with the next one.",
        severity=Severity.RECOVERABLE,
        cause=f"segment {segment.number} holds less than its duration",
        uri=segment.resource.uri,
    )


def _key(lane: Lane, kind: TrackKind) -> tuple[str, str, TrackKind]:
    return lane.period.id, lane.track.id, kind


def _lack(kind: TrackKind, track: str) -> Failure:
    word = _WORDS[kind]
    return Failure(
        code=ErrorCode.MEDIA_INVALID,
        sentence=f"This channel promises {word} but brings none; Farol goes on without.",
        severity=Severity.RECOVERABLE,
        cause=f"no {kind} in {LONGEST_APART // 1_000_000} s of track {track}",
    )
