"""Breaks of the headend's own: splice marks and what takes their place, in HLS and in DASH."""

import re
from base64 import b64decode

import httpx
import pytest
from lxml import etree

from player.formats.splice_info import read_splice_info
from player.manifest.face import parse
from player.model.event import SpliceKind
from player.model.presentation import ManifestFormat
from player.streaming.presentation.splices import breaks_of, marks_of
from player.units import Micros, micros
from tests.unit.headend.origin_client import FILM, LIVE, text_of

pytestmark = pytest.mark.anyio


async def test_a_film_s_list_tells_of_marks_and_of_what_is_to_be_seen(
    client: httpx.AsyncClient,
) -> None:
    text = await text_of(client, f"{FILM}/hls-cmaf/v90.m3u8?breaks=20&length=48")
    told = re.findall(r'ID="(\w+)-(\d+)"', text)
    assert sorted(told) == [
        (kind, at) for kind in ("interstitial", "splice") for at in ("20", "40")
    ]
    assert text.count('X-RESTRICT="SKIP,JUMP",X-SNAP="OUT,IN",X-SKIP-CONTROL-OFFSET=5') == 2
    (out, *_) = re.findall(r"SCTE35-OUT=0x([0-9A-F]+)", text)
    read = read_splice_info(bytes.fromhex(out))
    assert (read.event, read.out, read.duration, read.returns) == (20, True, micros(10), True)
    plain = await text_of(client, f"{FILM}/hls-cmaf/v90.m3u8?interstitial=20&length=48")
    assert "SKIP-CONTROL" not in plain
    assert "SCTE35" not in plain


async def test_a_live_list_tells_of_them_half_a_minute_ahead(client: httpx.AsyncClient) -> None:
    text = await text_of(client, f"{LIVE}/hls-cmaf/v90.m3u8?breaks=20&window=20")
    at = [int(one) for one in re.findall(r'ID="splice-(\d+)"', text)]
    first = re.search(r"PROGRAM-DATE-TIME", text)
    assert first
    assert at == list(range(at[0], at[-1] + 1, 20))
    segments = len(re.findall("#EXTINF", text))
    assert len(at) in (2, 3)
    assert segments == 10


@pytest.mark.parametrize("path", [f"{FILM}/dash/manifest.mpd?breaks=20&length=48"])
async def test_an_mpd_has_periods_and_their_marks(client: httpx.AsyncClient, path: str) -> None:
    body = (await text_of(client, path)).encode()
    root = etree.fromstring(body)
    (binary, *_) = root.iterfind(".//{http://www.scte.org/schemas/35/2016}Binary")
    assert read_splice_info(b64decode(binary.text or "")).out
    found = parse(body, url="http://h/m.mpd", now=Micros(0), format=ManifestFormat.DASH)
    marks = [mark for one in found.events for mark in marks_of(one)]
    assert [one.kind for one in marks] == [SpliceKind.OUT, SpliceKind.IN] * 2 + [SpliceKind.OUT]
    seen = [(one.start, one.end) for one in breaks_of(marks)]
    assert seen == [(micros(at), micros(at + 10)) for at in (0, 20, 40)]
    starts = [one.start for one in found.periods]
    assert starts == [micros(at) for at in (0, 10, 20, 30, 40)]
