"""Pictures that lie around the viewer: how a flat frame covers the sphere."""

from dataclasses import dataclass
from enum import StrEnum


class Stereo(StrEnum):
    """Where the pictures of two eyes lie in one frame; the left eye's is first."""

    MONO = "mono"
    TOP_BOTTOM = "top-bottom"
    LEFT_RIGHT = "left-right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sphere:
    """An equirectangular frame: longitude runs across it, latitude down (ISO/IEC 23090-2 5.2.1).

    `top`, `bottom`, `left` and `right` are the shares of the whole sphere's frame that this one
    lacks at each edge, from 0 to below 1: a half sphere lacks a quarter at the left and right.
    """

    stereo: Stereo = Stereo.MONO
    top: float = 0.0
    bottom: float = 0.0
    left: float = 0.0
    right: float = 0.0


WHOLE_SPHERE = Sphere()
HALF_SPHERE = Sphere(left=0.25, right=0.25)
