"""splice_info_sections, written bit by bit (ANSI/SCTE 35 2023 clauses 9 and 10)."""

from player.formats.splice_info import crc32


def bits(*fields: tuple[int, int]) -> bytes:
    """Write (value, count of bits); the whole must be bytes."""
    text = "".join(f"{value:0{count}b}" for value, count in fields)
    assert len(text) % 8 == 0
    return int(text, 2).to_bytes(len(text) // 8, "big") if text else b""


def section(
    command: int, body: bytes, loop: bytes = b"", *, adjustment: int = 0, untold: bool = False
) -> bytes:
    """A whole section."""
    length = 0xFFF if untold else len(body)
    head = bits((0, 8), (0, 7), (adjustment, 33), (0, 8), (0xFFF, 12), (length, 12), (command, 8))
    rest = head + body + len(loop).to_bytes(2, "big") + loop
    data = bits((0xFC, 8), (3, 4), (len(rest) + 4, 12)) + rest
    return data + crc32(data).to_bytes(4, "big")


def _time(pts: int | None) -> tuple[tuple[int, int], ...]:
    return ((0x7F, 8),) if pts is None else ((1, 1), (0x3F, 6), (pts, 33))


def insert(
    event: int,
    *,
    out: bool = True,
    pts: int | None = None,
    duration: int | None = 900_000,
    cancelled: bool = False,
    components: int = 0,
    adjustment: int = 0,
    untold: bool = False,
) -> bytes:
    """A splice_insert; without `pts` at once. `duration` in 90 kHz, the break ends by itself."""
    fields: list[tuple[int, int]] = [(event, 32), (cancelled, 1), (0x7F, 7)]
    if not cancelled:
        at_once = pts is None
        whole = not components
        lasts = duration is not None
        fields += [(out, 1), (whole, 1), (lasts, 1), (at_once, 1), (0xF, 4)]
        if whole and not at_once:
            fields += _time(pts)
        if components:
            fields.append((components, 8))
            for tag in range(components):
                fields += [(tag, 8), *(() if at_once else _time(pts))]
        if duration is not None:
            fields += [(1, 1), (0x3F, 6), (duration, 33)]
        fields += [(1, 16), (0, 16)]
    return section(0x05, bits(*fields), adjustment=adjustment, untold=untold)


def time_signal(pts: int | None, *loop: bytes, adjustment: int = 0, untold: bool = False) -> bytes:
    """A time_signal with descriptors."""
    body = bits(*_time(pts))
    return section(0x06, body, b"".join(loop), adjustment=adjustment, untold=untold)


def segmentation(
    event: int,
    kind: int,
    *,
    duration: int | None = None,
    cancelled: bool = False,
    components: int = 0,
) -> bytes:
    """A segmentation_descriptor."""
    fields: list[tuple[int, int]] = [(event, 32), (cancelled, 1), (0x7F, 7)]
    if not cancelled:
        fields += [(not components, 1), (duration is not None, 1), (0x3F, 6)]
        if components:
            fields.append((components, 8))
            for tag in range(components):
                fields += [(tag, 8), (0x7F, 7), (0, 33)]
        if duration is not None:
            fields.append((duration, 40))
        fields += [(0, 8), (0, 8), (kind, 8), (1, 8), (1, 8)]
    body = b"CUEI" + bits(*fields)
    return bytes((0x02, len(body))) + body
