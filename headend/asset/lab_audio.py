"""Sound in the codecs that the ordinary channels do not have."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext

from headend.asset.encoded import Encoded, Unit, encoded
from headend.asset.ladder import LANGUAGES, LOOP_SECONDS, SAMPLE_RATE
from headend.asset.sound import Signal, loop_sound

_LOOP = LOOP_SECONDS * SAMPLE_RATE
_RUN_IN_FRAMES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """One codec.

    Attributes:
        encoder: libav's name.
        codecs: RFC 6381.
        frame: samples a frame; a whole number of them is a loop.
        form: libav's sample format.
        config: the decoder configuration of ISO media, from extradata and the first frame.
        options: for the encoder.
    """

    name: str
    encoder: str
    codecs: str
    frame: int
    form: str
    bitrate: int
    config: Callable[[bytes, bytes], bytes]
    options: Mapping[str, str]


def encode_sound(channel: int, language: str, sound: Sound) -> Encoded:
    """One loop whose frame k has the time k * frame and decodes, untrimmed, to that time.

    As with AAC the sound is encoded with its own end before and its own start behind it. It is
    moved ahead by the codec's delay, so that a decoder which trims nothing is in time.
    """
    wave = loop_sound(channel, language)
    packets, extra = _packets(sound, wave, 0)
    delay = -packets[0][0] % sound.frame
    if delay:
        packets, extra = _packets(sound, wave, delay)
    run_in = _RUN_IN_FRAMES * sound.frame
    units = [
        Unit(pts=time, dts=time, duration=sound.frame, key=True, payload=data)
        for pts, data in packets
        for time in (pts + delay - run_in,)
        if 0 <= time < _LOOP
    ]
    return encoded(
        units,
        id=f"a-{sound.name}-{language}" if sound.name != "aac" else f"a-{language}",
        kind="audio",
        codecs=sound.codecs,
        codec_config=sound.config(extra, units[0].payload),
        timescale=SAMPLE_RATE,
        name=LANGUAGES[language],
        language=language,
        sample_rate=SAMPLE_RATE,
        channels=2,
    )


def _packets(sound: Sound, wave: Signal, delay: int) -> tuple[list[tuple[int, bytes]], bytes]:
    """Times and bytes of all frames, and the encoder's extradata."""
    run_in = _RUN_IN_FRAMES * sound.frame
    moved = np.roll(wave, -delay, axis=1)
    around = np.concatenate([moved[:, -run_in:], moved, moved[:, :run_in]], axis=1)
    context = cast("AudioCodecContext", av.CodecContext.create(sound.encoder, "w"))
    context.sample_rate, context.layout, context.format = SAMPLE_RATE, "stereo", sound.form
    context.bit_rate = sound.bitrate
    context.time_base = Fraction(1, SAMPLE_RATE)
    context.flags |= av.codec.context.Flags.global_header
    context.options = dict(sound.options)
    made = [(packet.pts or 0, bytes(packet)) for packet in _encode(context, sound, around)]
    return made, bytes(context.extradata or b"")


def _encode(context: AudioCodecContext, sound: Sound, wave: Signal) -> Iterator["av.Packet[Any]"]:
    for start in range(0, wave.shape[1], sound.frame):
        block = wave[:, start : start + sound.frame]
        frame = av.AudioFrame.from_ndarray(_as(sound.form, block), sound.form, "stereo")
        frame.sample_rate, frame.pts = SAMPLE_RATE, start
        frame.time_base = Fraction(1, SAMPLE_RATE)
        yield from context.encode(frame)
    yield from context.encode(None)


def _as(form: str, block: Signal) -> "np.ndarray[Any, Any]":
    """Planes of floats or of 16 bit, or both channels of 16 bit in turn."""
    if form == "fltp":
        return np.ascontiguousarray(block)
    whole = np.rint(block * 32767).astype(np.int16)
    return np.ascontiguousarray(whole if form == "s16p" else whole.T.reshape(1, -1))


def _aac(extra: bytes, _first: bytes) -> bytes:
    return extra[:2]


def _ac3(_extra: bytes, first: bytes) -> bytes:
    """AC3SpecificBox of a two-channel stream (ETSI TS 102 366 Annex F.4)."""
    fscod, rate = first[4] >> 6, (first[4] & 0x3F) >> 1
    bsid, bsmod, acmod = first[5] >> 3, first[5] & 7, first[6] >> 5
    lfe = first[6] >> 2 & 1  # behind dsurmod, which two channels have
    word = fscod << 22 | bsid << 17 | bsmod << 14 | acmod << 11 | lfe << 10 | rate << 5
    return word.to_bytes(3, "big")


def _eac3(_extra: bytes, first: bytes) -> bytes:
    """EC3SpecificBox of one independent substream (ETSI TS 102 366 Annex F.6)."""
    fscod, acmod, lfe = first[4] >> 6, first[4] >> 1 & 7, first[4] & 1
    rate = len(first) * 8 * SAMPLE_RATE // 1536 // 1000
    word = rate << 27 | fscod << 22 | 16 << 17 | acmod << 9 | lfe << 8
    return word.to_bytes(5, "big")


def _opus(extra: bytes, _first: bytes) -> bytes:
    """OpusSpecificBox: the OpusHead, big-endian (Opus in ISO BMFF 4.3.2)."""
    skip, gain = extra[10:12][::-1], extra[16:18][::-1]
    return bytes([0, extra[9]]) + skip + SAMPLE_RATE.to_bytes(4, "big") + gain + b"\0"


def _flac(extra: bytes, _first: bytes) -> bytes:
    return extra[-34:]  # STREAMINFO, whatever stands before it


def _nothing(_extra: bytes, _first: bytes) -> bytes:
    return b""


SOUNDS: Mapping[str, Sound] = {
    sound.name: sound
    for sound in (
        Sound(
            name="aac",
            encoder="aac",
            codecs="mp4a.40.2",
            frame=1024,
            form="fltp",
            bitrate=96_000,
            config=_aac,
            options={"aac_coder": "fast"},
        ),
        Sound(
            name="ac3",
            encoder="ac3",
            codecs="ac-3",
            frame=1536,
            form="fltp",
            bitrate=192_000,
            config=_ac3,
            options={},
        ),
        Sound(
            name="eac3",
            encoder="eac3",
            codecs="ec-3",
            frame=1536,
            form="fltp",
            bitrate=128_000,
            config=_eac3,
            options={},
        ),
        Sound(
            name="opus",
            encoder="libopus",
            codecs="opus",
            frame=960,
            form="s16",
            bitrate=96_000,
            config=_opus,
            options={},
        ),
        Sound(
            name="flac",
            encoder="flac",
            codecs="flac",
            frame=4608,
            form="s16",
            bitrate=0,
            config=_flac,
            options={"frame_size": "4608"},
        ),
        Sound(
            name="mp3",
            encoder="libmp3lame",
            codecs="mp4a.40.34",
            frame=1152,
            form="fltp",
            bitrate=128_000,
            config=_nothing,
            options={"reservoir": "0"},
        ),
        Sound(
            name="mp2",
            encoder="mp2",
            codecs="mp4a.40.33",
            frame=1152,
            form="s16",
            bitrate=192_000,
            config=_nothing,
            options={},
        ),
    )
}
