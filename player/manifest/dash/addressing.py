"""How a representation's segments are found (ISO/IEC 23009-1 5.3.9)."""

from player.manifest.addresses import ForeignSchemeError
from player.manifest.dash.levels import Addressed, Chain, Subject
from player.manifest.dash.lists import by_list
from player.manifest.dash.single import by_index
from player.manifest.dash.templates import by_template

_READERS = {"SegmentTemplate": by_template, "SegmentList": by_list, "SegmentBase": by_index}


def find_segments(subject: Subject) -> Addressed | None:
    """Read the segment information; None (and a note) where it is unusable."""
    told = (kind for level in subject.levels for kind in _READERS if level.child(kind))
    kind = next(told, "SegmentBase")
    try:
        return _READERS[kind](Chain(subject, kind))
    except ForeignSchemeError as refused:
        subject.warn(f"a representation was left out: {refused}")
        return None
