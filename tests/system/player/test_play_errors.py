"""Addresses that do not work: a sentence, a code, an exit status; and the next zap works."""

import json
import socket
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import anyio
import pytest

from player.api import ErrorOccurred, FirstPicture, PlaybackEnded, PlayerState
from player.errors import ErrorCode, Severity
from tests.system.farol_process import Ran, run_farol
from tests.system.fed_stream import decode
from tests.system.recording import Recording, record, recorded_player
from tests.system.script_process import run_script

pytestmark = pytest.mark.system

FILM = "channels/3/vod/hls-cmaf/master.m3u8?loops=1"


class Broken(NamedTuple):
    """An address and what it must lead to; `headend` and `refused` are filled in by a fixture."""

    address: str
    status: int
    code: ErrorCode
    word: str


CASES = {
    "refused": Broken("http://{refused}/x.m3u8", 3, ErrorCode.NETWORK_UNREACHABLE, "reached"),
    "no such host": Broken(
        "http://farol-knows-no-such-host.invalid/x.m3u8",
        3,
        ErrorCode.NETWORK_UNREACHABLE,
        "reached",
    ),
    "404": Broken("{headend}/chaos/404/master.m3u8", 3, ErrorCode.NETWORK_HTTP_STATUS, "404"),
    "a web page": Broken(
        "{headend}/chaos/html/master.m3u8", 4, ErrorCode.MANIFEST_NOT_A_MANIFEST, "web page"
    ),
    "nothing": Broken("{headend}/chaos/empty/master.m3u8", 4, ErrorCode.MANIFEST_EMPTY, "nothing"),
    "hangs": Broken("{headend}/chaos/hang/master.m3u8", 3, ErrorCode.NETWORK_TIMEOUT, "in time"),
    "strange scheme": Broken(
        "gopher://example.invalid/channel", 2, ErrorCode.INPUT_UNSUPPORTED_SCHEME, "gopher"
    ),
}


