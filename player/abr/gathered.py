"""Gathered: transfers too small to tell anything, as one that does."""

from dataclasses import replace

from player.abr.busy_line import OPEN, is_tiny
from player.model.transfer import Burst, TransferSample
from player.units import ByteCount


class Gathered:
    """Puts parts that a server held until they were made (RFC 8216bis 6.2.6) together.

    One after the other they are a body that its server sends in bursts, as it is made; low rungs
    have parts so small that none of them says anything of the line by itself.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._parts: list[TransferSample] = []

    def take(self, sample: TransferSample) -> TransferSample | None:
        """The sample to learn from, be it of several parts; None: more of them are needed."""
        if not sample.held or not is_tiny(sample.size, sample.ended - sample.first_byte):
            return sample
        since = sample.ended - OPEN
        self._parts = [one for one in self._parts if one.first_byte >= since]
        self._parts.append(sample)
        size = sum(one.size for one in self._parts)
        if is_tiny(size, 0):
            return None
        parts, self._parts = sorted(self._parts, key=lambda one: one.first_byte), []
        return replace(
            sample,
            started=parts[0].started,
            first_byte=parts[0].first_byte,
            ended=max(one.ended for one in parts),
            size=ByteCount(size),
            bursts=tuple(burst for one in parts for burst in _bursts(one)),
            body_began=parts[0].first_byte,
            body_size=ByteCount(size),
        )


def _bursts(part: TransferSample) -> tuple[Burst, ...]:
    return part.bursts or (Burst(start=part.first_byte, end=part.ended, size=part.size),)
