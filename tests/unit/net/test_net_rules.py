"""The pure rules of the net: masking, redirects, ranges, datagrams."""

import time

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.errors import ErrorCode, PlayerError
from player.model.resource import ByteRange
from player.net.masking import mask_text, mask_url
from player.net.ranges import plan_cut, range_header
from player.net.redirects import headers_for, same_party, target
from player.net.udp import parse_address
from player.units import ByteCount


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("http://host/a.m3u8", "http://host/a.m3u8"),
        ("https://u:p@host:81/a", "https://***@host:81/a"),
        ("http://h/get.php?username=u&password=p&type=m3u", "http://h/get.php?username=***&password=***&type=m3u"),
        ("http://h/a?_HLS_msn=5&hdnts=st=1~hmac=x", "http://h/a?_HLS_msn=5&hdnts=***"),
        ("http://h/a?abcdefghijkl", "http://h/a?***"),
        ("http://h/live/bob/pass/12.ts", "http://h/live/***/***/12.ts"),
        ("http://h/timeshift/b/p/60/2026-01-01:10-00/12.ts", "http://h/timeshift/***/***/60/2026-01-01:10-00/12.ts"),
        ("http://h:80/bob/pass/12", "http://h:80/***/***/12"),
        ("http://h:80/bob/pass/12.ts", "http://h:80/***/***/12.ts"),
        ("http://h:80/bob/pass/12.m3u8", "http://h:80/***/***/12.m3u8"),
        ("http://h/x/live/bob/pass/12.ts", "http://h/x/live/***/***/12.ts"),
        ("http://h/live/x/live/bob/pass/12.ts", "http://h/live/***/***/***/***/12.ts"),
        ("http://h/movie/bob/pass/", "http://h/movie/***/***/"),
        ("http://h/hls/720p/seg-12.ts", "http://h/hls/720p/seg-12.ts"),
        ("http://h/a/hls/720p/12.ts", "http://h/a/hls/720p/12.ts"),
        ("http://h/live/12.ts", "http://h/live/12.ts"),
        ("http://h/a#access_token=x", "http://h/a#***"),
        ("data:text/plain;base64,q7on", "data:***"),
        ("file:///home/bob/list.m3u", "file:///home/bob/list.m3u"),
        ("udp://@239.0.0.1:5000", "udp://***@239.0.0.1:5000"),
        ("http://[::1", "***"),
    ],
)  # fmt: skip
def test_secrets_are_masked(url: str, masked: str) -> None:
    assert mask_url(url) == masked


def test_addresses_inside_messages_are_masked() -> None:
    text = mask_text("GET http://u:p@h/a?key=1 failed (see https://h/b)")
    assert text == "GET http://***@h/a?key=*** failed (see https://h/b)"


@pytest.mark.parametrize("text", ["9http://u:p@h/a", "x.http://u:p@h/a", "+-1.http://u:p@h/a"])
def test_an_address_is_found_whatever_stands_before_it(text: str) -> None:
    assert "u:p" not in mask_text(text)
    assert mask_text(text).endswith("http://***@h/a")


@pytest.mark.parametrize("one", ["a", "1", "a.", "http:/", "://", "/live"])
def test_a_long_message_is_masked_in_a_time_that_grows_as_it_does(one: str) -> None:
    def seconds(count: int) -> float:
        began = time.process_time()
        mask_text(one * count)
        return time.process_time() - began

    assert seconds(40_000) < 8 * max(seconds(10_000), 0.02)


@given(st.text(max_size=60))
def test_masking_survives_any_text(text: str) -> None:
    assert isinstance(mask_url(text), str)
    assert "sEcReT" not in mask_url(f"http://user:sEcReT@host/{text.replace('@', '')}?k=sEcReT")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://a/", "http://a:80/x", True),
        ("http://a/", "https://a/", True),
        ("https://a/", "http://a/", False),
        ("http://a:8080/", "https://a/", False),
        ("http://a/", "http://b/", False),
        ("http://a/", "http://a:81/", False),
    ],
)
def test_who_is_the_same_party(one: str, other: str, same: bool) -> None:
    assert same_party(httpx.URL(one), httpx.URL(other)) is same
    kept = headers_for(httpx.URL(one), httpx.URL(other), {"X-Token": "1", "user-agent": "x"})
    assert set(kept) == ({"X-Token", "user-agent"} if same else {"user-agent"})


