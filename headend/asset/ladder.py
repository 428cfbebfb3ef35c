"""The encoding ladder and everything else that the encoded bytes depend on."""

import hashlib
from dataclasses import dataclass

RECIPE = 3  # raise it whenever drawing or encoding changes: old caches are then made anew

FRAME_RATE = 25
LOOP_SECONDS = 24  # a multiple of 8 s: 375 AAC frames of 1024 samples at 48 kHz
SEGMENT_SECONDS = 2
LOOP_FRAMES = FRAME_RATE * LOOP_SECONDS
GOP_FRAMES = FRAME_RATE * SEGMENT_SECONDS
SAMPLE_RATE = 48_000
AAC_FRAME = 1024
AAC_BITRATE = 96_000
FLASH_FRAMES = 2
LANGUAGES = {"en": "English", "pt": "Português"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of the ladder; ``bitrate`` in bits/s is what the encoder aims at."""

    id: str
    index: int
    width: int
    height: int
    bitrate: int


LADDER = (
    Rung(id="v240", index=0, width=426, height=240, bitrate=200_000),
    Rung(id="v360", index=1, width=640, height=360, bitrate=450_000),
    Rung(id="v480", index=2, width=854, height=480, bitrate=850_000),
    Rung(id="v720", index=3, width=1280, height=720, bitrate=1_600_000),
    Rung(id="v1080", index=4, width=1920, height=1080, bitrate=3_000_000),
)


def rungs(channel: int) -> tuple[Rung, ...]:
    """The rungs of a channel: 1080p is on channel 1 only."""
    return LADDER if channel == 1 else LADDER[:-1]


def recipe_key(segment_s: int = SEGMENT_SECONDS) -> str:
    """Names the recipe: two caches with the same key hold the same encodes."""
    group = FRAME_RATE * segment_s
    facts = (RECIPE, LADDER, LOOP_FRAMES, group, AAC_BITRATE, FLASH_FRAMES, LANGUAGES)
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:12]
