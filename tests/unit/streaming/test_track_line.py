"""One track's bytes through its demuxer: runs, breaks and what is told of them."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import trio
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from player.errors import ErrorCode, Failure, PlayerError, Severity, error
from player.model.presentation import Container, TrackKind
from player.model.resource import Protection, ProtectionScheme
from player.ports import Demuxed, Demuxer
from player.streaming.feed.timed_sample import TimedSample
from player.streaming.feed.track_buffer import BufferedSegment, TrackBuffer
from player.streaming.feed.track_line import TrackLine
from player.units import micros
from tests.fakes.virtual import FakeDemuxer
from tests.unit.streaming.streaming_feed import ZERO, body, filled, line_parts, pieces
from tests.unit.streaming.streaming_made import buffered, lane, period, representation, segment

VIDEO, AUDIO = TrackKind.VIDEO, TrackKind.AUDIO


def _line(
    buffer: TrackBuffer,
    reports: list[Failure],
    open_demuxer: Callable[[Container], Demuxer] = FakeDemuxer,
) -> TrackLine:
    return TrackLine(buffer, frozenset({VIDEO, AUDIO}), line_parts(reports, open_demuxer))


def _read(
    buffer: TrackBuffer, open_demuxer: Callable[[Container], Demuxer] = FakeDemuxer
) -> tuple[list[TimedSample], list[Failure]]:
    reports: list[Failure] = []
    line = _line(buffer, reports, open_demuxer)

    async def run() -> list[TimedSample]:
        found = []
        with trio.fail_after(5):
            while not line.drained:
                assert line.ready
                found += await line.advance()
        return found

    return trio.run(run), reports


def _seconds(samples: list[TimedSample]) -> list[float]:
    return [one.pts / 1e6 for one in samples]


def test_samples_come_in_presentation_time_and_in_one_run() -> None:
    samples, reports = _read(filled(*pieces(VIDEO, 3, 4)))
    assert _seconds(samples) == list(range(18, 30))
    assert {one.run for one in samples} == {1}
    assert samples[0].end == micros(19)
    assert reports == []


@pytest.mark.parametrize(
    "second",
    [
        pieces(VIDEO, 2)[0],
        buffered(segment(1, discontinuity=1), body(segment(1), VIDEO), lane=lane()),
        buffered(segment(1), body(segment(1), VIDEO), lane=lane(representation("v2"))),
        buffered(segment(1), body(segment(1), VIDEO), init=b" \n"),
    ],
    ids=["number", "discontinuity", "rung", "init"],
)
def test_what_one_demuxer_cannot_go_on_with_begins_another_run(second: BufferedSegment) -> None:
    first = buffered(segment(0), body(segment(0), VIDEO), lane=second.lane, init=b"\n")
    if second.lane.representation.id == "v2":
        first = buffered(segment(0), body(segment(0), VIDEO))
    samples, _ = _read(filled(first, second))
    assert [one.run for one in samples] == [1] * 6 + [2] * 6


def test_bytes_are_taken_as_they_come() -> None:
    whole = body(segment(0), VIDEO)
    growing = buffered(segment(0), whole[:50], whole=False)
    buffer = TrackBuffer(ZERO)
    buffer.append(growing)
    line = _line(buffer, [])

    async def run() -> None:
        assert line.ready
        first = await line.advance()
        assert not line.ready
        assert not line.drained
        growing.entry.chunks.append(whole[50:])
        assert line.ready
        rest = await line.advance()
        assert _seconds(first + rest) == list(range(6))
        assert line.reached == micros(5)
        growing.entry.complete = True
        assert await line.advance() == []
        assert line.reached == micros(6)
        assert buffer.head is None
        assert not line.ready
        buffer.finished = True
        assert line.ready
        assert await line.advance() == []
        assert line.drained

    trio.run(run)


def test_a_kind_that_nobody_wants_is_left_out() -> None:
    both = body(segment(0), VIDEO) + body(segment(0), AUDIO)
    buffer = filled(buffered(segment(0), both))
    line = TrackLine(buffer, frozenset({VIDEO}), line_parts([]))
    assert {one.kind for one in trio.run(line.advance)} == {VIDEO}


def test_what_a_line_will_bring_is_told_by_its_rung() -> None:
    buffer = TrackBuffer(ZERO)
    line = _line(buffer, [])
    assert line.expected == {VIDEO, AUDIO}
    buffer.append(pieces(VIDEO, 0)[0])
    assert line.expected == {VIDEO}
    buffer.pop()
    assert line.expected == {VIDEO}, "also when all of it was fed"


def test_a_hole_is_passed_over() -> None:
    hole = buffered(segment(1), skipped=True)
    samples, reports = _read(filled(*pieces(VIDEO, 0), hole, *pieces(VIDEO, 2)))
    assert _seconds(samples) == [*range(6), *range(12, 18)]
    assert reports == []


def test_a_broken_segment_is_told_of_once_and_the_next_begins_afresh() -> None:
    bad = buffered(segment(1), b"{\n", b"{\n", b"x")
    samples, reports = _read(filled(*pieces(VIDEO, 0), bad, *pieces(VIDEO, 2)))
    assert _seconds(samples) == [*range(6), *range(12, 18)]
    assert [(one.code, one.severity) for one in reports] == [
        (ErrorCode.MEDIA_INVALID, Severity.RECOVERABLE)
    ]


def test_a_channel_of_broken_segments_is_given_up() -> None:
    bad = [buffered(segment(number), b"{\n") for number in range(9)]
    with pytest.raises(PlayerError):
        _read(filled(*bad))


def test_a_truncated_segment_is_told_of_once() -> None:
    cut = buffered(segment(1), body(segment(1), VIDEO)[:120])
    samples, reports = _read(filled(*pieces(VIDEO, 0), cut, *pieces(VIDEO, 2)))
    assert _seconds(samples) == [*range(8), *range(12, 18)]
    assert [one.code for one in reports] == [ErrorCode.MEDIA_TRUNCATED]


def test_an_empty_segment_is_truncated_as_well() -> None:
    empty = buffered(segment(1), b"")
    _, reports = _read(filled(*pieces(VIDEO, 0), empty, *pieces(VIDEO, 2)))
    assert [one.code for one in reports] == [ErrorCode.MEDIA_TRUNCATED]
    nothing = buffered(segment(1))
    _, reports = _read(filled(*pieces(VIDEO, 0), nothing))
    assert [one.code for one in reports] == [ErrorCode.MEDIA_TRUNCATED]


@pytest.mark.parametrize("code", [ErrorCode.DRM_NO_KEY, ErrorCode.DRM_UNSUPPORTED])
def test_no_key_ends_the_channel_at_once(code: ErrorCode) -> None:
    class Locked(FakeDemuxer):
        def feed(self, data: bytes) -> tuple[Demuxed, ...]:
            raise error(code, "x")

    with pytest.raises(PlayerError) as failed:
        _read(filled(*pieces(VIDEO, 0, 1)), Locked)
    assert failed.value.failure.code is code


class Holding(FakeDemuxer):
    """Gives nothing before so many feeds, or before the flush."""

    feeds = 2

    def __init__(self, container: Container) -> None:
        super().__init__(container)
        self._held: list[bytes] = []

    def feed(self, data: bytes) -> tuple[Demuxed, ...]:
        self._held.append(data)
        if len(self._held) < self.feeds:
            return ()
        held, self._held = b"".join(self._held), [b""] * self.feeds
        return super().feed(held)

    def flush(self) -> tuple[Demuxed, ...]:
        return super().feed(b"".join(self._held))


class Last(Holding):
    """Gives everything at the flush."""

    feeds = 99


@pytest.mark.parametrize("demuxer", [Holding, Last])
def test_a_demuxer_that_holds_back_moves_nothing_in_time(demuxer: type[Holding]) -> None:
    samples, _ = _read(filled(*pieces(VIDEO, 4, 5)), demuxer)
    assert _seconds(samples) == list(range(24, 36))


def test_pictures_that_come_with_a_later_segment_are_no_drift() -> None:
    buffer = filled(*pieces(VIDEO, 0, 1, 2, 3))
    reports: list[Failure] = []
    line = _line(buffer, reports, Holding)
    samples, _ = _read(filled(*pieces(VIDEO, 0, 1, 2, 3)), Holding)
    assert {one.drift for one in samples} == {0}
    assert line.announced == frozenset()
    assert reports == []


def test_a_demuxer_that_has_given_nothing_yet_proves_nothing_cut_off() -> None:
    _, reports = _read(filled(*pieces(VIDEO, 0, 1)), Last)
    assert reports == []


def test_a_playlist_is_played_to_its_last_picture_whatever_its_durations_add_up_to() -> None:
    told = replace(lane(), period=period(duration=5.6))
    one = segment(0, duration=5.6)
    samples, _ = _read(filled(buffered(one, body(segment(0), VIDEO), lane=told)))
    assert _seconds(samples) == list(range(6))


def test_sound_over_the_end_of_its_period_is_kept_whole() -> None:
    told = replace(lane(), period=period(duration=4.9))
    one = segment(0, duration=4.9, media_offset=micros(-500))
    data = body(segment(0), VIDEO) + body(segment(0), AUDIO)
    samples, _ = _read(filled(buffered(one, data, lane=told)))
    assert [s.pts / 1e6 for s in samples if s.kind is AUDIO] == list(range(5))
    assert [s.pts / 1e6 for s in samples if s.kind is VIDEO] == list(range(5))


def test_the_pictures_of_a_muxed_stream_place_it_though_its_sound_comes_first() -> None:
    one = segment(0, duration=0.9)
    sound = body(one, AUDIO, start=micros(500), duration=micros(0.5))
    pictures = body(one, VIDEO, start=micros(500.1), duration=micros(0.9))
    buffer = filled(buffered(one, sound, pictures))
    buffer.head.entry.chunks.pop()  # type: ignore[union-attr]
    buffer.head.entry.complete = False  # type: ignore[union-attr]
    line = _line(buffer, [])

    async def run() -> list[TimedSample]:
        assert await line.advance() == []
        assert buffer.head is not None
        buffer.head.entry.chunks.append(pictures)
        buffer.head.entry.complete = True
        return await line.advance()

    samples = trio.run(run)
    assert min(s.pts for s in samples if s.kind is VIDEO) == 0
    assert min(s.pts for s in samples if s.kind is AUDIO) == micros(-0.1)


def test_a_flush_that_fails_costs_the_rest_only() -> None:
    class Torn(FakeDemuxer):
        def flush(self) -> tuple[Demuxed, ...]:
            raise error(ErrorCode.MEDIA_TRUNCATED, "x")

    samples, reports = _read(filled(*pieces(VIDEO, 0)), Torn)
    assert len(samples) == 6
    assert [one.severity for one in reports] == [Severity.RECOVERABLE]


def test_a_closed_line_gives_its_demuxer_up() -> None:
    closed: list[bool] = []

    class Watched(FakeDemuxer):
        def close(self) -> None:
            closed.append(True)

    line = _line(filled(*pieces(VIDEO, 0, 1)), [], Watched)
    trio.run(line.advance)
    line.close()
    line.close()
    assert closed == [True]


def test_sound_alone_places_itself() -> None:
    samples, _ = _read(filled(*pieces(AUDIO, 5, 6)))
    assert _seconds(samples) == list(range(30, 42))


def test_a_fragment_that_its_segment_cuts_off_is_told_though_it_was_still_encrypted() -> None:
    """What waits for the rest of a fragment never reaches the demuxer, which could tell."""
    told = lane(representation("v1", container=Container.FMP4))
    cut = (8).to_bytes(4, "big") + b"moof" + (800).to_bytes(4, "big") + b"mdat" + bytes(80)
    samples, reports = _read(filled(buffered(segment(0), cut, lane=told)))
    assert samples == []
    assert [(one.code, one.severity) for one in reports] == [
        (ErrorCode.MEDIA_TRUNCATED, Severity.RECOVERABLE)
    ]


@pytest.mark.parametrize("at_work", [False, True], ids=["between", "while a worker reads"])
def test_the_last_block_of_an_encrypted_segment_comes_when_its_end_is_known(
    at_work: bool,
) -> None:
    """It is held for its padding; that nothing more follows may be told after the last byte."""
    key, iv = b"k" * 16, b"v" * 16
    padder, cipher = PKCS7(128).padder(), Cipher(AES(key), CBC(iv)).encryptor()
    clear = body(segment(0), VIDEO)
    hidden = cipher.update(padder.update(clear) + padder.finalize()) + cipher.finalize()
    told = Protection(
        scheme=ProtectionScheme.AES_128, system="identity", licence_uri="http://h/k", iv=iv
    )
    growing = buffered(segment(0, protection=(told,)), hidden, whole=False)
    growing.key = key
    buffer = TrackBuffer(ZERO)
    buffer.append(growing)
    reports: list[Failure] = []

    class Reading(FakeDemuxer):
        def feed(self, data: bytes) -> tuple[Demuxed, ...]:
            growing.entry.complete = at_work or growing.entry.complete
            return super().feed(data)

    line = _line(buffer, reports, Reading)

    async def run() -> list[TimedSample]:
        found = await line.advance()
        growing.entry.complete = True
        buffer.finished = True
        while not line.drained:
            found += await line.advance()
        return found

    assert _seconds(trio.run(run)) == list(range(6))
    assert reports == []
