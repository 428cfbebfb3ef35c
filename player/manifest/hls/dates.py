"""EXT-X-DATERANGE (RFC 8216bis 4.4.5.1): ranges told over many loads, as events in time."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from player.manifest.bounds import MOST_DATE_RANGES
from player.manifest.hls.attributes import Attributes
from player.manifest.times import date_time, decimal_seconds
from player.model.event import TimedEvent
from player.model.notes import Notes, quoted
from player.units import Micros

_PLAIN = frozenset({"ID", "CLASS", "START-DATE", "END-DATE", "DURATION"})
_MESSAGES = ("SCTE35-OUT", "SCTE35-IN", "SCTE35-CMD")


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRange:
    """A range as all loads together told it.

    `date` is UTC, `start` the presentation time that it was first found to be, and stays.
    """

    id: str
    told: dict[str, str] = field(repr=False)
    date: Micros
    start: Micros

    @property
    def scheme(self) -> str:
        """CLASS, "" where there is none."""
        return self.told.get("CLASS", "")


def merged(
    tags: Sequence[Attributes],
    known: tuple[DateRange, ...],
    removed: Iterable[str],
    dated: Sequence[tuple[Micros, Micros]],
    notes: Notes,
) -> tuple[DateRange, ...]:
    """Fold the tags of one load into what former ones told; sorted by date.

    `dated` are dates and their presentation times, by which a range finds its own. Within a load
    the first of two values counts, between loads the newer one.
    """
    gone = set(removed)
    kept = {one.id: one for one in known if one.id not in gone}
    if tags:
        place = _Calendar(dated).start_of
        for ident, told in _by_id(tags, notes).items():
            former = kept.get(ident)
            whole = {**former.told, **told[1]} if former else told[1]
            if former and whole == former.told:
                continue
            made = _made(ident, whole, former, Attributes(told[0], notes, whole))
            if made is None:
                continue
            at = former.start if former and former.date == made.date else place(made.date)
            if at is None:
                notes.warn(told[0], "EXT-X-DATERANGE in a list without EXT-X-PROGRAM-DATE-TIME")
                continue
            kept[ident] = replace(made, start=at)
    if len(kept) > MOST_DATE_RANGES:
        notes.warn(0, f"more than {MOST_DATE_RANGES} date ranges; the newest are kept")
    return tuple(sorted(kept.values(), key=lambda one: one.date)[-MOST_DATE_RANGES:])


def _by_id(tags: Sequence[Attributes], notes: Notes) -> dict[str, tuple[int, dict[str, str]]]:
    found: dict[str, tuple[int, dict[str, str]]] = {}
    for one in tags:
        ident = one.text("ID")
        if not ident:
            notes.warn(one.line, "EXT-X-DATERANGE without ID")
            continue
        _, told = found.setdefault(ident, (one.line, {}))
        for name, value in one.values.items():
            if told.setdefault(name, value) != value:
                notes.warn(one.line, f"{name} of date range {quoted(ident)} is told twice")
    return found


def _made(
    ident: str, told: dict[str, str], former: DateRange | None, attributes: Attributes
) -> DateRange | None:
    raw = attributes.text("START-DATE")
    date = date_time(raw) if raw else None
    if date is None:
        attributes.notes.warn(attributes.line, f"START-DATE is unreadable: {quoted(raw)}")
        date = former.date if former else None
    return None if date is None else DateRange(id=ident, told=told, date=date, start=Micros(0))


class _Calendar:
    """Presentation times of dates, by the nearest known one that is not later."""

    def __init__(self, dated: Sequence[tuple[Micros, Micros]]) -> None:
        self._dated = sorted(dated)

    def start_of(self, date: Micros) -> Micros | None:
        if not self._dated:
            return None
        place = bisect_right(self._dated, date, key=lambda one: one[0]) - 1
        known, start = self._dated[max(place, 0)]
        return Micros(start + date - known)


def events_of(ranges: Sequence[DateRange], notes: Notes) -> tuple[TimedEvent, ...]:
    """All ranges as events, sorted by start."""
    following = _following(ranges)
    made = [_event(one, following.get(one.id), notes) for one in ranges]
    return tuple(sorted(made, key=lambda one: one.start))


def _following(ranges: Sequence[DateRange]) -> dict[str, DateRange]:
    """For END-ON-NEXT: the range of the same CLASS that comes after."""
    found: dict[str, DateRange] = {}
    next_of: dict[str, DateRange] = {}
    for one in reversed(ranges):
        if one.scheme and one.scheme in next_of:
            found[one.id] = next_of[one.scheme]
        next_of[one.scheme] = one
    return found


def _event(one: DateRange, following: DateRange | None, notes: Notes) -> TimedEvent:
    return TimedEvent(
        scheme=one.scheme,
        id=one.id,
        start=one.start,
        duration=duration_of(one, following, notes),
        data=next((_bytes(one.told[name]) for name in _MESSAGES if name in one.told), b""),
        attributes=tuple((name, one.told[name]) for name in one.told if name not in _PLAIN),
    )


def duration_of(one: DateRange, following: DateRange | None, notes: Notes) -> Micros | None:
    """DURATION, else END-DATE, else the next one's start; what is planned is no duration yet."""
    told = one.told
    if "DURATION" in told:
        found = decimal_seconds(told["DURATION"])
    elif "END-DATE" in told:
        end = date_time(told["END-DATE"])
        found = None if end is None else Micros(end - one.date)
    elif told.get("END-ON-NEXT", "").upper() == "YES" and following is not None:
        return Micros(following.date - one.date)
    else:
        return None
    if found is None or found < 0:
        notes.warn(0, f"the end of date range {quoted(one.id)} is unreadable")
        return None
    return found


def _bytes(text: str) -> bytes:
    digits = text.strip().lower().removeprefix("0x")
    try:
        return bytes.fromhex(digits)
    except ValueError:
        return b""
