"""Boxes written by hand: init segments and fragments in every shape that writers give them."""

from collections.abc import Sequence

Sizes = Sequence[int]


def box(kind: bytes, *parts: bytes) -> bytes:
    """Write a box."""
    body = b"".join(parts)
    return (8 + len(body)).to_bytes(4, "big") + kind + body


def full(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    """Write a box with version and flags."""
    return box(kind, bytes((version,)) + flags.to_bytes(3, "big"), *parts)


def u16(*values: int) -> bytes:
    """Write 16-bit numbers."""
    return b"".join(value.to_bytes(2, "big") for value in values)


def u32(*values: int) -> bytes:
    """Write 32-bit numbers, negative ones as two's complement."""
    return b"".join((value & 0xFFFFFFFF).to_bytes(4, "big") for value in values)


def u64(*values: int) -> bytes:
    """Write 64-bit numbers, negative ones as two's complement."""
    return b"".join((value & (1 << 64) - 1).to_bytes(8, "big") for value in values)


def audio_entry(kind: bytes, *inner: bytes, channels: int = 2, rate: int = 48_000) -> bytes:
    """Write an AudioSampleEntry."""
    head = bytes(6) + u16(1) + bytes(8) + u16(channels, 16, 0, 0) + u32(rate << 16)
    return box(kind, head, *inner)


def visual_entry(kind: bytes, *inner: bytes, width: int = 64, height: int = 48) -> bytes:
    """Write a VisualSampleEntry."""
    head = bytes(6) + u16(1) + bytes(16) + u16(width, height) + bytes(50)
    return box(kind, head, *inner)


def text_entry(kind: bytes, *inner: bytes) -> bytes:
    """Write a sample entry with nothing of its own."""
    return box(kind, bytes(6) + u16(1), *inner)


def track(
    number: int,
    handler: bytes,
    entry: bytes,
    *,
    timescale: int = 48_000,
    edits: Sequence[tuple[int, int]] = (),
    wide: bool = False,
) -> bytes:
    """Write a `trak`; `edits` are (segment_duration, media_time)."""
    tkhd = full(b"tkhd", 0, 7, u32(0, 0, number, 0, 0), bytes(60))
    mdhd = full(b"mdhd", 0, 0, u32(0, 0, timescale, 0), u16(0x55C4, 0))
    hdlr = full(b"hdlr", 0, 0, u32(0), handler, bytes(13))
    stbl = box(b"stbl", full(b"stsd", 0, 0, u32(1), entry))
    size = u64 if wide else u32
    lines = b"".join(size(length, start) + u32(0x10000) for length, start in edits)
    elst = full(b"elst", int(wide), 0, u32(len(edits)), lines)
    edts = box(b"edts", elst) if edits else b""
    return box(b"trak", tkhd, edts, box(b"mdia", mdhd, hdlr, box(b"minf", stbl)))


def init(*tracks: bytes, trex: bytes = b"", movie_scale: int = 1000) -> bytes:
    """Write an init segment."""
    mvhd = full(b"mvhd", 0, 0, u32(0, 0, movie_scale, 0), bytes(80))
    return box(b"ftyp", b"iso6", u32(0)) + box(b"moov", mvhd, *tracks, box(b"mvex", trex))


def trex(number: int, *, duration: int = 0, size: int = 0, flags: int = 0) -> bytes:
    """Write fragment defaults."""
    return full(b"trex", 0, 0, u32(number, 1, duration, size, flags))


def plain_traf(number: int, time: int | None, offset: int, sizes: Sizes, duration: int) -> bytes:
    """Write a `traf` with one run whose data begin `offset` behind the fragment's start."""
    tfhd = full(b"tfhd", 0, 0x20008, u32(number, duration))
    tfdt = b"" if time is None else full(b"tfdt", 1, 0, u64(time))
    trun = full(b"trun", 0, 0x201, u32(len(sizes), offset), u32(*sizes))
    return box(b"traf", tfhd, tfdt, trun)


def fragment(number: int, time: int | None, samples: Sequence[bytes], duration: int) -> bytes:
    """Write a fragment with one track and one run."""
    sizes = [len(sample) for sample in samples]
    mfhd = full(b"mfhd", 0, 0, u32(1))
    length = len(box(b"moof", mfhd, plain_traf(number, time, 0, sizes, duration)))
    moof = box(b"moof", mfhd, plain_traf(number, time, length + 8, sizes, duration))
    return moof + box(b"mdat", *samples)


def emsg(version: int, scheme: bytes, value: bytes, times: bytes, data: bytes) -> bytes:
    """Write an event message; `times` are the four numbers in the version's own widths."""
    texts = scheme + b"\x00" + value + b"\x00"
    parts = (texts, times) if version == 0 else (times, texts)
    return full(b"emsg", version, 0, *parts, data)
