"""H.264 and H.265 streams: one form of sample, and a head that follows the parameter sets."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from player.media import avc, hevc
from player.media.closed_captions import registered_captions
from player.media.color import with_light, with_mastering
from player.media.nal import join_prefixed, split_annexb, split_prefixed
from player.media.vui import sei_messages
from player.model.sample import ColorInfo, StreamHead
from player.units import Micros

_REGISTERED = 4
_DISPLAY = {137: with_mastering, 144: with_light}
"""SEI messages that describe the display a programme was made on, and who reads them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NalRules:
    """What differs between H.264 and H.265 for us."""

    kind: Callable[[bytes], int]
    set_id: Callable[[bytes], int]
    parse_sps: Callable[[bytes], avc.AvcSps | hevc.HevcSps]
    build: Callable[[list[bytes]], bytes]
    read: Callable[[bytes], tuple[int, list[bytes]]]
    sets: frozenset[int]
    sequence: int
    picture: int
    dropped: frozenset[int]
    key_units: frozenset[int]
    header: int
    sei: int


def _avc_id(unit: bytes) -> int:
    return avc.parse_sps(unit).id if avc.kind(unit) == avc.SPS else avc.pps_id(unit)


def _hevc_id(unit: bytes) -> int:
    match hevc.kind(unit):
        case hevc.VPS:
            return hevc.vps_id(unit)
        case hevc.SPS:
            return hevc.parse_sps(unit).id
    return hevc.pps_id(unit)


AVC = NalRules(
    kind=avc.kind,
    set_id=_avc_id,
    parse_sps=avc.parse_sps,
    build=avc.build_avcc,
    read=avc.read_avcc,
    sets=frozenset({avc.SPS, avc.PPS}),
    sequence=avc.SPS,
    picture=avc.PPS,
    dropped=frozenset({avc.AUD, avc.FILLER}),
    key_units=frozenset({avc.IDR}),
    header=1,
    sei=avc.SEI,
)
HEVC = NalRules(
    kind=hevc.kind,
    set_id=_hevc_id,
    parse_sps=hevc.parse_sps,
    build=hevc.build_hvcc,
    read=hevc.read_hvcc,
    sets=frozenset({hevc.VPS, hevc.SPS, hevc.PPS}),
    sequence=hevc.SPS,
    picture=hevc.PPS,
    dropped=frozenset({hevc.AUD, hevc.FILLER}),
    key_units=frozenset(range(hevc.FIRST_IRAP, hevc.LAST_IRAP + 1)),
    header=2,
    sei=hevc.SEI,
)
NAL_RULES = {"h264": AVC, "hevc": HEVC}


class NalStream:
    """H.264 or H.265 pictures: 4-byte lengths, parameter sets in the head and nowhere else.

    Access unit delimiters and filler data go as well; SEI stays, and what it tells of captions
    and of the mastering display is read. Until an SPS and a PPS are known nothing comes out: it
    could not be decoded.
    """

    def __init__(self, head: StreamHead, *, annexb: bool) -> None:
        """Start with the record in `head.config`; `annexb` tells start codes from lengths."""
        self._rules = NAL_RULES[head.codec]
        self._base = head
        self._prefix, known = (0, []) if annexb else self._rules.read(head.config)
        self._sets: dict[tuple[int, int], bytes] = {}
        self.head: StreamHead | None = None
        self.frame_duration = Micros(0)
        self.key = False
        self.captions = b""
        self._display: dict[int, bytes] = {}
        if self._learn(known):
            self._renew(head.config if self._prefix == 4 else b"")

    def take(self, data: bytes) -> bytes:
        """Give the picture's own NAL units with 4-byte lengths; `key` tells of IDR or IRAP."""
        rules = self._rules
        units = split_prefixed(data, self._prefix) if self._prefix else split_annexb(data)
        units = [unit for unit in units if len(unit) > rules.header]
        kinds = [rules.kind(unit) for unit in units]
        sets = [unit for unit, kind in zip(units, kinds, strict=True) if kind in rules.sets]
        changed = bool(sets) and self._learn(sets)
        self.captions = b""
        if rules.sei in kinds:
            seis = [unit for unit, kind in zip(units, kinds, strict=True) if kind == rules.sei]
            changed = self._read_sei(seis) or changed
        if changed:
            self._renew()
        self.key = not rules.key_units.isdisjoint(kinds)
        gone = rules.sets | rules.dropped
        return join_prefixed(u for u, kind in zip(units, kinds, strict=True) if kind not in gone)

    def _learn(self, units: list[bytes]) -> bool:
        changed = False
        for unit in units:
            name = (self._rules.kind(unit), self._rules.set_id(unit))
            if self._sets.get(name) != unit:
                # Newest last: the record's own order then tells what was sent last.
                self._sets.pop(name, None)
                self._sets[name] = unit
                changed = True
        return changed

    def _read_sei(self, units: list[bytes]) -> bool:
        """Take captions; tell whether the messages about the display are new."""
        changed = False
        for unit in units:
            for kind, payload in sei_messages(unit, self._rules.header):
                if kind == _REGISTERED:
                    self.captions += registered_captions(payload)
                elif kind in _DISPLAY and self._display.get(kind) != payload:
                    self._display[kind] = payload
                    changed = True
        return changed

    def _color(self, color: ColorInfo | None) -> ColorInfo | None:
        color = color or self._base.color
        for kind, add in _DISPLAY.items():
            color = add(color, self._display.get(kind, b""))
        return color

    def _renew(self, record: bytes = b"") -> None:
        units = list(self._sets.values())
        kinds = [self._rules.kind(unit) for unit in units]
        if self._rules.sequence not in kinds or self._rules.picture not in kinds:
            return
        newest = [u for u in units if self._rules.kind(u) == self._rules.sequence][-1]
        sps = self._rules.parse_sps(newest)
        self.head = replace(
            self._base,
            config=record or self._rules.build(units),
            width=sps.width,
            height=sps.height,
            aspect=sps.vui.aspect or self._base.aspect,
            interlaced=sps.interlaced,
            color=self._color(sps.vui.color),
        )
