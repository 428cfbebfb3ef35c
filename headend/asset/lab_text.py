"""Subtitles that are not WebVTT: TTML, DVB bitmaps, teletext; a cue each two seconds."""

from headend.asset.captions import cue_loop
from headend.asset.dvb import display_set, subtitling_descriptor
from headend.asset.encoded import Encoded
from headend.asset.ladder import LANGUAGES
from headend.asset.teletext import page_payload, teletext_descriptor
from headend.language import iso_639_2


def make_ttml(channel: int, language: str) -> Encoded:
    """Cues for TTML documents; their text is plain."""
    return cue_loop(
        "ttml",
        language,
        "stpp.ttml.im1t",
        lambda _, second: f"TTML {channel} · 00:{second:02d}".encode(),
        name=_name("ttml", language),
    )


def make_dvb(channel: int, language: str) -> Encoded:
    """PES payloads of DVB subtitles (ETSI EN 300 743)."""
    return cue_loop(
        "dvb",
        language,
        "dvbs",
        lambda ordinal, second: display_set(f"DVB {channel} - 00:{second:02d}", ordinal),
        name=_name("dvb", language),
        config=subtitling_descriptor(iso_639_2(language)),
    )


def make_teletext(channel: int, language: str) -> Encoded:
    """PES payloads of teletext subtitles, page 888 (ETSI EN 300 472)."""
    return cue_loop(
        "teletext",
        language,
        "dvbt",
        lambda _, second: page_payload(f"TELETEXT {channel} 00:{second:02d}"),
        name=_name("teletext", language),
        config=teletext_descriptor(iso_639_2(language)),
    )


def _name(kind: str, language: str) -> str:
    return f"{LANGUAGES[language]} ({kind})"
