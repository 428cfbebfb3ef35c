"""AdaptationSets: kinds, roles, channels, captions, protection."""

import pytest

from player.abr.selector import TrackPreference, select_audio
from player.model.presentation import TrackKind
from player.model.resource import ProtectionScheme
from tests.unit.manifest.mpd_made import listed, only, static, video


def test_protection_is_gathered_from_all_levels() -> None:
    protection = (
        '<ContentProtection schemeIdUri="urn:mpeg:dash:mp4protection:2011" value="cbcs" '
        'cenc:default_KID="34E5DB32-8625-47CD-BA06-68FCA0655A72"/>'
        '<ContentProtection schemeIdUri="urn:uuid:E2719D58-A985-B3C9-781A-B030AF78D30E">'
        "<dashif:Laurl>https://keys.example/ck</dashif:Laurl>"
        "<cenc:pssh>AAAAIHBzc2gAAAAA7e+LqXnWSs6jyCfc1R0h7QAAAAA=</cenc:pssh></ContentProtection>"
    )
    found = static(video('<SegmentTemplate media="$Number$" duration="5"/>', protection))
    (way,) = only(found).protection
    assert way.scheme is ProtectionScheme.CBCS
    assert way.key_id == "34e5db32862547cdba0668fca0655a72"
    assert way.system == "e2719d58-a985-b3c9-781a-b030af78d30e"
    assert way.licence_uri == "https://keys.example/ck"
    assert way.pssh[4:8] == b"pssh"
    assert listed(found)[0].protection == (way,)
    assert any("prefix" in one.text for one in found.warnings)


def test_audio_channels_captions_trick_modes_and_images() -> None:
    template = '<SegmentTemplate media="$Number$" duration="5"/>'
    rung = '<Representation id="{}" bandwidth="1" codecs="{}" mimeType="{}"/>'
    channels = '<AudioChannelConfiguration schemeIdUri="{}" value="{}"/>'
    dolby = channels.format("tag:dolby.com,2014:dash:audio_channel_configuration:2011", "F801")
    found = static(
        f'<AdaptationSet lang="en"><Role value="main"/>{dolby}{template}'
        f"{rung.format('a', 'ec-3', 'audio/mp4')}</AdaptationSet>"
        f'<AdaptationSet><Accessibility schemeIdUri="urn:scte:dash:cc:cea-608:2015" '
        f'value="CC1=eng;CC3=swe"/>{template}{rung.format("v", "avc1", "video/mp4")}'
        f"</AdaptationSet>"
        f'<AdaptationSet><EssentialProperty schemeIdUri="http://dashif.org/guidelines/trickmode" '
        f'value="1"/>{template}{rung.format("x", "avc1", "video/mp4")}</AdaptationSet>'
        f"<AdaptationSet>{template}{rung.format('i', '', 'image/jpeg')}</AdaptationSet>"
        f"<AdaptationSet>{template}{rung.format('m', 'avc1.4d,mp4a.40.2', 'video/mp4')}"
        "</AdaptationSet>"
    )
    tracks = found.periods[0].tracks
    assert [one.kind.value for one in tracks] == [
        "audio", "video", "image", "video", "text", "text",
    ]  # fmt: skip
    assert (tracks[0].channels, tracks[0].default) == (6, True)
    assert tracks[3].representations[0].kinds == {TrackKind.VIDEO, TrackKind.AUDIO}
    assert [(one.language, one.in_video) for one in tracks[4:]] == [("eng", True), ("swe", True)]


def _captions(scheme: str, value: str) -> list[tuple[str, str, str]]:
    told = f'<Accessibility schemeIdUri="urn:scte:dash:cc:cea-{scheme}:2015" value="{value}"/>'
    found = static(video(f'{told}<SegmentTemplate media="$Number$" duration="5"/>'))
    tracks = found.periods[0].of(TrackKind.TEXT)
    return [(one.id.rpartition("-")[2], one.name, one.language) for one in tracks]


@pytest.mark.parametrize(
    ("scheme", "value", "services"),
    [
        ("608", "CC1=eng;CC3=swe", [("CC1", "eng"), ("CC3", "swe")]),
        ("608", "eng;swe", [("CC1", "eng"), ("CC3", "swe")]),
        ("608", "a;b;c;d", [("CC1", "a"), ("CC3", "b"), ("CC2", "c"), ("CC4", "d")]),
        ("608", "1=eng", [("CC1", "eng")]),
        ("608", "CC1", [("CC1", "")]),
        ("608", "", [("CC1", "")]),
        ("708", "1=lang:eng;2=lang:spa,war:1", [("SERVICE1", "eng"), ("SERVICE2", "spa")]),
        ("708", "1=eng", [("SERVICE1", "eng")]),
        ("708", "eng", [("SERVICE1", "eng")]),
        ("708", "", [("SERVICE1", "")]),
    ],
)
def test_services_are_called_as_the_pictures_call_them(
    scheme: str, value: str, services: list[tuple[str, str]]
) -> None:
    found = _captions(scheme, value)
    assert [(name, language) for _, name, language in found] == services
    assert all(ident == name for ident, name, _ in found)


@pytest.mark.parametrize(
    ("told", "roles"),
    [
        ('schemeIdUri="urn:tva:metadata:cs:AudioPurposeCS:2007" value="1"', ("description",)),
        ('schemeIdUri="urn:mpeg:dash:role:2011" value="description"', ("description",)),
        ('schemeIdUri="urn:tva:metadata:cs:AudioPurposeCS:2007" value="6"', ()),
        ('schemeIdUri="urn:other" value="1"', ()),
    ],
)
def test_sound_for_the_blind_is_not_chosen_by_itself(told: str, roles: tuple[str, ...]) -> None:
    template = '<SegmentTemplate media="$Number$" duration="5"/>'
    sets = "".join(
        f'<AdaptationSet id="{name}" lang="en" mimeType="audio/mp4">{more}{template}'
        f'<Representation id="{name}" bandwidth="1"/></AdaptationSet>'
        for name, more in (("first", f"<Accessibility {told}/>"), ("plain", ""))
    )
    found = static(sets)
    assert found.periods[0].tracks[0].roles == roles
    chosen = select_audio(found.periods[0], TrackPreference())
    assert chosen is not None
    assert chosen.id == ("plain" if roles else "first")


def test_repeated_ids_are_counted() -> None:
    rungs = '<Representation id="a" bandwidth="1"/>' * 4
    found = static(
        f'<AdaptationSet mimeType="video/mp4"><SegmentTemplate media="$Number$" duration="5"/>'
        f"{rungs}</AdaptationSet>" * 2
    )
    names = [one.id for track in found.periods[0].tracks for one in track.representations]
    assert names == ["a", "a+", "a+3", "a+4", "a+5", "a+6", "a+7", "a+8"]


def test_more_descriptors_than_anybody_has_are_left_out_with_a_note() -> None:
    many = '<SupplementalProperty schemeIdUri="urn:x" value="1"/>' * 40
    template = '<SegmentTemplate media="$Number$" duration="5"/>'
    found = static(
        f'<AdaptationSet mimeType="video/mp4">{many}{template}'
        '<Representation id="v" bandwidth="5"/></AdaptationSet>'
    )
    assert any("more than 32" in one.text for one in found.warnings)
