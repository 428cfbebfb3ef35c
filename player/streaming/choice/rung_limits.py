"""RungLimits: what the viewer, his screen and his line allow; pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from player.abr.suitability import Output
from player.model.presentation import Representation
from player.units import BitsPerSecond

DATA_SAVER = BitsPerSecond(1_500_000)
"""What a rung may take while data are saved: some 0.7 GB an hour, a good 480 lines."""


SOFTWARE_LINES = 2160
"""What processors decode in time at the most; 8K pictures have four times the pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewport:
    """The picture's place on the screen in real pixels; without any, nothing of it is shown."""

    width: int
    height: int

    @property
    def hidden(self) -> bool:
        """Whether nobody sees it."""
        return not (self.width > 0 and self.height > 0)

    def lines(self, rungs: Iterable[Representation]) -> int | None:
        """How many lines the picture has there, kept in its own shape; None: hidden."""
        if self.hidden:
            return None
        shapes = [one.height / one.width for one in rungs if one.width and one.height]
        return min(self.height, round(self.width * shapes[-1])) if shapes else self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class RungLimits:
    """What is allowed; `viewport` None: nobody knows where the pictures go.

    `hardware`: a hardware decoder is at work.
    """

    max_height: int | None = None
    max_bandwidth: BitsPerSecond | None = None
    saving: bool = False
    viewport: Viewport | None = None
    hardware: bool = False
    output: Output = field(default_factory=Output)

    @property
    def decoder_height(self) -> int | None:
        """How many lines the decoder is known to bear; None: all."""
        return None if self.hardware else SOFTWARE_LINES

    @property
    def most(self) -> BitsPerSecond | None:
        """The rate that no rung may exceed."""
        caps = [one for one in (self.max_bandwidth, DATA_SAVER if self.saving else None) if one]
        return min(caps, default=None)
