"""Initialisation segments: ftyp and moov with mvex, no samples (ISO/IEC 23000-19 clause 7.3)."""

import struct

from headend.asset.model import Rendition
from headend.cmaf.boxes import box, full_box
from headend.cmaf.entries import sample_entry
from headend.language import iso_639_2

_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_TRACK_ID = 1
_HANDLERS = {
    "video": (b"vide", b"Farol video\0"),
    "audio": (b"soun", b"Farol audio\0"),
    "text": (b"text", b"Farol text\0"),
}


def init_segment(rendition: Rendition, *, priming: int = 0) -> bytes:
    """The initialisation segment of one rendition: one track, id 1.

    With `priming` an edit list takes that many ticks off its beginning.
    """
    brands = (b"iso6", b"cmfc", b"dash")
    ftyp = box(b"ftyp", b"iso6", struct.pack(">I", 0), *brands)
    trex = full_box(b"trex", 0, 0, struct.pack(">5I", _TRACK_ID, 1, 0, 0, 0))
    return ftyp + box(b"moov", _mvhd(), _trak(rendition, priming), box(b"mvex", trex))


def _mvhd() -> bytes:
    head = struct.pack(">4I", 0, 0, 1000, 0) + struct.pack(">IH10x", 0x10000, 0x100)
    return full_box(b"mvhd", 0, 0, head, _MATRIX, bytes(24), struct.pack(">I", _TRACK_ID + 1))


def _trak(rendition: Rendition, priming: int) -> bytes:
    media = box(b"mdia", _mdhd(rendition), _hdlr(rendition), _minf(rendition))
    return box(b"trak", _tkhd(rendition), _edts(rendition, priming), media)


def _edts(rendition: Rendition, priming: int) -> bytes:
    """An edit list that takes reordering and priming off (ISO/IEC 23000-19 clause 7.5.13)."""
    delay = rendition.samples[0].pts - rendition.samples[0].dts if rendition.samples else 0
    delay += priming
    if not delay:
        return b""
    entry = struct.pack(">IIiHH", 1, 0, delay, 1, 0)
    return box(b"edts", full_box(b"elst", 0, 0, entry))


def _tkhd(rendition: Rendition) -> bytes:
    volume = 0x100 if rendition.kind == "audio" else 0
    times = struct.pack(">5I", 0, 0, _TRACK_ID, 0, 0)
    layer = struct.pack(">8xhhHH", 0, 0, volume, 0)
    across, down = rendition.pixel
    shown = rendition.width * across // down
    size = struct.pack(">II", shown << 16, rendition.height << 16)
    return full_box(b"tkhd", 0, 7, times, layer, _MATRIX, size)


def _mdhd(rendition: Rendition) -> bytes:
    language = _packed_language(rendition.language)
    return full_box(
        b"mdhd", 0, 0, struct.pack(">4I", 0, 0, rendition.timescale, 0), language, bytes(2)
    )


def _packed_language(language: str) -> bytes:
    """ISO 639-2/T in three five-bit letters (ISO/IEC 14496-12 clause 8.4.2.3)."""
    letters = iso_639_2(language)
    first, second, third = (ord(letter) - 0x60 for letter in letters)
    return struct.pack(">H", first << 10 | second << 5 | third)


def _hdlr(rendition: Rendition) -> bytes:
    handler, name = _HANDLERS[rendition.kind]
    if rendition.codec == "ttml":
        handler = b"subt"
    return full_box(b"hdlr", 0, 0, bytes(4), handler, bytes(12), name)


def _minf(rendition: Rendition) -> bytes:
    url = full_box(b"url ", 0, 1)
    dinf = box(b"dinf", full_box(b"dref", 0, 0, struct.pack(">I", 1), url))
    empty = bytes(4)
    tables = (
        full_box(b"stsd", 0, 0, struct.pack(">I", 1), sample_entry(rendition)),
        full_box(b"stts", 0, 0, empty),
        full_box(b"stsc", 0, 0, empty),
        full_box(b"stsz", 0, 0, empty, empty),
        full_box(b"stco", 0, 0, empty),
    )
    return box(b"minf", _media_header(rendition), dinf, box(b"stbl", *tables))


def _media_header(rendition: Rendition) -> bytes:
    if rendition.kind == "video":
        return full_box(b"vmhd", 0, 1, bytes(8))
    if rendition.kind == "audio":
        return full_box(b"smhd", 0, 0, bytes(4))
    return full_box(b"sthd" if rendition.codec == "ttml" else b"nmhd", 0, 0)
