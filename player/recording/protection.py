"""What may lie on a disk: nothing whose keys this viewer was not given. Pure."""

from collections.abc import Mapping

from player.drm.clearkey import KeyRing
from player.errors import ErrorCode, PlayerError, error
from player.model.resource import Protection, ProtectionScheme
from player.model.segment import Segment
from player.streaming.fetch.lane import Lane

_COMMON = frozenset(
    {
        ProtectionScheme.CENC,
        ProtectionScheme.CENS,
        ProtectionScheme.CBC1,
        ProtectionScheme.CBCS,
        ProtectionScheme.SAMPLE_AES,
    }
)
"""Schemes whose parameters lie in the media itself (ISO/IEC 23001-7), so that they play as they
lie there with the keys alone. AES-128 of whole segments (RFC 8216 4.3.2.4) is none: its key has
an address, which is on no disk."""

_SEALED_ENTRIES = (b"encv", b"enca", b"enct")


def check_protection(lane: Lane, segment: Segment, head: bytes, keys: Mapping[str, bytes]) -> None:
    """Raise PlayerError (drm.no-copy) where a segment is protected, unless its keys are given.

    It is stored as it came in any case. What no manifest tells, the sample entries in `head` do:
    the init section, or what stands before the first sample (ISO/IEC 14496-12 8.12). Subtitles
    and the like of a protected channel may come in the clear, and are stored so.
    """
    told = (*segment.protection, *lane.representation.protection)
    own = () if segment.init_protection is None else (segment.init_protection,)
    entries = is_sealed(head)
    if not told and not own and not entries:
        return
    sealed_whole = bool(own) or (bool(segment.protection) and not entries)
    if sealed_whole or not keys or not _are_given(told, keys):
        raise no_copy()


def is_sealed(head: bytes) -> bool:
    """Whether sample entries in `head` say that the samples are encrypted, as above."""
    return any(name in head for name in _SEALED_ENTRIES)


def _are_given(told: tuple[Protection, ...], keys: Mapping[str, bytes]) -> bool:
    """Whether all that is told of is of Common Encryption, and its keys are there."""
    ring = KeyRing(keys)
    return all(
        one.scheme in _COMMON and (not one.key_id or ring.key_for(one.key_id) is not None)
        for one in told
    )


def no_copy(cause: str = "protected media without keys of the viewer's own") -> PlayerError:
    """What a protected channel is refused with."""
    return error(
        ErrorCode.DRM_NO_COPY,
        "This channel is protected and cannot be recorded. It can still be watched.",
        cause=cause,
    )
