"""Our own headend is told how playback goes, whatever the format (ADR 9, ADR 16)."""

import httpx
import pytest

from tests.system.recording import record

pytestmark = pytest.mark.system


@pytest.mark.parametrize(
    "manifest", ["hls-ts/master.m3u8", "hls-cmaf/master.m3u8", "dash/manifest.mpd"]
)
def test_our_headend_is_told_because_it_asks(headend_url: str, manifest: str) -> None:
    folder = f"/channels/7/vod/{manifest.partition('/')[0]}/"
    record(f"{headend_url}/channels/7/vod/{manifest}?length=6")
    reports = httpx.get(f"{headend_url}/test/cmcd").json()
    told = [one for one in reports if one["path"].startswith(folder)]
    assert {one["mode"] for one in told} == {"header"}
    media = [one["cmcd"] for one in told if "ot=v" in one["cmcd"] or "ot=av" in one["cmcd"]]
    assert len(media) >= 3
    assert all("sid=" in one and "br=" in one and "bl=" in one for one in media)
    assert not any(one["path"].endswith(manifest) for one in told), (
        "the first request tells nothing"
    )
