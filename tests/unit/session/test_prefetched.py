"""Who may be looked at ahead of time, and which requests ask for the same bytes."""

import pytest

from player.api import PlayRequest
from player.session.prefetched import key_of, may_be_fetched_ahead


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("http://h.test/a.m3u8", True),
        ("HTTPS://h.test/A.MPD?token=1#t=3", True),
        ("http://h.test/live/user/password/1234", False),
        ("http://h.test/live/1234.ts", False),
        ("http://h.test/play?file=a.m3u8", False),
        ("udp://239.0.0.1:5000", False),
        ("/films/a.m3u8", False),
        ("", False),
    ],
)
def test_only_manifests_of_the_web_are_looked_at(url: str, may: bool) -> None:
    assert may_be_fetched_ahead(PlayRequest(url=url)) is may


@pytest.mark.parametrize(("most", "may"), [(None, True), (2, True), (1, False)])
def test_a_source_of_one_connection_has_none_to_spare(most: int | None, may: bool) -> None:
    request = PlayRequest(url="http://h.test/a.m3u8", max_connections=most)
    assert may_be_fetched_ahead(request) is may


def test_another_language_or_tag_is_the_same_channel_and_another_way_to_it_is_not() -> None:
    own = PlayRequest(url="http://h.test/a.m3u8", headers={"A": "b", "C": "d"})
    same = PlayRequest(
        url=own.url, headers={"C": "d", "A": "b"}, tag="t", audio_language="pt", abr="bola"
    )
    assert key_of(own) == key_of(same)
    for other in (
        PlayRequest(url=own.url),
        PlayRequest(url=own.url, headers=own.headers, proxy="http://p.test:1"),
        PlayRequest(url=own.url + "x", headers=own.headers),
    ):
        assert key_of(own) != key_of(other)
