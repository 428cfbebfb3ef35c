"""Finds the bytes of CEA-608 and CEA-708 captions: in pictures, and in tracks of their own."""

from player.errors import PlayerError
from player.formats.iso_boxes import boxes
from player.media.unit_stream import UnitStream
from player.model.sample import StreamHead

_COUNTRY_USA = 0xB5
_ATSC, _DIRECTV = b"\x00\x31", b"\x00\x2f"
_CC_DATA = 3
_PROCESS = 0x40
_USER_DATA = b"\x00\x00\x01\xb2"
_CDP_SECTION, _CDP_MARK = 0x72, b"\x96\x69"
_FIRST_FIELD, _SECOND_FIELD = b"\xfc", b"\xfd"


def registered_captions(payload: bytes) -> bytes:
    """Give the cc_data triplets of an SEI message of type 4; b"" where it holds none.

    user_data_registered_itu_t_t35 as ATSC A/72 6.4.2 has it, and as DirecTV does.
    """
    if len(payload) < 7 or payload[0] != _COUNTRY_USA:
        return b""
    if payload[1:3] == _ATSC:
        return user_data_captions(payload[3:])
    if payload[1:3] == _DIRECTV and payload[3] == _CC_DATA:
        return _triplets(payload[5:])
    return b""


def user_data_captions(data: bytes) -> bytes:
    """Give the triplets of ATSC1_data (A/53 part 4 6.2.3.1)."""
    if data[:4] != b"GA94" or data[4:5] != bytes((_CC_DATA,)):
        return b""
    return _triplets(data[5:])


def mpeg2_captions(picture: bytes) -> bytes:
    """Give the triplets in an MPEG-2 picture's user data (ISO/IEC 13818-2 6.2.2.2.2)."""
    found = picture.find(_USER_DATA + b"GA94")
    return user_data_captions(picture[found + 4 :]) if found >= 0 else b""


def _triplets(data: bytes) -> bytes:
    """Read cc_data() (CTA-708 4.4): flags and a count, a byte, three bytes for each."""
    if len(data) < 2 or not data[0] & _PROCESS:
        return b""
    found = data[2 : 2 + 3 * (data[0] & 0x1F)]
    return found[: len(found) // 3 * 3]


class CaptionTrackStream(UnitStream):
    """Samples of a caption track (`c608`, `c708`), as triplets like those out of pictures.

    QuickTime File Format, "Closed captioning sample data": `cdat` holds pairs of field 1, `cdt2`
    those of field 2, `ccdp` a caption distribution packet (SMPTE ST 334-2).
    """

    def __init__(self, head: StreamHead) -> None:
        """Take `head` for good."""
        super().__init__(head)

    def take(self, data: bytes) -> bytes:
        """Give the sample's triplets."""
        out = bytearray()
        try:
            for box in boxes(data, 0, len(data)):
                out += _from_box(box.type, data[box.body : box.end])
        except PlayerError:
            return bytes(out)
        return bytes(out)


def _from_box(kind: bytes, body: bytes) -> bytes:
    if kind == b"ccdp":
        return _from_packet(body)
    mark = {b"cdat": _FIRST_FIELD, b"cdt2": _SECOND_FIELD}.get(kind)
    pairs = (body[at : at + 2] for at in range(0, len(body) - 1, 2))
    return b"".join(mark + pair for pair in pairs) if mark else b""


def _from_packet(packet: bytes) -> bytes:
    """Give the triplets of a CDP: ccdata_section() stands behind header and time code."""
    if packet[:2] != _CDP_MARK or len(packet) < 9:
        return b""
    at = 7 + (5 if packet[4] & 0x80 else 0)
    if packet[at : at + 1] != bytes((_CDP_SECTION,)) or at + 2 > len(packet):
        return b""
    found = packet[at + 2 : at + 2 + 3 * (packet[at + 1] & 0x1F)]
    return found[: len(found) // 3 * 3]
