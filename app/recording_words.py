"""Recordings in words and figures, for people and for programs. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from app.console import printable
from player.recording.face import RecordingState, RecordingStatus
from player.recording.schedule import Schedule, ScheduleEntry
from player.units import MICROS_PER_SECOND, ByteCount, Micros

_UNITS = ("B", "kB", "MB", "GB", "TB")


def recording_id(title: str, since: Micros, unlike: str) -> str:
    """A name for a folder that tells a person when and what; `unlike` makes it its own."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:24].strip("-")
    moment = _local(since).strftime("%Y%m%d-%H%M")
    return "-".join(one for one in (moment, words, unlike) if one)


def progress_words(status: RecordingStatus) -> str:
    """How a recording stands, in one line: state, length, size, gaps."""
    parts = [str(status.state), length(status.recorded), size(status.size)]
    return ", ".join([*parts, *([gap_words(status)] if status.gaps else [])])


def gap_words(status: RecordingStatus) -> str:
    """How much is missing: "1 gap of 0:00:14", "" where nothing is."""
    if not status.gaps:
        return ""
    missing = length(Micros(sum(end - start for start, end in status.gaps)))
    count = len(status.gaps)
    return f"1 gap of {missing}" if count == 1 else f"{count} gaps of {missing} in all"


def length(time: Micros) -> str:
    """Hours, minutes and seconds."""
    whole = round(max(time, 0) / MICROS_PER_SECOND)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def size(count: ByteCount) -> str:
    """Bytes in decimal units, as file managers show them."""
    amount, unit = float(count), 0
    while amount >= 999.5 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    digits = 0 if amount >= 9.95 or not unit else 1
    return f"{amount:.{digits}f} {_UNITS[unit]}"


def moment(time: Micros | None) -> str:
    """A moment on this machine's clock, "" where there is none."""
    return "" if time is None else _local(time).strftime("%Y-%m-%d %H:%M")


def clock_time(time: Micros | None) -> str:
    """The time of the day on this machine's clock, "" where there is none."""
    return "" if time is None else _local(time).strftime("%H:%M")


def rows(found: Sequence[RecordingStatus], schedule: Schedule, now: Micros) -> list[list[str]]:
    """A row for each recording and for what is scheduled: id, state, begin, length, size, rest."""
    begun = {one.id for one in found}
    table = [
        [
            entry.id,
            "missed" if entry.missed(now) else "scheduled",
            moment(entry.begins),
            "" if entry.ends is None else length(Micros(entry.ends - entry.begins)),
            "",
            "; ".join(word for word in (entry.title, entry.failed) if word),
        ]
        for entry in schedule.entries
        if entry.id not in begun
    ]
    for one in found:
        rest = [one.title, gap_words(one)]
        rest += [one.failure.sentence] if one.failure else []
        told = "; ".join(word for word in rest if word)
        begins = moment(one.since)
        table.append([one.id, str(one.state), begins, length(one.recorded), size(one.size), told])
    return table


def in_columns(table: Sequence[Sequence[str]]) -> list[str]:
    """A line for each row, its cells below each other; nothing is cut off, so it can be copied."""
    clean = [[printable(cell) for cell in row] for row in table]
    widths = [max(map(len, column)) for column in zip(*clean, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in clean]


def described(
    found: Sequence[RecordingStatus], schedule: Schedule, now: Micros
) -> dict[str, list[dict[str, Any]]]:
    """The same for programs; times are POSIX seconds."""
    return {
        "recordings": [_status(one) for one in found],
        "schedule": [_entry(one, now) for one in schedule.entries],
    }


def _status(one: RecordingStatus) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "channel": one.tag,
        "state": str(one.state),
        "since": _seconds(one.since),
        "until": _seconds(one.until),
        "recorded": one.recorded / MICROS_PER_SECOND,
        "size": one.size,
        "gaps": [[_seconds(start), _seconds(end)] for start, end in one.gaps],
        "failure": None
        if one.failure is None
        else {"code": str(one.failure.code), "sentence": one.failure.sentence},
        "whole": one.state is RecordingState.DONE and not one.gaps,
    }


def _entry(one: ScheduleEntry, now: Micros) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "channel": one.channel,
        "since": _seconds(one.begins),
        "until": _seconds(one.ends),
        "past": one.past(now),
        "failure": one.failed or None,
    }


def _seconds(time: Micros | None) -> float | None:
    return None if time is None else time / MICROS_PER_SECOND


def _local(time: Micros) -> datetime:
    return datetime.fromtimestamp(time // MICROS_PER_SECOND, UTC).astimezone()
