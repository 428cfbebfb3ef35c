"""What a viewer may ask for in the query of a URL."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

# name -> (field, lowest, highest); all are whole numbers.
_KNOWN = {
    "loops": ("loops", 1, 3600),
    "window": ("window_s", 2, 24 * 3600),
    "rate": ("rate_kbps", 8, 10_000_000),
    "loss": ("loss_percent", 0, 100),
    "now_ms": ("now_ms", 0, 1 << 47),  # the year 6429: dates end with 9999
}


class BadOptionError(ValueError):
    """An option is not a number or out of its range; the text is a sentence for the viewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamOptions:
    """The options of one stream; what was given in a manifest's URL carries over to its children.

    Attributes:
        loops: loops of a film (VOD).
        window_s: seconds of the live window.
        rate_kbps: kbit/s at which each segment's body is sent; None for as fast as it goes.
        loss_percent: share of the segments that are not found, always the same ones.
        now_ms: the moment to answer for, in test mode; None for the clock's.
        query: the options as they were given, to carry over: "" or "?...".
    """

    loops: int = 5
    window_s: int = 60
    rate_kbps: int | None = None
    loss_percent: int = 0
    now_ms: int | None = None
    query: str = ""


def stream_options(query: Mapping[str, str], *, test_mode: bool) -> StreamOptions:
    """The options in a query; unknown names are ignored, as a CDN's own tokens pass here too.

    Raises:
        BadOptionError: one of ours makes no sense.
    """
    known = {name: value for name, value in query.items() if name in _KNOWN}
    if not test_mode:
        known.pop("now_ms", None)
    numbers = {name: _number(name, value) for name, value in known.items()}
    fields = {_KNOWN[name][0]: number for name, number in numbers.items()}
    return StreamOptions(query="?" + urlencode(numbers) if numbers else "", **fields)


def _number(name: str, value: str) -> int:
    _, low, high = _KNOWN[name]
    # isdecimal alone would let through figures of other scripts, and lengths that int() refuses.
    if value.isascii() and value.isdecimal() and len(value) < 20 and low <= int(value) <= high:
        return int(value)
    raise BadOptionError(f"The option {name} is a whole number from {low} to {high}.")
