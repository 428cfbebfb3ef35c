"""Low latency: parts that tile their segments, the lists that name them, the manifests."""

import re

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headend.asset.model import Asset
from headend.live.parts import edge, part_target_ms, split
from headend.live.timeline import RenditionTimeline, timelines_of
from tests.unit.headend.origin_client import DASH, EDGE, LIVE, NOW_MS, mpd_of, text_of

pytestmark = pytest.mark.anyio

_HLS, _DASH = f"{LIVE}/hls-cmaf", f"{LIVE}/dash"
_HALF_MADE = EDGE * 2000 + 1000  # two parts of 400 ms, and a half
_Q = f"parts=400&window=4&now_ms={_HALF_MADE}"


async def _body(client: httpx.AsyncClient, path: str) -> bytes:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.content


async def test_a_list_tells_its_parts_its_hint_and_its_siblings(client: httpx.AsyncClient) -> None:
    lines = (await text_of(client, f"{_HLS}/v90.m3u8?{_Q}")).splitlines()
    uri = f"v90/{EDGE}.{{}}.m4s?parts=400&window=4&now_ms={_HALF_MADE}"
    query = f"?parts=400&window=4&now_ms={_HALF_MADE}"
    assert "#EXT-X-PART-INF:PART-TARGET=0.400" in lines
    control = "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,HOLD-BACK=6.000,PART-HOLD-BACK=1.200"
    assert control in lines
    tail = lines[lines.index(f"v90/{EDGE - 1}.m4s{query}") + 1 :]
    assert tail[0].startswith("#EXT-X-PROGRAM-DATE-TIME:")
    assert tail[1:] == [
        f'#EXT-X-PART:DURATION=0.400000,URI="{uri.format(0)}",INDEPENDENT=YES',
        f'#EXT-X-PART:DURATION=0.400000,URI="{uri.format(1)}"',
        f'#EXT-X-PRELOAD-HINT:TYPE=PART,URI="{uri.format(2)}"',
        f'#EXT-X-RENDITION-REPORT:URI="v180.m3u8{query}",LAST-MSN={EDGE},LAST-PART=1',
        f'#EXT-X-RENDITION-REPORT:URI="a-en.m3u8{query}",LAST-MSN={EDGE},LAST-PART=1',
        f'#EXT-X-RENDITION-REPORT:URI="a-pt.m3u8{query}",LAST-MSN={EDGE},LAST-PART=1',
    ]


@pytest.mark.parametrize("name", ["v90", "a-en"])
@pytest.mark.parametrize("parts", [200, 333, 500])
async def test_the_parts_are_the_segment(client: httpx.AsyncClient, name: str, parts: int) -> None:
    text = await text_of(client, f"{_HLS}/{name}.m3u8?parts={parts}&window=10")
    told = re.findall(rf'"({name}/{EDGE - 1}\.\d+\.m4s[^"]*)"', text)
    assert len(told) >= 2000 // parts
    pieces = [await _body(client, f"{_HLS}/{uri}") for uri in told]
    whole = await _body(client, f"{_HLS}/{name}/{EDGE - 1}.m4s?parts={parts}")
    assert b"".join(pieces) == whole
    assert whole == await _body(client, f"{_DASH}/{name}/{EDGE - 1}.m4s?parts={parts}")
    assert [piece[4:8] for piece in pieces] == [b"styp"] + [b"moof"] * (len(pieces) - 1)


async def test_bandwidths_are_those_of_segments_in_parts(client: httpx.AsyncClient) -> None:
    root = await mpd_of(client, f"{_DASH}/manifest.mpd?parts=200")
    told = {
        row.get("id"): int(row.get("bandwidth", "")) for row in root.iter(f"{DASH}Representation")
    }
    for name in ("v90", "a-en"):
        sizes = []
        for back in range(1, 13):  # a loop
            body = await _body(client, f"{_DASH}/{name}/{EDGE - back}.m4s?parts=200")
            sizes.append(len(body))
        assert told[name] == max(sizes) * 4


