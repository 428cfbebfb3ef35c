"""Makes the address of a past programme out of a live channel's: every mode and placeholder.

Pure. There is no specification; modes and placeholders are those that lists use and that
players of them agree on. Calendar fields are those of a zone, which the caller names: a panel
counts in its own, a list's reader in the viewer's. All other times are POSIX seconds.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from catalog.model import Catchup

_MINUTE = 60
_PLACEHOLDER = re.compile(r"\$?\{([A-Za-z]{1,20}(?:-id)?)(?::([A-Za-z0-9:._ -]{1,40}))?\}")
_NOW_NAMES = frozenset({"lutc", "now", "timestamp"})
_LENGTHS = frozenset({"duration", "offset"})
_CALENDAR = {"Y": "%Y", "m": "%m", "d": "%d", "H": "%H", "M": "%M", "S": "%S"}
_LIVE_FILE = re.compile(r"^(?P<base>.*?/)(?P<name>[^/?]*)(?P<query>\?.*)?$", re.DOTALL)
_XC_PATH = re.compile(
    r"^(?P<base>https?://[^/?#]+(?:/[^/?#]+)*?)/(?:live/)?"
    r"(?P<user>[^/?#]+)/(?P<password>[^/?#]+)/(?P<id>\d+)(?P<ending>\.[A-Za-z0-9]+)?"
    r"(?P<query>\?[^#]*)?$"
)


class NoCatchupError(Exception):
    """The past programme cannot be asked for; the text is a sentence, and holds no address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastProgramme:
    """What is asked for: [start, stop) in POSIX seconds; `catchup_id` as the guide has it."""

    start: int
    stop: int
    catchup_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchupAddress:
    """Where a past programme is; `granularity` is the step in seconds that its start can take.

    `ends` says that the server stops at the programme's end. `url` may hold credentials.
    """

    url: str
    granularity: int
    ends: bool

    def __repr__(self) -> str:
        """Without the address."""
        return f"CatchupAddress(granularity={self.granularity}, ends={self.ends})"


def catchup_address(
    url: str, catchup: Catchup | None, programme: PastProgramme, *, now: int, zone: tzinfo = UTC
) -> CatchupAddress:
    """Give the address of a past programme of the channel at `url`.

    `now` is POSIX seconds; `zone` is the one that calendar fields are written in.

    Raises:
        NoCatchupError: the channel has no past, the programme lies beyond it or has not begun,
            or the list says too little.
    """
    if catchup is None:
        raise NoCatchupError("This channel has no catch-up.")
    if programme.start >= now:
        raise NoCatchupError("This programme has not begun yet.")
    if catchup.seconds and programme.start < now - catchup.seconds:
        raise NoCatchupError("This programme is no longer kept by the channel.")
    template = _template(url, catchup, programme)
    placeholders = [match.groups() for match in _PLACEHOLDER.finditer(template)]
    return CatchupAddress(
        url=_fill(template, programme, now, zone),
        granularity=1 if any(_to_the_second(*one) for one in placeholders) else _MINUTE,
        ends=any(name in {"utcend", "end", "duration"} for name, _ in placeholders),
    )


def _to_the_second(name: str, form: str | None) -> bool:
    """Whether a placeholder tells the start to the second."""
    if name in {"utc", "start"}:
        return form is None or "S" in form
    return name == "S" or (name == "offset" and form in {None, "1"})


def live_address(url: str, *, now: int) -> str:
    """Give a live channel's address with its `{lutc}`, `{now}` and `{timestamp}` filled in."""

    def filled(match: re.Match[str]) -> str:
        name, form = match.groups()
        return _time(now, form, UTC) if name in _NOW_NAMES else match.group()

    return _PLACEHOLDER.sub(filled, url) if "{" in url else url


def _template(url: str, catchup: Catchup, programme: PastProgramme) -> str:
    mode, source = catchup.mode, catchup.source
    if mode in {"flussonic", "flussonic-hls", "flussonic-ts", "fs"}:
        return _flussonic(url, mode)
    if mode == "xc":
        return _xtream(url)
    if mode in {"shift", "timeshift"}:
        return source or _joined(url, "utc={utc}&lutc={lutc}")
    if mode == "vod":
        if not programme.catchup_id:
            raise NoCatchupError("The guide does not say where this programme is kept.")
        return source or "{catchup-id}"
    if mode == "append":
        return url + _needed(source)
    return source if _is_address(source) else url + _needed(source)


