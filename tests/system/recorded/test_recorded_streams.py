"""A plain transport stream, over HTTP or as datagrams: recorded and exported without a loss."""

import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from tests.system.farol_process import run_farol
from tests.system.fed_stream import FRAME_RATE, decode

pytestmark = [pytest.mark.system, pytest.mark.timeout(180)]

LASTS = 10
SILENT = (9, 13)
"""Seconds of media that never arrive."""

DATAGRAM = 7 * 188
KEYS = 2
"""Seconds from one key picture to the next."""
TORN = 4
"""Pictures that cannot be decoded where the next ones never came."""


@contextmanager
def _over_udp(url: str, silent: tuple[int, int] = (0, 0)) -> Iterator[str]:
    """Send what a URL serves as datagrams to this machine, as an operator's network does.

    Nothing is sent while so many seconds of it are `silent`.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    over = threading.Event()

    def send() -> None:
        with (
            httpx.stream("GET", url, timeout=20) as answer,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
        ):
            since = time.perf_counter()
            for datagram in answer.iter_bytes(DATAGRAM):
                if not silent[0] <= time.perf_counter() - since < silent[1]:
                    sender.sendto(datagram, ("127.0.0.1", port))
                if over.is_set():
                    return

    with ThreadPoolExecutor(max_workers=1) as pool:
        sent = pool.submit(send)
        try:
            yield f"udp://127.0.0.1:{port}"
        finally:
            over.set()
            sent.result(30)


@contextmanager
def _over_http(url: str) -> Iterator[str]:
    yield url


@pytest.mark.parametrize("over", [_over_http, _over_udp], ids=["http", "udp"])
def test_each_picture_and_sound_of_a_plain_stream_is_recorded(headend_url, tmp_path, over):
    with over(f"{headend_url}/channels/3/live/stream.ts?rung=v240") as address:
        ran = run_farol("record", address, "--for", f"{LASTS}s", home=tmp_path)
    assert ran.status == 0, ran.err
    (one,) = json.loads(run_farol("recordings", "--json", home=tmp_path).out)["recordings"]
    assert one["whole"]
    assert LASTS - 0.2 <= one["recorded"] <= LASTS + 8
    target = tmp_path / "out.mkv"
    exported = run_farol("recordings", "export", one["id"], str(target), home=tmp_path)
    assert exported.status == 0, exported.err
    _is_whole(target, one["recorded"])
    folder = next((tmp_path / "data" / "farol" / "recordings").iterdir())
    assert _frames(folder / "recording.m3u8") == _frames(target)


def test_what_never_arrived_is_a_gap_of_its_length(headend_url, tmp_path):
    stream = f"{headend_url}/channels/3/live/stream.ts?rung=v240"
    with _over_udp(stream, SILENT) as address:
        ran = run_farol("record", address, "--for", "16s", home=tmp_path)
    assert ran.status == 0, ran.err
    (one,) = json.loads(run_farol("recordings", "--json", home=tmp_path).out)["recordings"]
    assert one["state"] == "done"
    ((since, until),) = one["gaps"]
    silent = SILENT[1] - SILENT[0]
    assert silent - 0.3 <= until - since <= silent + KEYS + 0.3
    target = tmp_path / "out.mkv"
    exported = run_farol("recordings", "export", one["id"], str(target), home=tmp_path)
    assert exported.status == 0, exported.err
    fed = decode(target.read_bytes())
    assert None not in fed.strips
    jumps = [b - a for a, b in pairwise(fed.frames) if b - a > TORN]
    assert jumps == [pytest.approx((until - since) * FRAME_RATE, abs=TORN)]
    shown = [at - frame / FRAME_RATE for at, frame in zip(fed.times, fed.frames, strict=True)]
    assert max(shown) - min(shown) < 0.002
    sound = [gap for gap in fed.sound.gaps() if abs(gap) > 0.002]
    assert sound == [pytest.approx(until - since, abs=0.5)]


def _is_whole(target: Path, lasts: float) -> None:
    """Each frame of the strip follows the one before, and the sound has no hole."""
    fed = decode(target.read_bytes())
    assert None not in fed.strips
    assert {b - a for a, b in pairwise(fed.frames)} == {1}
    assert len(fed.frames) == pytest.approx(lasts * FRAME_RATE, abs=2)
    assert fed.times == pytest.approx(
        [fed.times[0] + n / FRAME_RATE for n in range(len(fed.times))], abs=0.002
    )
    assert fed.sound is not None
    assert max(map(abs, fed.sound.gaps())) < 0.002
    assert len(fed.sound.pcm) / fed.sound.rate == pytest.approx(lasts, abs=1)


def _frames(path: Path) -> int:
    """How many pictures another reader decodes, without a word of complaint."""
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", "v:0", "-count_frames", "-of", "json",
         "-show_entries", "stream=nb_read_frames", str(path)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert not done.stderr
    return int(json.loads(done.stdout)["streams"][0]["nb_read_frames"])
