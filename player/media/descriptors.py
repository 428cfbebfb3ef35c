"""The ES_Descriptor of MPEG-4: which codec, and its own record (ISO/IEC 14496-1 7.2.6)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

_ES, _DECODER_CONFIG, _DECODER_INFO = 3, 4, 5
_ES_FIELDS, _CONFIG_FIELDS = 3, 13


@dataclass(frozen=True, slots=True, kw_only=True)
class DecoderConfig:
    """A DecoderConfigDescriptor: objectTypeIndication (0: none found) and the specific info."""

    object_type: int = 0
    info: bytes = field(default=b"", repr=False)


def read_esds(body: bytes) -> DecoderConfig:
    """Read the body of an `esds` box (ISO/IEC 14496-14 6.7.2), version and flags before it.

    Lenient: what is cut short or out of place gives what could be read.
    """
    return read_es_descriptor(body[4:])


def read_es_descriptor(data: bytes) -> DecoderConfig:
    """Read an ES_Descriptor, or the DecoderConfigDescriptor alone."""
    found = dict(_descriptors(data))
    if _ES in found:
        found = dict(_descriptors(found[_ES][_optional_fields(found[_ES]) :]))
    config = found.get(_DECODER_CONFIG, b"")
    if not config:
        return DecoderConfig()
    inner = dict(_descriptors(config[_CONFIG_FIELDS:]))
    return DecoderConfig(object_type=config[0], info=inner.get(_DECODER_INFO, b""))


def _optional_fields(stream: bytes) -> int:
    """Give where the descriptors inside an ES_Descriptor's body begin (7.2.6.5.1)."""
    at, flags = _ES_FIELDS, stream[2] if len(stream) > 2 else 0
    at += 2 * (flags >> 7)
    if flags & 0x40:
        at += 1 + (stream[at] if at < len(stream) else 0)
    return at + 2 * (flags >> 5 & 1)


def _descriptors(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Give (tag, body) of the descriptors in `data`; a size takes up to four bytes (8.3.3)."""
    at = 0
    while at + 2 <= len(data):
        tag, size = data[at], 0
        at += 1
        for byte in data[at : at + 4]:
            at, size = at + 1, size << 7 | byte & 0x7F
            if byte < 0x80:
                break
        yield tag, data[at : at + size]
        at += size
