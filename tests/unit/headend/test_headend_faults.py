"""Failing on purpose: the right requests fail, in the right way, and stop to."""

from pathlib import Path

import anyio
import httpx
import pytest
from cryptography import x509

from headend.tls import self_signed
from tests.unit.headend.origin_client import FILM, NOW_MS

pytestmark = pytest.mark.anyio


async def _statuses(client: httpx.AsyncClient, query: str, kind: str = "v90") -> list[int]:
    return [
        (await client.get(f"{FILM}/hls-ts/{kind}/{n}.ts?{query}")).status_code for n in range(6)
    ]


async def test_each_nth_segment_fails_and_says_when_to_come_again(
    client: httpx.AsyncClient,
) -> None:
    query = "status=503&every=3&retry_after=2"
    assert await _statuses(client, query) == [200, 200, 503, 200, 200, 503]
    answer = await client.get(f"{FILM}/hls-ts/v90/2.ts?{query}")
    assert answer.headers["retry-after"] == "2"
    assert answer.headers["cache-control"] == "no-store"


async def test_only_what_was_named_fails(client: httpx.AsyncClient) -> None:
    assert await _statuses(client, "status=500&on=audio") == [200] * 6
    assert await _statuses(client, "status=500&on=audio", "a-pt") == [500] * 6
    for kind, path in (
        ("playlist", "hls-ts/v90.m3u8"),
        ("playlist", "hls-ts/master.m3u8"),
        ("manifest", "dash/manifest.mpd"),
        ("init", "hls-cmaf/v90/init.mp4"),
    ):
        assert (await client.get(f"{FILM}/{path}?status=500&on={kind}")).status_code == 500
        assert (await client.get(f"{FILM}/{path}?status=500&on=text")).status_code == 200


async def test_faults_have_their_time(client: httpx.AsyncClient) -> None:
    before, now, after = NOW_MS - 1, NOW_MS, NOW_MS + 1
    assert await _statuses(client, f"status=503&from_ms={now}&to_ms={after}") == [503] * 6
    assert await _statuses(client, f"status=503&from_ms={before}&to_ms={now}") == [200] * 6
    assert await _statuses(client, f"status=503&from_ms={after}") == [200] * 6


async def test_a_second_or_third_try_succeeds(client: httpx.AsyncClient) -> None:
    path = f"{FILM}/hls-ts/v90/0.ts?status=503&times=2"
    for run in ("one", "two"):
        tried = [(await client.get(f"{path}&run={run}")).status_code for _ in range(4)]
        assert tried == [503, 503, 200, 200]


async def test_a_body_breaks_off_in_its_middle(client: httpx.AsyncClient) -> None:
    whole = (await client.get(f"{FILM}/hls-ts/v90/4.ts")).content
    cut = await client.get(f"{FILM}/hls-ts/v90/4.ts?cut=5")
    assert int(cut.headers["content-length"]) == len(whole)
    assert cut.content == whole[: len(whole) // 2]
    assert (await client.get(f"{FILM}/hls-ts/v90/3.ts?cut=5")).status_code == 200


async def test_a_body_stands_still(client: httpx.AsyncClient) -> None:
    with anyio.move_on_after(0.3) as limit:
        await client.get(f"{FILM}/hls-ts/v90/4.ts?stall=5")
    assert limit.cancelled_caught


async def test_the_first_byte_is_late(client: httpx.AsyncClient) -> None:
    begun = anyio.current_time()
    await client.get(f"{FILM}/hls-ts/v90/0.ts?slow_start=200")
    assert anyio.current_time() - begun > 0.19


async def test_addresses_lie_behind_redirects(client: httpx.AsyncClient) -> None:
    path = f"{FILM}/hls-ts/v90.m3u8?redirect=3"
    followed = await client.get(path, follow_redirects=True)
    assert [answer.status_code for answer in followed.history] == [302] * 3
    assert "v90/0.ts?redirect=3\n" in followed.text


async def test_a_server_may_know_no_ranges(client: httpx.AsyncClient) -> None:
    path = f"{FILM}/hls-range/v90.mp4?length=4"
    for more, status in (("", 206), ("&ranges=0", 200)):
        answer = await client.get(path + more, headers={"Range": "bytes=5-9"})
        assert answer.status_code == status


async def test_the_line_may_break_down_in_the_middle_of_a_segment(
    client: httpx.AsyncClient,
) -> None:
    path = f"{FILM}/hls-cmaf/v180"
    whole = (await client.get(f"{path}/4.m4s")).content
    with anyio.move_on_after(0.4) as limit:
        await client.get(f"{path}/4.m4s?collapse=5")
    assert limit.cancelled_caught
    begun = anyio.current_time()
    assert (await client.get(f"{path}/4.m4s?slow=2000")).content == whole
    assert anyio.current_time() - begun > len(whole) * 8 / 2_000_000 * 0.9
    begun = anyio.current_time()
    await client.get(f"{path}/3.m4s?collapse=5")
    assert anyio.current_time() - begun < 0.3


def test_a_certificate_is_made_once_and_its_key_is_private(tmp_path: Path) -> None:
    made = self_signed(tmp_path)
    first = made.certificate.read_bytes()
    assert self_signed(tmp_path).certificate.read_bytes() == first
    assert made.key.stat().st_mode & 0o077 == 0
    certificate = x509.load_pem_x509_certificate(first)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "localhost" in names.get_values_for_type(x509.DNSName)
    assert certificate.issuer == certificate.subject
