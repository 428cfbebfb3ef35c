"""Numbers as a viewer reads them. Pure; units of measure are the same in every language."""

from datetime import UTC, datetime

from player.api import PlayerSnapshot
from player.units import BitsPerSecond, ByteCount, Micros, seconds

NONE = "\N{EN DASH}"
"""Stands where nothing is known."""


def bit_rate(rate: BitsPerSecond | None) -> str:
    """Give "5.2 Mbit/s", "640 kbit/s" or, where none is known (0 too), a dash."""
    if not rate:
        return NONE
    if rate < 1_000_000:
        return f"{round(rate / 1000)} kbit/s"
    return f"{rate / 1e6:.1f} Mbit/s" if rate < 100_000_000 else f"{round(rate / 1e6)} Mbit/s"


def amount(size: ByteCount) -> str:
    """Give "12.3 MB"."""
    return f"{size / 1e6:.1f} MB" if size < 1e9 else f"{size / 1e9:.2f} GB"


def lasting(time: Micros | None) -> str:
    """Give a duration with a tenth, "3.4 s", or a dash."""
    return NONE if time is None else f"{seconds(time):.1f} s"


def times(factor: float) -> str:
    """Give how many times as fast, "1.5\N{MULTIPLICATION SIGN}"."""
    return f"{factor:g}\N{MULTIPLICATION SIGN}"


def position(time: Micros) -> str:
    """Give a place in a film, "4:07" or "1:04:07"."""
    minutes, second = divmod(max(0, time) // 1_000_000, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def whereabouts(snapshot: PlayerSnapshot) -> str:
    """Give the picture's time of day where it is live, else its place in the film."""
    if not snapshot.live or snapshot.epoch is None:
        return position(snapshot.position)
    return _local((snapshot.epoch + snapshot.position) / 1e6, "%H:%M:%S")


def wall(time: int) -> str:
    """Give POSIX seconds as the viewer's local time, "19:07"."""
    return _local(time, "%H:%M")


def resolution(height: int) -> str:
    """Give "1080p", "" where unknown."""
    return f"{height}p" if height else ""


def marks(snapshot: PlayerSnapshot) -> list[str]:
    """Give what the banner marks: resolution, audio languages, captions, protection."""
    languages = [choice.language.upper() for choice in snapshot.audio if choice.language]
    return [
        mark
        for mark in (
            resolution(snapshot.height),
            " · ".join(languages[:3]) if len(languages) > 1 else "",
            "CC" if snapshot.text else "",
            "DRM" if snapshot.protected else "",
        )
        if mark
    ]


def _local(time: float, form: str) -> str:
    return datetime.fromtimestamp(time, UTC).astimezone().strftime(form)
