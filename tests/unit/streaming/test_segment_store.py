"""The segment store: what it keeps, within which bounds, and what lies on the disk of it."""

import errno
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import anyio.lowlevel
import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.model.presentation import Container, Representation, TrackKind
from player.model.resource import ByteRange, Protection, ProtectionScheme, Resource
from player.model.segment import Segment
from player.streaming.store.kept import Lineage, read_told, told_of
from player.streaming.store.ring import Ring
from player.streaming.store.segment_store import SegmentStore
from player.streaming.store.tape import Tape
from player.streaming.store.volumes import StoreLimits
from player.units import BitsPerSecond, ByteCount, Micros, micros
from tests.fakes.virtual import at_virtual_time, inline_worker

if TYPE_CHECKING:
    from player.errors import Failure

SECRET = Protection(scheme=ProtectionScheme.AES_128, licence_uri="http://k/1", system="identity")


def _lineage(
    rung: str = "r1", kind: TrackKind = TrackKind.VIDEO, protection: tuple[Protection, ...] = ()
) -> Lineage:
    made = Representation(
        id=rung,
        bandwidth=BitsPerSecond(1),
        container=Container.FMP4,
        protection=protection,
    )
    return Lineage(period="p", track=kind.value, kind=kind, rung=made)


VIDEO, AUDIO = _lineage(), _lineage("a", TrackKind.AUDIO)


def _segment(number: int, rung: str = "r1", protection: tuple[Protection, ...] = ()) -> Segment:
    return Segment(
        number=number,
        start=micros(2 * number),
        duration=micros(2),
        resource=Resource(uri=f"http://o/{rung}/{number}"),
        protection=protection,
    )


class _Bench:
    """A store that runs, and what its tape was told."""

    def __init__(self, store: SegmentStore) -> None:
        self.store = store
        self.failures: list[Failure] = []
        self.tape = self.fresh()

    def fresh(self) -> Tape:
        self.tape = self.store.tape(self.failures.append)
        return self.tape

    def put(self, *numbers: int, lineage: Lineage = VIDEO, size: int = 1000) -> None:
        for one in numbers:
            self.tape.put(lineage, _segment(one, lineage.rung.id), _body(one, size))

    @property
    def since(self) -> Micros | None:
        return self.tape.since({"p"})

    async def body(self, number: int, rung: str = "r1") -> bytes | None:
        found = self.tape.find(_segment(number, rung))
        return await self.tape.read(found) if found else None


def _body(number: int, size: int) -> bytes:
    return (b"%06d" % number * size)[:size]


@asynccontextmanager
async def _bench(base: Path, **more: object) -> AsyncIterator[_Bench]:
    store = SegmentStore(base, inline_worker, **more)  # type: ignore[arg-type]
    async with anyio.create_task_group() as group:
        group.start_soon(store.run)
        yield _Bench(store)
        group.cancel_scope.cancel()
    store.close()


async def _written() -> None:
    await anyio.sleep(1)


def _files(base: Path) -> list[Path]:
    return sorted(base.glob("store-*/*.ring"))


def _folders(base: Path) -> list[Path]:
    return list(base.glob("store-*"))


def _disk(base: Path) -> bytes:
    return b"".join(one.read_bytes() for one in base.rglob("*") if one.is_file())


