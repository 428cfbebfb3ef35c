"""The small parts of the composition root."""

import logging
import socket
import sys
import tomllib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from app import spool_fetch
from app.catalog_host import CatalogHost, FixedChannels, identify, run_importer
from app.controls import Controls, Reach
from app.display import answers, has_display, x_addresses
from app.hardware import has_sound, has_video_decoder
from app.logs import NOISY, set_up_logs
from app.memory import Memory
from app.outputs import write_picture
from app.paths import Paths, find_paths
from app.probe import extras, show
from app.spool_fetch import SpoolFetch
from app.version import USER_AGENT, VERSION
from catalog.import_job import CatalogImportError, ImportJob
from catalog.model import Channel
from catalog.sources import FetchError
from player.api import Command, Expect, Play, PlayRequest, SetVolume, Stop
from player.errors import ErrorCode, error
from player.ports import FetchRequest, RequestKind

# ---- the source -----------------------------------------------------------------------------


def test_a_list_on_the_net_is_known_by_its_host_and_its_whole_address() -> None:
    one = identify("http://h.test/get.php?username=u&password=p")
    assert one.name == "h.test"
    assert one.location == "http://h.test/get.php?username=u&password=p"
    assert one.id != identify("http://h.test/get.php?username=u&password=q").id
    assert one.id == identify(one.location).id
    assert len(one.id) == 16
    assert "u" not in one.id.strip("0123456789abcdef")


def test_a_list_of_this_machine_is_known_by_its_absolute_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    one = identify("my list.m3u")
    assert (one.name, one.location) == ("my list.m3u", str(tmp_path / "my list.m3u"))
    assert one.id == identify(str(tmp_path / "my list.m3u")).id
    assert one == identify((tmp_path / "my list.m3u").as_uri())


def _paths(root: Path) -> Paths:
    paths = Paths(data=root, cache=root)
    paths.spool.mkdir()
    return paths


def test_a_list_is_read_in_and_asked_for(tmp_path: Path) -> None:
    listed = tmp_path / "l.m3u"
    listed.write_text("#EXTM3U\n#EXTINF:-1,One\nhttp://h/1\n", encoding="utf-8")
    calls: list[Callable[[], None]] = []
    host = CatalogHost(str(listed), _paths(tmp_path), calls.append)
    assert not host.filled

    class Nowhere:
        def open(self, _request: FetchRequest) -> object:
            raise error(ErrorCode.NETWORK_UNREACHABLE, "x")

    report = anyio.run(host.refresh, SpoolFetch(Nowhere()))  # type: ignore[arg-type]
    assert report.channels == 1
    assert host.filled
    names: list[str] = []
    host.channels(lambda found: names.extend(one.name for one in found))
    host.now_next(0, lambda found: names.append(str(len(found))))
    host.close()
    for call in calls:
        call()
    assert names == ["One", "0"]


def test_a_question_that_cannot_be_answered_is_answered_with_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    paths = _paths(tmp_path)
    paths.guide_db(identify("x").id).write_bytes(b"this is no database, but it is long enough" * 9)
    calls: list[Callable[[], None]] = []
    host = CatalogHost("x", paths, calls.append)
    answers: list[object] = []
    with caplog.at_level(logging.ERROR, "farol.catalog"):
        host.channels(answers.append)
        host.close()
    for call in calls:
        call()
    assert [len(one) for one in answers] == [0]  # type: ignore[arg-type]


def test_an_importer_that_stops_early_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ImportJob(
        list_path=tmp_path / "gone.m3u",
        guide_paths=(),
        into=tmp_path / "g.db",
        source=identify("gone.m3u"),
    )
    with pytest.raises(CatalogImportError):
        anyio.run(run_importer, job)
    for said in ("", "sys.stdout.write('{')", 'print(\'{"phase": "x", "done": 1}\')'):
        monkeypatch.setattr("app.catalog_host.sys.executable", _program(tmp_path, said))
        with pytest.raises(CatalogImportError, match="stopped early"):
            anyio.run(run_importer, job)
        monkeypatch.undo()


