"""The command line: every option, every error, and which part of the house answers."""

import argparse
from pathlib import Path

import pytest

from app import main as main_module
from app.arguments import parse
from app.main import main
from app.outputs import obstacle
from app.requests import TAG, play_request, probe_request, route_of, store_limits_of
from player.api import PlayRequest
from player.model.cmcd import ClientDataReporting, CmcdMode
from player.ports import Route
from player.streaming.store.volumes import StoreLimits
from player.units import ByteCount, micros

URL = "http://h/a.m3u8"
KID, KEY = "0123456789abcdef0123456789ABCDEF", "00112233445566778899aabbccddeeff"


def test_everything_that_play_can_be_told() -> None:
    options = parse(
        [
            *["-vv", "play", URL, "--headless", "--duration", "20", "--start", "61.5"],
            *["--report", "r.json", "--screenshot", "s.png", "--mpv-ipc", "m.sock"],
            *["--abr", "cycle:4", "--max-height", "720", "--header", "A: b: c"],
            *["--header", "X-Y:z", "--key", f"{KID}:{KEY}"],
            *["--audio-language", "pt", "--subtitles", "en"],
        ]
    )
    assert (options.verbose, options.command, options.headless) == (2, "play", True)
    assert (options.duration, options.start) == (20.0, 61.5)
    assert (options.report, options.screenshot) == (Path("r.json"), Path("s.png"))
    assert options.mpv_ipc == Path("m.sock")
    request = play_request(options)
    assert (request.url, request.tag, request.start) == (URL, TAG, micros(61.5))
    assert (request.abr, request.max_height) == ("cycle:4", 720)
    assert (request.audio_language, request.text_language) == ("pt", "en")
    assert request.headers == {"A": "b: c", "X-Y": "z"}
    assert request.keys == {KID.lower(): bytes.fromhex(KEY)}


def test_what_is_not_told_is_left_to_the_player() -> None:
    options = parse(["play", URL])
    assert (options.duration, options.report, options.screenshot, options.mpv_ipc) == (None,) * 4
    request = play_request(options)
    assert (request.start, request.max_height, request.headers, request.keys) == (
        None,
        None,
        {},
        {},
    )
    assert (request.abr, request.audio_language, request.text_language) == ("farol", "", "")


def test_how_the_window_looks_may_be_told_before_play_and_after_it() -> None:
    look = ["--fullscreen", "--reduce-motion", "--font-scale", "1.5", "--language", "pt"]
    for words in ([*look, "play", URL], ["play", URL, *look]):
        told = parse(words)
        assert (told.fullscreen, told.reduce_motion, told.font_scale) == (True, True, 1.5)
        assert told.language == "pt"
    for words in ([], ["play", URL]):
        told = parse(words)
        assert (told.fullscreen, told.reduce_motion, told.font_scale) == (False, False, 1.0)
        assert told.language == ""


def test_languages_may_be_told_to_the_window_too() -> None:
    options = parse(["--source", "l.m3u", "--audio-language", "pt", "--subtitles", "en"])
    assert (options.audio_language, options.subtitles) == ("pt", "en")
    request = play_request(parse(["--subtitles", "en", "play", URL]))
    assert request.text_language == "en"


PROXY = "http://bob:s3cret@proxy:3128"
PRINT = "ab" * 32


def test_how_servers_are_reached_is_said_once_for_all() -> None:
    shown = ":".join(["AB"] * 32)
    for words in (
        ["--proxy", PROXY, "--accept-certificate", shown, "play", URL],
        ["play", URL, "--proxy", PROXY, "--accept-certificate", PRINT],
    ):
        request = play_request(options := parse(words))
        assert (request.proxy, request.accepted_certificate) == (PROXY, PRINT)
        assert route_of(options) == Route(proxy=PROXY, certificate=PRINT)
        assert "s3cret" not in repr(request) + repr(route_of(options))
    assert route_of(parse([])) == Route()
    probed = probe_request(parse(["probe", URL, "--proxy", PROXY]))
    assert (probed.proxy, probed.accepted_certificate) == (PROXY, "")


@pytest.mark.parametrize(
    "words",
    [
        ["--proxy", "socks5://h:1"],
        ["--proxy", "h:3128"],
        ["--proxy", "http://[::1"],
        ["--accept-certificate", "12:34"],
        ["--cmcd", "aloud"],
    ],
)
def test_a_way_that_is_none_is_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["play", URL, *words])


