"""Looking around in pictures that lie around the viewer: where to, and what of the frame. Pure."""

import math
from dataclasses import dataclass, replace

from player.model.sphere import Sphere, Stereo

WIDEST, NARROWEST = 110.0, 30.0
"""Degrees of the picture's height that may be seen: more bends it, less shows its pixels."""

USUAL = 70.0
_POLE = 90.0
_TURN = 360.0

Rows = tuple[float, float, float, float, float, float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Where the viewer looks, in degrees: `yaw` right, `pitch` up, `fov` from top to bottom."""

    yaw: float = 0.0
    pitch: float = 0.0
    fov: float = USUAL

    def turned(self, right: float, up: float) -> "Look":
        """Look so many degrees further; one does not look further up than straight up."""
        yaw = (self.yaw + right + _TURN / 2) % _TURN - _TURN / 2
        return replace(self, yaw=yaw, pitch=min(max(self.pitch + up, -_POLE), _POLE))

    def zoomed(self, factor: float) -> "Look":
        """See so many times as much."""
        return replace(self, fov=min(max(self.fov * factor, NARROWEST), WIDEST))

    def rotation(self) -> Rows:
        """The rotation from the viewer's directions (x right, y up, z back) to the sphere's.

        By rows: first about the horizontal axis by `pitch`, then about the upright one by `yaw`.
        """
        yaw, pitch = math.radians(-self.yaw), math.radians(self.pitch)
        cy, sy, cp, sp = math.cos(yaw), math.sin(yaw), math.cos(pitch), math.sin(pitch)
        return (cy, sy * sp, sy * cp, 0.0, cp, -sp, -sy, cy * sp, cy * cp)

    def reach(self, aspect: float) -> tuple[float, float]:
        """Tangents of half the angles seen, across and down, in a window of that aspect."""
        down = math.tan(math.radians(self.fov) / 2)
        return down * aspect, down


def cut(sphere: Sphere) -> tuple[float, float, float, float]:
    """Left, top, width and height of the eye's picture in the frame, as shares of it."""
    match sphere.stereo:
        case Stereo.TOP_BOTTOM:
            return 0.0, 0.0, 1.0, 0.5
        case Stereo.LEFT_RIGHT:
            return 0.0, 0.0, 0.5, 1.0
        case _:
            return 0.0, 0.0, 1.0, 1.0


def lines_wanted(sphere: Sphere, fov: float, height: int) -> int:
    """How many lines the whole frame needs for each line of the screen to have its own."""
    covered = 180.0 * (1.0 - sphere.top - sphere.bottom)
    eyes = 2 if sphere.stereo is Stereo.TOP_BOTTOM else 1
    return round(height * covered / fov) * eyes
