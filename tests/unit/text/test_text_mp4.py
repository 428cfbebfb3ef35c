"""WebVTT and TTML in MP4 samples (ISO/IEC 14496-30)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.errors import PlayerError
from player.model.presentation import TrackKind
from player.model.sample import Sample, StreamHead
from player.text.face import open_reader
from player.units import Micros, micros


def box(kind: bytes, *payloads: bytes) -> bytes:
    body = b"".join(payloads)
    return (len(body) + 8).to_bytes(4) + kind + body


def at(start: float, duration: float, data: bytes) -> Sample:
    pts = micros(start)
    return Sample(stream=0, pts=pts, dts=pts, duration=micros(duration), key=True, data=data)


def reader(codec: str, config: bytes = b""):
    return open_reader(StreamHead(stream=0, kind=TrackKind.TEXT, codec=codec, config=config))


def test_wvtt_cues_of_one_sample():
    data = box(b"vttc", box(b"payl", b"<i>One</i>"), box(b"sttg", b"line:0")) + box(
        b"vttc", box(b"iden", b"two"), box(b"payl", b"Two")
    )
    config = box(b"vttC", b"WEBVTT\n\nSTYLE\n::cue(#two) { color: red }")
    one, two = reader("wvtt", config).feed(at(2, 1.5, data))
    assert (one.start, one.end, one.text) == (micros(2), micros(3.5), "One")
    assert (one.lines[0][0].italic, one.box.y) == (True, 0)
    assert two.lines[0][0].color == "#ff0000ff"


@pytest.mark.parametrize("data", [box(b"vtte"), box(b"vtta", b"note"), b"", b"\0\0\0\x63vttc"])
def test_wvtt_samples_without_cues(data):
    assert reader("wvtt", b"WEBVTT").feed(at(0, 1, data)) == ()


def test_wvtt_head_that_cannot_be_read():
    made = reader("wvtt", b"\xff\xff").feed(at(0, 1, box(b"vttc", box(b"payl", b"x"))))
    assert made[0].text == "x"


def ttml(begin: str, end: str) -> bytes:
    return (
        '<tt xmlns="http://www.w3.org/ns/ttml"><body><div>'
        f'<p begin="{begin}" end="{end}">x</p></div></body></tt>'
    ).encode()


def test_stpp_is_on_the_track_timeline_and_cut_to_its_sample():
    (cue,) = reader("stpp").feed(at(10, 2, ttml("9s", "11s")))
    assert (cue.start, cue.end) == (micros(10), micros(11))


def test_stpp_whose_times_count_from_the_sample():
    (cue,) = reader("stpp").feed(at(10, 2, ttml("0.5s", "1s")))
    assert (cue.start, cue.end) == (micros(10.5), micros(11))


def test_stpp_that_repeats_what_is_over_does_not_show_it_again():
    track = reader("stpp")
    assert len(track.feed(at(10, 2, ttml("10.5s", "11s")))) == 1
    assert track.feed(at(12, 2, ttml("0.5s", "1s"))) == ()


def test_stpp_whose_cue_lies_beyond_its_sample_does_not_count_from_it():
    assert reader("stpp").feed(at(10, 2, ttml("5s", "6s"))) == ()


def test_stpp_whose_times_count_from_the_sample_goes_on_so():
    track = reader("stpp")
    starts = [
        one.start for place in (0, 2, 4) for one in track.feed(at(place, 2, ttml("1s", "2s")))
    ]
    assert starts == [micros(1), micros(3), micros(5)]


def test_stpp_without_end_or_text():
    endless = b'<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p>x</p></div></body></tt>'
    (cue,) = reader("stpp").feed(at(10, 2, endless))
    assert (cue.start, cue.end) == (micros(10), micros(12))
    assert reader("stpp").feed(at(10, 2, b'<tt xmlns="http://www.w3.org/ns/ttml"/>')) == ()
    with pytest.raises(PlayerError):
        reader("stpp").feed(at(0, 1, b"nothing"))


def test_bitmaps_have_no_reader():
    assert reader("dvbsub") is None


@settings(max_examples=60)
@given(st.binary(max_size=80), st.binary(max_size=40), st.integers(-(2**40), 2**40))
def test_no_sample_is_too_strange(data, config, pts):
    for codec in ("wvtt", "stpp", "cea", "teletext"):
        made = reader(codec, config)
        one = Sample(stream=0, pts=Micros(pts), dts=Micros(pts), duration=Micros(9), key=True,
                     data=data)  # fmt: skip
        try:
            cues = (*made.feed(one), *made.flush())
        except PlayerError:
            continue
        assert all(cue.start < cue.end for cue in cues)
