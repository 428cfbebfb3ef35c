"""What may be opened, with which options; what failed, in whose words."""

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.errors import ErrorCode
from player.mpv.failures import AO_FAILED, VO_FAILED, stream_failure, url_failure
from player.mpv.log import redacted, to_logging, weighed
from player.mpv.settings import SinkOptions, core_options
from player.mpv.source import encoded, openable, stream_options, url_options
from player.units import Micros, micros


@pytest.mark.parametrize(
    "url",
    ["rtsp://host/x", "RTSPS://h:1/x", "file:///a/b.mkv", "/a/b c.mkv", "udp://@239.0.0.1:1234"],
)
def test_may_be_opened(url):
    assert openable(url)


@pytest.mark.parametrize(
    "url",
    [
        "edl://%4%a.ts",
        "memory://x",
        "lavf://subfile,,start,0,end,9,,:/etc/passwd",
        "av://lavfi:testsrc",
        "appending://x",
        "slave://x",
        "python://x",
        "farol://epoch/1",
        "://x",
        "http://",
        "http://[::1",
        "relative.mkv",
        "-",
        "",
        "rtsp://host/\n--vo=x",
    ],
)
def test_may_not_be_opened(url):
    assert not openable(url)


def test_headers_become_options_with_commas_escaped():
    options = url_options(
        "http://host/x",
        {"User-Agent": "MAG, like", "Referer": "http://a", "X-A": "1, 2", "X-B": "3\\"},
        Micros(0),
    )
    assert options["user-agent"] == "MAG, like"
    assert options["referrer"] == "http://a"
    assert options["http-header-fields"] == "X-A: 1\\, 2,X-B: 3"
    assert "start" not in options


def test_a_header_cannot_smuggle_another():
    options = url_options("http://host/x", {"X": "1\r\nY: 2", "A:B": "c"}, Micros(0))
    assert "http-header-fields" not in options


def test_what_lies_below_a_source_is_of_its_kind():
    options = url_options("http://host/x", {}, micros(2.5))
    assert "file" not in options["demuxer-lavf-o"]
    assert options["start"] == "2.500000"
    assert "http" not in url_options("/x.mkv", {}, Micros(0))["demuxer-lavf-o"]


def test_an_epoch_from_its_first_byte_needs_no_filters():
    assert stream_options(Micros(0)) == {"demuxer": "mkv", "sid": "1"}


def test_interlaced_pictures_are_deinterlaced():
    assert stream_options(Micros(0), interlaced=True)["deinterlace"] == "yes"


def test_a_later_start_is_trimmed_to():
    options = stream_options(micros(2.0))
    assert options["vf"] == "lavfi=[trim=start=1995000us]"
    assert options["af"] == "lavfi=[atrim=start=2000000us]"


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from(["a", "b-c"]), st.text(max_size=20)))
def test_encoded_options_can_be_read_back(options):
    text, found = encoded(options).encode(), {}
    while text:
        name, _, rest = text.removeprefix(b",").partition(b"=%")
        size, _, rest = rest.partition(b"%")
        found[name.decode()] = rest[: int(size)].decode()
        text = rest[int(size) :]
    assert found == options


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("ffmpeg: tcp: Connection to tcp://h failed: Connection refused", "network.unreachable"),
        ("ffmpeg: tcp: Failed to resolve hostname h: Name", "network.unreachable"),
        ("ffmpeg: tcp: Connection to tcp://h failed: Connection timed out", "network.timeout"),
        ("ffmpeg: http: HTTP error 404 File not found", "network.http-status"),
        ("ffmpeg: rtsp: method DESCRIBE failed: 401 Unauthorized", "network.http-status"),
        ("ffmpeg: tls: error in the certificate", "network.tls"),
        ("file: Cannot open file '/x': No such file or directory", "network.unreachable"),
        ("stream: Refusing to load potentially unsafe URL", "input.unsupported-scheme"),
        ("cplayer: Failed to recognize file format.", "decode.failed"),
        ("", "decode.failed"),
    ],
)
def test_what_libmpv_told_names_the_failure(told, code):
    failure = url_failure(-13, told, "rtsp://h/...")
    assert failure.code == code
    assert failure.sentence.endswith(".")
    assert told in failure.cause
    assert failure.uri == "rtsp://h/..."


def test_the_status_is_told():
    assert url_failure(-13, "HTTP error 403 Forbidden", "").status == 403


@pytest.mark.parametrize("error", [AO_FAILED, VO_FAILED])
def test_outputs_fail_by_themselves(error):
    assert stream_failure(error, "").code is ErrorCode.OUTPUT_FAILED
    assert url_failure(error, "", "").code is ErrorCode.OUTPUT_FAILED


def test_our_own_stream_is_never_the_networks_fault():
    assert stream_failure(-17, "Connection refused").code is ErrorCode.DECODE_FAILED


@settings(max_examples=50)
@given(st.text(alphabet=st.characters(codec="ascii", min_codepoint=33), max_size=12))
def test_no_account_gets_into_a_log(secret):
    url = f"rtsp://user:{secret}@host:554/live/<{secret}> 1.ts"
    line = redacted(f"Failed to open {url}.\n", url)
    assert line in ("Failed to open rtsp://host:554/...", "Failed to open rtsp://...")


def test_urls_that_were_not_named_are_cut_too():
    line = redacted("Redirected to 'http://u:p@host:80/live/u/p/1.ts?a=b', trying.")
    assert line == "Redirected to 'http://host:80/...', trying."


def test_lines_reach_the_programs_log(caplog):
    with caplog.at_level(logging.DEBUG, "player.mpv"):
        to_logging("error", "ffmpeg", "broken")
        to_logging("debug", "farol", "fine")
    assert [(r.levelname, r.getMessage()) for r in caplog.records] == [
        ("ERROR", "broken"),
        ("DEBUG", "fine"),
    ]


def test_options_follow_the_outputs(tmp_path):
    window = core_options(SinkOptions())
    assert (window["vo"], window["hwdec"]) == ("libmpv", "auto-safe")
    assert "ao" not in window
    assert "input-ipc-server" not in window
    headless = core_options(SinkOptions(video="null", audio="null", ipc_socket=tmp_path / "s"))
    assert (headless["vo"], headless["ao"], headless["hwdec"]) == ("null", "null", "no")
    assert headless["input-ipc-server"] == str(tmp_path / "s")
    assert 1 <= int(headless["cache-secs"]) <= 3
    assert headless["cache-pause"] == "no"


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("illegal state: start() while paused", "info"),
        ("libva: no such driver", "info"),
        ("illegal state: start() while playing", "error"),
        ("Failed to open it.", "error"),
    ],
)
def test_a_line_about_nothing_is_no_error(text: str, level: str) -> None:
    assert weighed("error", text) == level
