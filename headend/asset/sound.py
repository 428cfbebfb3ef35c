"""A channel's sound: a quiet drone, a melody, the beep on each full second (docs/strip.md)."""

import numpy as np
from numpy.typing import NDArray

from headend.asset.ladder import LOOP_SECONDS, SAMPLE_RATE

Signal = NDArray[np.float32]

BEEP_HZ = 1000
BEEP_SECONDS = 0.06
_SCALE = (0, 2, 4, 7, 9, 12)  # major pentatonic, semitones
_NOTE_STARTS = (0.16, 0.56)  # clear of the beep
_NOTE_SECONDS = 0.36


def drone_hz(channel: int, language: str) -> float:
    """The pitch that tells channel and language: a twelfth of an octave a channel, from A2.

    Portuguese sounds a fifth above English. Rounded to whole periods in the loop.
    """
    pitch = 110 * 2 ** ((channel - 1) % 12 / 12) * (1.5 if language == "pt" else 1.0)
    return round(pitch * LOOP_SECONDS) / LOOP_SECONDS


def loop_sound(channel: int, language: str) -> Signal:
    """One loop in stereo, shape (2, samples), -1..1; its end continues into its start."""
    time = np.arange(LOOP_SECONDS * SAMPLE_RATE) / SAMPLE_RATE
    pitch = drone_hz(channel, language)
    drone = 0.05 * np.sin(2 * np.pi * pitch * time) + 0.015 * np.sin(4 * np.pi * pitch * time)
    melody = _melody(channel, language, pitch)
    beep = np.tile(_beep(), LOOP_SECONDS)
    sides = [drone + beep + melody * pan for pan in (0.8, 1.0)]
    return np.stack(sides).astype(np.float32)


def _beep() -> NDArray[np.float64]:
    """One second that begins with the beep: a sharp start, a soft end, then silence."""
    second = np.zeros(SAMPLE_RATE)
    count = round(BEEP_SECONDS * SAMPLE_RATE)
    time = np.arange(count) / SAMPLE_RATE
    fade = np.clip((BEEP_SECONDS - time) / 0.01, 0, 1)
    second[:count] = 0.4 * np.sin(2 * np.pi * BEEP_HZ * time) * fade
    return second


def _melody(channel: int, language: str, pitch: float) -> NDArray[np.float64]:
    """Soft notes below the beep's pitch, in an order of the channel's and language's own."""
    random = np.random.default_rng([channel, *language.encode()])
    sound = np.zeros(LOOP_SECONDS * SAMPLE_RATE)
    count = round(_NOTE_SECONDS * SAMPLE_RATE)
    time = np.arange(count) / SAMPLE_RATE
    shape = np.sin(np.pi * np.clip(time / _NOTE_SECONDS, 0, 1) ** 0.5) ** 2
    for second in range(LOOP_SECONDS):
        for start in _NOTE_STARTS:
            step = _SCALE[int(random.integers(len(_SCALE)))]
            tone = 2 * pitch * 2 ** (step / 12)
            tone = tone if tone < 600 else tone / 2
            first = round((second + start) * SAMPLE_RATE)
            sound[first : first + count] += 0.09 * shape * np.sin(2 * np.pi * tone * time)
    return sound
