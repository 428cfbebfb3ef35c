"""What an SDT says: the services of a transport stream (ETSI EN 300 468 5.2.3)."""

from player.formats.dvb_text import read_text
from player.formats.program_tables import descriptors
from player.model.service import Service

SDT_PID = 0x11
MOST_SERVICES = 500
"""Services of one stream; the fullest multiplexes hold some dozens."""
_ACTUAL = 0x42
_SERVICE = 0x48
_HEADER = 11


def read_sdt(section: bytes) -> tuple[Service, ...]:
    """Give the services that a section names, of the stream that it comes in itself.

    `section`: from table_id on, without its CRC. Other tables, other streams, and what does not
    hold yet give none; a part that is cut off costs itself alone.
    """
    if section[:1] != bytes((_ACTUAL,)) or len(section) < _HEADER or not section[5] & 1:
        return ()
    found: list[Service] = []
    at = _HEADER
    while at + 5 <= len(section) and len(found) < MOST_SERVICES:
        size = int.from_bytes(section[at + 3 : at + 5], "big") & 0xFFF
        told = dict(descriptors(section[at + 5 : at + 5 + size]))
        service = _service(int.from_bytes(section[at : at + 2], "big"), told.get(_SERVICE, b""))
        if service.name or service.provider:
            found.append(service)
        at += 5 + size
    return tuple(found)


def _service(number: int, body: bytes) -> Service:
    """Read a service descriptor (6.2.33): service_type, then two texts behind their lengths."""
    provider = _text(body, 1)
    return Service(
        id=number,
        name=read_text(_text(body, 2 + len(provider))),
        provider=read_text(provider),
    )


def _text(body: bytes, at: int) -> bytes:
    return body[at + 1 : at + 1 + body[at]] if at < len(body) else b""
