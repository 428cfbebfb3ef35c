"""What an MPD itself tells about the server's clock, where nothing else does."""

from player.model.presentation import Presentation
from player.units import Micros


def least_skew(presentation: Presentation, now: Micros) -> Micros:
    """By how much the server's UTC time is ahead of ours at least; 0 where nothing tells.

    `now` is our UTC time at which the manifest had come: it cannot have been published later
    (@publishTime, ISO/IEC 23009-1 5.3.1.2). A clock of ours that is ahead is not seen by this:
    only an answer's Date header tells then. Pure.
    """
    published = presentation.published
    return Micros(max(published - now, 0)) if published is not None else Micros(0)
