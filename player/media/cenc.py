"""Takes Common Encryption off fragmented MP4 as its bytes come (ISO/IEC 23001-7).

One decryptor for every CDM: what goes on to libav is clear, and a wrong key is noticed here,
where libav would make garbage of it in silence.
"""

from collections.abc import Callable

from player.errors import ErrorCode, error
from player.formats.iso_boxes import Box, boxes, header_at, invalid
from player.media.decrypt_check import looks_garbled, proofs_needed
from player.media.decrypt_fragment import EncryptedRun, EncryptedSample, read_fragment
from player.media.decrypt_init import InitTrack, TrackEncryption, read_init
from player.media.decrypt_samples import decrypt_sample

KeyFor = Callable[[str], bytes | None]
"""Gives the 16-byte key of a key id (32 lower-case hex digits), or None."""

_TELLING = 64  # fewer protected bytes may well be all in the clear, and prove nothing
_MOST = 1 << 30  # a fragment beyond it is a broken size, not media


class CencDecryptor:
    """Decrypts one run of one representation: its init segment, then its fragments, in order.

    Not for two threads at once. Only whole fragments (`moof` and `mdat`) come out; a run that
    turns out to hold nothing encrypted passes through as it comes.
    """

    def __init__(self, key_for: KeyFor) -> None:
        """Take keys from `key_for`, which is asked once for every key id."""
        self._key_for = key_for
        self._keys: dict[str, bytes] = {}
        self._proofs: dict[tuple[int, str], int] = {}
        self._tracks: dict[int, InitTrack] = {}
        self._pending = bytearray()
        self._place = 0
        self._whole = 0
        self._in_fragment = False
        self._clear = False

    @property
    def tracks(self) -> dict[int, TrackEncryption]:
        """How each encrypted track of the init segment seen last is encrypted."""
        return {
            track.track: entry.encryption
            for track in self._tracks.values()
            for entry in track.entries
            if entry.encryption is not None
        }

    @property
    def whole(self) -> bool:
        """Whether nothing is held back for the rest of a fragment."""
        return not self._pending

    def feed(self, data: bytes) -> bytes:
        """Take more bytes and give what is clear with them, perhaps nothing yet.

        Raises PlayerError: drm.no-key (missing or wrong), drm.unsupported, media.invalid,
        media.truncated.
        """
        if self._clear:
            return data
        self._pending += data
        self._scan()
        if not self._whole:
            return b""
        return bytes(self.decrypt(self._ready())) + self._released()

    def flush(self) -> bytes:
        """Give what is left at the end of the run: a last box may go to the end of the file.

        Raises what `feed` does; media.truncated where a fragment is not whole.
        """
        last = header_at(self._pending, self._place, len(self._pending))
        cut = self._in_fragment if last is None else last.end >= 0
        ready, self._pending = self._pending, bytearray()
        self._place, self._whole, self._in_fragment = 0, 0, False
        if cut:
            raise error(
                ErrorCode.MEDIA_TRUNCATED,
                "A piece of this channel arrived incomplete.",
                cause=f"{len(ready)} bytes of a fragment came",
            )
        return bytes(self.decrypt(ready))

    def _ready(self) -> bytearray:
        end, self._whole = self._whole, 0
        ready = self._pending[:end]
        del self._pending[:end]
        self._place -= end
        return ready

    def _released(self) -> bytes:
        """What waited for the rest of its fragment, once nothing is known to be encrypted."""
        if not self._clear:
            return b""
        released, self._pending = bytes(self._pending), bytearray()
        return released

    def decrypt(self, data: bytearray) -> bytearray:
        """Decrypt whole boxes (an init segment, whole fragments) in place and give them back."""
        for box in boxes(data, 0, len(data)):
            if box.type == b"moov":
                self._take_init(data, box)
            elif box.type == b"moof" and self._tracks:
                for run in read_fragment(data, box, self._tracks):
                    self._decrypt_run(data, run)
        return data

    def _take_init(self, data: bytearray, moov: Box) -> None:
        part = data[moov.start : moov.end]
        self._tracks = read_init(part)
        data[moov.start : moov.end] = part
        self._clear = not self.tracks

    def _scan(self) -> None:
        """Count the pending bytes that are whole boxes, a `moof` with its `mdat`; each once."""
        while (box := header_at(self._pending, self._place, len(self._pending))) is not None:
            if box.end - box.start > _MOST:
                raise invalid(f"a box of {box.end - box.start} bytes")
            if box.end < 0 or box.end > len(self._pending):
                break
            self._place = box.end
            begins, ends = box.type == b"moof", box.type == b"mdat"
            self._in_fragment = begins or (self._in_fragment and not ends)
            if not self._in_fragment:
                self._whole = self._place

    def _decrypt_run(self, data: bytearray, run: EncryptedRun) -> None:
        encryption = run.entry.encryption
        assert encryption is not None  # noqa: S101 - read_fragment gives no other
        for sample in run.samples:
            key_id = sample.protection.key_id
            decrypt_sample(data, sample, encryption.scheme, self._key(key_id))
            proofs = self._proofs.get((run.track, key_id), 0)
            if proofs < proofs_needed(run.entry) and _protected(sample) >= _TELLING:
                self._prove(bytes(data[sample.start : sample.start + sample.size]), run, key_id)

    def _key(self, key_id: str) -> bytes:
        key = self._keys.get(key_id) or self._key_for(key_id)
        if key is None:
            raise error(
                ErrorCode.DRM_NO_KEY,
                "This channel is protected, and the key to it is missing.",
                cause=f"no key for key id {key_id}",
            )
        self._keys[key_id] = key
        return key

    def _prove(self, sample: bytes, run: EncryptedRun, key_id: str) -> None:
        garbled = looks_garbled(run.entry, sample)
        if garbled:
            raise error(
                ErrorCode.DRM_NO_KEY,
                "This channel is protected, and the key at hand does not open it.",
                cause=f"key id {key_id}, track {run.track}: {garbled}",
            )
        if garbled is not None:
            self._proofs[run.track, key_id] = self._proofs.get((run.track, key_id), 0) + 1


def _protected(sample: EncryptedSample) -> int:
    """Count the bytes of a sample that are protected, those skipped by a pattern included."""
    if not sample.subsamples:
        return sample.size
    return sum(protected for _, protected in sample.subsamples)
