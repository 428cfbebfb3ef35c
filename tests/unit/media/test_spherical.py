"""Pictures around the viewer, as MP4 tells of them: Spherical Video RFC, versions 2 and 1."""

from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.errors import PlayerError
from player.formats.iso_boxes import Box, children
from player.media.spherical import sphere_of_entry, sphere_of_track
from player.model.sphere import WHOLE_SPHERE, Sphere, Stereo

_UUID = bytes.fromhex("ffcc8263f8554a938814587a02521fdd")


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return pack(">I4s", 8 + len(body), kind) + body


def _inner(data: bytes) -> dict[bytes, Box]:
    whole = Box(b"", 0, 0, len(data))
    return {one.type: one for one in children(data, whole)}


def _equi(*shares: float) -> bytes:
    return _box(b"equi", bytes(4), *(pack(">I", round(one * (1 << 32))) for one in shares))


def _st3d(mode: int) -> bytes:
    return _box(b"st3d", bytes(4), bytes([mode]))


def _sv3d(*projection: bytes) -> bytes:
    header = _box(b"svhd", bytes(4), b"Farol\0")
    return _box(b"sv3d", header, _box(b"proj", _box(b"prhd", bytes(16)), *projection))


@pytest.mark.parametrize(
    ("data", "sphere"),
    [
        (_sv3d(_equi(0, 0, 0, 0)), WHOLE_SPHERE),
        (_sv3d(_equi(0, 0, 0.25, 0.25)), Sphere(left=0.25, right=0.25)),
        (_sv3d(_equi(0.75, 0.5, 0, 0)), WHOLE_SPHERE),
        (_st3d(1) + _sv3d(_equi(0, 0, 0, 0)), Sphere(stereo=Stereo.TOP_BOTTOM)),
        (_st3d(2) + _sv3d(_equi(0, 0, 0, 0)), Sphere(stereo=Stereo.LEFT_RIGHT)),
        (_st3d(7) + _sv3d(_equi(0, 0, 0, 0)), WHOLE_SPHERE),
        (_sv3d(_box(b"cbmp", bytes(12))), None),
        (_st3d(1), None),
        (b"", None),
    ],
)  # fmt: skip
def test_version_2_stands_in_the_sample_entry(data: bytes, sphere: Sphere | None) -> None:
    assert sphere_of_entry(data, _inner(data)) == sphere


def _track(xml: str) -> tuple[bytes, Box]:
    data = _box(b"tkhd", bytes(8)) + _box(b"uuid", _UUID, xml.encode())
    return data, Box(b"trak", 0, 0, len(data))


@pytest.mark.parametrize(
    ("xml", "sphere"),
    [
        ("<GSpherical:Spherical>true</GSpherical:Spherical>", WHOLE_SPHERE),
        ("<GSpherical:Spherical>false</GSpherical:Spherical>", None),
        (
            "<GSpherical:Spherical> true </GSpherical:Spherical>"
            "<GSpherical:ProjectionType>equirectangular</GSpherical:ProjectionType>"
            "<GSpherical:StereoMode>top-bottom</GSpherical:StereoMode>",
            Sphere(stereo=Stereo.TOP_BOTTOM),
        ),
        (
            "<GSpherical:Spherical>true</GSpherical:Spherical>"
            "<GSpherical:ProjectionType>cubemap</GSpherical:ProjectionType>",
            None,
        ),
        ("", None),
    ],
)
def test_version_1_stands_beside_the_media(xml: str, sphere: Sphere | None) -> None:
    assert sphere_of_track(*_track(xml)) == sphere


@given(cut=st.integers(0, 90), at=st.integers(0, 90), value=st.integers(0, 255))
def test_broken_boxes_are_refused_or_flat(cut: int, at: int, value: int) -> None:
    data = bytearray(_st3d(1) + _sv3d(_equi(0, 0, 0.25, 0.25)))
    data[min(at, len(data) - 1)] = value
    broken = bytes(data[: len(data) - cut])
    try:
        found = sphere_of_entry(broken, _inner(broken))
    except PlayerError:
        return
    assert found is None or 0 <= found.left < 1
