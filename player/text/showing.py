"""From a screen that changes to cues: for formats that tell no durations (608, 708, teletext)."""

from dataclasses import dataclass

from player.model.cue import Cue, CueBox, CueSpan
from player.units import Micros

PIECE = Micros(500_000)
"""A text that stays is told in pieces of about this length, so that nobody waits for its end."""
SETTLED = Micros(200_000)
"""Text that is being typed changes the screen at most this often."""
LONGEST = Micros(16_000_000)
"""What nobody renews is taken off the screen (CTA-608: the decoder clears after 16 s)."""


BOTTOM = CueBox()


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Lines that stand together somewhere on the screen."""

    lines: tuple[tuple[CueSpan, ...], ...]
    box: CueBox = BOTTOM


class Showing:
    """Follows one screen; times never go backward but by `reset`."""

    def __init__(self, longest: Micros = LONGEST) -> None:
        """Begin with a clear screen; `longest` is how long text stays that nobody renews."""
        self._blocks: tuple[Block, ...] = ()
        self._since: Micros | None = None
        self._renewed = Micros(0)
        self._longest = longest

    def take(
        self, at: Micros, blocks: tuple[Block, ...], *, typed: bool = False
    ) -> tuple[Cue, ...]:
        """The screen holds `blocks` from `at` on; gives what has ended, or lasted, until then.

        `typed`: more is on its way, so that a change may wait a moment.
        """
        if self._since is None:
            self._since = at
        lasted = at - self._since
        if lasted < 0:
            return ()
        changed = blocks != self._blocks
        if changed and typed and self._blocks and lasted < SETTLED:
            return ()
        if not changed and not self._blocks:
            self._since = at
            return ()
        if not changed and lasted < PIECE:
            return ()
        return self._cut(at, blocks, changed=changed)

    def renew(self, at: Micros) -> None:
        """Data for this screen came at `at`, whether or not they changed it."""
        self._renewed = max(self._renewed, at)

    def expired(self, at: Micros) -> bool:
        """Whether the text on the screen is older than text may become."""
        return bool(self._blocks) and at - self._renewed > self._longest

    def reset(self, at: Micros) -> tuple[Cue, ...]:
        """Forget the screen: time jumped, or all is over; gives what was there until `at`."""
        ended = self._cues(at) if self._since is not None and at > self._since else ()
        self._blocks, self._since, self._renewed = (), None, Micros(0)
        return ended

    def _cut(self, at: Micros, blocks: tuple[Block, ...], *, changed: bool) -> tuple[Cue, ...]:
        cues = self._cues(at)
        self._blocks, self._since = blocks, at
        if changed:
            self._renewed = max(self._renewed, at)
        return cues

    def _cues(self, at: Micros) -> tuple[Cue, ...]:
        if self._since is None or at <= self._since:
            return ()
        return tuple(
            Cue(start=self._since, end=at, lines=block.lines, box=block.box)
            for block in self._blocks
        )
