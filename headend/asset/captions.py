"""A channel's subtitles: a cue each two seconds that says channel and time in the loop."""

from collections.abc import Callable

from headend.asset.encoded import Encoded, Unit, encoded
from headend.asset.ladder import LANGUAGES, LOOP_SECONDS
from headend.asset.model import TEXT_TIMESCALE

CUE_SECONDS = 2
_CHANNEL = {"en": "Channel", "pt": "Canal"}


def make_captions(channel: int, language: str) -> Encoded:
    """One loop of WebVTT cue payloads, one sample a cue."""
    word = _CHANNEL[language]
    return cue_loop(
        "t",
        language,
        "wvtt",
        lambda _, second: f"{word} {channel} · 00:{second:02d}".encode(),
        name=LANGUAGES[language],
    )


def cue_loop(
    kind: str,
    language: str,
    codecs: str,
    payload: Callable[[int, int], bytes],
    *,
    name: str,
    config: bytes = b"",
) -> Encoded:
    """A loop of cues in `language`; `payload` is told the ordinal of a cue and its second."""
    units = [
        Unit(
            pts=second * TEXT_TIMESCALE,
            dts=second * TEXT_TIMESCALE,
            duration=CUE_SECONDS * TEXT_TIMESCALE,
            key=True,
            payload=payload(ordinal, second),
        )
        for ordinal, second in enumerate(range(0, LOOP_SECONDS, CUE_SECONDS))
    ]
    return encoded(
        units,
        id=f"{kind}-{language}",
        kind="text",
        codecs=codecs,
        codec_config=config,
        timescale=TEXT_TIMESCALE,
        name=name,
        language=language,
    )