@pytest.fixture(scope="module")
def refused() -> Iterator[str]:
    """A host and port that nobody listens on, kept so for the module."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{held.getsockname()[1]}"


@pytest.fixture(scope="module")
def addresses(headend_url: str, refused: str) -> dict[str, str]:
    """The addresses of all cases."""
    return {
        name: case.address.format(headend=headend_url, refused=refused)
        for name, case in CASES.items()
    }


Run = tuple[Ran, dict[str, Any]]


@pytest.fixture(scope="module")
def runs(
    addresses: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, "Future[Run]"]]:
    """`farol play --headless` of each, begun at once, two at a time; beside them what hangs.

    That one takes half a minute, and the last test of the module asks for it.
    """
    home = tmp_path_factory.mktemp("errors")

    def run(name: str) -> Run:
        report = home / f"{name}.json"
        ran = run_farol("play", "--headless", "--report", str(report), addresses[name], home=home)
        return ran, json.loads(report.read_text())

    with ThreadPoolExecutor(1) as waiting, ThreadPoolExecutor(2) as pool:
        yield {name: (waiting if name == "hangs" else pool).submit(run, name) for name in CASES}


def check_run(case: Broken, run: Run) -> None:
    """One sentence on stderr, the same one in the report with its code, and the status."""
    ran, report = run
    assert ran.status == case.status, ran.err
    (line,) = ran.sentences
    assert line.startswith("farol: ")
    assert case.word in line
    assert line.endswith(".")
    assert ran.out == ""
    *_, last = report["errors"]
    assert last["code"] == case.code
    assert f"farol: {last['text']}" == line
    assert report["startup_s"] is None
    assert report["played_s"] == 0


@pytest.mark.parametrize("name", [name for name in CASES if name != "hangs"])
def test_a_broken_address_gives_one_sentence_and_a_status(
    runs: dict[str, "Future[Run]"], name: str
) -> None:
    check_run(CASES[name], runs[name].result())


def test_the_player_survives_every_broken_address(
    addresses: dict[str, str], headend_url: str
) -> None:
    """In one player: each fails with its code, and the film after it plays."""
    anyio.run(_survive, addresses, f"{headend_url}/{FILM}")


async def _survive(addresses: dict[str, str], film: str) -> None:
    async with recorded_player(12) as rig:
        for name, address in addresses.items():
            rig.events.clear()
            rig.play(address)
            if name == "hangs":  # nobody waits: the zap below ends it
                await anyio.sleep(0.5)
                assert rig.now.state is PlayerState.LOADING
            else:
                await rig.until(lambda: rig.now.state is PlayerState.FAILED)
                failures = [one.failure for one in rig.of(ErrorOccurred)]
                assert [one.severity for one in failures] == [Severity.FATAL]
                assert failures[0].code == CASES[name].code
                assert rig.now.failure == failures[0]
            rig.play(film)
            await rig.until(lambda: rig.now.state is PlayerState.PLAYING)
            assert rig.of(FirstPicture)
            assert rig.now.failure is None


TRUNCATED = ("hls-cmaf/master.m3u8", "hls-ts/master.m3u8", "dash/manifest.mpd")


def test_a_truncated_segment_costs_itself_only(headend_url: str) -> None:
    """The third segment of each loop breaks off in its middle: a hole there, and on it goes."""
    urls = [f"{headend_url}/chaos/truncated/3/vod/{form}?loops=2" for form in TRUNCATED]
    with ThreadPoolExecutor(len(urls)) as pool:
        for recording in pool.map(partial(record, max_height=240), urls):
            _check_truncated(recording)


def _check_truncated(recording: Recording) -> None:
    assert recording.of(PlaybackEnded) != []
    failures = [one.failure for one in recording.of(ErrorOccurred)]
    assert {one.code for one in failures} == {ErrorCode.MEDIA_TRUNCATED}
    assert {one.severity for one in failures} == {Severity.RECOVERABLE}
    assert 2 <= len(failures) <= 4, "one for each cut segment of pictures and of sound"
    strips = [strip for stream in recording.streams for strip in decode(stream).strips]
    assert None not in strips, "no garbage reaches the decoder"
    frames = [strip.frame for strip in strips if strip]
    whole = [*range(100), *range(150, 600)]
    assert [one for one in frames if not 100 <= one < 150] == whole * 2
    assert 20 <= sum(100 <= one < 150 for one in frames) < 100


@pytest.mark.display
@pytest.mark.timeout(120)
def test_the_window_survives_every_broken_address(
    addresses: dict[str, str], headend_url: str, tmp_path: Path
) -> None:
    names = ["refused", "no such host", "404", "a web page", "nothing"]
    broken = [addresses[name] for name in names]
    listed = [*broken, f"{headend_url}/channels/3/live/hls-cmaf/master.m3u8"]
    text = "".join(
        f'#EXTINF:-1 tvg-id="c{place}" tvg-chno="{place}",Channel {place}\n{address}\n'
        for place, address in enumerate(listed, 1)
    )
    own = tmp_path / "broken.m3u"
    own.write_text(f"#EXTM3U\n{text}", encoding="utf-8")
    script = ("broken", len(broken))
    ran = run_script(tmp_path, script, "--source", str(own), watchdog=100)
    assert ran.status == 0, ran.err[-3000:]
    told = json.loads(ran.out)
    assert "stuck" not in told, told
    assert told["errors"] == [CASES[name].code for name in names]
    for name, sentence in zip(names, told["said"], strict=True):
        assert CASES[name].word in sentence
    assert told["channel"] == 3


def test_a_server_that_hangs_is_given_up_in_time(runs: dict[str, "Future[Run]"]) -> None:
    ran, report = runs["hangs"].result()
    check_run(CASES["hangs"], (ran, report))
    assert ran.seconds < 60
