"""Elementary streams: coded units in, samples in the player's form and their heads out."""

from dataclasses import replace
from typing import Protocol

from player.media import audio_frames
from player.media.closed_captions import CaptionTrackStream
from player.media.latm import LatmStream
from player.media.mpeg2 import Mpeg2Stream
from player.media.nal_stream import NAL_RULES, NalStream
from player.media.unit_stream import UnitStream
from player.model.sample import StreamHead
from player.units import Micros

VIDEO_AS_IS = frozenset({"vp9", "vp8", "av1"})
AUDIO_AS_IS = frozenset({"opus", "flac"})
TEXT_AS_IS = frozenset({"wvtt", "stpp", "webvtt", "hdmv_pgs_subtitle"})
_CAPTION_TRACKS = frozenset({"cea608", "cea708"})
_LEAST_FRAME = 8


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

    @property
    def captions(self) -> bytes:
        """The cc_data triplets (CTA-708 4.4) in the unit last taken."""
        ...

    def take(self, data: bytes) -> bytes:
        """Give the unit as a sample's data; empty where nothing is left to decode."""
        ...


class AsIsStream(UnitStream):
    """Units that need no change, under a head that is known from the container."""

    def __init__(self, head: StreamHead) -> None:
        """Take `head` for good."""
        super().__init__(head)

    def take(self, data: bytes) -> bytes:
        """Give `data` back."""
        return data


class FramedAudioStream(UnitStream):
    """Audio whose frames carry headers: the head comes from them, an ADTS header goes."""

    def __init__(self, head: StreamHead) -> None:
        """Start from what the container says; `head` appears with the first readable frame."""
        self._base = head
        self._parse = audio_frames.PARSERS[head.codec]
        self._told: tuple[str, bytes, int, int] | None = None
        super().__init__(None)

    def take(self, data: bytes) -> bytes:
        """Give one frame without its ADTS header; nothing where there is no frame header."""
        # A stream may change its codec on the way, under the name that it began with.
        frame = self._parse(data) or audio_frames.parse_any(data)
        if frame is None:
            return b""
        self.frame_duration = ticks_to_micros(self._samples(frame, data), frame.sample_rate)
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

    def _samples(self, frame: audio_frames.AudioFrame, data: bytes) -> int:
        """Give how much a unit covers: several frames, where E-AC-3's have fewer than six blocks.

        Dependent substreams lie between them and take no time.
        """
        total, at = frame.samples, frame.size
        while at + _LEAST_FRAME <= len(data) and (following := self._parse(data[at:])):
            total, at = total + following.samples, at + following.size
        return total


def open_stream(head: StreamHead, *, annexb: bool) -> ElementaryStream | None:
    """Choose how the stream of `head` is treated; None for a codec the player cannot carry.

    `annexb` says that the container is a transport stream: start codes, ADTS.
    """
    if head.codec in NAL_RULES:
        return NalStream(head, annexb=annexb)
    if head.codec == "mpeg2video":
        return Mpeg2Stream(head)
    if head.codec == "aac_latm":
        return LatmStream(head)
    if head.codec == "aac" and head.config:
        rate, channels = audio_frames.parse_asc(head.config)
        return AsIsStream(replace(head, sample_rate=rate, channels=channels or head.channels))
    if head.codec in audio_frames.PARSERS:
        return FramedAudioStream(head)
    if head.codec in _CAPTION_TRACKS:
        return CaptionTrackStream(replace(head, codec="cea"))
    if head.codec in VIDEO_AS_IS | AUDIO_AS_IS | TEXT_AS_IS:
        return AsIsStream(head)
    return None
