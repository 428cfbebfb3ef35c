"""Reads how a file's tracks are encrypted, and makes its init segment look clear.

ISO/IEC 23001-7 (2023) 7 and 8: `sinf` (`frma`, `schm`, `schi/tenc`), `seig`; PIFF 1.1 5.3.3.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from player.errors import ErrorCode, error
from player.formats.iso_boxes import (
    AUDIO_FIELDS,
    QUICKTIME_FIELDS,
    VISUAL_FIELDS,
    Box,
    Buffer,
    Fields,
    blank,
    boxes,
    children,
    fields,
    find,
    invalid,
)
from player.model.resource import ProtectionScheme

_ENCRYPTED = frozenset({b"encv", b"enca", b"enct", b"encs", b"encm"})
_PIFF_CBC = 2  # PIFF 1.1 5.3.3: AlgorithmID
PIFF_TENC = bytes.fromhex("8974dbce7be74c5184f97148f9882554")
_SCHEMES = {b"piff": ProtectionScheme.CENC} | {
    scheme.value.encode(): scheme
    for scheme in (
        ProtectionScheme.CENC,
        ProtectionScheme.CENS,
        ProtectionScheme.CBC1,
        ProtectionScheme.CBCS,
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleProtection:
    """How a group of samples is encrypted: a `tenc`, or a `seig` entry that overrides it.

    `crypt` and `skip` count 16-byte blocks of the pattern (0:0 is none); `constant_iv` stands
    where samples carry none of their own (`iv_size` 0).
    """

    protected: bool
    key_id: str
    iv_size: int
    constant_iv: bytes = b""
    crypt: int = 0
    skip: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackEncryption:
    """What an encrypted sample entry said: the scheme, and the protection samples start from."""

    scheme: ProtectionScheme
    default: SampleProtection


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleEntry:
    """One sample description: its clear format ("avc1"), its children by type, its encryption."""

    format: str
    encryption: TrackEncryption | None
    config: Mapping[bytes, bytes] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class InitTrack:
    """A track of the init segment, with the defaults that its fragments fall back on."""

    track: int
    entries: tuple[SampleEntry, ...]
    groups: tuple[SampleProtection, ...] = ()
    default_entry: int = 1
    default_size: int = 0


def read_init(data: bytearray) -> dict[int, InitTrack]:
    """Read the tracks of an init segment, and rewrite it in place to describe clear samples.

    Encrypted sample entries get their original format back; `sinf` and `pssh` become `free`
    boxes of the same size. Raises PlayerError (media.invalid, drm.unsupported).
    """
    tracks: dict[int, InitTrack] = {}
    for moov in boxes(data, 0, len(data)):
        if moov.type == b"moov":
            defaults = _defaults(data, moov)
            for child in children(data, moov):
                if child.type == b"pssh":
                    blank(data, child)
                elif child.type == b"trak":
                    track = _track(data, child, defaults)
                    tracks[track.track] = track
    return tracks


def _defaults(data: Buffer, moov: Box) -> dict[int, tuple[int, int]]:
    """Read `trex` (ISO/IEC 14496-12 8.8.3): track -> (sample entry, sample size)."""
    found: dict[int, tuple[int, int]] = {}
    mvex = find(data, moov, b"mvex")
    for box in children(data, mvex) if mvex else ():
        if box.type == b"trex":
            body = fields(data, box)
            body.u32()
            track, entry, _, size = body.u32(), body.u32(), body.u32(), body.u32()
            found[track] = (entry, size)
    return found


def _track(data: bytearray, trak: Box, defaults: Mapping[int, tuple[int, int]]) -> InitTrack:
    tkhd, stbl = find(data, trak, b"tkhd"), find(data, trak, b"mdia", b"minf", b"stbl")
    if tkhd is None or stbl is None:
        raise invalid("a track without tkhd or stbl")
    track = _track_id(data, tkhd)
    stsd = find(data, stbl, b"stsd")
    entry, size = defaults.get(track, (1, 0))
    return InitTrack(
        track=track,
        entries=tuple(_entry(data, one) for one in children(data, stsd, 8)) if stsd else (),
        groups=read_groups(data, stbl),
        default_entry=entry,
        default_size=size,
    )


def _track_id(data: Buffer, tkhd: Box) -> int:
    head = fields(data, tkhd)
    version = head.u8()
    head.take(3 + (16 if version == 1 else 8))
    return head.u32()


def _entry(data: bytearray, entry: Box) -> SampleEntry:
    """Read a sample entry; an encrypted one (8.12.1) is given its clear format back."""
    if entry.type not in _ENCRYPTED:
        return SampleEntry(format=_text(entry.type), encryption=None)
    parts = tuple(_entry_children(data, entry))
    sinfs = tuple(part for part in parts if part.type == b"sinf")
    frma = find(data, sinfs[0], b"frma") if sinfs else None
    if frma is None:
        raise invalid(f"an encrypted sample entry {_text(entry.type)} without its format")
    original = fields(data, frma).take(4)
    encryption = _encryption(data, sinfs)
    for sinf in sinfs:
        blank(data, sinf)
    data[entry.start + 4 : entry.start + 8] = original
    config = {part.type: bytes(data[part.body : part.end]) for part in parts}
    return SampleEntry(format=_text(original), encryption=encryption, config=config)


def _entry_children(data: Buffer, entry: Box) -> Iterator[Box]:
    skip = {b"encv": VISUAL_FIELDS, b"enca": AUDIO_FIELDS}.get(entry.type, 8)
    if entry.type == b"enca":
        body = fields(data, entry)
        body.take(8)
        skip += QUICKTIME_FIELDS.get(body.u16(), 0)
    return children(data, entry, skip)


def _encryption(data: Buffer, sinfs: tuple[Box, ...]) -> TrackEncryption:
    """Choose the scheme that can be decrypted among those offered (8.12.1: several `sinf`)."""
    offered = []
    for sinf in sinfs:
        schm, schi = find(data, sinf, b"schm"), find(data, sinf, b"schi")
        name = Fields(data, schm.body + 4, schm.end).take(4) if schm else b"cenc"
        scheme, tenc = _SCHEMES.get(name), _tenc(data, schi) if schi else None
        offered.append(_text(name))
        if scheme is not None and tenc is not None:
            mode, protection = tenc
            cbc = name == b"piff" and mode == _PIFF_CBC
            return TrackEncryption(
                scheme=ProtectionScheme.CBC1 if cbc else scheme, default=protection
            )
    raise error(
        ErrorCode.DRM_UNSUPPORTED,
        "This channel is protected in a way that Farol does not know.",
        cause=f"protection schemes {', '.join(offered)}",
    )


def _tenc(data: Buffer, schi: Box) -> tuple[int, SampleProtection] | None:
    for box in children(data, schi):
        if box.type in (b"tenc", PIFF_TENC):
            body = fields(data, box)
            version = body.u8()
            body.take(4)
            return _protection(body, pattern=version > 0)
    return None


def _protection(body: Fields, *, pattern: bool) -> tuple[int, SampleProtection]:
    """Read what `tenc` (8.2) and `seig` (6) share: isProtected and the protection itself."""
    blocks = body.u8()
    blocks = blocks if pattern else 0
    mode, iv_size, key_id = body.u8(), body.u8(), body.take(16).hex()
    constant = mode and not iv_size and body.left
    protection = SampleProtection(
        protected=bool(mode),
        key_id=key_id,
        iv_size=iv_size,
        constant_iv=body.take(body.u8()) if constant else b"",
        crypt=blocks >> 4,
        skip=blocks & 15,
    )
    if mode and not (iv_size in (8, 16) or len(protection.constant_iv) in (8, 16)):
        raise invalid(f"an initialisation vector of {iv_size} bytes")
    return mode, protection


def read_groups(data: Buffer, parent: Box) -> tuple[SampleProtection, ...]:
    """Read the `seig` entries of the `sgpd` in an `stbl` or a `traf` (14496-12 8.9.3)."""
    for box in children(data, parent):
        if box.type == b"sgpd" and data[box.body + 4 : box.body + 8] == b"seig":
            return tuple(_group_entries(fields(data, box)))
    return ()


def _group_entries(body: Fields) -> Iterator[SampleProtection]:
    version = body.u32() >> 24
    body.u32()
    length = body.u32() if version >= 1 else 0
    if version >= 2:
        body.u32()
    for _ in range(body.u32()):
        size = length or (body.u32() if version >= 1 else 0)
        entry = body.part(size) if size else body
        entry.take(1)
        yield _protection(entry, pattern=True)[1]


def _text(code: bytes) -> str:
    return code.decode("latin-1")
