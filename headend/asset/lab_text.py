"""Subtitles that are not WebVTT: TTML, DVB bitmaps, teletext; a cue each two seconds."""

from collections.abc import Callable

from headend.asset.captions import CUE_SECONDS
from headend.asset.dvb import display_set, subtitling_descriptor
from headend.asset.encoded import Encoded, Unit, encoded
from headend.asset.ladder import LANGUAGES, LOOP_SECONDS
from headend.asset.model import TEXT_TIMESCALE
from headend.asset.teletext import page_payload, teletext_descriptor
from headend.language import iso_639_2


def _loop(
    name: str, language: str, codecs: str, config: bytes, payload: Callable[[int, int], bytes]
) -> Encoded:
    """One loop; `payload` is told the ordinal of the cue and its second."""
    duration = CUE_SECONDS * TEXT_TIMESCALE
    units = [
        Unit(
            pts=second * TEXT_TIMESCALE,
            dts=second * TEXT_TIMESCALE,
            duration=duration,
            key=True,
            payload=payload(ordinal, second),
        )
        for ordinal, second in enumerate(range(0, LOOP_SECONDS, CUE_SECONDS))
    ]
    return encoded(
        units,
        id=f"{name}-{language}",
        kind="text",
        codecs=codecs,
        codec_config=config,
        timescale=TEXT_TIMESCALE,
        name=f"{LANGUAGES[language]} ({name})",
        language=language,
    )


def make_ttml(channel: int, language: str) -> Encoded:
    """Cues for TTML documents; their text is plain."""
    return _loop(
        "ttml",
        language,
        "stpp.ttml.im1t",
        b"",
        lambda _, second: f"TTML {channel} · 00:{second:02d}".encode(),
    )


def make_dvb(channel: int, language: str) -> Encoded:
    """PES payloads of DVB subtitles (ETSI EN 300 743)."""
    return _loop(
        "dvb",
        language,
        "dvbs",
        subtitling_descriptor(iso_639_2(language)),
        lambda ordinal, second: display_set(f"DVB {channel} - 00:{second:02d}", ordinal),
    )


def make_teletext(channel: int, language: str) -> Encoded:
    """PES payloads of teletext subtitles, page 888 (ETSI EN 300 472)."""
    return _loop(
        "teletext",
        language,
        "dvbt",
        teletext_descriptor(iso_639_2(language)),
        lambda _, second: page_payload(f"TELETEXT {channel} 00:{second:02d}"),
    )