def test_the_server_is_told_how_it_goes_where_the_viewer_asks_for_it() -> None:
    assert play_request(parse(["play", URL])).reporting is None
    asked = play_request(parse(["play", URL, "--cmcd", "headers", "--cmcd-version", "2"]))
    assert asked.reporting == ClientDataReporting(version=2, mode=CmcdMode.HEADERS)


def test_the_windows_own_options() -> None:
    options = parse(
        [
            *["--source", "l.m3u", "--channel", "5", "--language", "pt", "--font-scale", "1.5"],
            *["--reduce-motion", "--fullscreen", "--duration", "3", "--report", "r.json"],
        ]
    )
    assert (options.source, options.channel, options.language) == ("l.m3u", "5", "pt")
    assert (options.font_scale, options.reduce_motion, options.fullscreen) == (1.5, True, True)
    assert (options.command, options.duration, options.report) == (None, 3.0, Path("r.json"))


def test_options_of_both_may_stand_before_the_command() -> None:
    assert parse(["--duration", "3", "play", URL]).duration == 3.0
    assert parse(["--duration", "3", "play", URL, "--duration", "4"]).duration == 4.0


def test_verbose_counts_before_the_command_and_after_it() -> None:
    assert parse(["-v"]).verbose == 1
    assert parse(["play", URL, "-v"]).verbose == 1
    assert parse(["-v", "play", URL, "-v"]).verbose == 2
    assert parse(["probe", URL, "-vv"]).verbose == 2


def test_a_file_that_cannot_be_written_is_told_before_anything_opens(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for option, path, reason in (
        ("--report", tmp_path / "none" / "r.json", "no such file or directory"),
        ("--report", tmp_path, "it is a folder"),
        ("--screenshot", tmp_path / "none" / "s.png", "no such file or directory"),
        ("--mpv-ipc", tmp_path / "none" / "s", "no such file or directory"),
        ("--mpv-ipc", Path(__file__), "it is there and is no socket"),
        ("--mpv-ipc", tmp_path / ("s" * 120), "the name is too long for a socket"),
    ):
        assert main(["play", URL, "--headless", option, str(path)]) == 2
        said = capsys.readouterr().err
        assert said == f"farol: Nothing can be written to {str(path)!r} ({option}): {reason}.\n"


def test_looking_at_a_file_leaves_nothing_behind(tmp_path: Path) -> None:
    options = parse(["play", URL, "--report", str(tmp_path / "r.json")])
    assert obstacle(options) == ""
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_while_the_house_opens_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*, verbose: int) -> None:
        raise KeyboardInterrupt(verbose)

    monkeypatch.setattr(main_module, "set_up_logs", interrupted)
    assert main(["probe", URL]) == 130


def test_a_key_id_may_be_written_as_a_uuid() -> None:
    uuid = "01234567-89ab-cdef-0123-456789abcdef"
    assert dict(parse(["play", URL, "--key", f"{uuid}:{KEY}"]).key) == {
        KID.lower(): bytes.fromhex(KEY)
    }


