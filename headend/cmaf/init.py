"""Initialisation segments: ftyp and moov with mvex, no samples (ISO/IEC 23000-19 clause 7.3)."""

import struct

from headend.asset.model import Rendition
from headend.cmaf.boxes import box, full_box
from headend.language import iso_639_2

_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_TRACK_ID = 1
_HANDLERS = {
    "video": (b"vide", b"Farol video\0"),
    "audio": (b"soun", b"Farol audio\0"),
    "text": (b"text", b"Farol text\0"),
}


def init_segment(rendition: Rendition) -> bytes:
    """The initialisation segment of one rendition: one track, id 1."""
    brands = (b"iso6", b"cmfc", b"dash")
    ftyp = box(b"ftyp", b"iso6", struct.pack(">I", 0), *brands)
    trex = full_box(b"trex", 0, 0, struct.pack(">5I", _TRACK_ID, 1, 0, 0, 0))
    return ftyp + box(b"moov", _mvhd(), _trak(rendition), box(b"mvex", trex))


def _mvhd() -> bytes:
    head = struct.pack(">4I", 0, 0, 1000, 0) + struct.pack(">IH10x", 0x10000, 0x100)
    return full_box(b"mvhd", 0, 0, head, _MATRIX, bytes(24), struct.pack(">I", _TRACK_ID + 1))


def _trak(rendition: Rendition) -> bytes:
    media = box(b"mdia", _mdhd(rendition), _hdlr(rendition), _minf(rendition))
    return box(b"trak", _tkhd(rendition), _edts(rendition), media)


def _edts(rendition: Rendition) -> bytes:
    """An edit list that takes the reordering delay off (ISO/IEC 23000-19 clause 7.5.13)."""
    delay = rendition.samples[0].pts - rendition.samples[0].dts if rendition.samples else 0
    if not delay:
        return b""
    entry = struct.pack(">IIiHH", 1, 0, delay, 1, 0)
    return box(b"edts", full_box(b"elst", 0, 0, entry))


def _tkhd(rendition: Rendition) -> bytes:
    volume = 0x100 if rendition.kind == "audio" else 0
    times = struct.pack(">5I", 0, 0, _TRACK_ID, 0, 0)
    layer = struct.pack(">8xhhHH", 0, 0, volume, 0)
    size = struct.pack(">II", rendition.width << 16, rendition.height << 16)
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
    return full_box(b"hdlr", 0, 0, bytes(4), handler, bytes(12), name)


def _minf(rendition: Rendition) -> bytes:
    url = full_box(b"url ", 0, 1)
    dinf = box(b"dinf", full_box(b"dref", 0, 0, struct.pack(">I", 1), url))
    empty = bytes(4)
    tables = (
        full_box(b"stsd", 0, 0, struct.pack(">I", 1), _sample_entry(rendition)),
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
    return full_box(b"nmhd", 0, 0)


def _sample_entry(rendition: Rendition) -> bytes:
    if rendition.kind == "video":
        return _avc1(rendition)
    if rendition.kind == "audio":
        return _mp4a(rendition)
    head = struct.pack(">6xH", 1)
    return box(b"wvtt", head, box(b"vttC", b"WEBVTT"))


def _avc1(rendition: Rendition) -> bytes:
    """ISO/IEC 14496-15 clause 5.4.2: parameter sets in the sample entry only."""
    head = struct.pack(">6xH16x", 1)
    size = struct.pack(">HHIII", rendition.width, rendition.height, 0x480000, 0x480000, 0)
    tail = struct.pack(">H32xHh", 1, 24, -1)
    square = box(b"pasp", struct.pack(">II", 1, 1))
    return box(b"avc1", head, size, tail, box(b"avcC", rendition.codec_config), square)


def _mp4a(rendition: Rendition) -> bytes:
    rate = rendition.sample_rate << 16
    head = struct.pack(">6xH8xHH4xI", 1, rendition.channels, 16, rate)
    return box(b"mp4a", head, _esds(rendition))


def _esds(rendition: Rendition) -> bytes:
    """ISO/IEC 14496-1 clause 7.2.6: ES, decoder configuration, AudioSpecificConfig, SL."""
    specific = _descriptor(5, rendition.codec_config)
    rates = struct.pack(">II", rendition.bandwidth, rendition.average_bandwidth)
    decoder = _descriptor(4, bytes([0x40, 0x15]), bytes(3), rates, specific)
    return full_box(b"esds", 0, 0, _descriptor(3, bytes(3), decoder, _descriptor(6, b"\x02")))


def _descriptor(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return bytes([tag, 0x80, 0x80, 0x80, len(body)]) + body
