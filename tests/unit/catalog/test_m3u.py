"""Lists in all their dialects."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.extinf import split_extinf
from catalog.m3u import M3uList, parse_m3u
from catalog.model import Channel, SourceIdentity

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
SOURCE = SourceIdentity(id="src", name="My list", location="http://host.example/tv/list.m3u")
LOCAL = SourceIdentity(id="src", name="My list", location="/srv/tv/list.m3u")


def parse(*lines: str, source: SourceIdentity = SOURCE) -> M3uList:
    return parse_m3u(lines, source)


def single(*lines: str) -> Channel:
    (channel,) = parse("#EXTM3U", *lines).channels
    return channel


def expectations() -> list[Path]:
    return sorted((CORPUS / "expected/m3u/iptv-playlist-parser").glob("*.json"))


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus beside the checkout")
@pytest.mark.parametrize("expected_path", expectations(), ids=lambda path: path.stem)
def test_reads_the_corpus_as_its_source_expects(expected_path: Path) -> None:
    expected = json.loads(expected_path.read_text())
    path = CORPUS / "m3u/iptv-playlist-parser" / f"{expected_path.stem}.m3u"
    found = parse_m3u(path.read_bytes(), SOURCE)
    assert len(found.channels) == len(expected["items"])
    assert set(expected["header"]["attrs"].values()) <= set(found.guide_urls)
    for channel, item in zip(found.channels, expected["items"], strict=True):
        assert channel.name == item["name"].strip()
        assert channel.url.endswith(item["url"])
        assert channel.guide_id == item["tvg"]["id"]
        assert channel.guide_name == item["tvg"]["name"]
        assert channel.logo == item["tvg"]["logo"]
        assert not item["group"]["title"] or item["group"]["title"] in channel.groups
        assert channel.headers.get("User-Agent", "") == item["http"]["user-agent"]
        assert channel.headers.get("Referer", "") == item["http"]["referrer"]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus beside the checkout")
@pytest.mark.parametrize("path", sorted((CORPUS / "m3u").rglob("*.m3u")), ids=lambda p: p.name)
def test_loses_no_entry_of_real_lists(path: Path) -> None:
    found = parse_m3u(path.read_bytes(), SOURCE)
    stated = path.read_text("utf-8").count("#EXTINF")
    reported = sum("are not opened" in w.text or "no address" in w.text for w in found.warnings)
    assert len(found.channels) + reported == stated
    assert len({channel.id for channel in found.channels}) == len(found.channels)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_and_a_byte_order_mark(end: str) -> None:
    text = end.join(["\ufeff#EXTM3U", '  #EXTINF:-1 tvg-id="a",A  ', "http://h/a", ""])
    (channel,) = parse_m3u(text.encode(), SOURCE).channels
    assert (channel.name, channel.guide_id, channel.url) == ("A", "a", "http://h/a")


def test_a_missing_header_is_reported_and_the_list_read() -> None:
    found = parse("#EXTINF:-1,A", "http://h/a")
    assert [channel.name for channel in found.channels] == ["A"]
    assert "#EXTM3U" in found.warnings[0].text
    assert found.warnings[0].line == 1


def test_header_names_several_guides() -> None:
    found = parse(
        '#EXTM3U x-tvg-url="http://e/1.xml.gz,http://e/2.xml?a=1,2; https://e/3.xml"'
        " url-tvg='guide.xml' tvg-url=pipe://rm"
    )
    assert found.guide_urls == (
        "http://e/1.xml.gz",
        "http://e/2.xml?a=1,2",
        "https://e/3.xml",
        "http://host.example/tv/guide.xml",
    )
    assert "pipe:" in found.warnings[0].text


@pytest.mark.parametrize(
    ("text", "attributes", "name"),
    [
        ('-1 tvg-id="a" group-title="B, C",D', {"tvg-id": "a", "group-title": "B, C"}, "D"),
        ("-1 tvg-id='a' tvg-name='It's on',D", {"tvg-id": "a", "tvg-name": "It's on"}, "D"),
        ("-1 tvg-id=a radio=true,D, E", {"tvg-id": "a", "radio": "true"}, "D, E"),
        ("-1 tvg-logo=http://x/a,b.png,D", {"tvg-logo": "http://x/a,b.png"}, "D"),
        ('-1 tvg-id="a group-title="B",C', {"tvg-id": "a", "group-title": "B"}, "C"),
        ('-1 tvg-id="a" group-title="B,C, D', {"tvg-id": "a", "group-title": "B"}, "C, D"),
        ('-1 tvg-id=a" group-title="B",C', {"tvg-id": "a", "group-title": "B"}, "C"),
        ('-1 TVG-ID = "a",The "Best", ever', {"tvg-id": "a"}, 'The "Best", ever'),
        ('-1, tvg-id="a" group-title="B",C', {"tvg-id": "a", "group-title": "B"}, "C"),
        (" -1, name,with comma", {}, "name,with comma"),
        ("0,1+1=2", {}, "1+1=2"),
        ('-1 tvg-name="x"', {"tvg-name": "x"}, None),
    ],
)
def test_attributes_however_quoted(text: str, attributes: dict[str, str], name: str) -> None:
    assert split_extinf(text) == (attributes, name)


def test_a_name_is_found_where_no_comma_is() -> None:
    assert single('#EXTINF:-1 tvg-name="Named"', "http://h/x").name == "Named"
    assert single("#EXTINF:-1", "http://h/live/film.ts?token=1").name == "film.ts"


def test_aliases() -> None:
    channel = single(
        '#EXTINF:-1 CUID="x" ch-number="007-1" timeshift="3" censored="1",A', "http://h"
    )
    assert (channel.guide_id, channel.number, channel.adult) == ("x", "7.1", True)
    assert channel.catchup is not None
    assert (channel.catchup.mode, channel.catchup.seconds) == ("default", 3 * 86_400)


def test_catchup_and_shift_take_their_defaults_from_the_header() -> None:
    found = parse(
        '#EXTM3U catchup="shift" catchup-days="7" tvg-shift="-1.5"',
        "#EXTINF:-1,A",
        "http://h/a",
        '#EXTINF:-1 tvg-shift="3600" catchup-time="60",B',
        "http://h/b",
    )
    first, second = found.channels
    assert (first.guide_shift, second.guide_shift) == (-5400, 3600)
    assert first.catchup is not None
    assert (first.catchup.mode, first.catchup.seconds) == ("shift", 7 * 86_400)
    assert second.catchup is not None
    assert second.catchup.seconds == 60


def test_groups_stay_in_force_until_an_empty_one_or_a_group_title() -> None:
    found = parse(
        "#EXTM3U", "#EXTGRP:News;World", "#EXTINF:-1,A", "http://h/a", "#EXTINF:-1,B", "http://h/b",
        '#EXTINF:-1 group-title="Kids; Fun",C', "http://h/c", "#EXTINF:-1,D", "http://h/d",
        "#EXTGRP:X", "#EXTINF:-1,E", "http://h/e", "#EXTGRP:", "#EXTINF:-1,F", "http://h/f",
    )  # fmt: skip
    assert [channel.groups for channel in found.channels] == [
        ("News", "World"), ("News", "World"), ("Kids", "Fun"), (), ("X",), (),
    ]  # fmt: skip


def test_options_become_headers() -> None:
    channel = single(
        "#KODIPROP:inputstream.adaptive.license_type=clearkey",
        '#EXTINF:-1 user-agent="ignored",A',
        '#EXTVLCOPT:http-user-agent="VLC/3"',
        "#EXTVLCOPT:program=5",
        '#EXTHTTP:{"X-Token": "t", "Bad Name": "x", "Evil": "a\\r\\nHost: b"}',
        "#KODIPROP:inputstream.adaptive.stream_headers=Origin=http%3A%2F%2Fo&X=1",
        "http://h/a.mpd|Referer=http%3A%2F%2Fr%2F&seekable=0",
    )
    assert channel.url == "http://h/a.mpd"
    assert channel.headers["Referer"] == "http://r/"
    assert channel.headers["Origin"] == "http://o"
    assert channel.headers["X-Token"] == "t"
    assert not {"Evil", "Bad Name", "seekable"} & channel.headers.keys()
    assert channel.properties["inputstream.adaptive.license_type"] == "clearkey"
    assert channel.properties["program"] == "5"


def test_options_do_not_leak_into_the_next_entry() -> None:
    found = parse(
        "#EXTM3U", "#EXTINF:-1,A", "#EXTVLCOPT:http-referrer=http://a/", "#EXTINF:-1,B", "http://h/b"
    )  # fmt: skip
    assert [channel.name for channel in found.channels] == ["B"]
    assert found.channels[0].headers == {}
    assert found.warnings[0].line == 4


@pytest.mark.parametrize(
    "address",
    [
        "pipe://rm -rf",
        "plugin://x/y",
        "new: http://h/a",
        "file:///etc/passwd",
        "mmsh://h",
        "C:\\a",
    ],
)
def test_commands_and_unknown_schemes_are_reported_and_left_out(address: str) -> None:
    found = parse("#EXTM3U", "#EXTINF:-1,Bad", address, "#EXTINF:-1,Good", "udp://@239.0.0.1:1234")
    assert [channel.name for channel in found.channels] == ["Good"]
    assert found.warnings[0].line == 3


def test_relative_addresses_follow_the_list() -> None:
    assert single("#EXTINF:-1,A", "../x/a.ts").url == "http://host.example/x/a.ts"
    found = parse(
        "#EXTM3U", "#EXTINF:-1,A", "my film.ts", "#EXTINF:-1,B", "file:///m/b.ts", source=LOCAL
    )
    assert [channel.url for channel in found.channels] == [
        "file:///srv/tv/my%20film.ts",
        "file:///m/b.ts",
    ]


def test_long_addresses_stay_whole() -> None:
    url = "http://h/" + "x" * 5000
    found = parse("#EXTM3U", "#EXTINF:-1,A", url + "1", "#EXTINF:-1,B", url + "2")
    assert [channel.url for channel in found.channels] == [url + "1", url + "2"]


def test_a_stream_handed_in_as_a_list_is_one_channel() -> None:
    found = parse("#EXTM3U", "#EXT-X-TARGETDURATION:6", "#EXTINF:6.0,", "seg1.ts")
    assert [(c.name, c.url) for c in found.channels] == [("My list", SOURCE.location)]


def test_numbers_run_on_from_the_last() -> None:
    lines = [
        line
        for number in ("", "5", "", "5.1", "0", "x")
        for line in (f'#EXTINF:-1 tvg-chno="{number}",N', f"http://h/{number}")
    ]
    assert [c.number for c in parse("#EXTM3U", *lines).channels] == [
        "1", "5", "6", "5.1", "7", "8",
    ]  # fmt: skip


def test_identity_survives_tokens_order_and_names() -> None:
    def ids(*entries: tuple[str, str, str]) -> dict[str, str]:
        lines = [
            line
            for guide_id, name, url in entries
            for line in (f'#EXTINF:-1 tvg-id="{guide_id}",{name}', url)
        ]
        return {channel.url: channel.id for channel in parse("#EXTM3U", *lines).channels}

    before = ids(("a", "A", "http://h/t1/1"), ("", "Télé", "http://h/t1/2"))
    after = ids(("", "TELE", "http://h/t2/2"), ("a", "A HD", "http://h/t2/1"))
    assert before["http://h/t1/1"] == after["http://h/t2/1"]
    assert before["http://h/t1/2"] == after["http://h/t2/2"]
    other = parse_m3u(["#EXTM3U", '#EXTINF:-1 tvg-id="a",A', "http://h"], LOCAL)
    assert other.channels[0].id == before["http://h/t1/1"]


def test_encodings() -> None:
    text = "#EXTM3U\n" + "".join(
        f"#EXTINF:-1,{name}\nhttp://h/{i}\n"
        for i, name in enumerate(["Первый канал", "Россия", "Культура", "Дождь", "Матч"])
    )
    for encoding in ("utf-8", "cp1251", "utf-16"):
        found = parse_m3u(text.encode(encoding), SOURCE)
        assert found.channels[0].name == "Первый канал", encoding


def test_one_broken_byte_does_not_turn_a_utf8_list_over() -> None:
    data = "#EXTM3U\n#EXTINF:-1,Télévision à côté ÉÉÉ\nhttp://h/1\n#EXTINF:-1,é\nhttp://h/2\n"
    found = parse_m3u(data.encode().replace("#EXTINF:-1,é".encode(), b"#EXTINF:-1,\xe9"), SOURCE)
    assert found.channels[0].name == "Télévision à côté ÉÉÉ"
    assert len(found.channels) == 2


def test_secrets_do_not_show() -> None:
    channel = single('#EXTHTTP:{"Authorization": "s3cret"}', "#EXTINF:-1,A", "http://u:s3cret@h/")
    assert "s3cret" not in repr(channel) + repr(SOURCE)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_never_raises_on_bytes(data: bytes) -> None:
    parse_m3u(data, SOURCE)


FRAGMENTS = st.sampled_from(
    ["#EXTM3U", "#EXTINF:", "#EXTGRP:", "#EXTHTTP:", "#KODIPROP:", "#EXTVLCOPT:", "tvg-id=", '"',
     "'", ",", ";", "|", "=", " ", "-1", "http://", "pipe://", "[::1", "\u0660", "{}", "%0d", "é"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(FRAGMENTS, max_size=12).map("".join), st.text(max_size=30))
def test_a_bad_line_never_costs_the_good_entries_around_it(bad: str, text: str) -> None:
    found = parse(
        "#EXTM3U", "#EXTINF:-1,Before", "http://h/before", bad, text.replace("\n", ""),
        "#EXTINF:-1,After", "http://h/after",
    )  # fmt: skip
    urls = [channel.url for channel in found.channels]
    assert urls[0] == "http://h/before"
    assert urls[-1] == "http://h/after"
    assert found.channels[-1].name == "After"


@pytest.mark.timeout(10)
@pytest.mark.parametrize("piece", ["a", "a=", "a='x,", 'a="', ", ", "x=y,", "tvg-id=,", "'", "|a"])
def test_a_huge_line_takes_linear_time(piece: str) -> None:
    huge = piece * (200_000 // len(piece))
    found = parse(
        "#EXTM3U", f"#EXTINF:-1 {huge}", f"http://h/1?{huge}", "#EXTINF:-1,B", "http://h/2"
    )
    assert found.channels[-1].name == "B"
