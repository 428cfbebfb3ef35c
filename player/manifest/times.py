"""Dates and durations as manifests write them, in whole microseconds."""

import re
from datetime import UTC, datetime, timedelta

from player.units import MICROS_PER_SECOND, Micros, micros

LONGEST = Micros(100 * 366 * 86_400 * 1_000_000)
"""A century: what is longer is a mistake, and kept from growing into huge integers."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DURATION = re.compile(
    r"(-?)P(?:(\d{1,9}(?:\.\d*)?)Y)?(?:(\d{1,9}(?:\.\d*)?)M)?(?:(\d{1,9}(?:\.\d*)?)W)?"
    r"(?:(\d{1,9}(?:\.\d*)?)D)?"
    r"(?:T(?:(\d{1,12}(?:\.\d*)?)H)?(?:(\d{1,12}(?:\.\d*)?)M)?(?:(\d{0,15}(?:\.\d*)?)S)?)?",
    re.ASCII,
)
_UNITS = (365 * 86_400, 30 * 86_400, 7 * 86_400, 86_400, 3_600, 60, 1)


def date_time(text: str) -> Micros | None:
    """Read an ISO 8601 date and time as UTC; None where it is none. No zone means UTC."""
    try:
        moment = datetime.fromisoformat(text.strip().replace(" ", "T"))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return Micros((moment - _EPOCH) // _MICROSECOND)
    except (ValueError, OverflowError):
        return None


def iso_duration(text: str) -> Micros | None:
    """Read an xs:duration (a year is 365 days, a month 30); None where it is none."""
    found = _DURATION.fullmatch(text.strip())
    if found is None or text.strip().rstrip("T")[-1:] in ("P", ""):
        return None
    parts = zip(found.groups()[1:], _UNITS, strict=True)
    total = sum(_exact(part) * unit for part, unit in parts if part)
    signed = -total if found.group(1) else total
    return Micros(signed) if abs(signed) <= LONGEST else None


def decimal_seconds(text: str) -> Micros | None:
    """Read decimal seconds (may be negative); None for what is no sensible time."""
    try:
        value = float(text)
    except ValueError:
        return None
    if not abs(value) * MICROS_PER_SECOND <= LONGEST:  # also NaN
        return None
    return micros(value)


def _exact(number: str) -> int:
    """Turn a decimal into millionths without passing through a float."""
    whole, _, fraction = number.partition(".")
    return int(whole or "0") * 1_000_000 + int(fraction[:6].ljust(6, "0"))
