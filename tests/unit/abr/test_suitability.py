"""Which rungs an output can show, which text is for whom, which sound for whose ears."""

import pytest

from player.abr.selector import TrackPreference, select_audio, select_text, select_video
from player.abr.suitability import Output, families, picture_family, suitable
from player.model.presentation import Period, Representation, Track, TrackKind
from player.units import BitsPerSecond, Micros

AVC, HEVC, AV1 = "avc1.64001f,mp4a.40.2", "hvc1.1.6.L93", "av01.0.05M.08"


def _rung(name: str, rate: int, codecs: str = AVC, **more: object) -> Representation:
    return Representation(id=name, bandwidth=BitsPerSecond(rate), codecs=codecs, **more)  # type: ignore[arg-type]


def _ids(rungs: tuple[Representation, ...], output: Output) -> list[str]:
    return [one.id for one in suitable(rungs, output)]


@pytest.mark.parametrize(
    ("codecs", "found"),
    [
        (AVC, {"h264", "aac"}),
        ("hev1.2.4, ec-3", {"hevc", "eac3"}),
        ("vp09.00.10.08,opus", {"vp9", "opus"}),
        ("mp4a.40.34,mp4a.69,stpp", {"aac", "mp3"}),
        ("", set()),
    ],
)
def test_codec_names_tell_their_decoder(codecs: str, found: set[str]) -> None:
    assert families(codecs) == found


def test_of_what_can_be_decoded_the_cheapest_family_is_taken() -> None:
    ladder = (_rung("a", 2_000_000), _rung("h", 1_200_000, HEVC), _rung("1", 900_000, AV1))
    assert _ids(ladder, Output()) == ["1"]
    assert _ids(ladder, Output(decoders=frozenset({"h264", "aac", "hevc"}))) == ["h"]
    assert _ids(ladder, Output(decoders=frozenset({"h264", "aac"}))) == ["a"]
    assert _ids(ladder, Output(avoided=frozenset({"av1", "hevc"}))) == ["a"]
    assert _ids(ladder, Output(decoders=frozenset({"vp9"}))) == ["1"], "better tried than not"
    assert picture_family(HEVC) == "hevc"


def test_protection_range_and_score_narrow_the_ladder() -> None:
    ladder = (
        _rung("low", 1, hdcp_level="NONE"),
        _rung("mid", 2, hdcp_level="TYPE-0"),
        _rung("top", 3, hdcp_level="TYPE-1"),
    )
    assert _ids(ladder, Output()) == ["low", "mid", "top"]
    assert _ids(ladder, Output(hdcp="TYPE-0")) == ["low", "mid"]
    assert _ids(ladder, Output(hdcp="NONE")) == ["low"]
    ranges = (_rung("sdr", 1, video_range="SDR"), _rung("pq", 2, video_range="PQ"))
    assert _ids(ranges, Output()) == ["sdr"]
    assert _ids(ranges, Output(hdr=True)) == ["pq"]
    assert _ids(ranges[1:], Output()) == ["pq"], "the only one there is"
    scored = (_rung("a", 1, score=2.0), _rung("b", 2, score=1.0), _rung("c", 3, score=3.0))
    assert _ids(scored, Output()) == ["a", "c"]


def _track(name: str, kind: TrackKind, codecs: str = "", **more: object) -> Track:
    return Track(id=name, kind=kind, representations=(_rung("0", 1, codecs),), **more)  # type: ignore[arg-type]


def _period(*tracks: Track) -> Period:
    return Period(id="p", start=Micros(0), duration=None, tracks=tracks)


TEXTS = _period(
    _track("sound", TrackKind.AUDIO, language="en"),
    _track("cc", TrackKind.TEXT, language="en", roles=("caption",)),
    _track("en", TrackKind.TEXT, language="en"),
    _track("pt", TrackKind.TEXT, language="pt-BR"),
    _track("signs", TrackKind.TEXT, language="en", forced=True),
)


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        (TrackPreference(), "signs"),
        (TrackPreference(text_language="en"), "en"),
        (TrackPreference(text_language="pt"), "pt"),
        (TrackPreference(text_language="de"), "signs"),
        (TrackPreference(text_track="cc", text_language="pt"), "cc"),
        (TrackPreference(text_track="gone", text_language="pt"), "pt"),
    ],
)
def test_text_is_chosen_and_forced_text_is_for_everybody(
    wish: TrackPreference, found: str
) -> None:
    chosen = select_text(TEXTS, wish)
    assert chosen is not None
    assert chosen.id == found


def test_forced_text_of_another_language_is_nobodys() -> None:
    foreign = _period(
        _track("sound", TrackKind.AUDIO, language="en"),
        _track("signs", TrackKind.TEXT, language="pt", forced=True),
    )
    assert select_text(foreign, TrackPreference()) is None


def test_sound_is_for_the_loudspeakers_there_are_and_can_be_decoded() -> None:
    stereo = _track("2", TrackKind.AUDIO, "mp4a.40.2", channels=2)
    surround = _track("6", TrackKind.AUDIO, "ec-3", channels=6)
    talk = _track("talk", TrackKind.AUDIO, "mp4a.40.2", channels=2, roles=("commentary",))
    whole = _period(surround, talk, stereo)
    assert select_audio(whole, TrackPreference()) is stereo
    assert select_audio(whole, TrackPreference(channels=6)) is surround
    aac = Output(decoders=frozenset({"aac"}))
    assert select_audio(whole, TrackPreference(channels=6, output=aac)) is stereo


def test_an_angle_is_shown_when_asked_for() -> None:
    main = _track("main", TrackKind.VIDEO, AVC, roles=("main",))
    angle = _track("angle", TrackKind.VIDEO, AVC, roles=("alternate",))
    assert select_video(_period(angle, main)) is main
    assert select_video(_period(angle, main), TrackPreference(video_track="angle")) is angle
