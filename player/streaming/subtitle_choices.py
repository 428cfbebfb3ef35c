"""What a viewer may choose of subtitles. Pure."""

from player.abr.selector import CAPTIONS, is_forced
from player.api import TextChoice
from player.model.presentation import Track
from player.streaming.captions import PREFIX, announced_service


def text_choices(tracks: tuple[Track, ...], services: tuple[str, ...]) -> tuple[TextChoice, ...]:
    """The tracks but for forced ones, and captions in the pictures that nobody announced."""
    announced = {announced_service(track) for track in tracks}
    return (
        *(_choice(track) for track in tracks if not is_forced(track)),
        *(_found(service) for service in services if service not in announced),
    )


def _choice(track: Track) -> TextChoice:
    return TextChoice(
        id=track.id,
        language=track.language,
        name=track.name,
        captions=bool(CAPTIONS & set(track.roles)) or bool(announced_service(track)),
    )


def _found(service: str) -> TextChoice:
    return TextChoice(id=PREFIX + service, language="", name=service, captions=True)
