"""ID3 tags: timed metadata of HLS, and the time stamp of packed audio (RFC 8216 section 3.4)."""

import struct

_TIMESTAMP_OWNER = b"com.apple.streaming.transportStreamTimestamp\0"
# Metadata descriptors of "Timed Metadata for HTTP Live Streaming": in the programme info and
# with the elementary stream.
POINTER = bytes([0x25, 15]) + b"\xff\xffID3 \xffID3 \x00\x1f\x00\x01"
DESCRIPTOR = bytes([0x26, 13]) + b"\xff\xffID3 \xffID3 \x00\x0f"


def tag(*frames: bytes) -> bytes:
    """An ID3v2.4 tag."""
    body = b"".join(frames)
    return b"ID3\x04\0\0" + _synchsafe(len(body)) + body


def _synchsafe(size: int) -> bytes:
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))


def _frame(name: bytes, body: bytes) -> bytes:
    return name + _synchsafe(len(body)) + b"\0\0" + body


def text_frame(name: bytes, text: str) -> bytes:
    """A text frame in UTF-8, `TIT2` for instance."""
    return _frame(name, b"\x03" + text.encode() + b"\0")


def timestamp_tag(pts: int) -> bytes:
    """The tag in front of a packed audio segment; `pts` in 90 kHz of its first frame."""
    return tag(_frame(b"PRIV", _TIMESTAMP_OWNER + struct.pack(">Q", pts % (1 << 33))))
