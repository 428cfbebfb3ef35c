"""What the options do to the media itself: key frames, indexes, priming, thumbnails."""

import httpx
import m3u8
import pytest

from tests.unit.headend.origin_client import FILM, LIVE, NS, decode_time, mpd_of, text_of

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("form", ["hls-ts", "hls-cmaf", "hls-range"])
async def test_key_frames_are_byte_ranges_that_hold_a_picture(
    client: httpx.AsyncClient, form: str
) -> None:
    master = m3u8.loads(await text_of(client, f"{FILM}/{form}/master.m3u8?iframes=1"))
    assert len(master.iframe_playlists) == 2
    playlist = m3u8.loads(await text_of(client, f"{FILM}/{form}/v90-iframes.m3u8?iframes=1"))
    assert playlist.is_i_frames_only
    segment = playlist.segments[3]
    size, offset = map(int, segment.byterange.split("@"))
    header = {"Range": f"bytes={offset}-{offset + size - 1}"}
    part = await client.get(f"{FILM}/{form}/{segment.uri}", headers=header)
    assert (part.status_code, len(part.content)) == (206, size)
    if form == "hls-ts":
        assert size % 188 == 0


async def test_thumbnails_are_sheets_of_twelve(client: httpx.AsyncClient) -> None:
    text = await text_of(client, f"{FILM}/hls-cmaf/thumbnails.m3u8?thumbnails=1")
    assert "#EXT-X-TILES:RESOLUTION=160x90,LAYOUT=4x3,DURATION=2.000" in text
    sheet = await client.get(f"{FILM}/hls-cmaf/thumbnails/0-1.jpg")
    assert sheet.content[:2] == b"\xff\xd8"
    mpd = await mpd_of(client, f"{LIVE}/dash/manifest.mpd?thumbnails=1")
    media = mpd.find(".//d:AdaptationSet[@contentType='image']/d:SegmentTemplate", NS)
    assert media is not None
    assert (media.get("media") or "").startswith("thumbnails/0-$Number$.jpg")


async def test_key_frames_for_fast_play_are_a_set_of_their_own(client: httpx.AsyncClient) -> None:
    mpd = await mpd_of(client, f"{FILM}/dash/manifest.mpd?trick=1")
    trick = [
        row
        for row in mpd.findall(".//d:AdaptationSet", NS)
        if row.find("d:EssentialProperty", NS) is not None
    ]
    assert len(trick) == 1
    fragment = (await client.get(f"{FILM}/dash/trick-v90/3.m4s")).content
    assert decode_time(fragment) == 3 * 180_000


async def test_an_index_of_indexes_covers_the_same_bytes(client: httpx.AsyncClient) -> None:
    mpd = await mpd_of(client, f"{FILM}/dash-range/manifest.mpd?sidx=2&length=40")
    base = mpd.find(".//d:SegmentBase", NS)
    assert base is not None
    first, last = map(int, (base.get("indexRange") or "").split("-"))
    film = (await client.get(f"{FILM}/dash-range/v90.mp4?sidx=2&length=40")).content
    index = film[first : last + 1]
    assert index.count(b"sidx") == 4
    leaves, at, numbers = [], first, 0
    while at <= last:
        size = int.from_bytes(film[at : at + 4], "big")
        box, at = film[at : at + size], at + size
        rows = int.from_bytes(box[30:32], "big")
        begin = at + int.from_bytes(box[24:28], "big")
        if box[32] & 0x80:
            continue
        for row in range(rows):
            length = int.from_bytes(box[32 + 12 * row : 36 + 12 * row], "big")
            leaves.append(film[begin : begin + length])
            begin, numbers = begin + length, numbers + 1
    assert numbers == 20
    assert leaves[13] == (await client.get(f"{FILM}/dash/v90/13.m4s")).content


async def test_primed_audio_has_a_frame_in_front_and_an_edit_list(
    client: httpx.AsyncClient,
) -> None:
    path = f"{FILM}/hls-cmaf/a-en"
    init = (await client.get(f"{path}/init.mp4?priming=1")).content
    assert b"elst" in init
    assert b"elst" not in (await client.get(f"{path}/init.mp4")).content
    first = (await client.get(f"{path}/0.m4s?priming=1")).content
    second = (await client.get(f"{path}/1.m4s?priming=1")).content
    assert (decode_time(first), decode_time(second)) == (0, 95 * 1024)
    at = first.index(b"trun") + 8
    assert int.from_bytes(first[at : at + 4], "big") == 95
