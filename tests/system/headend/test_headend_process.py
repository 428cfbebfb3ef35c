"""The program as its users see it: start, endings, shaped and broken answers over real HTTP."""

import socket
import ssl
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.system.conftest import start_headend, stop_headend

pytestmark = pytest.mark.system
_MANY = httpx.Limits(max_connections=200)


def test_a_second_start_is_quick_and_sigterm_ends_it_well(
    headend_url: str, headend_data: Path
) -> None:
    del headend_url  # the channels are encoded by now
    begun = time.perf_counter()
    headend = start_headend(headend_data)
    took = time.perf_counter() - begun
    with httpx.stream("GET", f"{headend.url}/channels/1/live/stream.ts") as endless:
        assert endless.status_code == 200
        next(endless.iter_bytes())
        assert stop_headend(headend.process) == 0
    assert took < 8  # 2 s on an idle machine; the rest is for a busy one


def test_a_taken_port_is_refused_in_one_sentence(headend_url: str, headend_data: Path) -> None:
    port = headend_url.rsplit(":", 1)[1]
    run = subprocess.run(
        [sys.executable, "-m", "headend", "demo", "--port", port, "--data", str(headend_data)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("farol-headend: Cannot listen on 127.0.0.1 port")


def test_listeners_that_leave_are_forgotten(headend_url: str) -> None:
    for _ in range(20):
        with httpx.stream("GET", f"{headend_url}/channels/1/live/stream.ts") as endless:
            next(endless.iter_bytes())
    with httpx.Client(timeout=0.5) as client:
        with pytest.raises(httpx.ReadTimeout):
            client.get(f"{headend_url}/chaos/hang/master.m3u8")
        assert client.get(f"{headend_url}/health").json()["status"] == "ok"


def test_two_hundred_clients_are_served_beside_some_who_never_finish(headend_url: str) -> None:
    """Who dribbles a request holds a connection for ten seconds, and nobody up."""
    server = urlsplit(headend_url)
    address = (str(server.hostname), int(server.port or 0))
    path = "/channels/1/vod/hls-ts/v240/0.ts"
    with ExitStack() as open_ones, ThreadPoolExecutor(200) as crowd:
        for _ in range(100):
            slow = open_ones.enter_context(socket.create_connection(address))
            slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        client = open_ones.enter_context(httpx.Client(timeout=30, limits=_MANY))
        answers = crowd.map(lambda _: client.get(f"{headend_url}{path}"), range(1_000))
        assert {answer.status_code for answer in answers} == {200}
        assert client.get(f"{headend_url}/health").json()["status"] == "ok"


def test_a_rate_is_kept_over_real_http(headend_url: str) -> None:
    url = f"{headend_url}/channels/1/vod/hls-ts/v720/0.ts"
    whole = httpx.get(url).content
    kbps = len(whole) * 8 // 1000  # the segment in one second
    begun = time.perf_counter()
    assert httpx.get(f"{url}?rate={kbps}").content == whole
    assert 0.9 < time.perf_counter() - begun < 3


def test_https_with_a_certificate_that_nobody_knows_and_a_second_port(
    headend_url: str, headend_data: Path
) -> None:
    del headend_url  # the channels are encoded by now
    headend = start_headend(headend_data, "--tls", "--second-port", "0", channels=2)
    url = headend.url
    try:
        assert url.startswith("https://")
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(f"{url}/health")
        context = ssl.create_default_context(cafile=headend_data / "tls.pem")
        with httpx.Client(verify=context) as client:
            master = client.get(f"{url}/channels/1/vod/hls-ts/master.m3u8?pathways=2").text
            lines = [line for line in master.splitlines() if "/at/b/" in line]
            second = next(line for line in lines if line.startswith("https://"))
            assert second.split("/at/")[0] != url
            assert client.get(second).status_code == 200
    finally:
        assert stop_headend(headend.process) == 0
