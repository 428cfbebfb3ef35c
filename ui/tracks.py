"""The rows of the menus, made from a snapshot. Pure but for the language."""

from PySide6.QtCore import QCoreApplication, QLocale

from player.api import (
    AudioChoice,
    Command,
    PlayerSnapshot,
    Rung,
    SelectAudio,
    SelectQuality,
    SelectText,
    TextChoice,
)
from ui.menu import Choice
from ui.wording import bit_rate, resolution


def fix_quality(rung: str) -> Command:
    """Give the command for a chosen row of `qualities`."""
    return SelectQuality(representation=rung or None)


def select_audio(track: str) -> Command:
    """Give the command for a chosen row of `audios`."""
    return SelectAudio(track=track)


def select_text(track: str) -> Command:
    """Give the command for a chosen row of `texts`."""
    return SelectText(track=track or None)


def qualities(snapshot: PlayerSnapshot) -> tuple[Choice, ...]:
    """Give the rows of the quality menu: automatic, then the rungs, best first.

    A rung of which nothing is known, as of a plain transport stream, is no choice.
    """
    playing = resolution(snapshot.height) if snapshot.quality is None else ""
    automatic = Choice(
        id="",
        label=QCoreApplication.translate("QualityMenu", "Automatic"),
        detail=playing,
        current=snapshot.quality is None,
    )
    known = (rung for rung in snapshot.rungs if rung.height or rung.bandwidth)
    rungs = sorted(known, key=lambda rung: (rung.height, rung.bandwidth), reverse=True)
    return (automatic, *(_quality(rung, snapshot.quality) for rung in rungs))


def _quality(rung: Rung, fixed: str | None) -> Choice:
    rate = bit_rate(rung.bandwidth)
    label = resolution(rung.height) or rate
    return Choice(id=rung.id, label=label, detail=rate, current=rung.id == fixed)


def audios(snapshot: PlayerSnapshot) -> tuple[Choice, ...]:
    """Give the rows of the audio menu."""
    return tuple(_audio(choice, snapshot.audio_track) for choice in snapshot.audio)


def _audio(choice: AudioChoice, playing: str) -> Choice:
    language = _language(choice.language)
    label = choice.name or language or choice.id
    detail = language if language != label else ""
    return Choice(id=choice.id, label=label, detail=detail, current=choice.id == playing)


def texts(snapshot: PlayerSnapshot) -> tuple[Choice, ...]:
    """Give the rows of the subtitle menu: off, then what there is."""
    off = Choice(
        id="",
        label=QCoreApplication.translate("SubtitleMenu", "Off"),
        current=snapshot.text_track is None,
    )
    return (off, *(_text(choice, snapshot.text_track) for choice in snapshot.text))


def _text(choice: TextChoice, shown: str | None) -> Choice:
    language = _language(choice.language)
    label = choice.name or language or choice.id
    kind = QCoreApplication.translate("SubtitleMenu", "Captions") if choice.captions else ""
    told = (language if language != label else "", kind if kind != label else "")
    detail = " \N{MIDDLE DOT} ".join(one for one in told if one)
    return Choice(id=choice.id, label=label, detail=detail, current=choice.id == shown)


def _language(tag: str) -> str:
    """Give a language's own name for a BCP 47 tag; the tag itself where Qt knows none."""
    locale = QLocale(tag)
    if not tag or locale.language() is QLocale.Language.C:
        return tag
    if "-" not in tag:  # else "pt" would be the Portuguese of Brazil
        locale = QLocale(locale.language(), QLocale.Country.World)
    name = locale.nativeLanguageName()
    return name[:1].upper() + name[1:]
