"""The eight movements of the cards by name, each periodic in the loop."""

from collections.abc import Callable
from typing import Protocol

from headend.asset.canvas import Planes, Sketch
from headend.asset.figures import Bubbles, Globe, Leader, Orbits
from headend.asset.lineup import Motif
from headend.asset.model import Colours
from headend.asset.seascapes import Beam, Rings, Tide, Trails


class Movement(Protocol):
    """One motif: its still part is sketched once, its moving part painted on each frame."""

    def sketch(self, sketch: Sketch) -> None:
        """Draws what stands still."""

    def paint(self, planes: Planes, frame: int) -> None:
        """Draws frame 0..599 of what moves."""


_MOVEMENTS: dict[Motif, Callable[[Colours], Movement]] = {
    "beam": Beam,
    "rings": Rings,
    "tide": Tide,
    "trails": Trails,
    "globe": Globe,
    "orbits": Orbits,
    "leader": Leader,
    "bubbles": Bubbles,
}


def movement(motif: Motif, colours: Colours) -> Movement:
    """The movement of a motif in a channel's colours."""
    return _MOVEMENTS[motif](colours)
