"""Four times the list is not much more than four times the work, whatever it repeats."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.identity import ChannelNumbers, folded
from catalog.m3u import MAX_GROUPS, MAX_NAME, M3uList, parse_m3u
from catalog.model import SourceIdentity
from tests.unit.growth import STEEP, growth

SOURCE = SourceIdentity(id="src", name="My list", location="http://host.example/tv/list.m3u")
GRAVE_AND_DOT_BELOW = "\u0300\u0323"
"""Two marks that Unicode wants in the other order (canonical ordering, UAX 15)."""
TIBETAN_VOWEL = "\u0f73"
"""No mark itself; it is made of two."""


def _named(piece: str) -> Callable[[int], bytes]:
    """A list whose one channel has a name, or attributes, of so many pieces."""
    return lambda count: f"#EXTM3U\n#EXTINF:-1,a{piece * count}\nhttp://h/1\n".encode()


def _repeated(entry: Callable[[int], str], head: str = "") -> Callable[[int], bytes]:
    return lambda count: f"#EXTM3U\n{head}{''.join(map(entry, range(count)))}".encode()


def _stated(number: int) -> str:
    return f'#EXTINF:-1 tvg-chno="{number}",a\nhttp://h/1\n'


_UNSTATED = "#EXTINF:-1,a\nhttp://h/1\n"


def _numbers(count: int) -> bytes:
    """Numbers that run, then numbers told from the last one down, each with one that runs."""
    down = "".join(_stated(number) + _UNSTATED for number in range(count, 0, -1))
    return f"#EXTM3U\n{_UNSTATED * count}{down}".encode()


LISTS = {
    "letters": (_named("a"), 100_000),
    "words": (_named("a é "), 5_000),
    "marks": (_named(GRAVE_AND_DOT_BELOW), 1_000),
    "vowels": (_named(TIBETAN_VOWEL), 1_000),
    "ligatures": (_named("\ufdfa"), 1_000),
    "attributes": (_named(' a="b'), 2_000),
    "groups": (lambda n: f'#EXTM3U\n#EXTINF:-1 group-title="{"a;b" * n}",a\nx'.encode(), 10_000),
    "channels": (_repeated(lambda n: f"#EXTINF:-1,{n}\nhttp://h/{n}\n"), 300),
    "one-name": (_repeated(lambda _: _UNSTATED), 300),
    "one-number": (_repeated(lambda _: _stated(1) + _UNSTATED), 300),
    "numbers": (_numbers, 300),
    "groups-of-all": (
        lambda n: (
            f"#EXTM3U\n#EXTGRP:{';'.join(map(str, range(n)))}\n"
            + '#EXTINF:-1 group-title="x",a\nhttp://h/1\n' * n
        ).encode(),
        200,
    ),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("kind", LISTS)
def test_lists(kind: str) -> None:
    made, count = LISTS[kind]
    assert growth(_read, made, count) < STEEP


def _read(body: bytes) -> M3uList:
    return parse_m3u(body, SOURCE)


def test_names_of_a_guide() -> None:
    assert growth(folded, lambda count: GRAVE_AND_DOT_BELOW * count, 1_000) < STEEP


def test_one_name_of_ten_megabytes_is_cut_and_said_to_be() -> None:
    huge = (GRAVE_AND_DOT_BELOW * 2_500_000).encode()
    found = _read(b"#EXTM3U\n#EXTINF:-1,A" + huge + b"\nhttp://h/1\n#EXTINF:-1,B\nhttp://h/2\n")
    assert [(one.name[0], one.number) for one in found.channels] == [("A", "1"), ("B", "2")]
    assert len(found.channels[0].name) == MAX_NAME
    (warning,) = found.warnings
    assert warning.line == 3
    assert "characters was cut" in warning.text


def test_groups_and_the_word_of_the_first_line_are_bounded() -> None:
    groups = ";".join(f"{'g' * 2_000}{number}" for number in range(60))
    head = f'#EXTM3U catchup="default" catchup-source="{"s" * 3_000}"\n'
    found = _read(f'{head}#EXTINF:-1 group-title="{groups}",A\nhttp://h/1\n'.encode())
    (channel,) = found.channels
    assert len(channel.groups) == MAX_GROUPS
    assert all(len(one) == MAX_NAME for one in channel.groups)
    assert channel.catchup is not None
    assert channel.catchup.source == ""
    assert any("catchup-source" in one.text for one in found.warnings)


@given(st.text(max_size=200))
def test_names_are_folded_as_a_whole_would_be(text: str) -> None:
    parts = unicodedata.normalize("NFKD", text)
    plain = "".join(part for part in parts if not unicodedata.combining(part))
    assert folded(text) == " ".join(plain.casefold().split())


@given(st.lists(st.one_of(st.just(""), st.integers(1, 9).map(str), st.just("2.1"))))
def test_a_running_number_is_the_first_free_one_after_the_last(stated: list[str]) -> None:
    numbers, taken, last = ChannelNumbers(), set[str](), 0
    for one in stated:
        following = last + 1
        while str(following) in taken:
            following += 1
        given_out = numbers.claim(one)
        assert given_out == (one or str(following))
        taken.add(given_out)
        last = int(given_out.partition(".")[0])
