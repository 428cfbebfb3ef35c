"""Units as types: whole microseconds, bits a second, bytes. Seconds exist only at the edges."""

from typing import NewType

Micros = NewType("Micros", int)
"""A time or duration in whole microseconds."""

BitsPerSecond = NewType("BitsPerSecond", int)
"""A rate in bits a second."""

ByteCount = NewType("ByteCount", int)
"""An amount of data in bytes."""

MICROS_PER_SECOND = 1_000_000


def micros(seconds: float) -> Micros:
    """Round seconds to whole microseconds."""
    return Micros(round(seconds * MICROS_PER_SECOND))


def seconds(time: Micros) -> float:
    """Give microseconds in seconds, for a face that speaks seconds."""
    return time / MICROS_PER_SECOND


def scaled(ticks: int, timescale: int) -> Micros:
    """Convert ticks of a media timescale (ticks a second) to microseconds, rounding down."""
    return Micros(ticks * MICROS_PER_SECOND // timescale)


def rate(size: ByteCount, duration: Micros) -> BitsPerSecond:
    """Give the rate at which `size` bytes pass in `duration` (at least one microsecond)."""
    return BitsPerSecond(size * 8 * MICROS_PER_SECOND // max(duration, 1))
