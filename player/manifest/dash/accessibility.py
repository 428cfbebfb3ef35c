"""Role and Accessibility: what a set is for, and the captions inside its pictures."""

from collections.abc import Iterator

from player.manifest.dash.nodes import Node
from player.model.presentation import Track, TrackKind

_ROLES = "urn:mpeg:dash:role:2011"
_PURPOSES = "urn:tva:metadata:cs:audiopurposecs:2007"
_PURPOSE_ROLES = {
    "1": "description",
    "2": "enhanced-audio-intelligibility",
    "3": "commentary",
    "4": "commentary",
}
"""DVB (ETSI TS 103 285 6.1.2, 7.1.2): for the blind, the hard of hearing, comments."""
_LINE_21 = "urn:scte:dash:cc:cea-608:2015"
_DTVCC = "urn:scte:dash:cc:cea-708:2015"
_FIELDS = ("CC1", "CC3", "CC2", "CC4")
"""Services that languages alone stand for, in turn: the first of each field comes first."""
MOST_SERVICES = 64


def roles_of(node: Node, kind: TrackKind) -> tuple[str, ...]:
    """The values of Role, and what Accessibility says in the same or in DVB's words (5.8.4.2)."""
    told = [one.text("value") for one in node.few("Role")]
    for one in node.few("Accessibility"):
        scheme, value = one.text("schemeIdUri").lower(), one.text("value")
        if scheme == _ROLES:
            told.append(value)
        elif scheme == _PURPOSES:
            hard = kind is TrackKind.TEXT and value == "2"
            told.append("caption" if hard else _PURPOSE_ROLES.get(value, ""))
    return tuple(dict.fromkeys(value for value in told if value))


def captions_of(node: Node, track: Track) -> Iterator[Track]:
    """CEA-608 and CEA-708 services inside the pictures (SCTE 214-1 7.1.1)."""
    for descriptor in node.few("Accessibility"):
        scheme = descriptor.text("schemeIdUri").lower()
        if scheme not in (_LINE_21, _DTVCC):
            continue
        told = [one.strip() for one in descriptor.text("value").split(";") if one.strip()]
        for place, service in enumerate((told or [""])[:MOST_SERVICES]):
            head, equals, said = service.partition("=")
            name = _service(head.strip(), place, digital=scheme == _DTVCC)
            yield Track(
                id=f"{track.id}-{name}",
                kind=TrackKind.TEXT,
                language=_language(said if equals else head),
                name=name,
                roles=("caption",),
                in_video=True,
            )


def _service(told: str, place: int, *, digital: bool) -> str:
    """The service's own name; where only a language is told, the next in turn.

    "CC1", "1"; of CEA-708 "1", "SERVICE1".
    """
    known = told.upper()
    if known.startswith(("CC", "SERVICE")) and known[-1:].isdigit():
        return known
    if told.isascii() and told.isdigit():
        return f"{'SERVICE' if digital else 'CC'}{int(told[:4])}"
    return f"SERVICE{place + 1}" if digital else _FIELDS[place % len(_FIELDS)]


def _language(told: str) -> str:
    """`eng`, or `lang:eng,war:1`; a service's own name is no language."""
    first = told.partition(",")[0].strip().removeprefix("lang:")
    return first if first.replace("-", "").isalpha() else ""
