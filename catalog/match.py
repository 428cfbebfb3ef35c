"""Finds the guide's channel for a list's channel."""

from collections.abc import Iterable, Mapping

from catalog.identity import folded
from catalog.model import Channel
from catalog.xmltv import GuideChannel


class GuideMatcher:
    """Matches in the order that other players taught lists to expect.

    The viewer's own mapping (channel id to guide id), the id exactly, the id without case, a
    display name equal to tvg-name (also with `_` for spaces), a display name equal to the
    channel's name without case and accents. Of several guide channels the first one wins.
    """

    def __init__(
        self, guide: Iterable[GuideChannel], mapping: Mapping[str, str] | None = None
    ) -> None:
        self._mapping = mapping or {}
        self._ids: set[str] = set()
        self._folded_ids: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._folded_names: dict[str, str] = {}
        for channel in guide:
            self._add(channel)

    def _add(self, channel: GuideChannel) -> None:
        self._ids.add(channel.id)
        self._folded_ids.setdefault(channel.id.casefold(), channel.id)
        for name in channel.names:
            self._names.setdefault(name, channel.id)
            self._names.setdefault(name.replace(" ", "_"), channel.id)
            self._folded_names.setdefault(folded(name), channel.id)

    def match(self, channel: Channel) -> str | None:
        """Give the guide's id for a channel; None if the guide does not know it."""
        mapped = self._mapping.get(channel.id)
        if mapped in self._ids:
            return mapped
        if channel.guide_id:
            if channel.guide_id in self._ids:
                return channel.guide_id
            if (found := self._folded_ids.get(channel.guide_id.casefold())) is not None:
                return found
        if channel.guide_name and (found := self._names.get(channel.guide_name)) is not None:
            return found
        return self._folded_names.get(folded(channel.name))
