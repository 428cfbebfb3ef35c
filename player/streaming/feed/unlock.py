"""Unlock: takes the encryption off a line's bytes before they are demuxed."""

from collections.abc import Callable

from player.errors import ErrorCode, PlayerError, error
from player.media.cenc import CencDecryptor
from player.media.hls_aes import Aes128Decryptor
from player.model.presentation import Container
from player.model.resource import Protection, ProtectionScheme
from player.streaming.feed.track_buffer import BufferedSegment

KeyFor = Callable[[str], bytes | None]

_CLEAR = frozenset({b"ftyp", b"styp", b"moov"})  # where an init section begins


class Unlock:
    """Decrypts one demuxer run, segment after segment; clear bytes pass. A worker's.

    Whole-segment AES-128 (RFC 8216 4.3.2.4) is taken off first, for each segment by itself; then
    Common Encryption (ISO/IEC 23001-7), whose parameters lie in the run's own boxes.
    """

    def __init__(self, container: Container, key_for: KeyFor) -> None:
        """Take keys from `key_for` by key id, and from the segments by themselves."""
        self._key_for = key_for
        self._own_key = b""
        self._aes: Aes128Decryptor | None = None
        self._cenc = CencDecryptor(self._key) if container is Container.FMP4 else None

    @property
    def whole(self) -> bool:
        """Whether nothing is held back for the rest of a fragment."""
        return self._cenc is None or self._cenc.whole

    @property
    def holds(self) -> bool:
        """Whether a segment's last block waits for `end`, for its padding."""
        return self._aes is not None

    def begin(self, head: BufferedSegment) -> None:
        """A segment begins; raises PlayerError (drm.unsupported, drm.no-key)."""
        self._own_key, self._aes = head.key, None
        protection = identity_key(head.segment.protection)
        if protection is None:
            return
        if protection.scheme is ProtectionScheme.AES_128:
            self._aes = Aes128Decryptor(head.key, protection.iv)
        elif self._cenc is None:
            raise _unsupported(protection)

    def feed(self, data: bytes) -> bytes:
        """Give what is clear with more bytes of the current segment."""
        plain = self._aes.feed(data) if self._aes else data
        return self._cenc.feed(plain) if self._cenc else plain

    def end(self) -> bytes:
        """The segment is over: give what was held back for its padding."""
        aes, self._aes = self._aes, None
        if aes is None:
            return b""
        plain = aes.flush()
        return self._cenc.feed(plain) if self._cenc else plain

    def flush(self) -> bytes:
        """The run is over: give what waited for the rest of its fragment.

        Raises PlayerError (media.truncated) where that rest never came.
        """
        return self._cenc.flush() if self._cenc else b""

    def _key(self, key_id: str) -> bytes | None:
        """The viewer's key by its id, else the one that the segment's playlist named."""
        return self._key_for(key_id) or self._own_key or None


def clear_init(data: bytes, protection: Protection | None, key: bytes) -> bytes:
    """An init section as the demuxer takes it (RFC 8216bis 4.4.4.4: AES-128 counts for it too).

    One that is clear already, in spite of what its playlist says, stays as it is. Raises
    PlayerError (drm.no-key, media.truncated).
    """
    if protection is None or data[4:8] in _CLEAR:
        return data
    aes = Aes128Decryptor(key, protection.iv)
    return aes.feed(data) + aes.flush()


def identity_key(protections: tuple[Protection, ...]) -> Protection | None:
    """The protection whose key is fetched in the open (RFC 8216 4.3.2.4 KEYFORMAT identity)."""
    for one in protections:
        if one.system == "identity" and one.licence_uri:
            return one
    return None


def _unsupported(protection: Protection) -> PlayerError:
    return error(
        ErrorCode.DRM_UNSUPPORTED,
        "This channel is protected in a way that Farol cannot open yet.",
        cause=f"{protection.scheme} in a transport stream",
    )
