"""What a bare address is called, and which ones are refused before anything is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.recording_address import obstacle_to, title_of


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("https://tv.example.org/live.m3u8", "tv.example.org"),
        ("https://tv.example.org/one/hls/master.m3u8?token=abc", "one (tv.example.org)"),
        (
            "http://user:word@tv.example.org:8080/Canal%20Um/index.m3u8",
            "Canal Um (tv.example.org)",
        ),
        ("http://tv.example.org/channels/3/live/hls-ts/master.m3u8", "3 (tv.example.org)"),
        ("http://tv.example.org/film.mpd", "film (tv.example.org)"),
        ("http://tv.example.org/live/user/word/12.m3u8", "12 (tv.example.org)"),
        ("http://h/news/0123456789abcdef0123/master.m3u8", "news (h)"),
        ("http://h/news/exp1700000000hmac9f8e7d6c5b4a/x.m3u8", "x (h)"),
        ("http://h/", "h"),
        ("http://[::1", "Farol"),
        ("films/The film.m3u8", "The film"),
        ("/home/me/holiday/master.m3u8", "holiday"),
        ("file:///home/me/holiday/master.m3u8", "holiday"),
    ],
)
def test_a_title_of_an_address(address, title):
    assert title_of(address) == title


@given(st.text(max_size=80))
def test_any_address_has_a_title_of_one_line(address):
    assert title_of(address).isprintable()
    assert title_of(address)
    obstacle_to(address)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("nonsense", "'nonsense' is no address and no file"),
        ("5", "with --source LIST"),
        ("", "no address and no file"),
        ("file:///nowhere/a.m3u8", "no address and no file"),
        ("http://", "cannot be right"),
        ("http://[::1/a", "cannot be right"),
        ("http://h:0/a", "cannot be right"),
        ("http://h:99999/a", "cannot be right"),
        ("ftp://h/a.m3u8", 'of the kind "ftp:"'),
        ("rtsp://h/a", "neither as HLS or DASH"),
    ],
)
def test_what_can_never_be_recorded(address, why):
    assert why in obstacle_to(address)


def test_what_may_be_recorded(tmp_path):
    film = tmp_path / "film.m3u8"
    film.write_text("#EXTM3U\n")
    (tmp_path / "film.mp4").write_bytes(b"")
    for address in ("http://h/a.m3u8", "https://h/", "udp://239.0.0.1:1234", str(film)):
        assert obstacle_to(address) == ""
    assert obstacle_to(film.as_uri()) == ""
    assert "HLS or DASH" in obstacle_to(str(tmp_path / "film.mp4"))
