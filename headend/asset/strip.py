"""The machine-readable strip at the top of every frame (docs/strip.md)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CELLS = 52
ROWS_PER_PICTURE = 30
FINDER = (1, 0, 1, 1, 1, 0)
BLACK, WHITE = 16, 235


@dataclass(frozen=True, slots=True, kw_only=True)
class StripCode:
    """What one frame says about itself.

    Attributes:
        channel: 0..127.
        rung: 0..15, the index in the ladder.
        frame: 0..4095, counted from the start of the loop.
    """

    channel: int
    rung: int
    frame: int


def crc16(data: bytes) -> int:
    """CRC-16/IBM-3740: polynomial 0x1021, start 0xFFFF, most significant bit first."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = ((crc << 1) ^ (0x1021 if crc & 0x8000 else 0)) & 0xFFFF
    return crc


def cells(code: StripCode) -> NDArray[np.bool_]:
    """The 52 cells of the upper row, true for white; the lower row is the complement."""
    word = (code.channel & 0x7F) << 16 | (code.rung & 0xF) << 12 | (code.frame & 0xFFF)
    payload = word.to_bytes(3, "big")
    coded = payload + crc16(payload).to_bytes(2, "big")
    bits = np.unpackbits(np.frombuffer(coded, np.uint8))
    return np.concatenate([FINDER, bits, FINDER[::-1]]).astype(np.bool_)


def strip_height(height: int) -> int:
    """Lines that the strip takes of a picture of ``height`` lines."""
    return round(2 * height / ROWS_PER_PICTURE)


def paint_strip(luma: NDArray[np.uint8], code: StripCode) -> None:
    """Draws the strip into the top of a limited-range luma plane; chroma there is to be 128."""
    height, width = luma.shape
    edges = np.rint(np.arange(CELLS + 1) * width / CELLS).astype(int)
    row = np.repeat(cells(code), np.diff(edges))
    middle = round(height / ROWS_PER_PICTURE)
    luma[:middle] = np.where(row, WHITE, BLACK)
    luma[middle : strip_height(height)] = np.where(row, BLACK, WHITE)


def flash_box(width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, right and bottom pixel of the flash window, under the strip at the right."""
    across = [round(cell * width / CELLS) for cell in (47, 51)]
    down = [round(row * height / ROWS_PER_PICTURE) for row in (3, 7)]
    return across[0], down[0], across[1], down[1]


def paint_flash(luma: NDArray[np.uint8], *, lit: bool) -> None:
    """Fills the flash window of a luma plane with white or black."""
    left, top, right, bottom = flash_box(luma.shape[1], luma.shape[0])
    luma[top:bottom, left:right] = WHITE if lit else BLACK
