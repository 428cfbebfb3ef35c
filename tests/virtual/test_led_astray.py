"""A server that leads one request to an address which nobody opens: it costs that one alone."""

import anyio
import pytest

from player.api import ErrorOccurred, PlayerState, RebufferStarted, Recovered
from player.errors import ErrorCode, Severity
from tests.fakes.origin import SEGMENT
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import tuned

HLS, MPD = "http://origin.test/master.m3u8", "http://origin.test/manifest.mpd"
BAD, KIND = ErrorCode.INPUT_BAD_URL, ErrorCode.INPUT_UNSUPPORTED_SCHEME


@pytest.mark.parametrize("url", [HLS, MPD], ids=["hls", "dash"])
@pytest.mark.parametrize(
    ("to", "code"),
    [("mailto:a@b", KIND), ("file:///etc/passwd", KIND), ("http://xn--/", BAD)],
)
def test_a_films_segment_that_leads_elsewhere_is_left_out(
    url: str, to: str, code: ErrorCode
) -> None:
    def leads(path: str) -> str:
        return to if path.endswith("/6.seg") else ""

    async def scenario() -> None:
        start = 0 if url == MPD else 1000
        async with tuned(url, vod=12, samples=24, media_start=start, leads=leads) as (rig, origin):
            await anyio.sleep(12 * SEGMENT + 10)
            assert rig.now.state is PlayerState.ENDED
        errors = [one.failure for one in rig.of(ErrorOccurred)]
        assert {(one.severity, one.code) for one in errors} == {(Severity.RECOVERABLE, code)}
        assert "segment: left out" in [one.decision for one in rig.of(Recovered)]
        assert len([1 for rung, n in origin.segments() if n == 6 and rung != "a1"]) == 2
        assert {rung for rung, n in origin.segments() if n > 6 and rung != "a1"} == {"v3"}
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


def test_a_rung_whose_playlist_leads_elsewhere_is_left_for_another() -> None:
    def leads(path: str) -> str:
        return "file:///etc/passwd" if path == "/v3.m3u8" else ""

    async def scenario() -> None:
        async with tuned(HLS, vod=12, samples=24, leads=leads) as (rig, origin):
            await anyio.sleep(12 * SEGMENT + 10)
            assert rig.now.state is PlayerState.ENDED
        assert rig.fatal == []
        assert "v3" not in {rung for rung, _number in origin.segments()}

    at_virtual_time(scenario)


def test_a_channel_that_leads_elsewhere_as_a_whole_says_so() -> None:
    async def scenario() -> None:
        async with tuned(
            HLS, vod=12, leads=lambda path: "urn:uuid:1" if path.endswith(".seg") else ""
        ) as (rig, _origin):
            await rig.until(PlayerState.FAILED, 30)
        assert rig.now.failure is not None
        assert rig.now.failure.code is KIND
        assert rig.now.failure.misled

    at_virtual_time(scenario)
