"""What libmpv reads by itself: files and servers, through the same face."""

import http.server
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import mpv
import pytest

from player.errors import ErrorCode
from player.mpv.events import EventPump
from player.ports import EpochStart, SinkState
from player.units import micros
from tests.fakes.matroska import matroska
from tests.system.mpv.sink_bench import Rig

pytestmark = pytest.mark.system

FIRST, ENDED, FAILED = SinkState.FIRST_PICTURE, SinkState.ENDED, SinkState.FAILED


@pytest.fixture
def film(tmp_path):
    path = tmp_path / "a film, with comma.mkv"
    path.write_bytes(matroska(base=100.0))
    return path


@dataclass
class Server:
    """Where it listens, and the headers of what it was asked."""

    address: str
    seen: list[dict[str, str]]


@pytest.fixture
def server(tmp_path):
    seen: list[dict[str, str]] = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(tmp_path))

        def do_GET(self):
            seen.append(dict(self.headers))
            super().do_GET()

        def log_message(self, *_):
            return

    listening = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with ThreadPoolExecutor(1) as pool, listening as httpd:
        running = pool.submit(httpd.serve_forever, 0.05)
        yield Server(address=f"http://127.0.0.1:{httpd.server_port}", seen=seen)
        httpd.shutdown()
        running.result(5)


def failed(rig, url, **headers):
    rig.sink.open_url(EpochStart(epoch=1), url, headers)
    assert rig.until(lambda: rig.ears.heard(1, FAILED))
    return rig.ears.events[-1].failure


def test_a_file_plays_from_its_own_time(rig, film):
    rig.sink.open_url(EpochStart(epoch=1, start=micros(101.2), paused=True), str(film), {})
    assert rig.until(lambda: rig.ears.position is not None)
    assert rig.ears.position == pytest.approx(micros(101.2), abs=1_000)
    rig.sink.set_paused(False)
    assert rig.until(lambda: rig.ears.heard(1, ENDED))
    assert rig.complaints() == []


def test_a_file_that_is_not_there(rig, tmp_path):
    failure = failed(rig, str(tmp_path / "none.mkv"))
    assert failure.code is ErrorCode.NETWORK_UNREACHABLE


def test_a_file_that_is_none(rig, tmp_path):
    (tmp_path / "x.mkv").write_text("hello" * 1000)
    assert failed(rig, str(tmp_path / "x.mkv")).code is ErrorCode.DECODE_FAILED


def test_a_server_that_is_not_there_and_no_password_in_the_log(rig):
    failure = failed(rig, "http://user:pass-word@127.0.0.1:9/live/pass-word/1.ts")
    assert failure.code is ErrorCode.NETWORK_UNREACHABLE
    assert "pass-word" not in repr(failure)
    assert "pass-word" not in repr(rig.log)
    assert failure.uri == "http://127.0.0.1:9/..."


def test_a_reason_that_libmpv_gives_late_is_waited_for(monkeypatch):
    """Its answers overtake its log where the event thread was busy."""
    heard = EventPump._on_event

    def slowly(pump, event):
        heard(pump, event)
        if event.event_id.value == mpv.MpvEventID.END_FILE:
            threading.Event().wait(0.05)

    monkeypatch.setattr(EventPump, "_on_event", slowly)
    rig = Rig()
    try:
        assert failed(rig, "http://127.0.0.1:9/").code is ErrorCode.NETWORK_UNREACHABLE
    finally:
        rig.sink.close()


def test_a_stream_that_is_not_there(rig, server):
    failure = failed(rig, server.address + "/none.ts")
    assert (failure.code, failure.status) == (ErrorCode.NETWORK_HTTP_STATUS, 404)


@pytest.mark.parametrize("url", ["edl:///etc/hosts", "memory://x", "python://x", "x.mkv"])
def test_what_is_not_opened(rig, url):
    assert failed(rig, url).code is ErrorCode.INPUT_UNSUPPORTED_SCHEME
    assert rig.complaints() == []


def test_headers_arrive_whole(rig, server, tmp_path):
    (tmp_path / "a.mkv").write_bytes(matroska(frames=10))
    headers = {"User-Agent": "MAG200, like x", "X-Token": "a, b", "Referer": "http://r/?a,b"}
    rig.sink.open_url(EpochStart(epoch=1), server.address + "/a.mkv", headers)
    assert rig.until(lambda: rig.ears.heard(1, ENDED))
    seen = server.seen[0]
    assert headers.items() <= seen.items()


@pytest.mark.parametrize("name", ["list.m3u", "list.m3u8"])
def test_a_list_from_a_server_reaches_no_file(rig, server, tmp_path, film, name):
    lines = ("#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXTINF:2,", film.as_uri(), "#EXT-X-ENDLIST")
    (tmp_path / name).write_text("\n".join(lines if name.endswith("8") else lines[::2]))
    failure = failed(rig, server.address + "/" + name)
    assert failure.category in ("input", "decode")
    rig.engine.run(0.2)
    assert rig.ears.states(1) == [FAILED]


def test_a_file_and_an_epoch_follow_each_other(rig, film):
    rig.sink.open_url(EpochStart(epoch=1), film.as_uri(), {})
    assert rig.until(lambda: rig.ears.heard(1, FIRST))
    rig.sink.open(EpochStart(epoch=2))
    rig.sink.feed(2, matroska(frames=10))
    rig.sink.finish(2)
    assert rig.until(lambda: rig.ears.heard(2, ENDED))
