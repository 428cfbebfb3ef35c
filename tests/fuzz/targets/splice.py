"""Splice messages (SCTE 35): only marks or PlayerError may come out."""

from contextlib import suppress

from player.errors import PlayerError
from player.formats.splice_info import crc32, read_splice_info
from player.model.event import TimedEvent
from player.streaming.presentation.splices import breaks_of, marks_of
from player.units import Micros

SEEDS = (
    bytes.fromhex(
        "fc3034000000000000fffff00506fe72bd0050001e021c435545494800008e7fcf0001a599b0080800000000"
        "2ca0a18a3402009ac9d17e"
    ),
    bytes.fromhex(
        "fc302f000000000000fffff014054800008f7feffe7369c02efe0052ccf500000000000a0008435545490000"
        "013562dba30a"
    ),
    b'<SpliceInfoSection><SpliceInsert spliceEventId="4" outOfNetworkIndicator="true">'
    b'<BreakDuration duration="90"/></SpliceInsert></SpliceInfoSection>',
)


def take(data: bytes) -> None:
    """As it is, and with a CRC that fits, so that there is something to read behind it."""
    body = data[:-4]
    for one in (data, body + crc32(body).to_bytes(4, "big")):
        with suppress(PlayerError):
            read_splice_info(one)
        event = TimedEvent(scheme="urn:scte:scte35:2013:xml", id="", start=Micros(0), data=one)
        breaks_of(marks_of(event))
