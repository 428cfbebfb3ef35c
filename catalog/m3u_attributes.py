"""What the attributes of a list's entry say, under all their names."""

import re
from collections.abc import Iterable, Mapping

from catalog.model import Catchup

GUIDE_ID_KEYS = ("tvg-id", "tvg-epgid", "cuid", "channel-id")
NUMBER_KEYS = ("tvg-chno", "ch-number")
DAYS_KEYS = ("catchup-days", "tvg-rec", "timeshift", "arc-timeshift")
_ADULT_KEYS = frozenset({"parent-code", "adult", "censored"})
_CATCHUP_KEYS = frozenset(
    {"catchup", "catchup-type", "catchup-source", "catchup-template", "catchup-time", *DAYS_KEYS}
)
NO = frozenset({"", "0", "false", "no", "off"})
_DAY = 86_400
_HOUR = 3_600
_LONGEST_SHIFT_HOURS = 12


def split_groups(text: str) -> tuple[str, ...]:
    """Split a group title, which may name several groups."""
    if ";" not in text:
        stripped = text.strip()
        return (stripped,) if stripped else ()
    return tuple(dict.fromkeys(part.strip() for part in text.split(";") if part.strip()))


def first_of(attributes: Mapping[str, str], keys: Iterable[str]) -> str:
    """Give the value of the first key that has one; empty if none has."""
    for key in keys:
        if value := attributes.get(key):
            return value
    return ""


def is_adult(attributes: Mapping[str, str]) -> bool:
    """Whether the list marks the channel as for adults."""
    return not _ADULT_KEYS.isdisjoint(attributes) and any(
        attributes.get(key, "").lower() not in NO for key in _ADULT_KEYS
    )


def guide_shift(text: str) -> int:
    """Read a guide shift in seconds: decimal hours, or seconds where hours make no sense."""
    value = _decimal(text)
    if abs(value) <= _LONGEST_SHIFT_HOURS:
        return round(value * _HOUR)
    return round(value) if abs(value) <= _DAY else 0


def _decimal(text: str) -> float:
    """Read a decimal number with point or comma; 0 for anything else."""
    found = re.fullmatch(r"[-+]?\d{1,9}(?:[.,]\d{0,6})?", text.strip()) if text else None
    return float(found.group().replace(",", ".")) if found else 0.0


def read_catchup(attributes: Mapping[str, str]) -> Catchup | None:
    """Read how past programmes are reached; a number of days alone means the default mode."""
    if _CATCHUP_KEYS.isdisjoint(attributes):
        return None
    mode = (attributes.get("catchup") or attributes.get("catchup-type", "")).lower()
    source = attributes.get("catchup-source") or attributes.get("catchup-template", "")
    seconds = round(_decimal(attributes.get("catchup-time", "")))
    if not seconds:
        seconds = round(_decimal(first_of(attributes, DAYS_KEYS)) * _DAY)
    if mode in NO and not source and seconds <= 0:
        return None
    return Catchup(mode=mode or "default", source=source, seconds=max(seconds, 0))
