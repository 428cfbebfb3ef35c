"""Thumbnail: a small picture of one moment of the programme."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Thumbnail:
    """What is shown over the seek bar: `width` x `height` pixels.

    `rgb` holds rows from the top, three bytes a pixel (red, green, blue; sRGB as far as the
    stream is), without padding.
    """

    width: int
    height: int
    rgb: bytes = field(repr=False)

    @property
    def size(self) -> int:
        """Bytes of the pixels."""
        return len(self.rgb)
