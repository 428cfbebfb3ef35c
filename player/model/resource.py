"""Where bytes lie, and how they are protected."""

from dataclasses import dataclass, field
from enum import StrEnum

from player.units import ByteCount


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteRange:
    """`length` bytes from `offset` (RFC 9110 14.1.2); both ends inclusive on the wire."""

    offset: ByteCount
    length: ByteCount

    @property
    def last(self) -> int:
        """Offset of the last byte."""
        return self.offset + self.length - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """An absolute URI (it may hold a token) and, where only a part is meant, the byte range."""

    uri: str = field(repr=False)
    byte_range: ByteRange | None = None


class ProtectionScheme(StrEnum):
    """How media bytes are encrypted (ISO/IEC 23001-7 10; RFC 8216 4.4.4.4)."""

    CENC = "cenc"
    CENS = "cens"
    CBC1 = "cbc1"
    CBCS = "cbcs"
    AES_128 = "aes-128"
    SAMPLE_AES = "sample-aes"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """One way to the key: the scheme, the key id and the system that hands keys out.

    `key_id` is 32 lower-case hex digits or "" where the manifest names none; `system` is the DRM
    system's UUID in lower case or an HLS KEYFORMAT; `licence_uri` is where that system's licence
    (or, for HLS identity keys, the key itself) is fetched; `pssh` is the whole box, `iv` the 16
    bytes of an explicit HLS IV.
    """

    scheme: ProtectionScheme
    key_id: str = ""
    system: str = ""
    licence_uri: str = field(default="", repr=False)
    pssh: bytes = b""
    iv: bytes = b""
