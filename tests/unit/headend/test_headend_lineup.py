"""Line-up and guide fit together and are the same everywhere."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from lxml import etree

from headend.asset.model import Asset, Colours
from headend.lineup.channel import Channel, channel_of, initials, logo_svg
from headend.lineup.guide import guide_xml, now_and_next, programmes
from headend.lineup.m3u import FORMATS, lineup_m3u
from headend.lineup.programmes import GENRES
from tests.unit.headend.origin_client import NOW_MS

BASE = "http://localhost:1/"


def _channel(character: str = "geral", number: int = 1) -> Channel:
    return Channel(
        number=number,
        id=f"farol-{number}.demo",
        name="Farol & Mar",
        group="Geral",
        character=character,
        colours=Colours(night="#000000", deep="#111111", accent="#eeeeee", light="#ffffff"),
    )


@pytest.mark.parametrize("character", GENRES)
def test_a_day_is_full_and_on_the_half_hour(character: str) -> None:
    for offset in range(30):
        day = date(2026, 11, 1) + timedelta(days=offset)
        plan = programmes(_channel(character), day)
        assert plan[0].start == datetime(day.year, day.month, day.day, tzinfo=UTC)
        assert plan[-1].stop - plan[0].start == timedelta(days=1)
        for programme, following in itertools.pairwise(plan):
            assert programme.stop == following.start
        for programme in plan:
            minutes = (programme.stop - programme.start).total_seconds() / 60
            assert 30 <= minutes <= 120
            assert minutes % 30 == 0
            assert programme.start.minute in (0, 30)


def test_the_news_is_on_time() -> None:
    for offset in range(30):
        plan = programmes(_channel(), date(2026, 11, 1) + timedelta(days=offset))
        titles = {f"{row.start:%H:%M}": row.show.title for row in plan}
        assert titles["20:00"] == "Jornal das Oito"


def test_the_same_question_has_the_same_answer_and_days_differ() -> None:
    first, second = date(2026, 11, 22), date(2026, 11, 23)
    assert programmes(_channel(), first) == programmes(_channel(), first)
    titles = [[row.show.title for row in programmes(_channel(), day)] for day in (first, second)]
    assert titles[0] != titles[1]


def test_now_and_next_meet() -> None:
    now, following = now_and_next(_channel(), NOW_MS)
    assert now.start.timestamp() * 1000 <= NOW_MS < now.stop.timestamp() * 1000
    assert following.start == now.stop


def test_the_guide_covers_yesterday_to_six_days_ahead_and_fits_the_list() -> None:
    channels = [_channel(), _channel("cinema", 2)]
    root = etree.fromstring(guide_xml(channels, base=BASE, now_ms=NOW_MS))
    ids = [row.get("id") for row in root.findall("channel")]
    text = lineup_m3u(channels, base=BASE, stream_format="mixed")
    assert all(f'tvg-id="{channel_id}"' in text for channel_id in ids)
    starts = [row.get("start") for row in root.findall("programme")]
    stops = [row.get("stop") for row in root.findall("programme")]
    assert min(starts, key=str) == "20261121000000 +0000"
    assert max(stops, key=str) == "20261129000000 +0000"
    assert all(row.findtext("desc") for row in root.findall("programme"))


def test_the_list_names_the_guide_and_all_formats_in_turn() -> None:
    channels = [_channel(number=number) for number in range(1, 6)]
    text = lineup_m3u(channels, base=BASE, stream_format="mixed")
    lines = text.splitlines()
    assert lines[0] == f'#EXTM3U x-tvg-url="{BASE}guide.xml"'
    assert lines[1] == (
        '#EXTINF:-1 tvg-id="farol-1.demo" tvg-chno="1" tvg-name="Farol & Mar" '
        f'tvg-logo="{BASE}logo/1.svg" group-title="Geral",Farol & Mar'
    )
    endings = [line.split("/live/")[1] for line in lines[2::2]]
    assert endings == [
        "hls-cmaf/master.m3u8",
        "dash/manifest.mpd",
        "hls-ts/master.m3u8",
        "stream.ts",
        "hls-cmaf/master.m3u8",
    ]


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_is_offered_for_all_channels(form: str) -> None:
    text = lineup_m3u([_channel()], base=BASE, stream_format=form)
    assert text.endswith(("master.m3u8\n", "manifest.mpd\n", "stream.ts\n"))


def test_a_logo_is_well_formed_and_shows_initials() -> None:
    root = etree.fromstring(logo_svg(_channel()).encode())
    assert (root.get("width"), root.get("height")) == ("256", "256")
    assert root.xpath("string(*[local-name()='text'])") == "F&"
    assert [initials(name) for name in ("Maré", "Cinema Sete", "Canal 12")] == ["M", "CS", "C12"]


def test_a_channel_is_known_by_its_asset(asset: Asset) -> None:
    channel = channel_of(asset)
    assert (channel.number, channel.name, channel.id) == (3, "Maré", "farol-3.demo")
    assert channel.character in GENRES