def test_what_is_put_is_read_before_and_after_it_is_written(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with _bench(tmp_path) as bench:
            bench.put(1, 2)
            assert await bench.body(1) == _body(1, 1000)
            await _written()
            assert await bench.body(1) == _body(1, 1000)
            assert await bench.body(2) == _body(2, 1000)
            assert await bench.body(3) is None
            assert all(one.stat().st_mode & 0o077 == 0 for one in _files(tmp_path))
            assert _files(tmp_path)
        assert _folders(tmp_path) == [], "nothing is left of it"

    at_virtual_time(scenario)


def test_the_oldest_go_first_and_the_bytes_on_the_disk_stay_below_the_limit(
    tmp_path: Path,
) -> None:
    limits = StoreLimits(size=ByteCount(100_000))

    async def scenario() -> None:
        async with _bench(tmp_path, limits=limits) as bench:
            for number in range(300):
                bench.put(number)
                await _written()
                assert sum(one.stat().st_size for one in _files(tmp_path)) <= limits.size
            since = bench.since
            assert since is not None
            assert micros(2 * 300) - since > micros(2 * 60), "most of the room is used"
            assert await bench.body(299) is not None
            assert await bench.body(100) is None
            assert bench.failures == []

    at_virtual_time(scenario)


def test_no_more_than_the_duration_is_kept(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with _bench(tmp_path, limits=StoreLimits(duration=micros(120))) as bench:
            for number in range(200):
                bench.put(number)
                bench.put(number, lineage=AUDIO, size=10)
                await _written()
            assert bench.since is not None
            assert micros(120) <= micros(400) - bench.since <= micros(120 + 4 + 4)

    at_virtual_time(scenario)


def test_a_pinned_range_stays_whatever_the_limits_say_and_over_a_restart(tmp_path: Path) -> None:
    limits = StoreLimits(size=ByteCount(50_000))

    async def scenario() -> None:
        async with _bench(tmp_path, limits=limits) as bench:
            bench.put(*range(20))
            bench.store.pin(micros(10), micros(14))
            for number in range(20, 200):
                bench.put(number)
                await _written()
            assert [await bench.body(one) is not None for one in (5, 6, 30)] == [True, True, False]
            bench.fresh()
            await _written()
            assert _files(tmp_path) != []

    at_virtual_time(scenario)
    (folder,) = tmp_path.glob("store-*")
    ring = Ring(folder)
    found = {read_told(told).segment.number: place for place, told in ring.found}
    assert {5, 6} <= set(found)
    assert ring.read(found[5]) == _body(5, 1000)


def test_what_is_unpinned_is_forgotten(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with _bench(tmp_path) as bench:
            bench.put(1, 2)
            await _written()
            pin = bench.store.pin(micros(2), micros(4))
            bench.fresh()
            await _written()
            assert _files(tmp_path)
            bench.store.unpin(pin)
            await _written()
            assert _files(tmp_path) == []
        assert _folders(tmp_path) == []

    at_virtual_time(scenario)


def test_another_session_begins_with_nothing(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with _bench(tmp_path) as bench:
            bench.put(1, 2)
            await _written()
            former = bench.tape
            bench.fresh()
            await _written()
            assert bench.since is None
            assert _files(tmp_path) == []
            found = former.find(_segment(1))
            assert found is None or await former.read(found) is None

    at_virtual_time(scenario)


def test_a_disk_that_is_too_slow_is_told_of_once_and_holds_nobody_up(tmp_path: Path) -> None:
    async def slow(work: object) -> object:
        await anyio.sleep(10)
        return work()  # type: ignore[operator]

    async def scenario() -> None:
        store = SegmentStore(tmp_path, slow, StoreLimits(waiting=ByteCount(5000)))  # type: ignore[arg-type]
        async with anyio.create_task_group() as group:
            group.start_soon(store.run)
            bench = _Bench(store)
            bench.put(*range(20))
            assert [one.code for one in bench.failures] == ["store.failed"]
            assert bench.tape.find(_segment(4)) is not None
            assert bench.tape.find(_segment(5)) is None, "left out"
            await anyio.sleep(1000)
            bench.put(20)
            assert await bench.body(20) is not None
            assert len(bench.failures) == 1
            group.cancel_scope.cancel()
        store.close()

    at_virtual_time(scenario)


def test_a_full_disk_is_told_of_once_and_what_was_kept_makes_room(tmp_path: Path) -> None:
    room = 20_000
    free = [True]

    def write(file: int, data: memoryview) -> int:
        used = sum(one.stat().st_size for one in _files(tmp_path))
        if not free[0] or used + len(data) > room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return os.write(file, data)

    limits = StoreLimits(size=ByteCount(96_000))  # files of 3000 bytes

    async def scenario() -> None:
        async with _bench(tmp_path, write=write, limits=limits) as bench:
            for number in range(50):
                bench.put(number)
                await _written()
            assert await bench.body(49) is not None, "the oldest made room"
            assert await bench.body(0) is None
            assert bench.failures == []
            free[0] = False
            bench.put(50, 51, 52)
            await _written()
            assert await bench.body(52) is None
            assert await bench.body(49) is not None, "not all of it is given up for nothing"
            assert [one.code for one in bench.failures] == ["store.failed"]
            assert "disk" in bench.failures[0].sentence
            free[0] = True
            bench.put(53)
            await _written()
            assert await bench.body(53) is not None

    at_virtual_time(scenario)


def test_without_a_folder_nothing_is_kept_and_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    async def scenario() -> None:
        async with _bench(tmp_path / "file" / "below") as bench:
            await _written()
            bench.put(1, 2)
            assert await bench.body(1) is None
            assert [one.code for one in bench.failures] == ["store.failed"]

    at_virtual_time(scenario)


def test_a_record_that_was_spoilt_on_the_disk_is_lost_and_nothing_else(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with _bench(tmp_path) as bench:
            bench.put(1, 2)
            await _written()
            (file,) = _files(tmp_path)
            spoilt = bytearray(file.read_bytes())
            spoilt[spoilt.index(b"000001000001")] ^= 1
            file.write_bytes(spoilt)
            assert await bench.body(1) is None
            assert bench.tape.find(_segment(1)) is None
            assert await bench.body(2) == _body(2, 1000)

    at_virtual_time(scenario)


# ---- protection ----------------------------------------------------------------------------


def test_clear_segments_of_a_protected_session_are_sealed(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with _bench(tmp_path) as bench:
            clear = b"a clear sample of a protected channel" * 10
            bench.tape.put(VIDEO, _segment(1), clear, protected=True)
            bench.tape.put(VIDEO, _segment(2), clear)
            await _written()
            assert b"clear sample" not in _disk(tmp_path)
            assert await bench.body(1) == clear
            assert await bench.body(2) == clear

    at_virtual_time(scenario)


@pytest.mark.parametrize("by_key", [True, False])
def test_encrypted_ones_lie_there_as_they_came(tmp_path: Path, by_key: bool) -> None:
    async def scenario() -> None:
        async with _bench(tmp_path) as bench:
            came = b"....senc, and what nobody can read without the key"
            protection = (SECRET,) if by_key else ()
            segment = _segment(1, protection=protection)
            bench.tape.put(_lineage(protection=(SECRET,)), segment, came, protected=True)
            await _written()
            (file,) = _files(tmp_path)
            assert came in file.read_bytes()

    at_virtual_time(scenario)


def test_a_clear_lead_of_a_protected_rung_is_sealed(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with _bench(tmp_path) as bench:
            bench.tape.put(
                _lineage(protection=(SECRET,)), _segment(1), b"clear lead", protected=True
            )
            await _written()
            assert b"clear lead" not in _files(tmp_path)[0].read_bytes()

    at_virtual_time(scenario)


# ---- the tape ------------------------------------------------------------------------------


def test_the_newest_of_a_moment_counts_and_each_kind_must_be_there(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with _bench(tmp_path) as bench:
            high, track = _lineage("r2"), VIDEO.of_track
            bench.put(1, 2, 3)
            bench.put(2, lineage=high)
            bench.put(2, 3, lineage=AUDIO)
            at = [bench.tape.at(track, micros(time)) for time in (0, 2.5, 3.95, 4, 6, 8)]
            assert [(one.segment.number, one.lineage.rung.id) if one else None for one in at] == [
                (1, "r1"), (1, "r1"), (2, "r2"), (2, "r2"), (3, "r1"), None,
            ]  # fmt: skip
            assert bench.since == micros(4)
            assert bench.tape.end(track) == micros(8)
            assert bench.tape.end(("p", "other")) is None

    at_virtual_time(scenario)


def test_a_name_that_a_server_gives_again_is_another_segment(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with _bench(tmp_path) as bench:
            for number in (1, 2):
                one = Segment(
                    number=number,
                    start=micros(2 * number),
                    duration=micros(2),
                    resource=Resource(uri="http://o/now"),
                )
                bench.tape.put(VIDEO, one, b"%d" % number)
            found = [bench.tape.at(VIDEO.of_track, micros(time)) for time in (2, 4)]
            assert [await bench.tape.read(one) for one in found if one] == [b"1", b"2"]

    at_virtual_time(scenario)


def test_a_tape_without_a_keeper_keeps_nothing() -> None:
    tape = Tape()
    tape.put(VIDEO, _segment(1), b"media")
    tape.remember(Resource(uri="http://o/init"), b"init")
    assert not tape.on
    assert tape.find(_segment(1)) is None
    assert tape.small(Resource(uri="http://o/init")) is None


RESOURCES = st.builds(
    Resource,
    uri=st.text(),
    byte_range=st.none()
    | st.builds(
        ByteRange,
        offset=st.integers(0, 1 << 50).map(ByteCount),
        length=st.integers(0, 1 << 40).map(ByteCount),
    ),
)
PROTECTIONS = st.builds(
    Protection,
    scheme=st.sampled_from(ProtectionScheme),
    key_id=st.text(),
    system=st.text(),
    licence_uri=st.text(),
    pssh=st.binary(),
    iv=st.binary(max_size=16),
)
MOMENTS = st.integers(-(1 << 60), 1 << 60).map(Micros)
SEGMENTS = st.builds(
    Segment,
    number=st.integers(),
    start=MOMENTS,
    duration=MOMENTS,
    resource=RESOURCES,
    init=st.none() | RESOURCES,
    init_protection=st.none() | PROTECTIONS,
    media_offset=st.none() | MOMENTS,
    discontinuity=st.integers(),
    gap=st.booleans(),
    protection=st.lists(PROTECTIONS, max_size=2).map(tuple),
    program_date_time=st.none() | MOMENTS,
    available_at=st.none() | MOMENTS,
    told_size=st.none() | st.integers(0, 1 << 40).map(ByteCount),
)


@given(segment=SEGMENTS, sealed=st.booleans())
def test_what_is_told_of_a_segment_makes_it_again(segment: Segment, sealed: bool) -> None:
    told = read_told(told_of(AUDIO, segment, tape=3, sealed=sealed))
    assert told.segment == segment
    assert (told.tape, told.period, told.track, told.rung) == (3, "p", "audio", "a")
    assert (told.kind, told.sealed) == (TrackKind.AUDIO, sealed)


WORDS = st.sampled_from(["version", "tape", "kind", "segment", "resource", "uri", "number"])
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(WORDS, inner),
)


@given(data=st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_words_of_strangers_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_told(data)
