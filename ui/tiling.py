"""Where the pictures of multi-view stand, and which lies beside which. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

MOST = 4


@dataclass(frozen=True, slots=True)
class Place:
    """A picture's place, in parts of the scene; each has the scene's own shape."""

    x: float
    y: float
    size: float

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle."""
        return self.x + self.size / 2, self.y + self.size / 2


def places(count: int, *, even: bool = False) -> tuple[Place, ...]:
    """Give the places of so many pictures (1 to 4), the large one first.

    Two stand side by side; of three and four one is large and the others stand in a column as
    high as it is. `even`: four of one size.
    """
    if count < 2:
        return (Place(0, 0, 1),)[:count]
    if count == 2:
        return Place(0, 0.25, 0.5), Place(0.5, 0.25, 0.5)
    if even and count == MOST:
        return tuple(Place(x, y, 0.5) for y in (0, 0.5) for x in (0, 0.5))
    beside = count - 1
    small = 1 / (beside + 1)
    top = small / 2
    column = (Place(1 - small, top + place * small, small) for place in range(beside))
    return Place(0, top, 1 - small), *column


def beside(standing: Sequence[Place], index: int, across: int, down: int) -> int:
    """Give the place that an arrow leads to from `index`; itself where there is none.

    What lies straight in that direction goes before what lies aslant.
    """
    x, y = standing[index].centre

    def way(place: Place) -> tuple[float, float]:
        dx, dy = place.centre[0] - x, place.centre[1] - y
        return dx * across + dy * down, abs(dx * down) + abs(dy * across)

    ahead = [
        (2 * aside + on, number)
        for number, (on, aside) in enumerate(map(way, standing))
        if number != index and on > 0.01
    ]
    return min(ahead)[1] if ahead else index
