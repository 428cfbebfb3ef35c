"""What the variants tell of rendition groups: gathered once, looked up for each rendition."""

from collections.abc import Iterable

from player.manifest.codecs import codec_list, kind_of, kinds_of
from player.manifest.hls.multivariant import Rendition, Variant
from player.model.presentation import TrackKind

TYPES = {
    "AUDIO": TrackKind.AUDIO,
    "SUBTITLES": TrackKind.TEXT,
    "CLOSED-CAPTIONS": TrackKind.TEXT,
}
"""TYPE (RFC 8216bis 4.4.6.1) as the kind of a track."""


class RenditionUsers:
    """Who uses which group, and what those variants say of it."""

    def __init__(self, variants: Iterable[Variant]) -> None:
        """Gather groups, addresses and variants of sound alone."""
        self.uris: set[str] = set()
        self._sounds: dict[str, list[Variant]] = {}
        self._texts: dict[str, list[Variant]] = {}
        self._alone: dict[str, int] = {}
        self._alone_in: dict[str, int] = {}
        self._codecs: dict[tuple[str, str], str] = {}
        for one in variants:
            self.uris.add(one.uri)
            self._sounds.setdefault(one.audio, []).append(one)
            self._texts.setdefault(one.subtitles, []).append(one)
            if one.size is None and kinds_of(one.codecs) == {TrackKind.AUDIO}:
                _lower(self._alone, one.uri, one.bandwidth)
                _lower(self._alone_in, one.audio, one.bandwidth)
        self._lowest = {id(users): _lowest(users) for users in self._lists()}

    def pathway(self, one: Rendition) -> str:
        """The pathway of the group's first user, "" where there is none."""
        users = self._users(one)
        return users[0].pathway if users else ""

    def lowest(self, one: Rendition) -> int:
        """The bandwidth of the lowest variant that uses the group, 0 for none."""
        return self._lowest.get(id(self._users(one)), 0)

    def codecs(self, one: Rendition) -> str:
        """What all variants with the group have in common, else all that any has."""
        if one.type not in ("AUDIO", "SUBTITLES"):
            return ""
        group = (one.type, one.group)
        if group not in self._codecs:
            self._codecs[group] = _in_common(self._users(one), TYPES[one.type])
        return self._codecs[group]

    def bandwidth(self, one: Rendition) -> int:
        """That of an audio-only variant with the same list or group; 0 where nobody tells."""
        if one.uri in self._alone:
            return self._alone[one.uri]
        grouped = one.type == "AUDIO" and one.group
        return self._alone_in.get(one.group, 0) if grouped else 0

    def _users(self, one: Rendition) -> list[Variant]:
        groups = self._sounds if one.type == "AUDIO" else self._texts
        return groups.get(one.group, _NOBODY)

    def _lists(self) -> Iterable[list[Variant]]:
        return (*self._sounds.values(), *self._texts.values())


_NOBODY: list[Variant] = []


def _lower(known: dict[str, int], name: str, bandwidth: int) -> None:
    known[name] = min(known.get(name, bandwidth), bandwidth)


def _lowest(users: Iterable[Variant]) -> int:
    return min((one.bandwidth for one in users), default=0)


def _in_common(users: Iterable[Variant], kind: TrackKind) -> str:
    told = [{name for name in codec_list(one.codecs) if kind_of(name) is kind} for one in users]
    told = [names for names in told if names]
    common = set.intersection(*told) if told else set()
    return ",".join(sorted(common or set().union(*told)))