@pytest.mark.parametrize("location", ["file:///x", "ftp://x/", "javascript:1", "http://[::1"])
def test_redirects_stay_in_the_web(location: str) -> None:
    with pytest.raises(PlayerError) as caught:
        target(httpx.URL("http://a/"), location)
    assert caught.value.failure.category == "input"


@given(st.integers(0, 50), st.integers(1, 60), st.integers(0, 20), st.integers(1, 9))
def test_any_answer_is_cut_to_what_was_wanted(
    offset: int, length: int, early: int, step: int
) -> None:
    body = bytes(range(100))
    wanted = ByteRange(offset=ByteCount(offset), length=ByteCount(length))
    first, last = max(0, offset - early), min(99, wanted.last + early)
    sent = body[first : last + 1]
    for status, data, head in ((200, body, ""), (206, sent, f"bytes {first}-{last}/100")):
        cut = plan_cut(wanted, status, head, len(data))
        assert cut is not None
        found = b"".join(cut.take(data[at : at + step]) for at in range(0, len(data), step))
        assert found == body[offset : offset + length]
        assert not cut.missing


def test_a_short_body_is_noticed() -> None:
    wanted = ByteRange(offset=ByteCount(10), length=ByteCount(20))
    cut = plan_cut(wanted, 206, "bytes 10-29/100", 20)
    assert cut is not None
    cut.take(bytes(19))
    assert cut.missing
    assert plan_cut(wanted, 206, "bytes 40-59/100", 20) is None
    assert plan_cut(wanted, 200, "", 5) is None


def test_a_range_without_bounds_has_no_end_on_the_wire() -> None:
    wanted = ByteRange(offset=ByteCount(5), length=ByteCount(1 << 40))
    assert range_header(wanted) == "bytes=5-"


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("udp://@239.1.2.3:5000", ("239.1.2.3", 5000, "", "None")),
        ("rtp://239.1.2.3:5004?localaddr=127.0.0.1", ("239.1.2.3", 5004, "127.0.0.1", "None")),
        ("udp://@:1234", ("0.0.0.0", 1234, "", "None")),  # noqa: S104 - what is written there
        ("udp://@[ff05::1]:99", ("ff05::1", 99, "", "None")),
        ("udp://10.0.0.9@232.1.2.3:5000", ("232.1.2.3", 5000, "", "10.0.0.9")),
        ("udp://[2001:db8::1]@[ff35::1]:99", ("ff35::1", 99, "", "2001:db8::1")),
        ("udp://0.0.0.0@232.1.2.3:5000", ("232.1.2.3", 5000, "", "None")),
        ("udp://a.name@232.1.2.3:5000", ("232.1.2.3", 5000, "", "None")),
        ("udp://[::1]@232.1.2.3:5000", ("232.1.2.3", 5000, "", "None")),
    ],
)
def test_stream_addresses_are_read(uri: str, expected: tuple[str, int, str, str]) -> None:
    found = parse_address(uri)
    assert (str(found.group), found.port, found.local, str(found.source)) == expected


@pytest.mark.parametrize(
    "uri", ["udp://@239.1.2.3", "udp://host.name:5", "udp://@1.2.3.4:99999", "udp://1.1.1.1:1?localaddr=x"]
)  # fmt: skip
def test_a_wrong_stream_address_is_refused(uri: str) -> None:
    with pytest.raises(PlayerError) as caught:
        parse_address(uri)
    assert caught.value.failure.code is ErrorCode.INPUT_BAD_URL