def _program(folder: Path, code: str) -> str:
    program = folder / "importer"
    program.write_text(f"#!{sys.executable}\nimport sys\nsys.stdin.read()\n{code}\n")
    program.chmod(0o755)
    return str(program)


def test_fixed_channels_are_all_there_is() -> None:
    one = Channel(id="1", number="1", name="One", url="http://h/1")
    found: list[object] = []
    FixedChannels(one).channels(found.append)
    FixedChannels(one).now_next(0, found.append)
    assert found == [(one,), {}]


# ---- downloads ------------------------------------------------------------------------------


class _Fetcher:
    """Answers with these chunks."""

    def __init__(self, *chunks: bytes, broken: bool = False) -> None:
        self.asked: list[FetchRequest] = []
        self._chunks, self._broken = chunks, broken
        self.content_type = "audio/x-mpegurl"

    @asynccontextmanager
    async def open(self, request: FetchRequest) -> AsyncIterator["_Fetcher"]:
        self.asked.append(request)
        yield self

    async def chunks(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            yield chunk
        if self._broken:
            raise error(ErrorCode.NETWORK_INTERRUPTED, "The connection broke off.")


def _fetch(fetcher: _Fetcher, into: Path) -> object:
    fetch = SpoolFetch(fetcher)  # type: ignore[arg-type]
    return anyio.run(fetch.fetch, "http://h/l", {"A": "b"}, into)


def test_a_download_lands_in_its_file(tmp_path: Path) -> None:
    fetcher = _Fetcher(b"#EXT", b"M3U")
    _fetch(fetcher, tmp_path / "l")
    assert (tmp_path / "l").read_bytes() == b"#EXTM3U"
    request = fetcher.asked[0]
    assert (request.kind, request.by_viewer, request.headers) == (
        RequestKind.OTHER,
        True,
        {"A": "b"},
    )


def test_a_download_that_fails_says_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FetchError, match="broke off"):
        _fetch(_Fetcher(b"x", broken=True), tmp_path / "l")
    monkeypatch.setattr(spool_fetch, "LARGEST", 3)
    with pytest.raises(FetchError, match="larger"):
        _fetch(_Fetcher(b"12", b"34"), tmp_path / "l")


# ---- the machine ----------------------------------------------------------------------------


