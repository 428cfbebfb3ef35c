"""A key frame that is cut out of a file under AES-128: what to fetch of it, and how to open it.

RFC 8216bis 6.2.3: the whole file is encrypted, and a list of key frames names ranges of it. Where
the encryption begins anew at a key frame, its IV is the list's; where it goes on, it is the block
before (CBC), so that one is fetched, too. Pure.
"""

from dataclasses import replace

from player.media.hls_aes import BLOCK, decrypted_blocks
from player.model.resource import ByteRange, ProtectionScheme, Resource
from player.model.segment import Segment
from player.streaming.feed.unlock import identity_key
from player.streaming.fetch.lane import Lane
from player.units import ByteCount

_BOXES = frozenset({b"styp", b"ftyp", b"moof", b"sidx", b"emsg", b"prft", b"mdat", b"free"})
_PACKET, _SYNC = 188, 0x47
_EBML = b"\x1a\x45\xdf\xa3"


def is_cut(segment: Segment, lane: Lane) -> bool:
    """Whether a segment is a range of an encrypted file, not a piece encrypted by itself."""
    key = identity_key(segment.protection)
    by_itself = all(one.id != lane.track.id for one in lane.period.trick_play)
    if key is None or key.scheme is not ProtectionScheme.AES_128 or by_itself:
        return False
    return segment.resource.byte_range is not None


def with_blocks(resource: Resource) -> Resource:
    """A range widened to whole blocks, with the one before them, where there is one."""
    wanted = resource.byte_range
    if wanted is None:
        return resource
    first = _block_of(wanted.offset)
    start = max(first - BLOCK, 0)
    end = _block_of(wanted.last + BLOCK)
    kept = ByteRange(offset=ByteCount(start), length=ByteCount(end - start))
    return replace(resource, byte_range=kept)


def opened(data: bytes, wanted: ByteRange, key: bytes, iv: bytes) -> bytes:
    """The `wanted` bytes, in the clear, of what `with_blocks` led to; raises PlayerError (drm.*).

    `iv` is the list's.
    """
    first = _block_of(wanted.offset)
    before, body = (data[:BLOCK], data[BLOCK:]) if first else (b"", data)
    skip = wanted.offset - first
    plain = decrypted_blocks(body, key, iv)
    if before and (skip or not _is_start(plain)):
        plain = decrypted_blocks(body, key, before)
    return plain[skip : skip + wanted.length]


def _block_of(offset: int) -> int:
    return offset // BLOCK * BLOCK


def _is_start(plain: bytes) -> bool:
    """Whether a picture may begin so: by its box, its packets or its document."""
    packets = plain[:1] == bytes([_SYNC]) and plain[_PACKET : _PACKET + 1] in (b"", b"\x47")
    return packets or plain[4:8] in _BOXES or plain[:4] == _EBML
