"""Essential and supplemental properties (ISO/IEC 23009-1 5.8.4.8, 5.8.4.9)."""

from collections.abc import Iterator, Sequence

from player.manifest.dash.nodes import Node
from player.model.presentation import TileGrid
from player.model.sphere import WHOLE_SPHERE, Sphere

TRICK_MODE = "http://dashif.org/guidelines/trickmode"
SWITCHING = "urn:mpeg:dash:adaptation-set-switching:2016"
_TILES = ("http://dashif.org/guidelines/thumbnail_tile", "http://dashif.org/thumbnail_tile")
_CICP = "urn:mpeg:mpegb:cicp:"
_TRANSFER = f"{_CICP}transfercharacteristics"
_KNOWN = frozenset({TRICK_MODE, SWITCHING, *_TILES, "urn:dvb:dash:fontdownload:2014"})
_WHOLE_PICTURE = "urn:mpeg:dash:srd:2014"
_PROJECTION = "urn:mpeg:mpegi:omaf:2017:pf"
_EQUIRECTANGULAR = "0"
_RANGES = {"16": "PQ", "18": "HLG"} | dict.fromkeys(("1", "6", "14", "15"), "SDR")
_WIDEST = ("HLG", "PQ", "SDR")
"""Of several: SDR with HLG beside it is HLG that older sets can show (ETSI TS 103 285 5.2.6)."""
_LARGEST_GRID = 100


def scheme_of_property(node: Node) -> str:
    """The descriptor's scheme, in lower case: real MPDs vary it."""
    return node.text("schemeIdUri").lower()


def understood(node: Node) -> bool:
    """Whether all essential properties are; of those with one @id, one is enough.

    Notes the first that is not.
    """
    alternatives: dict[str, bool] = {}
    for place, one in enumerate(node.children("EssentialProperty")):
        ident = one.text("id") or f"#{place}"
        alternatives[ident] = alternatives.get(ident, False) or _is_known(one)
    if all(alternatives.values()):
        return True
    foreign = next(one for one in node.children("EssentialProperty") if not _is_known(one))
    node.warn(f"needs {foreign.text('schemeIdUri')[:80]!r}, which is not known; left out")
    return False


def _is_known(node: Node) -> bool:
    scheme = scheme_of_property(node)
    if scheme == _WHOLE_PICTURE:
        return _is_whole_picture(node.text("value"))
    if scheme == _PROJECTION:
        return _is_equirectangular(node)
    return scheme in _KNOWN or scheme.startswith(_CICP)


def _is_whole_picture(value: str) -> bool:
    """source_id, x, y, width, height, total width, total height (Annex H)."""
    parts = [one.strip() for one in value.split(",")]
    return len(parts) < 7 or (parts[1:3] == ["0", "0"] and parts[3:5] == parts[5:7])


def is_trick_mode(node: Node) -> bool:
    """Whether a set holds key frames for winding (DASH-IF IOP 3.2.9)."""
    return any(scheme_of_property(one) == TRICK_MODE for one in _properties((node,)))


def switches_to(node: Node) -> tuple[str, ...]:
    """Ids of the sets that this one may be switched with (5.3.3.5)."""
    told = (
        one.text("value") for one in _properties((node,)) if scheme_of_property(one) == SWITCHING
    )
    return tuple(ident.strip() for text in told for ident in text.split(",") if ident.strip())


def tile_grid(levels: Sequence[Node]) -> TileGrid | None:
    """`5x4` thumbnails in a picture: columns, then rows."""
    for one in _properties(levels):
        if scheme_of_property(one) not in _TILES:
            continue
        columns, _, rows = one.text("value").lower().partition("x")
        if columns.isdecimal() and rows.isdecimal() and len(columns) < 4 and len(rows) < 4:
            grid = TileGrid(columns=int(columns), rows=int(rows))
            if 0 < grid.columns <= _LARGEST_GRID and 0 < grid.rows <= _LARGEST_GRID:
                return grid
        one.warn("a thumbnail grid that cannot be read")
    return None


def video_range(levels: Sequence[Node]) -> str:
    """SDR, PQ or HLG by the transfer characteristics (ISO/IEC 23091-2), "" where untold."""
    told = {
        _RANGES.get(one.text("value"), "")
        for one in _properties(levels)
        if scheme_of_property(one) == _TRANSFER
    }
    return next((one for one in _WIDEST if one in told), "")


def sphere(levels: Sequence[Node]) -> Sphere | None:
    """How pictures lie around the viewer, by the projection format (ISO/IEC 23090-2 8.2.1)."""
    told = [one for one in _properties(levels) if scheme_of_property(one) == _PROJECTION]
    return WHOLE_SPHERE if any(_is_equirectangular(one) for one in told) else None


def _is_equirectangular(node: Node) -> bool:
    """Whether the list of projection types, 0 where there is none, has it."""
    told = node.text("projection_type") or node.text("value") or _EQUIRECTANGULAR
    return _EQUIRECTANGULAR in told.replace(",", " ").split()


def _properties(levels: Sequence[Node]) -> Iterator[Node]:
    return (
        one for level in levels for one in level.few("EssentialProperty", "SupplementalProperty")
    )
