"""What PAT and PMT say: programmes, their streams, and what descriptors tell of those."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from player.formats.stream_types import PRIVATE, stream_type

_VBI_TELETEXT, _TELETEXT, _SUBTITLING = 0x46, 0x56, 0x59
_SUBTITLE_PAGES = frozenset({2, 5})


@dataclass(frozen=True, slots=True, kw_only=True)
class TextService:
    """One subtitle service inside a PID; `config` as `StreamHead.config` has it."""

    codec: str
    service: str
    language: str
    config: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramStream:
    """A stream that a PMT lists; `kind` is "video", "audio", "id3", "text", "splice" or "".

    `type` is its stream_type, `codec` in libav's words; `carried`: samples are made of it.
    """

    pid: int
    type: int
    kind: str
    codec: str = ""
    carried: bool = False
    services: tuple[TextService, ...] = field(default=())


def read_pat(section: bytes) -> tuple[int, ...]:
    """Give the PIDs of the PMTs that a PAT lists (ISO/IEC 13818-1 2.4.4.3)."""
    return tuple(pid for _, pid in read_programs(section))


def read_programs(section: bytes) -> tuple[tuple[int, int], ...]:
    """Give the same, each behind its programme's number."""
    if section[:1] != b"\x00" or not _current(section):
        return ()
    entries = (section[at : at + 4] for at in range(8, len(section) - 3, 4))
    told = ((int.from_bytes(entry[:2], "big"), _pid(entry[2:])) for entry in entries)
    return tuple(one for one in told if one[0])


def read_pmt(section: bytes) -> tuple[ProgramStream, ...]:
    """Give the streams that a PMT lists (2.4.4.8)."""
    if section[:1] != b"\x02" or not _current(section):
        return ()
    found = []
    at = 12 + (int.from_bytes(section[10:12], "big") & 0xFFF)
    while at + 5 <= len(section):
        size = int.from_bytes(section[at + 3 : at + 5], "big") & 0xFFF
        told = dict(descriptors(section[at + 5 : at + 5 + size]))
        found.append(_stream(section[at], _pid(section[at + 1 : at + 3]), told))
        at += 5 + size
    return tuple(found)


def _current(section: bytes) -> bool:
    return len(section) >= 8 and bool(section[5] & 1)


def _pid(field_: bytes) -> int:
    return int.from_bytes(field_, "big") & 0x1FFF


def descriptors(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Give the tag and the body of each descriptor (2.6); the last one may be cut off."""
    at = 0
    while at + 2 <= len(data):
        yield data[at], data[at + 2 : at + 2 + data[at + 1]]
        at += 2 + data[at + 1]


def _stream(number: int, pid: int, told: dict[int, bytes]) -> ProgramStream:
    services = (*_teletext(told), *_subtitling(told)) if number == PRIVATE else ()
    found = stream_type(number, told)
    return ProgramStream(
        pid=pid,
        type=number,
        kind="text" if services else found.kind,
        codec="" if services else found.codec,
        carried=found.carried and not services,
        services=services,
    )


def _teletext(told: dict[int, bytes]) -> Iterator[TextService]:
    """Give the subtitle pages of a teletext descriptor (ETSI EN 300 468 6.2.43)."""
    body = told.get(_TELETEXT, told.get(_VBI_TELETEXT, b""))
    for entry in _entries(body, 5):
        if entry[3] >> 3 in _SUBTITLE_PAGES:
            page = f"{entry[3] & 7 or 8}{entry[4]:02x}"
            yield TextService(codec="teletext", service=page, language=_language(entry))


def _subtitling(told: dict[int, bytes]) -> Iterator[TextService]:
    """Give the services of a subtitling descriptor (ETSI EN 300 468 6.2.41).

    The record is Matroska's: composition page, ancillary page, subtitling type.
    """
    for entry in _entries(told.get(_SUBTITLING, b""), 8):
        page = int.from_bytes(entry[4:6], "big")
        config = entry[4:8] + entry[3:4]
        language = _language(entry)
        yield TextService(codec="dvbsub", service=str(page), language=language, config=config)


def _entries(body: bytes, size: int) -> Iterator[bytes]:
    for at in range(0, len(body) - size + 1, size):
        yield body[at : at + size]


def _language(entry: bytes) -> str:
    code = entry[:3].decode("latin-1").lower()
    return code if code.isascii() and code.isalpha() and code != "und" else ""
