"""What the line did: samples of transfers, the estimator's food."""

from dataclasses import dataclass

from player.units import ByteCount, Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """Bytes of a body that came without the server pausing.

    `lead` came all at once, by `start`: how long they had been on their way nobody saw. `size`
    came after them, by `end`.
    """

    start: Micros
    end: Micros
    size: ByteCount
    lead: ByteCount = ByteCount(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferSample:
    """A transfer, or a stretch of one, as seen on the monotonic clock.

    `started` is the request, `first_byte` the first body byte, `ended` the last one so far.
    `bursts` tell when the bytes came (none: evenly); between two of them the server had nothing
    to send. `held`: the server waited for what was asked for, and `started` is when it had it.
    `last` ends the transfer, whose body began at `body_began` and has `body_size` bytes
    in all (None: it is this one sample).
    """

    started: Micros
    first_byte: Micros
    ended: Micros
    size: ByteCount
    from_cache: bool = False
    bursts: tuple[Burst, ...] = ()
    last: bool = True
    held: bool = False
    body_began: Micros | None = None
    body_size: ByteCount | None = None
