"""The ring's files: what is torn, garbage or too much for the disk costs no more than itself."""

import errno
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.streaming.store.ring import Ring

BODIES = st.lists(st.binary(max_size=300), min_size=1, max_size=6)


def _written(folder: Path, bodies: list[bytes]) -> list[int]:
    """Write records into one file; gives where each of them ends."""
    ring = Ring(folder)
    places = [ring.append(b"told %d" % number, one) for number, one in enumerate(bodies)]
    ring.close()
    return [one.offset + one.length for one in places]


def _file(folder: Path) -> Path:
    (only,) = folder.glob("*.ring")
    return only


def test_what_was_written_is_read_again_by_the_next_process(tmp_path: Path) -> None:
    ring = Ring(tmp_path)
    first = ring.append(b"one", b"first")
    ring.turn()
    second = ring.append(b"two", b"")
    assert (ring.read(first), ring.read(second)) == (b"first", b"")
    assert first.volume != second.volume
    ring.close()
    again = Ring(tmp_path)
    assert again.found == [(first, b"one"), (second, b"two")]
    assert again.read(first) == b"first"
    assert again.append(b"three", b"3").volume > second.volume, "old files stay as they are"


@settings(deadline=None)
@given(bodies=BODIES, data=st.data())
def test_a_torn_tail_is_cut_off(bodies: list[bytes], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ends = _written(folder, bodies)
        size = data.draw(st.integers(0, ends[-1]))
        os.truncate(_file(folder), size)
        ring = Ring(folder)
        whole = [end for end in ends if end <= size]
        assert [ring.read(place) for place, _ in ring.found] == bodies[: len(whole)]
        assert _file(folder).stat().st_size == (whole[-1] if whole else 0)


@settings(deadline=None)
@given(bodies=BODIES, data=st.data())
def test_a_spoilt_byte_is_never_taken_for_media(bodies: list[bytes], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ends = _written(folder, bodies)
        spoilt = bytearray(_file(folder).read_bytes())
        at = data.draw(st.integers(0, ends[-1] - 1))
        spoilt[at] ^= data.draw(st.integers(1, 255))
        _file(folder).write_bytes(spoilt)
        ring = Ring(folder)
        for number, (place, told) in enumerate(ring.found):
            assert told == b"told %d" % number
            try:
                assert ring.read(place) == bodies[number]
            except ValueError:
                assert place.offset <= at < place.offset + place.length
        untouched = len([end for end in ends if end <= at])
        assert len(ring.found) >= untouched


@settings(deadline=None)
@given(garbage=st.binary(max_size=400))
def test_garbage_is_nothing(garbage: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "00000003.ring").write_bytes(garbage)
        (folder / "nobody's.ring").write_bytes(garbage)
        (folder / "00000001.ring").mkdir()
        ring = Ring(folder)
        assert ring.found == []
        place = ring.append(b"told", b"body")
        assert place.volume == 4
        assert ring.read(place) == b"body"
        ring.close()


def test_a_file_that_was_made_longer_than_what_was_written_is_cut(tmp_path: Path) -> None:
    """Without power, a file's length may have reached the disk before its bytes."""
    ends = _written(tmp_path, [b"first", bytes(range(100))])
    whole = _file(tmp_path).read_bytes()
    _file(tmp_path).write_bytes(whole[: ends[-1] - 50] + bytes(50))
    assert [told for _, told in Ring(tmp_path).found] == [b"told 0"]


def test_a_full_disk_leaves_nothing_of_what_did_not_fit(tmp_path: Path) -> None:
    room = 400

    def write(file: int, data: memoryview) -> int:
        size = os.fstat(file).st_size
        if size >= room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return os.write(file, data[: room - size])

    ring = Ring(tmp_path, write)
    first = ring.append(b"told", b"a" * 200)
    with pytest.raises(OSError, match="No space"):
        ring.append(b"told", b"b" * 200)
    assert ring.read(first) == b"a" * 200
    small = ring.append(b"told", b"c" * 100)
    assert ring.read(small) == b"c" * 100
    ring.close()
    assert len(Ring(tmp_path).found) == 2


def test_forgetting_what_is_being_written_goes_on_in_another_file(tmp_path: Path) -> None:
    ring = Ring(tmp_path)
    first = ring.append(b"told", b"one")
    ring.forget(first.volume)
    with pytest.raises(OSError, match="No such file"):
        ring.read(first)
    second = ring.append(b"told", b"two")
    assert second.volume != first.volume
    assert ring.read(second) == b"two"


WRITER = """
import os, sys
from pathlib import Path
from player.streaming.store.ring import Ring

def slowly(file, data):
    return os.write(file, data[:4096])  # many writes a record: the end comes between two

ring, number = Ring(Path(sys.argv[1]), slowly), 0
while True:
    ring.append(b"%d" % number, b"%d" % number * 40_000)
    number += 1
    print(number, flush=True)
"""


def test_killed_in_the_middle_of_a_write_all_that_was_whole_is_there(tmp_path: Path) -> None:
    for _ in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        for line in writer.stdout:
            if int(line) == 20:
                break
        writer.send_signal(signal.SIGKILL)
        said = [int(line) for line in writer.stdout] or [20]
        writer.wait()
        writer.stdout.close()
        ring = Ring(tmp_path)
        newest = max(place.volume for place, _ in ring.found)
        own = [(place, told) for place, told in ring.found if place.volume == newest]
        assert len(own) >= said[-1]
        for number, (place, told) in enumerate(own):
            assert told == b"%d" % number
            assert ring.read(place) == b"%d" % number * 40_000