def _needed(source: str) -> str:
    if not source:
        raise NoCatchupError("The list does not say where this channel's past programmes are.")
    return source


def _is_address(source: str) -> bool:
    return "://" in source


def _joined(url: str, query: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{query}"


def _flussonic(url: str, mode: str) -> str:
    """Lead a Flussonic server's live address to its archive."""
    found = _LIVE_FILE.match(url)
    if found is None or not found["name"]:
        raise NoCatchupError("This channel's address is not one of a Flussonic server.")
    base, name, query = found["base"], found["name"], found["query"] or ""
    if name == "mpegts" or (mode == "flussonic-ts" and not name.endswith(".m3u8")):
        return f"{base}timeshift_abs-${{start}}.ts{query}"
    stem, dot, ending = name.rpartition(".")
    if not dot or ending != "m3u8":
        raise NoCatchupError("This channel's address is not one of a Flussonic server.")
    prefix = "" if stem in {"index", "video"} else f"{stem}-"
    return f"{base}{prefix}timeshift_rel-{{offset:1}}.m3u8{query}"


def _xtream(url: str) -> str:
    """Lead an Xtream panel's live address to its archive."""
    found = _XC_PATH.match(url)
    if found is None:
        raise NoCatchupError("This channel's address is not one of an Xtream panel.")
    ending = ".m3u8" if found["ending"] == ".m3u8" else ".ts"
    account = f"{found['user']}/{found['password']}"
    when = "{duration:60}/{Y}-{m}-{d}:{H}-{M}"
    return f"{found['base']}/timeshift/{account}/{when}/{found['id']}{ending}"


def xtream_query(url: str) -> str:
    """Give an Xtream panel's other archive address (`/streaming/timeshift.php`), as a template.

    Some panels know this form alone.

    Raises:
        NoCatchupError: `url` is no live address of such a panel.
    """
    found = _XC_PATH.match(url)
    if found is None:
        raise NoCatchupError("This channel's address is not one of an Xtream panel.")
    return (
        f"{found['base']}/streaming/timeshift.php?username={found['user']}"
        f"&password={found['password']}&stream={found['id']}"
        "&start={Y}-{m}-{d}:{H}-{M}&duration={duration:60}"
    )


def _fill(template: str, programme: PastProgramme, now: int, zone: tzinfo) -> str:
    def filled(match: re.Match[str]) -> str:
        value = _value(match.group(1), match.group(2), programme, now, zone)
        return match.group() if value is None else value

    return _PLACEHOLDER.sub(filled, template)


def _value(
    name: str, form: str | None, programme: PastProgramme, now: int, zone: tzinfo
) -> str | None:
    """Give what a placeholder stands for; None where it is none of ours and stays."""
    if name in _CALENDAR:
        return None if form else _calendar(programme.start, zone, _CALENDAR[name])
    if name in _LENGTHS:
        length = programme.stop - programme.start if name == "duration" else now - programme.start
        return _length(max(length, 0), form)
    if name == "catchup-id":
        return programme.catchup_id
    if name in _NOW_NAMES:
        return _time(now, form, zone)
    moments = {"utc": programme.start, "start": programme.start}
    moments |= {"utcend": programme.stop, "end": programme.stop}
    return _time(moments[name], form, zone) if name in moments else None


def _length(seconds: int, form: str | None) -> str | None:
    """Give a length in the unit that `form` names in seconds; rounded up, that nothing lacks."""
    if form is None:
        return str(seconds)
    if not form.isdecimal() or int(form) == 0:
        return None
    return str(-(-seconds // int(form)))


def _time(moment: int, form: str | None, zone: tzinfo) -> str:
    """Give a moment as POSIX seconds, or by calendar letters (`YmdHMS`)."""
    if form is None:
        return str(moment)
    return "".join(
        _calendar(moment, zone, _CALENDAR[letter]) if letter in _CALENDAR else letter
        for letter in form
    )


def _calendar(moment: int, zone: tzinfo, field: str) -> str:
    return datetime.fromtimestamp(moment, zone).strftime(field)
