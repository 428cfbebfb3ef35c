"""What an address turns out to be, told from its scheme and its first bytes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st

from player.api import PlayRequest
from player.errors import ErrorCode, Failure, PlayerError
from player.model.presentation import ManifestFormat
from player.ports import AnswerHead, FetchRequest
from player.session import opening
from player.session.opening import Opened, is_direct, is_local, open_address, source_of
from player.units import ByteCount, Micros
from tests.fakes.virtual import inline_worker

if TYPE_CHECKING:
    from player.streaming.fetch.parts import Reach

PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n1.ts\n#EXT-X-ENDLIST\n"
TS = (b"\x47" + bytes(187)) * 30


@pytest.mark.parametrize(
    ("url", "direct", "local"),
    [
        ("http://h/a.m3u8", False, False),
        ("udp://239.0.0.1:5000", False, False),
        ("rtsp://h/a", True, False),
        ("RTMP://h/a", True, False),
        ("/films/a.mkv", True, True),
        ("C:\\films\\a.mkv", True, True),
        ("file:///films/a.mkv", True, True),
        ("file:///films/a.m3u8", False, True),
        ("/films/A.MPD", False, True),
        ("file:///films/a.mpd?x#y", False, True),
        ("rtsp://h/a.m3u8", True, False),
        ("", True, True),
        ("-", True, True),
        ("//[x/a", True, True),
        ("http://[::1", False, False),
        ("rtsp://[::1", True, False),
    ],
)
def test_who_reads_an_address(url: str, direct: bool, local: bool) -> None:
    assert is_direct(url) is direct
    assert is_local(url) is local
    source = source_of(PlayRequest(url=url, headers={"A": "b"}))
    assert (source.url, source.headers, source.local) == (url, {"A": "b"}, local)


class _Fetcher:
    """One answer, in these chunks."""

    def __init__(self, *chunks: bytes, content_type: str = "") -> None:
        self.asked: list[FetchRequest] = []
        self.url, self.content_type, self.length = "http://h/final", content_type, None
        self.head = AnswerHead()
        self.closed = True
        self._chunks = chunks

    @asynccontextmanager
    async def open(self, request: FetchRequest) -> AsyncIterator["_Fetcher"]:
        self.asked.append(request)
        self.closed = False
        yield self
        self.closed = True

    async def chunks(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            yield chunk


def _open(fetcher: _Fetcher, url: str = "http://h/a") -> tuple[Opened, bytes]:
    clock = SimpleNamespace(utc=lambda: Micros(0))
    parts = SimpleNamespace(fetcher=fetcher, clock=clock, worker=inline_worker)

    async def run() -> tuple[Opened, bytes]:
        rest = b""
        async with open_address(PlayRequest(url=url), cast("Reach", parts)) as opened:
            assert fetcher.closed is (opened.stream is None)
            if opened.stream is not None:
                rest = b"".join([chunk async for chunk in opened.stream.chunks()])
        return opened, rest

    return trio.run(run)


def test_a_playlist_becomes_a_presentation_however_it_is_cut() -> None:
    for chunks in ([PLAYLIST], [PLAYLIST[:9], PLAYLIST[9:]], [PLAYLIST, b"#" + b"x" * 9000]):
        opened, _ = _open(_Fetcher(*chunks))
        assert opened.presentation is not None
        assert opened.presentation.format is ManifestFormat.HLS
        assert opened.url == "http://h/final"


def test_a_transport_stream_is_played_from_the_connection_that_was_looked_at() -> None:
    fetcher = _Fetcher(TS, b"rest", b"of it", content_type="video/mp2t")
    opened, rest = _open(fetcher)
    assert opened.head == TS
    assert rest == b"restof it"
    assert opened.stream is not None
    assert (opened.stream.url, opened.stream.content_type) == ("http://h/final", "video/mp2t")
    assert len(fetcher.asked) == 1


@pytest.mark.parametrize("head", [b"\0\0\0\x18ftypisom", b"\x1a\x45\xdf\xa3", b"ID3\4"])
def test_a_media_file_is_libmpvs(head: bytes) -> None:
    opened, _ = _open(_Fetcher(head + bytes(99)))
    assert (opened.presentation, opened.stream) == (None, None)


def test_what_libmpv_reads_is_not_even_opened() -> None:
    fetcher = _Fetcher()
    opened, _ = _open(fetcher, "rtsp://h/a")
    assert opened.url == "rtsp://h/a"
    assert fetcher.asked == []


def _refused(url: str) -> Failure:
    with pytest.raises(PlayerError) as failed:
        _open(_Fetcher(), url)
    return failed.value.failure


@pytest.mark.parametrize("name", ["film.mkv", "-", "--a b", "av:1"])
def test_a_file_is_named_to_libmpv_so_that_it_can_be_nothing_else(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).touch()
    uri = (tmp_path / name).as_uri()
    for url in (name, str(tmp_path / name), uri, uri.replace("file:///", "FILE://localhost/")):
        if url != "av:1":  # a scheme to everybody; "./av:1" is the file
            assert _open(_Fetcher(), url)[0].url == str(tmp_path / name)


@pytest.mark.parametrize("name", ["", "-", "''", "no such.mkv", "a\0b", "file:///no/such.mkv"])
def test_a_file_that_is_not_there_is_told(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    failure = _refused(name)
    assert failure.code is ErrorCode.NETWORK_UNREACHABLE
    assert "cannot be opened" in failure.sentence


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    for url in (str(tmp_path), tmp_path.as_uri(), "."):
        assert "folder" in _refused(url).sentence


@pytest.mark.parametrize("url", ["rtsp://[::1", "file://[x/a.mkv", "file://nas/a.mkv"])
def test_an_address_that_cannot_be_taken_apart_is_told(url: str) -> None:
    assert _refused(url).code is ErrorCode.INPUT_BAD_URL


@given(st.text() | st.from_regex(r"\A(file|http|rtsp)://.*\Z"))
@settings(max_examples=50)
def test_asking_who_reads_an_address_never_fails(url: str) -> None:
    assert is_local(url) == source_of(PlayRequest(url=url)).local
    is_direct(url)


def test_a_local_manifest_is_asked_for_as_a_uri() -> None:
    fetcher = _Fetcher(PLAYLIST)
    _open(fetcher, "/films/a b.m3u8")
    assert fetcher.asked[0].resource.uri == "file:///films/a%20b.m3u8"
    assert fetcher.asked[0].by_viewer


@pytest.mark.parametrize(
    ("body", "content_type", "code", "words"),
    [
        (b"", "", ErrorCode.MANIFEST_EMPTY, "nothing"),
        (b" \n", "", ErrorCode.MANIFEST_EMPTY, "nothing"),
        (b"<html><body>Hi", "", ErrorCode.MANIFEST_NOT_A_MANIFEST, "a web page"),
        (b"Hi", "text/html", ErrorCode.MANIFEST_NOT_A_MANIFEST, "a web page"),
        (b"Hi", "text/plain", ErrorCode.MANIFEST_NOT_A_MANIFEST, "not a channel"),
    ],
)
def test_what_is_no_channel_is_told_in_a_sentence(
    body: bytes, content_type: str, code: ErrorCode, words: str
) -> None:
    with pytest.raises(PlayerError) as failed:
        _open(_Fetcher(body, content_type=content_type))
    assert failed.value.failure.code is code
    assert words in failed.value.failure.sentence


def test_a_manifest_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LARGEST_MANIFEST", ByteCount(10_000))
    with pytest.raises(PlayerError) as failed:
        _open(_Fetcher(PLAYLIST, *[b"#" * 5000] * 9))
    assert failed.value.failure.code is ErrorCode.MANIFEST_INVALID
