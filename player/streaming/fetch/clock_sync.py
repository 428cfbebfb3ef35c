"""The server's time, where a manifest says how to ask for it (ISO/IEC 23009-1 5.8.4.11)."""

import logging
import struct
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

import anyio

from player.errors import PlayerError
from player.manifest.face import least_skew
from player.model.presentation import ManifestFormat, Presentation, UtcTiming
from player.model.resource import Resource
from player.ports import RequestKind
from player.streaming.fetch.parts import Answer, EngineParts, Source, read_answer
from player.streaming.fetch.server_clock import ServerClock
from player.units import MICROS_PER_SECOND, Micros, micros, seconds

LOG = logging.getLogger("farol.engine")

PATIENCE = micros(2)
"""The longest that asking for the time may hold the start up, all sources together."""

_SCHEME = "urn:mpeg:dash:utc:"
_NTP_EPOCH = 2_208_988_800
"""Seconds from 1900 to 1970 (RFC 5905 6)."""


class Timed(Protocol):
    """Whose clock is to be set: the presentation store."""

    clock: ServerClock

    @property
    def presentation(self) -> Presentation:
        """The newest manifest."""
        ...


async def agree_on_time(timed: Timed, parts: EngineParts, source: Source) -> None:
    """Ask the manifest's time sources; without any, hear an MPD's server's Date. Never raises.

    publishTime is a hint of last resort: it was not made in the future.
    """
    presentation = timed.presentation
    with anyio.move_on_after(seconds(PATIENCE)):
        skew = await clock_skew(presentation.utc_timing, parts, source)
        if skew is not None:
            timed.clock.tell(skew)
            return
        if presentation.format is ManifestFormat.DASH:
            await _hear_date(timed.clock, presentation.location or source.url, parts, source)
    ours = Micros(parts.clock.utc() + timed.clock.skew)
    ahead = least_skew(presentation, ours)
    if ahead > 0:
        timed.clock.published(Micros(ours + ahead), parts.clock.utc())


async def clock_skew(
    timings: tuple[UtcTiming, ...], parts: EngineParts, source: Source
) -> Micros | None:
    """Server's UTC time minus ours, from the first source that answers; None where none does."""
    for timing in timings:
        method = timing.scheme.removeprefix(_SCHEME).partition(":")[0]
        before = parts.clock.utc()
        server = await _ask(method, timing.value, parts, source)
        if server is not None:
            return Micros(server - (before + parts.clock.utc()) // 2)
    return None


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


def ntp_time(body: bytes) -> Micros | None:
    """UTC time of an NTP timestamp of 64 bits (http-ntp; RFC 5905 6), None where it is none."""
    if len(body) != 8:
        return None
    whole, fraction = struct.unpack(">II", body)
    if whole < _NTP_EPOCH:
        whole += 1 << 32  # the second era begins in 2036
    return Micros((whole - _NTP_EPOCH) * MICROS_PER_SECOND + (fraction * MICROS_PER_SECOND >> 32))


def _of_text(answer: Answer) -> Micros | None:
    return server_time(answer.body[:64].decode("ascii", "replace"))


def _of_head(answer: Answer) -> Micros | None:
    date = answer.head.date
    return None if date is None else Micros(date + micros(0.5))  # whole seconds, rounded down


def _of_ntp(answer: Answer) -> Micros | None:
    return ntp_time(answer.body)


_READERS: dict[str, Callable[[Answer], Micros | None]] = {
    "http-iso": _of_text,
    "http-xsdate": _of_text,
    "http-head": _of_head,
    "http-ntp": _of_ntp,
}


async def _ask(method: str, value: str, parts: EngineParts, source: Source) -> Micros | None:
    """The time by the first of a space-separated list of URLs that answers."""
    if method == "direct":
        return server_time(value)
    read = _READERS.get(method)
    if read is None:
        LOG.info("clock source of an unknown kind: %s", method[:40])
        return None
    for url in value.split():
        answer = await _answer(url, parts, source, head_only=method == "http-head")
        found = read(answer) if answer else None
        if found is not None:
            return found
    return None


async def _hear_date(clock: ServerClock, url: str, parts: EngineParts, source: Source) -> None:
    before = parts.clock.utc()
    answer = await _answer(url, parts, source, head_only=True)
    if answer is not None and answer.head.date is not None:
        clock.date(answer.head.date, Micros((before + parts.clock.utc()) // 2))


async def _answer(
    url: str, parts: EngineParts, source: Source, *, head_only: bool
) -> Answer | None:
    request = source.request(Resource(uri=url), RequestKind.TIME, head_only=head_only)
    try:
        return await read_answer(parts, request)
    except PlayerError as failed:
        LOG.warning("clock source failed code=%s", failed.failure.code)
        return None
