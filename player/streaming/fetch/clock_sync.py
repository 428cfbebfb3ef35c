"""The server's time, where a manifest says how to ask for it (ISO/IEC 23009-1 5.8.4.11)."""

import logging
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

import anyio

from player.clock import Clock, SteadyClock
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

LOOK = micros(5)
"""How often it is looked whether this machine's clock was set."""

APART = micros(2)
"""What a clock that is only trimmed does not move by between two looks."""

ATTEMPTS = 6
"""How often the time is asked for after a sleep, which the network outlasts."""

PAUSE = micros(5)
"""Between these."""

HALF_SECOND = micros(0.5)

_SCHEME = "urn:mpeg:dash:utc:"
_NTP_EPOCH = 2_208_988_800
"""Seconds from 1900 to 1970 (RFC 5905 6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skew:
    """Server's UTC time minus ours: `middle`, and by how much it may be less (or more)."""

    middle: Micros
    doubt: Micros


class Timed(Protocol):
    """Whose clock is to be set: the presentation store."""

    clock: ServerClock
    ours: SteadyClock

    @property
    def presentation(self) -> Presentation:
        """The newest manifest."""
        ...


async def agree_on_time(timed: Timed, parts: EngineParts, source: Source) -> bool:
    """Ask the manifest's time sources; without any, hear an MPD's server's Date. Never raises.

    publishTime is a hint of last resort: it was not made in the future. Tells whether anybody
    answered.
    """
    with anyio.move_on_after(seconds(PATIENCE)):
        if await _ask_for_time(timed, parts, source):
            return True
    ours = Micros(timed.ours.utc() + timed.clock.skew)
    ahead = least_skew(timed.presentation, ours)
    if ahead > 0:
        timed.clock.published(Micros(ours + ahead), timed.ours.utc())
    return False


async def keep_time(timed: Timed, parts: EngineParts, source: Source) -> None:
    """Agree on the time again whenever this machine's clock was set, or slept. Never raises.

    Who counts on from what was agreed need not mind that a clock was set; but not every system
    tells how long it slept, and after it the network takes a while to be there.
    """
    known = timed.ours.apart()
    while True:
        await anyio.sleep(seconds(LOOK))
        apart = timed.ours.apart()
        if abs(apart - known) <= APART:
            continue
        LOG.info("the machine's clock moved by %.1f s", seconds(Micros(apart - known)))
        known = apart
        for _ in range(ATTEMPTS):
            if await agree_on_time(timed, parts, source):
                break
            await anyio.sleep(seconds(PAUSE))


async def _ask_for_time(timed: Timed, parts: EngineParts, source: Source) -> bool:
    presentation = timed.presentation
    skew = await clock_skew(presentation.utc_timing, timed.ours, parts, source)
    if skew is not None:
        timed.clock.tell(skew.middle, skew.doubt)
        return True
    if presentation.format is not ManifestFormat.DASH:
        return False
    return await _hear_date(timed, presentation.location or source.url, parts, source)


async def clock_skew(
    timings: tuple[UtcTiming, ...], ours: Clock, parts: EngineParts, source: Source
) -> Skew | None:
    """Server's UTC time minus ours, from the first source that answers; None where none does."""
    for timing in timings:
        method = timing.scheme.removeprefix(_SCHEME).partition(":")[0]
        before = ours.utc()
        server = await _ask(method, timing.value, parts, source)
        if server is not None:
            after = ours.utc()
            coarse = HALF_SECOND if method == "http-head" else 0
            middle = Micros(server - (before + after) // 2)
            return Skew(middle=middle, doubt=Micros((after - before) // 2 + coarse))
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
    return None if date is None else Micros(date + HALF_SECOND)  # whole seconds, rounded down


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


async def _hear_date(timed: Timed, url: str, parts: EngineParts, source: Source) -> bool:
    before = timed.ours.utc()
    answer = await _answer(url, parts, source, head_only=True)
    if answer is None or answer.head.date is None:
        return False
    after = timed.ours.utc()
    middle, half = Micros((before + after) // 2), Micros((after - before) // 2)
    timed.clock.date(answer.head.date, middle, half)
    return True


async def _answer(
    url: str, parts: EngineParts, source: Source, *, head_only: bool
) -> Answer | None:
    request = source.request(Resource(uri=url), RequestKind.TIME, head_only=head_only)
    try:
        return await read_answer(parts, request)
    except PlayerError as failed:
        LOG.warning("clock source failed code=%s", failed.failure.code)
        return None
