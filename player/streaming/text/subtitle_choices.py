"""What a viewer may choose of subtitles. Pure."""

from collections.abc import Iterable

from player.abr.languages import language_match
from player.abr.selector import CAPTIONS, TrackPreference, is_forced
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


def found_choice(wish: TrackPreference, found: Iterable[FoundText]) -> FoundText | None:
    """The text in the pictures that is wished for, here or on the channel before.

    By its name, else what is of the same kind (teletext, DVB) and language: page and stream
    numbers are each channel's own.
    """
    if not wish.text_track.startswith(PREFIX):
        return None
    name, every = wish.text_track.removeprefix(PREFIX), tuple(found)
    kind, last = name.partition("-")[0], name.rpartition("-")[2]
    language = last if last.isalpha() else ""
    alike = (one for one in every if one.codec == kind and one.language == language)
    return next((one for one in every if one.name == name), next(alike, None))


def spoken_choice(wish: TrackPreference, found: Iterable[FoundText]) -> FoundText | None:
    """The text in the pictures in the language that is wished for.

    What is read here comes before bitmaps, for it can be drawn as the viewer likes it.
    """
    fitting = [(language_match(one.language, wish.text_language), one) for one in found]
    ranked = [(not one.bitmap, match, one) for match, one in fitting if match]
    return max(ranked, key=lambda entry: entry[:2])[2] if ranked else None


def announced_choice(wish: TrackPreference, tracks: Iterable[Track]) -> Track | None:
    """The track by which a manifest announces the service in the pictures that is wished for."""
    name = wish.text_track.removeprefix(PREFIX) if wish.text_track.startswith(PREFIX) else ""
    inside = (one for one in tracks if name and one.in_video)
    return next((one for one in inside if announced_service(one) == name), None)


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
