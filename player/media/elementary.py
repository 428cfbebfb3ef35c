"""Elementary streams: coded units in, samples in the player's form and their heads out."""

from dataclasses import replace
from typing import Protocol

from player.media import audio_frames
from player.media.nal_stream import NAL_RULES, NalStream
from player.model.sample import StreamHead
from player.units import Micros

VIDEO_AS_IS = frozenset({"vp9", "vp8", "av1"})
AUDIO_AS_IS = frozenset({"opus"})
TEXT_AS_IS = frozenset({"webvtt", "ttml", "dvb_subtitle", "dvb_teletext", "hdmv_pgs_subtitle"})


def ticks_to_micros(value: int, timescale: int) -> Micros:
    """Turn `value` ticks of 1/`timescale` s into the nearest microsecond."""
    return Micros((2 * value * 1_000_000 + timescale) // (2 * timescale))


class ElementaryStream(Protocol):
    """Brings the coded units of one stream into the form that `StreamHead` promises."""

    @property
    def head(self) -> StreamHead | None:
        """How the unit last taken is decoded; another object once that has changed."""
        ...

    @property
    def frame_duration(self) -> Micros:
        """What the unit last taken lasts by its own header; 0 where it does not say."""
        ...

    @property
    def key(self) -> bool:
        """Whether the unit last taken says itself that decoding can start with it."""
        ...

    def take(self, data: bytes) -> bytes:
        """Give the unit as a sample's data; empty where nothing is left to decode."""
        ...


class AsIsStream:
    """Units that need no change, under a head that is known from the container."""

    def __init__(self, head: StreamHead) -> None:
        """Take `head` for good."""
        self.head: StreamHead | None = head
        self.frame_duration = Micros(0)
        self.key = False

    def take(self, data: bytes) -> bytes:
        """Give `data` back."""
        return data


class FramedAudioStream:
    """Audio whose frames carry headers: the head comes from them, an ADTS header goes."""

    def __init__(self, head: StreamHead) -> None:
        """Start from what the container says; `head` appears with the first readable frame."""
        self._base = head
        self._parse = audio_frames.PARSERS[head.codec]
        self._told: tuple[str, bytes, int, int] | None = None
        self.head: StreamHead | None = None
        self.frame_duration = Micros(0)
        self.key = False

    def take(self, data: bytes) -> bytes:
        """Give one frame without its ADTS header; nothing where there is no frame header."""
        frame = self._parse(data)
        if frame is None:
            return b""
        self.frame_duration = ticks_to_micros(frame.samples, frame.sample_rate)
        told = (frame.codec, frame.config, frame.sample_rate, frame.channels)
        if told != self._told and frame.samples:
            self._told = told
            self.head = replace(
                self._base,
                codec=frame.codec,
                config=frame.config,
                sample_rate=frame.sample_rate,
                channels=frame.channels,
            )
        return data[frame.skip : max(frame.size, frame.skip)] if frame.skip else data


class Mpeg2Stream:
    """MPEG-2 pictures as they are; the size comes from the sequence header (13818-2 6.2.2.1)."""

    def __init__(self, head: StreamHead) -> None:
        """Start from what the container says; `head` appears with the first sequence header."""
        self._base = head
        self.head: StreamHead | None = None
        self.frame_duration = Micros(0)
        self.key = False

    def take(self, data: bytes) -> bytes:
        """Give `data` back."""
        found = data.find(b"\x00\x00\x01\xb3")
        if found >= 0:
            sizes = int.from_bytes(data[found + 4 : found + 7], "big")
            self.head = replace(self._base, config=b"", width=sizes >> 12, height=sizes & 0xFFF)
        return data


def open_stream(head: StreamHead, *, annexb: bool) -> ElementaryStream | None:
    """Choose how the stream of `head` is treated; None for a codec the player cannot carry.

    `annexb` says that the container is a transport stream: start codes, ADTS.
    """
    if head.codec in NAL_RULES:
        return NalStream(head, annexb=annexb)
    if head.codec == "mpeg2video":
        return Mpeg2Stream(head)
    if head.codec == "aac" and head.config:
        rate, channels = audio_frames.parse_asc(head.config)
        return AsIsStream(replace(head, sample_rate=rate, channels=channels or head.channels))
    if head.codec in audio_frames.PARSERS:
        return FramedAudioStream(head)
    if head.codec in VIDEO_AS_IS | AUDIO_AS_IS | TEXT_AS_IS:
        return AsIsStream(head)
    return None