@pytest.mark.parametrize(
    "wrong",
    [
        ["play"],
        ["probe"],
        ["nonsense"],
        ["--nonsense"],
        ["play", URL, "--start", "-1"],
        ["play", URL, "--start", "soon"],
        ["play", URL, "--start", "nan"],
        ["play", URL, "--duration", "1e12"],
        ["play", URL, "--abr", "magic"],
        ["play", URL, "--abr", "cycle:0"],
        ["play", URL, "--max-height", "0"],
        ["play", URL, "--max-height", "tall"],
        ["play", URL, "--header", "no colon"],
        ["play", URL, "--header", "bad name: x"],
        ["play", URL, "--header", "A: x\r\nB: y"],
        ["play", URL, "--header", "A: \N{EURO SIGN}"],
        ["play", URL, "--key", "short:key"],
        ["play", URL, "--key", f"{KID}:{KEY[:-2]}"],
        ["play", URL, "--key", f"{'-' * 4}{KID[4:]}:{KEY}"],
        ["--source", "http://[h/l.m3u"],
        ["--font-scale", "3"],
        ["--font-scale", "big"],
        ["probe", URL, "--header", "x"],
    ],
)
def test_a_wrong_command_line_is_answered_with_two_and_a_sentence(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        parse(wrong)
    assert left.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("farol: ")
    assert said.endswith(".\n")
    assert said.count("\n") == 1
    assert len(said) > 30


@pytest.mark.parametrize("command", [[], ["play"], ["probe"]])
def test_help_tells_the_exit_statuses(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        parse([*command, "--help"])
    assert left.value.code == 0
    assert "exit status: 0 played, 2 bad arguments" in capsys.readouterr().out


def test_each_command_opens_its_part_of_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    import app.headless
    import app.probe
    import app.window

    opened: list[str] = []
    monkeypatch.setattr(main_module, "set_up_logs", lambda verbose: opened.append(f"v{verbose}"))

    def probe(request: PlayRequest, *, as_json: bool) -> int:
        opened.append(f"probe {request.headers} {as_json}")
        return 3

    def opener(name: str, status: int):  # type: ignore[no-untyped-def]
        def run(options: argparse.Namespace) -> int:
            opened.append(name)
            return status

        return run

    monkeypatch.setattr(app.probe, "probe", probe)
    monkeypatch.setattr(app.headless, "play_headless", opener("headless", 4))
    monkeypatch.setattr(app.window, "open_window", opener("window", 0))
    assert main(["probe", URL, "--json", "--header", "A: b"]) == 3
    assert main(["-v", "play", URL, "--headless"]) == 4
    assert main(["play", URL]) == 0
    assert main([]) == 0
    assert opened == [
        "v0",
        "probe {'A': 'b'} True",
        "v1",
        "headless",
        "v0",
        "window",
        "v0",
        "window",
    ]


def test_what_an_account_allows_and_whether_to_fetch_ahead() -> None:
    assert parse([]).prefetch
    assert parse([]).max_connections is None
    options = parse(["--no-prefetch", "--max-connections", "2"])
    assert (options.prefetch, options.max_connections) == (False, 2)
    assert play_request(parse(["play", URL, "--max-connections", "1"])).max_connections == 1
    assert play_request(parse(["--max-connections", "1", "play", URL])).max_connections == 1
    for wrong in ("0", "-1", "x", "100"):
        with pytest.raises(SystemExit):
            parse(["--max-connections", wrong])


def test_how_much_can_be_rewound_before_play_and_after_it() -> None:
    assert store_limits_of(parse([])) == StoreLimits(
        duration=micros(1800), size=ByteCount(2 << 30)
    )
    words = ["--time-shift", "5", "--time-shift-size", "0.5"]
    for told in (parse(["play", URL, *words]), parse([*words, "play", URL]), parse(words)):
        assert store_limits_of(told) == StoreLimits(
            duration=micros(300), size=ByteCount(512 << 20)
        )
    assert store_limits_of(parse(["--time-shift", "0"])) is None


@pytest.mark.parametrize(
    "words",
    [["--time-shift", "-1"], ["--time-shift", "1441"], ["--time-shift", "nan"],
     ["--time-shift-size", "0"], ["--time-shift-size", "much"]],
)  # fmt: skip
def test_no_time_shift_without_end(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        parse(words)
    assert words[1] in capsys.readouterr().err


ALSO = ["--also", "http://b.test/"]


def test_several_addresses_and_their_sizes() -> None:
    words = ["play", URL, "--headless", "--also", "http://b.test/", "--also", "c.mpd"]
    options = parse([*words, "--sizes", "1280x720,640x360,320x180"])
    assert options.also == ["http://b.test/", "c.mpd"]
    assert options.sizes == ((1280, 720), (640, 360), (320, 180))
    assert parse(words).sizes == ()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--also", URL], "multi-view"),
        (["--headless", "--sizes", "640x"], "not like 1280x720"),
        (["--headless", "--sizes", "640x360"], "--sizes is for several addresses"),
        (["--headless", "--sizes", "640x360,640x360"], "--sizes is for several addresses"),
        (["--headless", *ALSO, *ALSO, "--sizes", "640x360"], "There is 1 size for 3 addresses"),
        (["--headless", *ALSO, *ALSO, "--sizes", "9x9,9x9"], "There are 2 sizes for 3 addresses"),
        (["--headless", *ALSO, "--sizes", "9x9,9x9,9x9"], "There are 3 sizes for 2 addresses"),
    ],
)
def test_what_cannot_be_played_side_by_side(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        parse(["play", URL, *words])
    assert said in capsys.readouterr().err