def test_sound_is_there_where_a_server_or_a_card_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.hardware.sys.platform", "linux")
    monkeypatch.setattr("app.hardware.Path.glob", lambda *_: iter(()))
    monkeypatch.delenv("PULSE_SERVER", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    assert not has_sound()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert not has_sound()
    (tmp_path / "pipewire-0").touch()
    assert has_sound()
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setenv("PULSE_SERVER", "somewhere")
    assert has_sound()
    monkeypatch.delenv("PULSE_SERVER")
    monkeypatch.setattr("app.hardware.Path.glob", lambda *_: iter([Path("/dev/snd/pcmC0D0p")]))
    assert has_sound()
    monkeypatch.setattr("app.hardware.sys.platform", "win32")
    assert has_sound()


def test_a_decoder_is_there_where_a_graphics_device_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.hardware.sys.platform", "linux")
    monkeypatch.setattr("app.hardware.Path.glob", lambda *_: iter(()))
    monkeypatch.setattr("app.hardware.Path.exists", lambda _: False)
    assert not has_video_decoder()
    monkeypatch.setattr("app.hardware.Path.exists", lambda one: one.name == "nvidia0")
    assert has_video_decoder()
    monkeypatch.setattr("app.hardware.Path.glob", lambda *_: iter([Path("/dev/dri/renderD128")]))
    assert has_video_decoder()
    monkeypatch.setattr("app.hardware.sys.platform", "darwin")
    assert has_video_decoder()


@pytest.mark.parametrize(
    ("platform", "environ", "found"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":1"}, True),
        ("linux", {"DISPLAY": ":2"}, False),
        ("linux", {"DISPLAY": "far:3.0"}, True),
        ("linux", {"DISPLAY": "nonsense"}, False),
        ("linux", {"DISPLAY": ":1", "QT_QPA_PLATFORM": "wayland"}, False),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": "/run/u"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, False),
        ("linux", {"WAYLAND_DISPLAY": "/run/u/wayland-0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "/run/u/wayland-0", "QT_QPA_PLATFORM": "xcb"}, False),
        ("linux", {"QT_QPA_PLATFORM": "offscreen"}, True),
        ("linux", {"QT_QPA_PLATFORM": "xcb:x"}, False),
        ("darwin", {}, True),
    ],
)
def test_a_display_is_looked_for_before_qt_is(
    platform: str, environ: dict[str, str], found: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = {"\0/tmp/.X11-unix/X1", ("far", 6003), "/run/u/wayland-0"}
    monkeypatch.setattr("app.display.answers", there.__contains__)
    assert has_display(platform, environ) is found


def test_a_display_answers_where_somebody_listens(tmp_path: Path) -> None:
    path = str(tmp_path / "X1")
    assert not answers(path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        assert not answers(path), "the file of a server that died"
        server.listen(1)
        assert answers(path)
    with socket.create_server(("127.0.0.1", 0)) as far:
        port = far.getsockname()[1]
        assert answers(("127.0.0.1", port))
    assert not answers(("127.0.0.1", port))
    assert not answers(("127.0.0.1", 70_000))


LOCAL_X = str(Path("/tmp", ".X11-unix", "X7"))  # noqa: S108 - X's own place


@pytest.mark.parametrize(
    ("display", "addresses"),
    [
        (":7.1", ("\0" + LOCAL_X, LOCAL_X, ("localhost", 6007))),
        ("unix:7", ("\0" + LOCAL_X, LOCAL_X, ("localhost", 6007))),
        ("tcp/far:10.0", (("far", 6010),)),
        ("[::1]:0", (("::1", 6000),)),
        ("7", ()),
        ("", ()),
    ],
)
def test_displays_are_where_x_says(display: str, addresses: tuple[object, ...]) -> None:
    assert x_addresses(display) == addresses


def test_the_version_is_the_projects() -> None:
    text = (Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["project"]["version"] == VERSION
    assert USER_AGENT == "Farol/0.1"


def test_strangers_text_is_neither_markup_nor_an_escape(
    capsys: pytest.CaptureFixture[str],
) -> None:
    track = {"kind": "video", "language": None}
    rung = {"id": "[/x]", "bandwidth": 1000, "width": 16, "height": 9, "codecs": "[bold]\x1b[2J"}
    period = {
        "id": "[/p]\n",
        "start": 0.0,
        "tracks": [track | {"representations": [rung | {"protection": [], "segments": 1}]}],
    }
    warning = {"line": 3, "text": "[link=http://h]'\x07'[/nothing]\\"}
    offered = {"format": "hls", "type": "live", "duration": None}
    show(offered | {"periods": [period], "warnings": [warning]})
    said = capsys.readouterr().out
    assert "HLS, live" in said
    assert "period [/p]  from 0.0 s" in said
    assert "[/x]" in said
    assert "line 3: [link=http://h]' '[/nothing]\\" in said
    assert "\x1b" not in said


def test_what_few_manifests_have_is_told_where_it_is_there() -> None:
    rung = {"locations": ["a", "b"]}
    period = {"tracks": [{"representations": [rung, rung]}]}
    offered = {
        "periods": [period],
        "start_at": -12.0,
        "events_count": 1,
        "chapters": [{}, {}],
        "steering": {"uri": "http://h/steer"},
    }
    assert extras(offered) == [
        "1 event, 2 chapters",
        "starts at -12.0 s",
        "steered by http://h/steer",
        "locations: a, b",
    ]
    assert extras({"periods": []}) == []


class _Picture:
    """A sink with a picture, or none."""

    def __init__(self, picture: bytes) -> None:
        self.picture = picture

    def screenshot(self, path: Path) -> bool:
        assert path.suffix == ".png"
        path.write_bytes(self.picture)
        return bool(self.picture)


def test_a_picture_is_a_png_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "p.jpg"
    assert write_picture(_Picture(b"PNG"), path) == ""
    assert path.read_bytes() == b"PNG"
    assert write_picture(_Picture(b""), path).endswith("p.jpg': there is no picture.")
    assert write_picture(_Picture(b"PNG"), tmp_path).endswith(": is a directory.")


def test_radio_has_no_picture_and_that_is_no_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert write_picture(_Picture(b""), tmp_path / "p.png", expected=False) == ""
    assert "Only sound was played" in capsys.readouterr().err


def test_paths_are_made_where_the_platform_wants_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    paths = find_paths()
    assert paths.spool.is_dir()
    assert {one.stat().st_mode & 0o777 for one in (paths.data, paths.cache)} == {0o700}
    assert paths.user_db.parent == paths.data
    assert paths.guide_db("a") != paths.guide_db("b")
    assert find_paths() == paths


@pytest.mark.parametrize(("verbose", "level"), [(0, "ERROR"), (1, "INFO"), (9, "DEBUG")])
def test_logs_are_as_loud_as_asked_and_libraries_silent(
    verbose: int, level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    for name in (*NOISY, "player.mpv"):
        monkeypatch.setattr(logging.getLogger(name), "level", logging.NOTSET)
    monkeypatch.setattr(logging, "basicConfig", lambda **more: asked.append(more["level"]))
    set_up_logs(verbose=verbose)
    assert asked == [logging.getLevelNamesMapping()[level]]
    assert {logging.getLogger(name).level for name in NOISY} == {logging.CRITICAL}


# ---- the window's way down ------------------------------------------------------------------


def test_the_wish_of_the_command_line_is_added_to_what_the_window_asks() -> None:
    sent: list[Command] = []
    wish = PlayRequest(url="http://h/1", max_height=480, abr="fixed", text_language="en")
    asked: list[PlayRequest] = []
    controls = Controls(sent.append, wish=wish, on_play=asked.append)
    controls.submit(Play(request=PlayRequest(url="http://h/2", tag="2", audio_language="pt")))
    controls.submit(Stop())
    both = PlayRequest(url="http://h/2", tag="2", max_height=480, abr="fixed", audio_language="pt")
    assert sent == [Play(request=both), Stop()]
    assert [one.max_height for one in asked] == [480]


def test_what_the_account_allows_holds_for_what_is_expected_as_well() -> None:
    sent: list[Command] = []
    controls = Controls(sent.append, on_play=lambda _: None, reach=Reach(max_connections=1))
    one = PlayRequest(url="http://h/2.m3u8", tag="2")
    controls.submit(Play(request=one))
    controls.submit(Expect(requests=(one,)))
    limited = PlayRequest(url="http://h/2.m3u8", tag="2", max_connections=1)
    assert sent == [Play(request=limited), Expect(requests=(limited,))]


def test_without_prefetch_nobody_hears_what_is_expected() -> None:
    sent: list[Command] = []
    controls = Controls(sent.append, on_play=lambda _: None, reach=Reach(prefetch=False))
    controls.submit(Expect(requests=(PlayRequest(url="http://h/2.m3u8"),)))
    assert sent == []


def test_what_the_viewer_does_is_remembered(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "user.db")
    assert (memory.last_channel, memory.volume) == ("", 100)
    sent: list[Command] = []
    controls = Controls(sent.append, on_play=lambda _: None, memory=memory)
    controls.submit(Play(request=PlayRequest(url="http://h/2", tag="two")))
    controls.submit(SetVolume(percent=35))
    controls.submit(Stop())
    memory.close()
    again = Memory(tmp_path / "user.db")
    assert (again.last_channel, again.volume) == ("two", 35)
    again.close()
    assert len(sent) == 3


def test_a_store_that_cannot_be_opened_costs_the_memory_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.CRITICAL, "farol.app"):
        memory = Memory(tmp_path)
        memory.remember_channel("x")
        memory.remember_volume(3)
        memory.close()
    assert memory.volume == 100
