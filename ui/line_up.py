"""The channels in the viewer's order: neighbours, typed numbers, groups. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.model import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class LineUp:
    """All channels; an index counts from 0 in the viewer's order."""

    channels: tuple[Channel, ...] = ()

    def index_of(self, identity: str) -> int | None:
        """Find a channel by its id."""
        matches = (i for i, channel in enumerate(self.channels) if channel.id == identity)
        return next(matches, None)

    def neighbour(self, index: int, step: int) -> int:
        """Give the index `step` places on, round the end."""
        return (index + step) % len(self.channels)

    def matching(self, typed: str) -> int | None:
        """Find the channel whose number was typed: exactly, else the first that begins so."""
        exact = self.exact(typed)
        if exact is not None:
            return exact
        beginning = (i for i, c in enumerate(self.channels) if c.number.startswith(typed))
        return next(beginning, None)

    def exact(self, typed: str) -> int | None:
        """Find the channel with exactly this number."""
        return next((i for i, c in enumerate(self.channels) if c.number == typed), None)

    def wanted(self, name: str) -> int:
        """Find where to start: by id, by number, else the first."""
        by_id = self.index_of(name)
        return by_id if by_id is not None else self.exact(name) or 0


def groups(channels: Sequence[Channel]) -> tuple[str, ...]:
    """Give the groups in the order of their first channel."""
    return tuple(dict.fromkeys(group for channel in channels for group in channel.groups))


def within(channels: Sequence[Channel], group: str) -> tuple[Channel, ...]:
    """Give the channels of a group; "" is all of them."""
    return tuple(c for c in channels if not group or group in c.groups)
