"""The laboratory channels: small, one of each codec and of each way to carry text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from headend.asset.captions import make_captions
from headend.asset.encoded import Encoded
from headend.asset.lab_audio import SOUNDS, encode_sound
from headend.asset.lab_text import make_dvb, make_teletext, make_ttml
from headend.asset.lab_video import PICTURES, Picture, encode_picture
from headend.asset.ladder import LOOP_FRAMES, Rung
from headend.asset.lineup import channel_spec

LAB_RECIPE = 1  # raise it whenever something here changes: old loops are then made anew

_STEPS_AUDIO, _STEPS_TEXT = 40, 2
_FRAMES_PER_STEP = 50
_TEXTS: Mapping[str, Callable[[int, str], Encoded]] = {
    "t": make_captions,
    "ttml": make_ttml,
    "dvb": make_dvb,
    "teletext": make_teletext,
}
# A name is a kind and a language, or a rung with what is special about it.
_CHANNELS: Mapping[int, tuple[str, ...]] = {
    101: (
        *("v240", "hevc240", "vp9240", "av1240"),
        *("aac-en", "aac-pt", "ac3-en", "eac3-en", "opus-en", "flac-en", "mp3-en", "mp2-en"),
        "t-en",
    ),
    102: ("v240-interlaced", "mp2-en", "aac-en"),
    103: ("v240-anamorphic", "v360", "aac-en"),
    104: ("aac-en", "mp3-en", "ac3-en"),
    105: ("v240-cc", "aac-en", "t-en", "ttml-en", "dvb-en", "teletext-en"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LabJob:
    """One rendition of a laboratory channel and the work in it."""

    name: str
    steps: int


def lab_jobs(channel: int) -> tuple[LabJob, ...]:
    """What a laboratory channel consists of."""
    return tuple(LabJob(name=name, steps=_steps(name)) for name in _CHANNELS[channel])


def _steps(name: str) -> int:
    if name in PICTURES:
        return LOOP_FRAMES // _FRAMES_PER_STEP * _weight(PICTURES[name])
    return _STEPS_TEXT if name.partition("-")[0] in _TEXTS else _STEPS_AUDIO


def _weight(picture: Picture) -> int:
    rung: Rung = picture.rung
    return max(1, round(rung.width * rung.height * _FRAMES_PER_STEP / 1e6))


def encode_lab(channel: int, name: str, step: Callable[[int], None]) -> Encoded:
    """Makes one rendition; `step` is told the steps that pictures have taken."""
    if name in PICTURES:
        picture = PICTURES[name]
        weight = _weight(picture)
        return encode_picture(channel_spec(channel), picture, step=lambda _: step(weight))
    kind, _, language = name.partition("-")
    if kind in _TEXTS:
        made = _TEXTS[kind](channel, language)
    else:
        made = encode_sound(channel, language, SOUNDS[kind])
    step(_steps(name))
    return made
