"""Pieces of recordings that were never recorded."""

from dataclasses import replace

from player.model.presentation import Container, TrackKind
from player.model.resource import ByteRange
from player.recording.media_text import Piece
from player.recording.told import RungName, Told, TrackName
from player.units import BitsPerSecond, ByteCount, Micros, micros

VIDEO = TrackName(kind=TrackKind.VIDEO)
ENGLISH = TrackName(kind=TrackKind.AUDIO, language="en", name="English", default=True, channels=2)
TOP = RungName(
    bandwidth=BitsPerSecond(4_000_000), codecs="avc1.64001f", width=1280, height=720,
    container=Container.FMP4,
)  # fmt: skip
SOUND = RungName(bandwidth=BitsPerSecond(64_000), codecs="mp4a.40.2", container=Container.FMP4)
NOON = Micros(1_800_000_000_000_000)


def told(number: int, track: TrackName = VIDEO, **more: object) -> Told:
    """Segment `number` of a programme of segments of two seconds."""
    rung = TOP if track is VIDEO else SOUND
    plain = Told(
        serial=number,
        track=track,
        rung=rung,
        start=micros(2 * number),
        duration=micros(2),
        number=number,
        epoch=NOON,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def piece(one: Told, offset: int = 100, file: str = "00000000.m4s") -> Piece:
    """Where it might lie."""
    return Piece(
        told=one, file=file, part=ByteRange(offset=ByteCount(offset), length=ByteCount(50))
    )
