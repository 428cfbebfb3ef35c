"""A channel's subtitles: a cue each two seconds that says channel and time in the loop."""

from headend.asset.encoded import Encoded, Unit, encoded
from headend.asset.ladder import LANGUAGES, LOOP_SECONDS
from headend.asset.model import TEXT_TIMESCALE

CUE_SECONDS = 2
_CHANNEL = {"en": "Channel", "pt": "Canal"}


def make_captions(channel: int, language: str) -> Encoded:
    """One loop of WebVTT cue payloads, one sample a cue."""
    duration = CUE_SECONDS * TEXT_TIMESCALE
    units = [
        Unit(
            pts=second * TEXT_TIMESCALE,
            dts=second * TEXT_TIMESCALE,
            duration=duration,
            key=True,
            payload=f"{_CHANNEL[language]} {channel} · 00:{second:02d}".encode(),
        )
        for second in range(0, LOOP_SECONDS, CUE_SECONDS)
    ]
    return encoded(
        units,
        id=f"t-{language}",
        kind="text",
        codecs="wvtt",
        codec_config=b"",
        timescale=TEXT_TIMESCALE,
        name=LANGUAGES[language],
        language=language,
    )
