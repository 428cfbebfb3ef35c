"""The server's time, where a manifest says how to ask for it (ISO/IEC 23009-1 5.8.4.11)."""

import logging
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from player.errors import PlayerError
from player.model.presentation import UtcTiming
from player.model.resource import Resource
from player.ports import RequestKind
from player.streaming.parts import EngineParts, Source, read_all
from player.units import MICROS_PER_SECOND, Micros

LOG = logging.getLogger("farol.engine")

_SCHEME = "urn:mpeg:dash:utc:"
_FETCHED = ("http-iso", "http-xsdate")


async def clock_skew(timings: tuple[UtcTiming, ...], parts: EngineParts, source: Source) -> Micros:
    """Server's UTC time minus ours, from the first source that answers; 0 where none does."""
    for timing in timings:
        method = timing.scheme.removeprefix(_SCHEME).partition(":")[0]
        before = parts.clock.utc()
        text = timing.value if method == "direct" else ""
        if method in _FETCHED:
            text = await _ask(timing.value, parts, source)
        server = server_time(text)
        if server is not None:
            return Micros(server - (before + parts.clock.utc()) // 2)
    return Micros(0)


def server_time(text: str) -> Micros | None:
    """UTC time of an ISO 8601 or RFC 9110 date, None where it is neither."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            when = read(text.strip())
        except (ValueError, TypeError):
            continue
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return Micros(round(when.timestamp() * MICROS_PER_SECOND))
    return None


async def _ask(value: str, parts: EngineParts, source: Source) -> str:
    """The first of a space-separated list of URLs that answers."""
    for url in value.split():
        try:
            request = source.request(Resource(uri=url), RequestKind.TIME)
            _, body = await read_all(parts, request)
        except PlayerError as failed:
            LOG.warning("clock source failed code=%s", failed.failure.code)
            continue
        return body[:64].decode("ascii", "replace")
    return ""
