"""The playlists of a recording, from what is told of its records."""

import m3u8
import pytest

from player.model.presentation import TrackKind
from player.recording.contents import Contents
from player.recording.main_text import Listed, main_text
from player.recording.media_text import MediaText
from player.recording.told import TrackName
from player.units import Micros, micros
from tests.unit.recording.recorded_made import ENGLISH, SOUND, TOP, VIDEO, piece, told


def _text(*numbers: int, ended: bool = False) -> str:
    text = MediaText(micros(2 * numbers[0]))
    for number in numbers:
        text.add(piece(told(number), 100 * number))
    return text.text(ended=ended)


def test_a_whole_list_reads_like_this() -> None:
    text = MediaText(Micros(0))
    init = piece(told(0, serial=9, is_init=True, digest="d"), 10)
    text.add_init(init)
    text.add(piece(told(0, init=9), 100))
    assert text.add(piece(told(2, init=9, clock=1), 200)) == (micros(2), micros(4))
    assert text.text(ended=True) == (
        "#EXTM3U\n#EXT-X-VERSION:8\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n"
        "#EXT-X-DISCONTINUITY-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n"
        "#EXT-X-START:TIME-OFFSET=0\n#EXT-X-INDEPENDENT-SEGMENTS\n"
        '#EXT-X-MAP:URI="00000000.m4s",BYTERANGE="50@10"\n'
        "#EXT-X-PROGRAM-DATE-TIME:2027-01-15T08:00:00.000000+00:00\n"
        "#EXTINF:2.000000,\n#EXT-X-BYTERANGE:50@100\n00000000.m4s\n"
        "#EXT-X-PROGRAM-DATE-TIME:2027-01-15T08:00:02.000000+00:00\n"
        "#EXT-X-GAP\n#EXTINF:2.000000,\ngap.m4s\n"
        "#EXT-X-DISCONTINUITY\n"
        "#EXT-X-PROGRAM-DATE-TIME:2027-01-15T08:00:04.000000+00:00\n"
        "#EXTINF:2.000000,\n#EXT-X-BYTERANGE:50@200\n00000000.m4s\n#EXT-X-ENDLIST\n"
    )


def test_what_is_written_once_stays_as_it_is() -> None:
    shorter, longer = _text(3, 4), _text(3, 4, 5, 9)
    assert longer.startswith(shorter)
    assert "EVENT" in longer
    assert "ENDLIST" not in longer


def test_another_reader_finds_the_same() -> None:
    read = m3u8.loads(_text(0, 1, 2, 6, ended=True))
    assert [one.duration for one in read.segments] == [2.0] * 7
    assert [one.gap_tag for one in read.segments] == [None, None, None, True, True, True, None]
    assert read.segments[1].byterange == "50@100"
    assert read.is_endlist


def test_boundaries_that_do_not_meet_go_into_the_durations() -> None:
    text = MediaText(Micros(0))
    text.add(piece(told(0)))
    assert text.add(piece(told(1, start=micros(2.1)))) is None
    assert text.add(piece(told(2, start=micros(3.9), duration=micros(2)))) is None
    read = m3u8.loads(text.text(ended=True))
    assert [one.duration for one in read.segments] == pytest.approx([2, 2.1, 1.8])
    assert text.end == micros(5.9)


def test_a_track_that_begins_late_has_a_gap_first() -> None:
    text = MediaText(Micros(0))
    assert text.add(piece(told(3))) == (Micros(0), micros(6))
    assert text.text(ended=False).count("#EXT-X-GAP\n") == 3


def test_a_hole_of_years_is_no_list_without_end() -> None:
    text = MediaText(Micros(0))
    text.add(piece(told(0)))
    text.add(piece(told(1, start=Micros(1 << 60), clock=1 << 60)))
    assert len(text.text(ended=False)) < 2_000_000


def test_the_multivariant_list_names_every_track_once() -> None:
    portuguese = TrackName(kind=TrackKind.AUDIO, language="pt", name='Portu\nguês"', channels=2)
    words = TrackName(kind=TrackKind.TEXT, language="en", name="English", forced=True)
    tracks = [
        Listed(track=VIDEO, rung=TOP, file="video-0.m3u8"),
        Listed(track=ENGLISH, rung=SOUND, file="audio-0.m3u8"),
        Listed(track=portuguese, rung=SOUND, file="audio-1.m3u8"),
        Listed(track=words, rung=SOUND, file="text-0.m3u8"),
    ]
    read = m3u8.loads(main_text(tracks))
    (variant,) = read.playlists
    assert variant.uri == "video-0.m3u8"
    assert variant.stream_info.bandwidth == 4_064_000
    assert variant.stream_info.codecs == "avc1.64001f,mp4a.40.2"
    assert variant.stream_info.resolution == (1280, 720)
    found = [(one.type, one.name, one.language, one.default, one.uri) for one in read.media]
    assert found == [
        ("AUDIO", "English", "en", "YES", "audio-0.m3u8"),
        ("AUDIO", "Português", "pt", "NO", "audio-1.m3u8"),
        ("SUBTITLES", "English", "en", "NO", "text-0.m3u8"),
    ]


def test_sound_inside_the_pictures_is_a_rendition_without_an_address() -> None:
    muxed = told(0).rung
    rung = type(muxed)(bandwidth=muxed.bandwidth, muxed=True, sound_language="en")
    tracks = [
        Listed(track=VIDEO, rung=rung, file="video-0.m3u8"),
        Listed(track=ENGLISH, rung=SOUND, file="audio-0.m3u8"),
    ]
    read = m3u8.loads(main_text(tracks))
    assert [(one.uri, one.default) for one in read.media] == [
        (None, "YES"),
        ("audio-0.m3u8", "NO"),
    ]


def test_radio_is_a_variant_of_sound() -> None:
    only = [Listed(track=ENGLISH, rung=SOUND, file="audio-0.m3u8")]
    read = m3u8.loads(main_text(only))
    assert [one.uri for one in read.playlists] == ["audio-0.m3u8"]
    assert not read.media


def test_all_tracks_count_their_clocks_alike() -> None:
    contents = Contents()
    assert contents.clock_of("first", 7) == 7
    assert contents.clock_of("first", 8) == 8
    assert contents.clock_of("second") == 9
    assert contents.clock_of("third") == 10
    assert contents.clock_of("first", 7) == 7
    again = Contents()
    again.add(piece(told(0, clock=9, discontinuity=2, period="second")))
    assert again.clock_of("second", 3) == 10


def test_gaps_of_pictures_and_sound_are_told_together_and_those_of_text_are_not() -> None:
    contents = Contents()
    words = TrackName(kind=TrackKind.TEXT)
    for number in (0, 2, 3):
        contents.add(piece(told(number)))
    for number in (0, 3):
        contents.add(piece(told(number, ENGLISH)))
        contents.add(piece(told(5 * number, words)))
    ((since, until),) = contents.gaps()
    assert until - since == micros(4)
    assert set(contents.texts(ended=False)) == {
        "video-0.m3u8", "audio-0.m3u8", "text-0.m3u8", "recording.m3u8",
    }  # fmt: skip
