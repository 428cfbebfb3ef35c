"""Tells a wrong key from a right one by looking at what it made of a sample.

Encrypted subsamples leave the lengths of NAL units readable, so that only decoding shows a
wrong key there: libav does it, for a sample or a few of each key.
"""

from av.audio.codeccontext import AudioCodecContext
from av.codec.context import CodecContext
from av.error import FFmpegError, InvalidDataError
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext

from player.media.decrypt_init import SampleEntry
from player.media.descriptors import read_esds
from player.media.nal_stream import NAL_RULES

_AVC = frozenset({"avc1", "avc2", "avc3", "avc4", "dva1", "dvav"})
_AAC = 0x40
_HEVC = frozenset({"hvc1", "hev1", "dvh1", "dvhe"})


def looks_garbled(entry: SampleEntry, sample: bytes) -> str | None:
    """Say what is wrong with a decrypted sample: "" where it is sound, None where none can say.

    `sample` is a whole sample as the container holds it. Worker thread: it may decode a picture.
    """
    if entry.format in _AVC and len(record := entry.config.get(b"avcC", b"")) > 4:
        return _check(sample, "h264", record, (record[4] & 3) + 1)
    if entry.format in _HEVC and len(record := entry.config.get(b"hvcC", b"")) > 21:
        return _check(sample, "hevc", record, (record[21] & 3) + 1)
    if entry.format == "mp4a" and (record := audio_config(entry.config.get(b"esds", b""))):
        return _decode(sample, "aac", record)
    return None


def proofs_needed(entry: SampleEntry) -> int:
    """Give how many sound samples prove a key.

    Measured: a wrong key shows in every H.264 key frame and in the first four AAC frames. HEVC
    decodes from almost any bytes: there, only what may not stand in a NAL unit gives it away,
    once in 8 MB, so that the watch goes on for minutes.
    """
    if entry.format in _AVC:
        return 2
    return 50 if entry.format in _HEVC else 4


def audio_config(esds: bytes) -> bytes:
    """Give the AudioSpecificConfig inside an `esds` body, b"" where it is not AAC."""
    decoder = read_esds(esds)
    return decoder.info if decoder.object_type == _AAC else b""


def _check(sample: bytes, codec: str, record: bytes, width: int) -> str | None:
    units = nal_units(sample, width)
    if units is None:
        return "NAL unit lengths do not add up to the sample"
    starts = (b"\0\0\1", b"\0\0\2") if codec == "hevc" else ()
    if any(start in unit for unit in units for start in starts):
        return "a start code inside of a NAL unit"  # ITU-T H.265 7.4.2
    rules = NAL_RULES[codec]
    key = any(rules.kind(unit) in rules.key_units for unit in units)
    return _decode(sample, codec, record) if key else None


def nal_units(sample: bytes, width: int) -> list[bytes] | None:
    """Give the NAL units that follow lengths of `width` bytes; None if the lengths lie."""
    units: list[bytes] = []
    place = 0
    while place < len(sample):
        size = int.from_bytes(sample[place : place + width], "big")
        place += width
        if place + size > len(sample):
            return None
        units += [sample[place : place + size]] if size else []
        place += size
    return units


def _decode(sample: bytes, codec: str, record: bytes) -> str | None:
    """Decode one sample, giving up at the first fault; give the fault, "" or None."""
    decoder = CodecContext.create(codec, "r")
    if not isinstance(decoder, VideoCodecContext | AudioCodecContext):
        return None
    decoder.extradata = record
    decoder.thread_count = 1
    decoder.options = {"err_detect": "explode"}
    try:
        pictures = [*decoder.decode(Packet(sample)), *decoder.decode(None)]
    except InvalidDataError as fault:
        return f"decoding failed: {fault.strerror}"
    except FFmpegError:
        return None  # what libav cannot decode at all says nothing of the key
    return "" if pictures else None
