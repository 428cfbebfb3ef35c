"""ChannelBook: from a scheduled channel to what its source is asked, when the time comes."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from app.paths import Paths
from catalog.model import Channel
from catalog.store.reader import GuideDamagedError, GuideReader
from player.api import PlayRequest
from player.recording.schedule import ScheduleEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReach:
    """How servers are reached, and how many answers of one source may be under way at once."""

    proxy: str = field(default="", repr=False)
    certificate: str = ""
    max_connections: int | None = None


class ChannelBook:
    """Reads the guides that the window has left in the cache. Worker threads; any number."""

    def __init__(self, paths: Paths, reach: SourceReach) -> None:
        """Look channels up below `paths`."""
        self._paths, self._reach = paths, reach

    def request(self, entry: ScheduleEntry) -> PlayRequest | None:
        """What to ask for an entry's channel; None where its list is not known (any more)."""
        if entry.address:
            return self.asking(entry.address, entry.tag, {})
        for channel in self.channels(entry.source):
            if channel.id == entry.channel:
                return self.asking(channel.url, channel.id, channel.headers)
        return None

    def channels(self, source: str) -> Sequence[Channel]:
        """All channels of a source; none where it was never read in."""
        with closing(GuideReader(self._paths.guide_db(source))) as reader:
            try:
                return reader.channels()
            except GuideDamagedError:
                return ()

    def asking(self, url: str, tag: str, headers: Mapping[str, str]) -> PlayRequest:
        """A request as this program's servers are reached."""
        return PlayRequest(
            url=url,
            tag=tag,
            headers=headers,
            proxy=self._reach.proxy,
            accepted_certificate=self._reach.certificate,
            max_connections=self._reach.max_connections,
        )


def find_channel(channels: Sequence[Channel], wanted: str) -> Channel | None:
    """The channel of this number, name or id, in this order."""
    for same in (
        lambda one: one.number == wanted,
        lambda one: one.name.casefold() == wanted.casefold(),
        lambda one: one.id == wanted,
    ):
        found = next(filter(same, channels), None)
        if found is not None:
            return found
    return None
