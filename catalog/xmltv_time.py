"""Reads XMLTV times (xmltv.dtd: `YYYYMMDDhhmmss +ZZZZ`, any tail may be missing)."""

import calendar
import re
from functools import lru_cache

_TIME = re.compile(
    r"(\d{4})[-/]?(\d\d)[-/]?(\d\d)"
    r"(?:[T ]?(\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?)?)?"
    r"\s*([A-Za-z]{1,5})?\s*(?:([+-])(\d\d?):?(\d\d)?)?"
)
_ZONE_HOURS = {
    "BST": 1, "WEST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2, "EEST": 3,
    "MSK": 3, "IST": 5.5, "JST": 9, "AEST": 10, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5,
    "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "BRT": -3, "ART": -3,
}  # fmt: skip
_MAX_OFFSET_HOURS = 15
_USUAL_LENGTH = len("20260102030405 +0100")
_USUAL_TAIL = re.compile(r" [+-]\d{4}")


def parse_time(text: str) -> int | None:
    """Give a time of a guide in POSIX seconds; None if it is none. Without an offset it is UTC."""
    if len(text) == _USUAL_LENGTH and text[10:14].isdecimal():
        hour_start = _hour_start(text[:10], text[14:])
        if hour_start is not None:
            return hour_start + int(text[10:12]) * 60 + int(text[12:14])
    return _any_time(text)


@lru_cache(maxsize=4096)
def _hour_start(date_and_hour: str, tail: str) -> int | None:
    """Give the start of an hour; None if the text does not have the usual form."""
    return _any_time(date_and_hour + tail) if _USUAL_TAIL.fullmatch(tail) else None


def _any_time(text: str) -> int | None:
    found = _TIME.match(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second, zone, sign, hours, minutes = found.groups()
    midnight = _midnight(year, month, day)
    if midnight is None or int(hour or 0) > 24 or int(minute or 0) > 59:
        return None
    local = midnight + int(hour or 0) * 3600 + int(minute or 0) * 60 + int(second or 0)
    if sign is None:
        return local - _zone_seconds(zone)
    return local - _offset(sign, hours, minutes)


@lru_cache(maxsize=1024)
def _midnight(year: str, month: str, day: str) -> int | None:
    numbers = int(year), int(month), int(day)
    if not (numbers[0] >= 1970 and 1 <= numbers[1] <= 12 and 1 <= numbers[2] <= 31):
        return None
    if numbers[2] > calendar.monthrange(numbers[0], numbers[1])[1]:
        return None
    return calendar.timegm((*numbers, 0, 0, 0))


@lru_cache(maxsize=256)
def _offset(sign: str, hours: str, minutes: str | None) -> int:
    offset = int(hours) * 3600 + int(minutes or 0) * 60
    if offset > _MAX_OFFSET_HOURS * 3600:
        return 0
    return -offset if sign == "-" else offset


def _zone_seconds(zone: str | None) -> int:
    """Offset of a zone's name; UTC, GMT, Z, T and unknown names count as UTC."""
    return round(_ZONE_HOURS.get(zone.upper(), 0) * 3600) if zone else 0
