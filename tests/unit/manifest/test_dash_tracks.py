"""AdaptationSets: kinds, roles, channels, captions, protection."""

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
