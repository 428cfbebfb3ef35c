"""A channel's sound in one language, encoded as AAC-LC so that the loop has no seam."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext

from headend.asset.encoded import Encoded, Unit, encoded
from headend.asset.ladder import AAC_BITRATE, AAC_FRAME, LANGUAGES, LOOP_SECONDS, SAMPLE_RATE
from headend.asset.sound import Signal, loop_sound

_LOOP = LOOP_SECONDS * SAMPLE_RATE
_RUN_IN = 16 * AAC_FRAME  # the encoder's state has settled; also the run-out
_CODEC = "mp4a.40.2"


def encode_audio(channel: int, language: str) -> Encoded:
    """Encodes one loop: 1125 frames of 1024 samples, ``pts`` exactly k * 1024.

    The sound is encoded with its own end before it and its own start behind it, and the middle
    is cut out, so that neither priming nor a cold encoder is heard where the loop closes.
    """
    sound = loop_sound(channel, language)
    around = np.concatenate([sound[:, -_RUN_IN:], sound, sound[:, :_RUN_IN]], axis=1)
    context = _encoder()
    units = list(_units(context, around))
    return encoded(
        units,
        id=f"a-{language}",
        kind="audio",
        codecs=_CODEC,
        codec_config=bytes(context.extradata or b"")[:2],
        timescale=SAMPLE_RATE,
        name=LANGUAGES[language],
        language=language,
        sample_rate=SAMPLE_RATE,
        channels=2,
    )


def _encoder() -> AudioCodecContext:
    context = AudioCodecContext.create("aac", "w")
    context.sample_rate = SAMPLE_RATE
    context.layout = "stereo"
    context.format = "fltp"
    context.bit_rate = AAC_BITRATE
    context.time_base = Fraction(1, SAMPLE_RATE)
    context.flags |= av.codec.context.Flags.global_header
    context.options = {"aac_coder": "fast"}
    return context


def _units(context: AudioCodecContext, sound: Signal) -> Iterator[Unit]:
    """The access units of the loop; libav gives the priming frame the pts -1024."""
    for packet in _packets(context, sound):
        pts = (packet.pts or 0) - _RUN_IN
        if 0 <= pts < _LOOP:
            yield Unit(pts=pts, dts=pts, duration=AAC_FRAME, key=True, payload=bytes(packet))


def _packets(context: AudioCodecContext, sound: Signal) -> Iterator["av.Packet[Any]"]:
    for start in range(0, sound.shape[1], AAC_FRAME):
        block = np.ascontiguousarray(sound[:, start : start + AAC_FRAME])
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = SAMPLE_RATE, start
        frame.time_base = Fraction(1, SAMPLE_RATE)
        yield from context.encode(frame)
    yield from context.encode(None)
