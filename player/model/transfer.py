"""What the line did: one sample a transfer, the estimator's food."""

from dataclasses import dataclass

from player.units import ByteCount, Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferSample:
    """A transfer, or a stretch of one, as seen on the monotonic clock.

    `started` is the request, `first_byte` the first body byte, `ended` the last one so far.
    """

    started: Micros
    first_byte: Micros
    ended: Micros
    size: ByteCount
    from_cache: bool = False
