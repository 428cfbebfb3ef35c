"""An origin of two small channels on a clock that stands, asked without a network."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx
from lxml import etree

from headend.asset.model import Asset
from headend.origin.app import origin_app

NOW_MS = 1_795_361_075_500
EDGE = NOW_MS // 2000
"""The segment that is being broadcast at NOW_MS: the first one that cannot be had yet."""

LIVE, FILM = "/channels/3/live", "/channels/3/vod"
NS = {"d": "urn:mpeg:dash:schema:mpd:2011"}
DASH = f"{{{NS['d']}}}"


class StoppedClock:
    """Always the same moment."""

    def now_ms(self) -> int:
        return NOW_MS


@asynccontextmanager
async def client_of(
    assets: Sequence[Asset], *, test_mode: bool = True, ports: Sequence[int] = ()
) -> AsyncIterator[httpx.AsyncClient]:
    """Asks an origin of these channels; it calls itself `headend`, port 8000."""
    app = origin_app(assets, StoppedClock(), test_mode=test_mode, ports=ports)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://headend:8000") as made:
        yield made


async def text_of(client: httpx.AsyncClient, path: str) -> str:
    """What lies there, which must be had."""
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


async def mpd_of(client: httpx.AsyncClient, path: str) -> etree._Element:
    """The XML that lies there."""
    return etree.fromstring((await text_of(client, path)).encode())


def decode_time(fragment: bytes) -> int:
    """Of a CMAF fragment, in its track's ticks (`tfdt`)."""
    at = fragment.index(b"tfdt") + 8
    return int.from_bytes(fragment[at : at + 8], "big")


def first_pts(stream: bytes, pid: int) -> int:
    """Of the first PES packet on a PID."""
    for offset in range(0, len(stream), 188):
        packet = stream[offset : offset + 188]
        if packet[1] & 0x40 and (packet[1] & 31) << 8 | packet[2] == pid:
            body = packet[4 + (packet[4] + 1 if packet[3] & 0x20 else 0) :]
            a, b, c, d, e = body[9:14]
            return (a >> 1 & 7) << 30 | b << 22 | c >> 1 << 15 | d << 7 | e >> 1
    raise AssertionError("no such PID")
