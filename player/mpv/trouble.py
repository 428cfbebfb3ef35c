"""What libmpv's log says of decoders that fail. Pure."""

import re
from collections import deque

from player.units import Micros, micros

_NO_DECODER = re.compile(
    r"Failed to initialize a decoder|Could not open codec|no decoder", re.IGNORECASE
)
_BROKEN = re.compile(r"rror (while )?decoding (frame|audio)", re.IGNORECASE)
_KINDS = {"vd": "video", "ffmpeg/video": "video", "ad": "audio", "ffmpeg/audio": "audio"}

MOST = 12
WITHIN = micros(2)
"""`MOST` errors `WITHIN` this time are no damage on the way: the decoder cannot do it."""


class DecoderWatch:
    """Tells once an epoch, for pictures and for sound, that their decoder fails."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self._errors: dict[str, deque[Micros]] = {}
        self._told: set[str] = set()

    def restart(self) -> None:
        """Another epoch begins."""
        self._errors.clear()
        self._told.clear()

    def hear(self, prefix: str, text: str, now: Micros) -> str:
        """Take a line of the log; gives the kind that is in trouble, "" for none or told."""
        kind = _KINDS.get(prefix, "")
        if not kind or kind in self._told or not self._is_bad(kind, text, now):
            return ""
        self._told.add(kind)
        return kind

    def _is_bad(self, kind: str, text: str, now: Micros) -> bool:
        if _NO_DECODER.search(text):
            return True
        if not _BROKEN.search(text):
            return False
        heard = self._errors.setdefault(kind, deque(maxlen=MOST))
        heard.append(now)
        return len(heard) == MOST and now - heard[0] <= WITHIN
