"""Fragments in every shape: edit lists, runs, bases, events, text tracks, audio records."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.errors import ErrorCode, PlayerError
from player.media.descriptors import read_es_descriptor, read_esds
from player.media.edit_list import EditList
from player.media.emsg import read_emsg
from player.model.presentation import Container, TrackKind
from player.model.sample import Sample, StreamHead
from player.ports import Demuxed
from tests.unit.media.boxes_made import (
    audio_entry,
    box,
    emsg,
    fragment,
    full,
    init,
    plain_traf,
    text_entry,
    track,
    trex,
    u32,
    u64,
    visual_entry,
)
from tests.unit.media.decoding import demux, heads, runs

Made = Callable[..., bytes]
CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "playable"
OPUS = box(b"dOps", b"\x00\x02" + (312).to_bytes(2, "big") + u32(48_000) + b"\x00\x00\x00")
AAC = full(
    b"esds",
    0,
    0,
    b"\x03\x80\x80\x80\x22\x00\x01\x00\x04\x80\x80\x80\x14\x40\x15" + bytes(11),
    b"\x05\x80\x80\x80\x02\x11\x90\x06\x01\x02",
)


def sound(entry: bytes, edits: Sequence[tuple[int, int]] = (), *, wide: bool = False) -> bytes:
    return track(1, b"soun", entry, edits=edits, wide=wide)


def samples_of(*pieces: bytes) -> list[Sample]:
    out = demux([b"".join(pieces)], Container.FMP4)
    return [sample for part in out for sample in part.samples]


def head_of(entry: bytes, handler: bytes = b"soun", sample: bytes = b"x" * 9) -> StreamHead:
    out = demux([init(track(1, handler, entry)) + fragment(1, 0, [sample], 960)], Container.FMP4)
    return heads(out)[0]


def aac_frames(count: int) -> list[bytes]:
    return [bytes((number,)) * 4 for number in range(1, count + 1)]


def test_priming_is_skipped_and_sound_begins_at_zero() -> None:
    entry = audio_entry(b"mp4a", AAC)
    head = init(sound(entry, edits=[(0, 2112)]))
    found = samples_of(head, fragment(1, 0, aac_frames(4), 1024))
    assert [s.pts for s in found] == [-44_000, -22_667, -1333, 20_000]
    assert [s.skip for s in found] == [21_333, 21_333, 1333, 0]
    assert [s.discard for s in found] == [0] * 4


@pytest.mark.parametrize("wide", [False, True])
def test_padding_is_discarded_and_an_old_duration_is_not_believed(wide: bool) -> None:
    entry = audio_entry(b"mp4a", AAC)
    # 50 ms = 2400 samples of sound behind a priming of 1024: 3424 of 4096.
    head = init(sound(entry, edits=[(50, 1024)], wide=wide))
    found = samples_of(head, fragment(1, 0, aac_frames(4), 1024))
    assert [(s.skip, s.discard) for s in found] == [(21_333, 0), (0, 0), (0, 0), (0, 14_000)]
    later = samples_of(head, fragment(1, 1024 * 100, aac_frames(4), 1024))
    assert not any(s.skip or s.discard for s in later)


@pytest.mark.parametrize("wide", [False, True])
def test_an_empty_edit_delays(wide: bool) -> None:
    entry = audio_entry(b"mp4a", AAC)
    head = init(sound(entry, edits=[(500, -1), (0, 0)], wide=wide))
    assert samples_of(head, fragment(1, 0, aac_frames(1), 1024))[0].pts == 500_000


def test_pictures_are_neither_skipped_nor_discarded(made: Made) -> None:
    out = demux([made(movflags="frag_keyframe+empty_moov+default_base_moof+delay_moov")])
    assert not any(s.skip or s.discard for part in out for s in part.samples)


def test_opus_has_its_delay_in_head_and_first_sample() -> None:
    entry = audio_entry(b"Opus", OPUS)
    out = demux([init(sound(entry, edits=[(0, 312)])) + fragment(1, 0, [b"o" * 9] * 2, 960)])
    ((head, found),) = runs(out, TrackKind.AUDIO)
    assert (head.codec_delay, head.sample_rate, head.channels) == (6500, 48_000, 2)
    assert head.config[:12] == b"OpusHead\x01\x02\x38\x01"
    assert [(s.pts, s.skip) for s in found] == [(-6500, 6500), (13_500, 0)]


STREAM_INFO = bytes(10) + ((44_100 << 12) | (1 << 9) | (15 << 4)).to_bytes(4, "big") + bytes(20)


def test_flac_gives_its_stream_info() -> None:
    entry = audio_entry(b"fLaC", full(b"dfLa", 0, 0, b"\x80\x00\x00\x22" + STREAM_INFO))
    head = head_of(entry)
    assert (head.config, head.sample_rate, head.channels) == (STREAM_INFO, 44_100, 2)


@pytest.mark.parametrize(
    ("asc", "rate", "channels"),
    [
        # HE-AAC: SBR at 48 kHz over 24 kHz stereo; v2: PS over mono; rates written out.
        (b"\x2b\x11\x88\x00", 24_000, 2),
        (b"\xeb\x09\x88\x00", 24_000, 1),
        (b"\x13\x10\x56\xe5\x98", 24_000, 2),
        (b"\x17\x80\x5d\xc0\x10", 48_000, 2),
    ],
)
def test_he_aac_keeps_its_own_record(asc: bytes, rate: int, channels: int) -> None:
    info = b"\x05" + bytes((len(asc),)) + asc
    config = b"\x04" + bytes((13 + len(info),)) + b"\x40\x15" + bytes(11) + info
    esds = full(b"esds", 0, 0, b"\x03" + bytes((3 + len(config),)) + b"\x00\x01\x00" + config)
    head = head_of(audio_entry(b"mp4a", esds))
    assert (head.codec, head.config, head.sample_rate, head.channels) == (
        "aac",
        asc,
        rate,
        channels,
    )


def test_aac_without_a_record_is_taken_for_what_it_mostly_is() -> None:
    assert head_of(audio_entry(b"mp4a", full(b"esds", 0, 0, AAC[12:-7]))).config == b"\x11\x90"


@pytest.mark.parametrize("entry", [b"ac-3", b"ec-3"])
def test_e_ac_3_of_several_frames_a_sample_lasts_as_long_as_all(made: Made, entry: bytes) -> None:
    codec = "ac3" if entry == b"ac-3" else "eac3"
    frame = samples_of_raw(made(container=codec, video="", audio=codec, frames=3))
    data = init(sound(audio_entry(entry))) + fragment(1, 0, [frame * 2], 3072)
    ((head, (sample,)),) = runs(demux([data]), TrackKind.AUDIO)
    assert (head.codec, sample.duration, sample.data) == (codec, 64_000, frame * 2)


def samples_of_raw(data: bytes) -> bytes:
    return next(s for part in demux([data]) for s in part.samples).data


def test_text_tracks_give_their_samples_and_what_stands_above_them() -> None:
    wvtt = text_entry(b"wvtt", box(b"vttC", b"WEBVTT\nREGION\nid:a"), box(b"vlab", b"x"))
    cue = box(b"vttc", box(b"payl", b"Hello"))
    out = demux([init(track(1, b"text", wvtt)) + fragment(1, 48_000, [cue], 96_000)])
    ((head, (sample,)),) = runs(out, TrackKind.TEXT)
    assert (head.codec, head.config) == ("wvtt", b"WEBVTT\nREGION\nid:a")
    assert (sample.pts, sample.duration, sample.data) == (1_000_000, 2_000_000, cue)
    stpp = text_entry(b"stpp", b"http://www.w3.org/ns/ttml\x00\x00\x00")
    head = head_of(stpp, b"subt", b"<tt/>")
    assert (head.codec, head.config) == ("stpp", b"http://www.w3.org/ns/ttml")


def test_caption_tracks_come_as_triplets() -> None:
    data = init(track(1, b"clcp", text_entry(b"c608"))) + fragment(
        1, 0, [box(b"cdat", b"\x94\x20")], 1600
    )
    ((head, (sample,)),) = runs(demux([data]), TrackKind.TEXT)
    assert (head.codec, sample.data) == ("cea", b"\xfc\x94\x20")


def test_pixel_aspect_and_colour_of_the_entry() -> None:
    inner = (box(b"pasp", u32(4, 3)), box(b"colr", b"nclx", b"\x00\x09\x00\x10\x00\x09\x80"))
    head = head_of(visual_entry(b"vp09", *inner), b"vide")
    assert head.aspect == (4, 3)
    assert head.color is not None
    assert (head.color.primaries, head.color.transfer, head.color.full_range) == (9, 16, True)


# ---- events --------------------------------------------------------------------------------


def events_of(out: list[Demuxed]) -> list[tuple[object, ...]]:
    found = [one for part in out for one in part.events]
    return [
        (e.event.scheme, e.event.value, e.event.id, e.event.start, e.event.duration, e.relative)
        for e in found
    ]


def test_event_messages_of_both_versions() -> None:
    head = init(sound(audio_entry(b"mp4a", AAC)))
    old = emsg(0, b"urn:a", b"1", u32(1000, 500, 2000, 7), b"data")
    new = emsg(1, b"urn:b", b"", u32(1000) + u64(90_000) + u32(0xFFFFFFFF, 8), b"")
    tag = emsg(1, b"https://aomedia.org/emsg/ID3", b"", u32(10) + u64(3) + u32(0, 9), b"ID3")
    unknown = emsg(2, b"urn:c", b"", u32(0) * 6, b"")
    piece = fragment(1, 0, aac_frames(1), 1024)
    out = demux([head + box(b"styp", b"msdh") + old + new + tag + unknown + piece])
    assert events_of(out) == [
        ("urn:a", "1", "7", 500_000, 2_000_000, True),
        ("urn:b", "", "8", 90_000_000, None, False),
        ("id3", "", "9", 300_000, 0, False),
    ]
    assert out[0].events[0].event.data == b"data"
    assert len([s for part in out for s in part.samples]) == 1


# ---- runs and bases ------------------------------------------------------------------------

INIT = init(sound(audio_entry(b"mp4a", AAC)), trex=trex(1, duration=1024, size=4))


def test_defaults_of_the_init_segment_several_runs_and_no_times() -> None:
    tfhd = full(b"tfhd", 0, 0, u32(1))
    runs_ = full(b"trun", 0, 1, u32(2, 0x5C)), full(b"trun", 0, 0, u32(1))
    moof = box(b"moof", full(b"mfhd", 0, 0, u32(1)), box(b"traf", tfhd, *runs_))
    moof = moof.replace(u32(2, 0x5C), u32(2, len(moof) + 8))
    mdat = box(b"mdat", *aac_frames(3))
    found = samples_of(INIT, moof, mdat, moof, mdat)
    assert [s.data for s in found] == aac_frames(3) * 2
    assert [s.pts for s in found] == [round(n * 1024e6 / 48_000) for n in range(6)]


def test_runs_that_name_no_place_follow_the_fragment() -> None:
    traf = box(b"traf", full(b"tfhd", 0, 0, u32(1)), full(b"trun", 0, 0, u32(3)))
    moof = box(b"moof", traf)
    assert [s.data for s in samples_of(INIT, moof, box(b"mdat", *aac_frames(3)))] == aac_frames(3)


@pytest.mark.parametrize("of_the_data", [False, True])
def test_explicit_bases_of_files_that_nobody_has(of_the_data: bool) -> None:
    two = init(
        sound(audio_entry(b"mp4a", AAC)),
        track(2, b"soun", audio_entry(b"mp4a", AAC)),
        trex=trex(1, duration=1024, size=4) + trex(2, duration=1024, size=4),
    )

    def moof(start: int, length: int) -> bytes:
        base = start + length + 8 if of_the_data else start
        offset = 0 if of_the_data else length + 8
        trafs = [
            box(
                b"traf",
                full(
                    b"tfhd",
                    0,
                    1,
                    u32(number),
                    u64(base + (12 if of_the_data else 0) * (number - 1)),
                ),
                full(b"trun", 0, 1, u32(3, offset + (0 if of_the_data else 12 * (number - 1)))),
            )
            for number in (1, 2)
        ]
        return box(b"moof", *trafs)

    data = moof(5_000_000_000, len(moof(0, 0))) + box(b"mdat", *aac_frames(6))
    assert [(s.stream, s.data) for s in samples_of(two, data)] == [
        (1 + number // 3, frame) for number, frame in enumerate(aac_frames(6))
    ]


def test_media_data_in_two_boxes() -> None:
    sizes = [4, 4]
    first = plain_traf(1, 0, 0, sizes[:1], 1024)
    length = len(box(b"moof", first, first))
    moof = box(
        b"moof",
        plain_traf(1, 0, length + 8, sizes[:1], 1024),
        plain_traf(1, 1024, length + 8 + 4 + 8, sizes[:1], 1024),
    )
    data = moof + box(b"mdat", b"aaaa") + box(b"mdat", b"bbbb")
    assert [s.data for s in samples_of(INIT, data)] == [b"aaaa", b"bbbb"]


def test_composition_offsets_may_be_negative_in_either_version() -> None:
    entry = visual_entry(b"vp09")
    for version in (0, 1):
        trun = full(b"trun", version, 0x801, u32(3, 0x1000), u32(-1000, 0, 1000))
        tfhd = full(b"tfhd", 0, 0x20018, u32(1, 1000, 4))
        traf = box(b"traf", tfhd, full(b"tfdt", 0, 0, u32(5000)), trun)
        moof = box(b"moof", traf)
        moof = moof.replace(u32(3, 0x1000), u32(3, len(moof) + 8))
        head = init(track(1, b"vide", entry, timescale=1000))
        found = samples_of(head, moof, box(b"mdat", bytes(12)))
        assert [s.pts for s in found] == [4_000_000, 6_000_000, 8_000_000]
        assert [s.dts for s in found] == [5_000_000, 6_000_000, 7_000_000]


def test_boxes_in_between_are_passed_over() -> None:
    piece = fragment(1, 0, aac_frames(2), 1024)
    between = (
        box(b"styp", b"msdh")
        + full(b"prft", 1, 0, bytes(20))
        + full(b"sidx", 0, 0, bytes(24))
        + box(b"free", bytes(9))
        + box(b"uuid", bytes(20))
        + (17).to_bytes(4, "big")
        + b"abcd"
        + bytes(9)
    )
    assert len(samples_of(INIT, between, piece, between, piece)) == 4


def test_another_init_segment_gives_another_head_first() -> None:
    other = init(sound(audio_entry(b"Opus", OPUS)))
    frames = [b"o" * 9] * 2
    out = demux([INIT, fragment(1, 0, aac_frames(2), 1024), other, fragment(1, 2048, frames, 960)])
    assert [(head.codec, len(found)) for head, found in runs(out, TrackKind.AUDIO)] == [
        ("aac", 2),
        ("opus", 2),
    ]
    again = demux([INIT, fragment(1, 0, aac_frames(2), 1024)] * 2)
    assert len(heads(again)) == 1


def test_a_few_bytes_at_the_end_are_nothing_lost() -> None:
    piece = fragment(1, 0, aac_frames(2), 1024)
    assert len(samples_of(INIT, piece, b"\x00\x00\x00")) == 2
    with pytest.raises(PlayerError) as raised:
        samples_of(INIT, piece, piece[:40])
    assert raised.value.failure.code is ErrorCode.MEDIA_TRUNCATED


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus beside the checkout")
def test_captions_in_fragments_of_the_corpus() -> None:
    folder = CORPUS / "http-streaming"
    names = ("mp4VideoInit.mp4", "mp4Captions.mp4")
    out = demux([(folder / name).read_bytes() for name in names])
    ((_, captions),) = runs(out, TrackKind.TEXT)
    ((_, pictures),) = runs(out, TrackKind.VIDEO)
    assert {s.pts for s in captions} <= {s.pts for s in pictures}


# ---- strangers' bytes ----------------------------------------------------------------------


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=60))
def test_no_bytes_upset_the_small_readers(data: bytes) -> None:
    read_esds(data)
    read_es_descriptor(b"\x03" + data)
    read_emsg(data)
    read_emsg(b"\x01\x00\x00\x00" + data)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_mutilated_boxes_give_samples_or_a_player_error(data: st.DataObject) -> None:
    whole = bytearray(
        init(sound(audio_entry(b"mp4a", AAC), edits=[(500, -1), (50, 1024)]), trex=trex(1))
        + emsg(0, b"urn:a", b"1", u32(1000, 500, 2000, 7), b"data")
        + fragment(1, 0, aac_frames(3), 1024)
    )
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(PlayerError):
        demux([bytes(whole)], Container.FMP4)


@given(st.integers(0, 9000), st.integers(1, 3000), st.integers(0, 9000), st.integers(1, 9000))
def test_what_is_cut_is_never_more_than_there_is(
    time: int, duration: int, begin: int, length: int
) -> None:
    edits = EditList(shift=-begin, begin=begin, end=begin + length)
    assert 0 <= edits.skipped(time, duration) <= duration
    assert 0 <= edits.discarded(time, duration) <= duration


@pytest.mark.parametrize("first", [[b"a" * 9, b""], [b""], [b"", b"a" * 9], [b"", b""]])
def test_empty_samples_stand_in_nobodys_way(first: list[bytes]) -> None:
    """Text and captions have such: nothing is said for a while."""
    head = init(sound(audio_entry(b"Opus", OPUS)))
    found = samples_of(head, fragment(1, 0, first, 960), fragment(1, 9600, [b"b" * 9], 960))
    last = found[-1]
    assert (last.data, last.dts) == (b"b" * 9, 200_000)
    assert len(found) == 1 + sum(map(bool, first))
