"""Which picture and which sound, out of what a period offers."""

import pytest

from player.abr.selector import TrackPreference, select_audio, select_tracks, select_video
from player.model.presentation import Period, Representation, Track, TrackKind
from player.units import BitsPerSecond, Micros

VIDEO, AUDIO, TEXT = TrackKind.VIDEO, TrackKind.AUDIO, TrackKind.TEXT
ANY = TrackPreference()


def _track(name: str, kind: TrackKind, rungs: int = 1, **more: object) -> Track:
    ladder = tuple(Representation(id=f"{n}", bandwidth=BitsPerSecond(n)) for n in range(rungs))
    return Track(id=name, kind=kind, representations=ladder, **more)  # type: ignore[arg-type]


def _period(*tracks: Track) -> Period:
    return Period(id="p", start=Micros(0), duration=None, tracks=tracks)


def test_one_of_each_kind_at_most_and_no_text() -> None:
    whole = _period(_track("v", VIDEO), _track("a", AUDIO), _track("t", TEXT))
    assert [one.id for one in select_tracks(whole, ANY).values()] == ["v", "a"]
    assert select_tracks(_period(_track("t", TEXT)), ANY) == {}
    assert list(select_tracks(_period(_track("a", AUDIO)), ANY)) == [AUDIO]
    assert list(select_tracks(_period(_track("v", VIDEO)), ANY)) == [VIDEO]


@pytest.mark.parametrize(
    ("others", "best"),
    [
        ([_track("sign", VIDEO, 5, roles=("sign",))], _track("main", VIDEO)),
        ([_track("alt", VIDEO, 5, roles=("alternate",), default=True)], _track("x", VIDEO)),
        ([_track("more", VIDEO, 5)], _track("default", VIDEO, default=True)),
        ([_track("more", VIDEO, 5)], _track("role", VIDEO, roles=("main",))),
        ([_track("few", VIDEO, 2)], _track("many", VIDEO, 3)),
        ([_track("empty", VIDEO, 0, default=True)], _track("full", VIDEO)),
    ],
)
def test_the_main_picture_is_chosen(others: list[Track], best: Track) -> None:
    assert select_video(_period(*others, best)) is best
    assert select_video(_period(best, *others)) is best
    assert select_video(_period(*[_track("empty", VIDEO, 0)])) is None


EN = _track("en", AUDIO, language="en", default=True)
PT = _track("pt", AUDIO, language="pt-BR")
PT_PT = _track("pt-pt", AUDIO, language="pt-PT")
PLAIN = _track("plain", AUDIO, language="en")
ON_REQUEST = _track("asked", AUDIO, language="en-GB", on_request=True)
CLEAR = _track("clear", AUDIO, language="pt-BR", roles=("enhanced-audio-intelligibility",))
DESCRIBED = _track("ad", AUDIO, language="pt-BR", roles=("description",))
MONO = _track("mono", AUDIO, language="pt-BR", channels=1)


@pytest.mark.parametrize(
    ("wish", "tracks", "found"),
    [
        (ANY, [PT, EN], "en"),
        (TrackPreference(audio_language="pt"), [EN, PT], "pt"),
        (TrackPreference(audio_language="PT-pt"), [EN, PT, PT_PT], "pt-pt"),
        (TrackPreference(audio_language="pt-BR"), [DESCRIBED, PT], "pt"),
        (TrackPreference(audio_language="pt-BR"), [MONO, PT], "pt"),
        (TrackPreference(audio_language="fr"), [PT, EN], "en"),
        (TrackPreference(audio_language="pt-BR"), [DESCRIBED, PT_PT], "pt-pt"),
        (TrackPreference(audio_language="pt-BR"), [CLEAR, PT], "pt"),
        (ANY, [ON_REQUEST, PLAIN], "plain"),
        (TrackPreference(audio_language="en-GB"), [ON_REQUEST, PLAIN], "plain"),
        (TrackPreference(audio_track="asked"), [PLAIN, ON_REQUEST], "asked"),
        (TrackPreference(audio_language="en"), [PT, ON_REQUEST], "asked"),
        (TrackPreference(audio_track="ad", audio_language="en"), [EN, DESCRIBED], "ad"),
        (TrackPreference(audio_track="gone", audio_language="en"), [PT, EN], "en"),
    ],
)
def test_the_sound_asked_for_is_chosen(
    wish: TrackPreference, tracks: list[Track], found: str
) -> None:
    chosen = select_audio(_period(*tracks), wish)
    assert chosen is not None
    assert chosen.id == found


def test_a_main_role_counts_as_the_default_and_silence_is_silence() -> None:
    main = _track("main", AUDIO, roles=("main",))
    assert select_audio(_period(_track("x", AUDIO), main), ANY) is main
    assert select_audio(_period(), ANY) is None
