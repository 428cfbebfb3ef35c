"""The multivariant playlist of a recording (RFC 8216 4.3.4). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from player.model.presentation import TrackKind
from player.recording.told import RungName, TrackName

_AUDIO, _TEXT = "sound", "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A track with the best of the rungs that it was recorded on, and its playlist's file."""

    track: TrackName
    rung: RungName
    file: str


def main_text(tracks: Sequence[Listed]) -> str:
    """One variant: the pictures, else the first sound; every other track is a rendition."""
    main = main_of(tracks)
    lines = ["#EXTM3U", "#EXT-X-VERSION:8", "#EXT-X-INDEPENDENT-SEGMENTS"]
    if main is None:
        return "\n".join(lines) + "\n"
    sounds = [one for one in tracks if one.track.kind is TrackKind.AUDIO]
    beside = sounds if main.track.kind is TrackKind.VIDEO or len(sounds) > 1 else []
    texts = [one for one in tracks if one.track.kind is TrackKind.TEXT]
    inside = [_inside(main)] if main.rung.muxed and beside else []
    lines += _renditions([*inside, *beside], "AUDIO", _AUDIO)
    lines += _renditions(texts, "SUBTITLES", _TEXT)
    lines += [_variant(main, beside, texts), main.file]
    return "\n".join(lines) + "\n"


def main_of(tracks: Sequence[Listed]) -> Listed | None:
    """The track that leads: the pictures, else the default sound; None where there is neither."""
    for kind in (TrackKind.VIDEO, TrackKind.AUDIO):
        found = [one for one in tracks if one.track.kind is kind]
        if found:
            return next((one for one in found if one.track.default), found[0])
    return None


def _inside(main: Listed) -> Listed:
    """The sound inside the pictures, as a rendition without an address (4.3.4.2.1)."""
    rung = main.rung
    track = TrackName(
        kind=TrackKind.AUDIO, language=rung.sound_language, name=rung.sound_name, default=True
    )
    return Listed(track=track, rung=rung, file="")


def _variant(main: Listed, sounds: Sequence[Listed], texts: Sequence[Listed]) -> str:
    rung = main.rung
    rates = [one.rung.bandwidth for one in sounds if one is not main]
    said = [f"BANDWIDTH={max(rung.bandwidth + max(rates, default=0), 1)}"]
    spoken = {one.rung.codecs for one in sounds if one is not main}
    codecs = list(
        dict.fromkeys(_names(rung.codecs) + [n for c in sorted(spoken) for n in _names(c)])
    )
    if codecs and rung.codecs and all(spoken):
        said.append(f'CODECS="{",".join(codecs)}"')
    if rung.width and rung.height:
        said.append(f"RESOLUTION={rung.width}x{rung.height}")
    if rung.frame_rate:
        said.append(f"FRAME-RATE={rung.frame_rate:.3f}")
    if rung.video_range in {"SDR", "PQ", "HLG"}:
        said.append(f"VIDEO-RANGE={rung.video_range}")
    if sounds:
        said.append(f'AUDIO="{_AUDIO}"')
    if texts:
        said.append(f'SUBTITLES="{_TEXT}"')
    return "#EXT-X-STREAM-INF:" + ",".join(said)


def _names(codecs: str) -> list[str]:
    return [name for one in codecs.split(",") if (name := _quoted(one.strip()))]


def _renditions(tracks: Sequence[Listed], kind: str, group: str) -> list[str]:
    """EXT-X-MEDIA for each; names are unique within a group (4.3.4.1.1), one is the default."""
    taken, lines = set[str](), list[str]()
    default = next((n for n, one in enumerate(tracks) if one.track.default), 0)
    for number, one in enumerate(tracks):
        track = one.track
        name = _unused(_quoted(track.name) or _quoted(track.language) or group, taken)
        first = "YES" if number == default and kind == "AUDIO" else "NO"
        said = [f"TYPE={kind}", f'GROUP-ID="{group}"', f'NAME="{name}"', f"DEFAULT={first}"]
        said.append("AUTOSELECT=YES")
        if track.language:
            said.append(f'LANGUAGE="{_quoted(track.language)}"')
        if track.channels:
            said.append(f'CHANNELS="{track.channels}"')
        if track.forced and kind == "SUBTITLES":
            said.append("FORCED=YES")
        roles = ",".join(_quoted(role) for role in track.roles if "." in role)
        if roles:
            said.append(f'CHARACTERISTICS="{roles}"')
        said += [f'URI="{one.file}"'] if one.file else []
        lines.append("#EXT-X-MEDIA:" + ",".join(said))
    return lines


def _unused(name: str, taken: set[str]) -> str:
    number, found = 2, name
    while found in taken:
        found, number = f"{name} {number}", number + 1
    taken.add(found)
    return found


def _quoted(text: str) -> str:
    """A quoted string holds no quotes and no line ends (4.2)."""
    return "".join(one for one in text if one.isprintable() and one != '"')
