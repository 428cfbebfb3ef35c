"""Reads `pssh` boxes: which DRM system they speak to, and which keys the media needs.

ISO/IEC 23001-7 8.1; the Widevine PSSH protobuf; the PlayReady Object and its WRMHEADER 4.0-4.3.
"""

import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID
from xml.sax.saxutils import unescape

from player.errors import ErrorCode, PlayerError, error

COMMON = "1077efec-c0b2-4d02-ace3-3c1e52e2fb4b"
WIDEVINE = "edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"
PLAYREADY = "9a04f079-9840-4286-ab92-e65be0885f95"
CLEARKEY = "e2719d58-a985-b3c9-781a-b030af78d30e"

_HEAD = 28  # size, type, version and flags, system
_KEY_ID = 16
_WIDEVINE_KEY_ID = 2  # field number in the WidevinePsshData message
_WRMHEADER = 1  # record type in a PlayReady Object
_KID = re.compile(
    r"<KID>\s*([^<\s]+)\s*</KID>|<KID\b[^>]*?\bVALUE\s*=\s*[\"']([^\"']+)", re.IGNORECASE
)
_LA_URL = re.compile(r"<LA_URL>\s*([^<]*?)\s*</LA_URL>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pssh:
    """One box. `key_ids` (32 hex digits each) come from the box itself or from its payload.

    `licence_url` is what a WRMHEADER names, `data` the payload, `box` the whole box.
    """

    system: str
    version: int
    key_ids: tuple[str, ...]
    data: bytes = field(repr=False)
    box: bytes = field(repr=False)
    licence_url: str = ""


def parse_pssh(data: bytes) -> tuple[Pssh, ...]:
    """Read boxes that stand one behind the other; raises PlayerError (media.invalid)."""
    found, place = [], 0
    while place < len(data):
        size = int.from_bytes(data[place : place + 4], "big") or len(data) - place
        if size < _HEAD + 4 or place + size > len(data) or data[place + 4 : place + 8] != b"pssh":
            raise _invalid(f"no pssh box of {size} bytes at {place} of {len(data)}")
        found.append(_box(data[place : place + size]))
        place += size
    return tuple(found)


def _box(box: bytes) -> Pssh:
    version, place = box[8], _HEAD
    own: list[str] = []
    if version > 0:
        count = int.from_bytes(box[place : place + 4], "big")
        place += 4
        if count > (len(box) - place) // _KEY_ID:
            raise _invalid(f"{count} key ids in a pssh box of {len(box)} bytes")
        ends = range(place + _KEY_ID, place + (count + 1) * _KEY_ID, _KEY_ID)
        own = [box[end - _KEY_ID : end].hex() for end in ends]
        place += count * _KEY_ID
    size = int.from_bytes(box[place : place + 4], "big")
    data = box[place + 4 : place + 4 + size]
    if place + 4 > len(box) or len(data) < size:
        raise _invalid(f"{size} bytes of data in a pssh box of {len(box)} bytes")
    system = str(UUID(bytes=box[12:28]))
    inner, licence_url = _payload(system, data)
    key_ids = tuple(dict.fromkeys([*own, *inner]))
    return Pssh(
        system=system,
        version=version,
        key_ids=key_ids,
        data=data,
        box=box,
        licence_url=licence_url,
    )


def _payload(system: str, data: bytes) -> tuple[list[str], str]:
    """Give the key ids and the licence URL that a system's own payload holds."""
    if system == WIDEVINE:
        return widevine_key_ids(data), ""
    if system == PLAYREADY:
        return playready_header(data)
    return [], ""


def widevine_key_ids(data: bytes) -> list[str]:
    """Read the key ids of a WidevinePsshData message; what cannot be read ends the list."""
    values = [value for number, value in _messages(data) if number == _WIDEVINE_KEY_ID]
    plain = [_from_text(value) if len(value) == 2 * _KEY_ID else value for value in values]
    return list(dict.fromkeys(value.hex() for value in plain if len(value) == _KEY_ID))


def _from_text(value: bytes) -> bytes:
    """Some packagers write the key id in hex digits."""
    try:
        return bytes.fromhex(value.decode("ascii"))
    except ValueError:
        return b""


def _messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Give (field number, bytes) of the length-delimited fields of a protobuf message."""
    place = 0
    while place < len(data):
        key, place = _varint(data, place)
        number, wire = key >> 3, key & 7
        if wire == 2:
            size, place = _varint(data, place)
            if place + size > len(data):
                return
            yield number, data[place : place + size]
            place += size
        elif wire == 0:
            _, place = _varint(data, place)
        elif wire in (1, 5):
            place += 8 if wire == 1 else 4
        else:
            return


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(data):
            break
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    return 0, len(data)


def playready_header(data: bytes) -> tuple[list[str], str]:
    """Read key ids and LA_URL of a PlayReady Object, or of a bare WRMHEADER."""
    text = "".join(_records(data)) or data.decode("utf-16-le", "replace")
    guids = [one or other for one, other in _KID.findall(text)]
    url = _LA_URL.search(text)
    key_ids = [key_id for key_id in map(_key_id, guids) if key_id]
    return list(dict.fromkeys(key_ids)), unescape(url[1]) if url else ""


def _records(data: bytes) -> Iterator[str]:
    place = 6  # length and count of records; each record says its own length
    while place + 4 <= len(data):
        kind = int.from_bytes(data[place : place + 2], "little")
        size = int.from_bytes(data[place + 2 : place + 4], "little")
        if kind == _WRMHEADER and place + 4 + size <= len(data):
            yield data[place + 4 : place + 4 + size].decode("utf-16-le", "replace")
        place += 4 + size


def _key_id(guid: str) -> str:
    """Turn a base64 GUID, whose first three fields are little-endian, into a key id."""
    try:
        value = b64decode(guid)
    except ValueError:
        return ""
    return UUID(bytes_le=value).hex if len(value) == _KEY_ID else ""


def _invalid(cause: str) -> PlayerError:
    return error(
        ErrorCode.MEDIA_INVALID,
        "What this channel says of its protection cannot be read.",
        cause=cause,
    )
