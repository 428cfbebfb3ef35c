"""What every reader of an elementary stream's units begins with."""

from player.model.sample import StreamHead
from player.units import Micros


class UnitStream:
    """The facts that stand beside a unit; see `player.media.elementary.ElementaryStream`.

    Here those of a stream whose units say nothing of themselves.
    """

    def __init__(self, head: StreamHead | None) -> None:
        """Begin with `head`, None where units are to tell it."""
        self.head = head
        self.frame_duration = Micros(0)
        self.key = False
        self.captions = b""
