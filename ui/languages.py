"""Which languages the viewer wants: chosen on one channel, taken along to the next. Pure."""

from dataclasses import dataclass, replace

from player.api import Command, PlayerSnapshot, SelectAudio, SelectText


@dataclass(frozen=True, slots=True, kw_only=True)
class Languages:
    """BCP 47 tags; `audio` "" is the channel's own, `text` "" is no subtitles but forced ones."""

    audio: str = ""
    text: str = ""


NO_WISH = Languages()


def after(wanted: Languages, command: Command, snapshot: PlayerSnapshot) -> Languages:
    """Give what is wanted once `command` was given to the channel that `snapshot` describes."""
    match command:
        case SelectAudio(track=track):
            spoken = {choice.id: choice.language for choice in snapshot.audio}
            return replace(wanted, audio=spoken.get(track, ""))
        case SelectText(track=track):
            written = {choice.id: choice.language for choice in snapshot.text}
            return replace(wanted, text=written.get(track or "", ""))
        case _:
            return wanted
