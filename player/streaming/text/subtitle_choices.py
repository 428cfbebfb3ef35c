"""What a viewer may choose of subtitles. Pure."""

from collections.abc import Iterable

from player.abr.selector import CAPTIONS, is_forced
from player.api import TextChoice
from player.model.presentation import Track
from player.streaming.text.captions import PREFIX, FoundText, announced_service

_NAMES = {"teletext": "Teletext", "dvbsub": "DVB"}


def text_choices(tracks: tuple[Track, ...], found: Iterable[FoundText]) -> tuple[TextChoice, ...]:
    """The tracks but for forced ones, and text in the pictures that nobody announced."""
    announced = {announced_service(track) for track in tracks}
    return (
        *(_choice(track) for track in tracks if not is_forced(track)),
        *(_found(one) for one in found if one.name not in announced),
    )


def _choice(track: Track) -> TextChoice:
    return TextChoice(
        id=track.id,
        language=track.language,
        name=track.name,
        captions=bool(CAPTIONS & set(track.roles))
        or (track.in_video and bool(announced_service(track))),
    )


def _found(one: FoundText) -> TextChoice:
    captions = one.codec.startswith("cea")
    name = one.name if captions else f"{_NAMES.get(one.codec, one.codec)} {one.service}".strip()
    return TextChoice(id=PREFIX + one.name, language=one.language, name=name, captions=captions)