@given(st.sampled_from(["v90", "a-en"]), st.integers(0, 10**9), st.integers(200, 500))
def test_parts_tile_their_segment(asset: Asset, name: str, number: int, asked_ms: int) -> None:
    line: RenditionTimeline = timelines_of(asset)[name]
    segment, scale = line.segment(number), line.rendition.timescale
    target = part_target_ms([row for row in asset.renditions if row.kind != "text"], asked_ms)
    parts = split(segment.samples, target * scale // 1000)
    assert [part.index for part in parts] == list(range(len(parts)))
    ends = [part.end for part in parts]
    assert [part.first for part in parts] == [0, *ends[:-1]]
    assert ends[-1] == len(segment.samples)
    assert sum(part.duration for part in parts) == segment.duration
    position = 0
    for part in parts:
        assert part.start == position
        position += part.duration
        assert part.duration * 1000 <= target * scale
    assert all(part.duration * 1000 >= 0.85 * target * scale for part in parts[:-1])
    assert target <= asked_ms


@given(st.integers(1, 10**12), st.lists(st.integers(1, 500), min_size=1, max_size=12))
def test_the_edge_is_the_first_part_that_is_not_there(now_ms: int, lengths: list[int]) -> None:
    def made(number: int) -> list[int]:
        ends = [sum(lengths[: index + 1]) for index in range(len(lengths))]
        return [number * 2000 + end * 2000 // ends[-1] for end in ends]

    reached = edge(now_ms, 2, made)
    rows = [(place, index) for place in range(reached.number, reached.number + 2)
            for index in range(len(lengths))]  # fmt: skip
    at = rows.index((reached.number, 0)) + reached.made
    place, index = rows[at]
    assert made(place)[index] > now_ms
    assert all(made(place)[index] <= now_ms for place, index in rows[:at])


async def test_segments_can_be_had_from_their_first_chunk_on(client: httpx.AsyncClient) -> None:
    root = await mpd_of(client, f"{_DASH}/manifest.mpd?parts=400")
    sets = {row.get("contentType"): row for row in root.iter(f"{DASH}AdaptationSet")}
    for kind in ("video", "audio"):
        (template,) = sets[kind].findall(f"{DASH}SegmentTemplate")
        assert template.get("availabilityTimeOffset") == "1.600"
        assert template.get("availabilityTimeComplete") == "false"
        assert template.get("duration") == "2"
    assert "availabilityTimeOffset" not in sets["text"].findall(f"{DASH}SegmentTemplate")[0].attrib
    latency = next(root.iter(f"{DASH}Latency"))
    assert (latency.get("target"), latency.get("min"), latency.get("max")) == (
        "2000",
        "1000",
        "4000",
    )


@pytest.mark.parametrize(("after_ms", "listed"), [(399, EDGE - 1), (400, EDGE), (1999, EDGE)])
async def test_a_timeline_lists_what_has_begun(
    client: httpx.AsyncClient, after_ms: int, listed: int
) -> None:
    moment = EDGE * 2000 + after_ms
    path = f"{_DASH}/manifest.mpd?parts=400&addressing=timeline&now_ms={moment}"
    root = await mpd_of(client, path)
    assert root.get("minimumUpdatePeriod") == "PT0.400S"
    for row in root.iter(f"{DASH}AdaptationSet"):
        (template,) = row.findall(f"{DASH}SegmentTemplate")
        count = sum(int(s.get("r", "0")) + 1 for s in template.iter(f"{DASH}S"))
        last = int(template.get("startNumber", "")) + count - 1
        assert last == (EDGE - 1 if row.get("contentType") == "text" else listed)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (f"{LIVE}/hls-ts/master.m3u8?parts=400", "live/hls-cmaf and live/dash"),
        ("/channels/3/vod/hls-cmaf/master.m3u8?parts=400", "live/hls-cmaf and live/dash"),
        (f"{LIVE}/stream.ts?parts=400", "live/hls-cmaf and live/dash"),
        (f"{_HLS}/master.m3u8?parts=199", "from 200 to 500"),
        (f"{_HLS}/master.m3u8?parts=400&aes=1", "no aes="),
        (f"{_DASH}/manifest.mpd?parts=400&addressing=list", "no addressing=list"),
        (f"{_DASH}/manifest.mpd?parts=400&container=webm", "no container=webm"),
        (f"{_HLS}/v90.m3u8?parts=400&_HLS_part=1", "needs _HLS_msn"),
        (f"{_HLS}/v90.m3u8?parts=400&_HLS_msn=-1", "whole number"),
        (f"{_HLS}/v90.m3u8?parts=400&_HLS_msn={EDGE + 2}", "too far ahead"),
        (f"{_HLS}/v90.m3u8?parts=400&_HLS_msn={EDGE}&_HLS_part=99", "too far ahead"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    client: httpx.AsyncClient, path: str, said: str
) -> None:
    answer = await client.get(path)
    assert answer.status_code == 400
    assert said in answer.text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (f"v90/{EDGE + 3}.0.m4s", "not there yet"),
        (f"v90/{EDGE}.4.m4s", "not due yet"),
        (f"v90/{EDGE - 1}.5.m4s", "has 5 parts"),
        (f"v90/{EDGE + 1}.m4s", "not begun yet"),
        (f"v90/{EDGE - 100}.0.m4s", "is gone"),
        (f"t-en/{EDGE - 1}.0.m4s", "does not come"),
    ],
)
async def test_what_is_not_there_is_not_found(
    client: httpx.AsyncClient, name: str, said: str
) -> None:
    assert NOW_MS == EDGE * 2000 + 1500
    moment = EDGE * 2000 + 100
    answer = await client.get(f"{_HLS}/{name}?parts=400&now_ms={moment}")
    assert answer.status_code == 404
    assert said in answer.text


@pytest.mark.parametrize("addressing", ["time", "timeline", "mixed"])
async def test_a_manifest_that_says_the_same_moment_says_the_same(
    client: httpx.AsyncClient, addressing: str
) -> None:
    seen: dict[str, list[str]] = {}
    for moment in range(EDGE * 2000 - 300, EDGE * 2000 + 2300, 100):
        query = f"parts=400&patch=1&addressing={addressing}&timing=none&now_ms={moment}"
        text = await text_of(client, f"{_DASH}/manifest.mpd?{query}")
        published = re.findall(r'publishTime="([^"]*)"', text)[0]
        seen.setdefault(published, []).append(text.replace(f"now_ms={moment}", ""))
    assert len(seen) == 4
    assert all(len(set(texts)) == 1 for texts in seen.values())
