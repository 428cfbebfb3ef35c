"""Splice messages of a transport stream's own PID (ANSI/SCTE 35 clause 8), as events."""

import logging
from collections.abc import Callable
from zlib import crc32

from player.errors import PlayerError
from player.formats.splice_info import INSERT, TIME_SIGNAL, read_splice_info
from player.model.event import TimedEvent
from player.ports import MediaEvent
from player.units import Micros

LOG = logging.getLogger("farol.engine")

SCTE35_BINARY = "urn:scte:scte35:2013:bin"
"""The name that DASH gives the same bytes (ANSI/SCTE 214-3)."""


def splice_event(
    section: bytes, newest: Micros, place: Callable[[int], Micros]
) -> MediaEvent | None:
    """Make an event of a section that says something of a break; None of one that does not.

    `place` leads from a 33-bit time stamp to the container's timeline; `newest` is the moment for
    one that names none. The same section again is the same event: they are sent several times.
    """
    try:
        told = read_splice_info(section)
    except PlayerError as bad:
        LOG.info("splice message passed over: %s", bad.failure.cause)
        return None
    if told.command not in (INSERT, TIME_SIGNAL):
        return None
    event = TimedEvent(
        scheme=SCTE35_BINARY,
        id=f"{crc32(section):08x}",
        start=newest if told.pts is None else place(told.pts),
        data=section,
    )
    return MediaEvent(event=event)
