"""What MP4 says of pictures around the viewer: Google's Spherical Video RFC, versions 2 and 1."""

import re

from player.formats.iso_boxes import Box, children, fields, find
from player.model.sphere import WHOLE_SPHERE, Sphere, Stereo

_UUID = bytes.fromhex("ffcc8263f8554a938814587a02521fdd")
_STEREO = {1: Stereo.TOP_BOTTOM, 2: Stereo.LEFT_RIGHT}
_ONE = 1 << 32
_LONGEST_XML = 64_000


def sphere_of_entry(data: bytes, inner: dict[bytes, Box]) -> Sphere | None:
    """Read `sv3d` and `st3d` of a visual sample entry (version 2); None: the picture is flat.

    Of the projections only the equirectangular one is known: cubes and meshes are shown as they
    lie in the frame.
    """
    if b"sv3d" not in inner:
        return None
    equi = find(data, inner[b"sv3d"], b"proj", b"equi")
    if equi is None:
        return None
    body = fields(data, equi)
    body.take(4)
    top, bottom, left, right = (body.u32() / _ONE for _ in range(4))
    if top + bottom >= 1 or left + right >= 1:
        top = bottom = left = right = 0.0
    return Sphere(stereo=_stereo(data, inner), top=top, bottom=bottom, left=left, right=right)


def _stereo(data: bytes, inner: dict[bytes, Box]) -> Stereo:
    if b"st3d" not in inner:
        return Stereo.MONO
    body = fields(data, inner[b"st3d"])
    body.take(4)
    return _STEREO.get(body.u8(), Stereo.MONO)


def sphere_of_track(data: bytes, trak: Box) -> Sphere | None:
    """Read the `uuid` box of XML that older files carry beside the media (version 1)."""
    box = next((one for one in children(data, trak) if one.type == _UUID), None)
    if box is None or box.end - box.body > _LONGEST_XML:
        return None
    text = bytes(data[box.body : box.end]).decode("utf-8", "replace")
    if _told(text, "Spherical").lower() != "true":
        return None
    if _told(text, "ProjectionType") not in {"", "equirectangular"}:
        return None
    stereo = _told(text, "StereoMode")
    if stereo in {one.value for one in Stereo}:
        return Sphere(stereo=Stereo(stereo))
    return WHOLE_SPHERE


def _told(text: str, name: str) -> str:
    """One element's words; the format is flat and has no attributes."""
    found = re.search(rf"<GSpherical:{name}>\s*([^<\s]{{0,40}})\s*<", text)
    return found[1] if found else ""
