"""The options of streams: each stands in the manual, and nonsense is refused in a sentence."""

import contextlib
import re
from pathlib import Path
from urllib.parse import parse_qsl

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headend.origin.option_kinds import Kind, Number, Word, Words
from headend.origin.options import (
    _KNOWN,
    _LATEST,
    BadOptionError,
    StreamOptions,
    stream_options,
)
from tests.unit.headend.origin_client import FILM

pytestmark = pytest.mark.anyio
_MANUAL = Path(__file__).parents[3] / "docs" / "manual" / "headend-options.md"


def _told() -> dict[str, list[str]]:
    """Of each option the cells behind its name: what it does, values, else, example."""
    lines = _MANUAL.read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    return {row[0][1:-2]: row[1:] for row in rows if row and re.fullmatch(r"`\w+=`", row[0])}


def _values(kind: Kind) -> str:
    if isinstance(kind, Number):
        return "0 on" if kind.high == _LATEST else f"{kind.low} to {kind.high}"
    if isinstance(kind, Word):
        return ", ".join(kind.words)
    if isinstance(kind, Words):
        return f"some of {', '.join(kind.words)}" if kind.words else "words"
    return "0, 1"


def _else(kind: Kind) -> str:
    value = getattr(StreamOptions(), kind.field)
    if isinstance(value, tuple):
        return ",".join(value) or "-"
    if value in {None, "", _LATEST}:
        return "-"
    return str(int(value) if isinstance(value, bool) else value)


def test_the_manual_tells_each_option_its_values_and_what_holds_without_it() -> None:
    code = {name: [_values(kind), _else(kind)] for name, kind in _KNOWN.items() if name != "hop"}
    assert {name: cells[1:3] for name, cells in _told().items()} == code


def test_each_option_has_an_example_that_is_understood() -> None:
    for name, cells in _told().items():
        path, _, query = cells[3].strip("`").partition("?")
        given = dict(parse_qsl(query))
        assert re.match(r"\d+/(live|vod)/", path)
        assert name in given
        assert stream_options(given, test_mode=True) != StreamOptions()


@pytest.mark.parametrize(
    "query",
    [
        {"gap": "-1"},
        {"gap": "٣"},
        {"ads": "2"},
        {"timing": "sundial"},
        {"on": "video,smell"},
        {"codecs": "a,b c"},
        {"start": "--12"},
        {"steer": "a,b,a,b,a,b,a,b,a"},
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(query: dict[str, str]) -> None:
    with pytest.raises(BadOptionError, match=r"^The option \w+ is .*\.$"):
        stream_options(query, test_mode=True)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(sorted(_KNOWN)), st.text(max_size=24)))
def test_any_query_is_answered_or_refused(query: dict[str, str]) -> None:
    with contextlib.suppress(BadOptionError):
        assert 1 <= stream_options(query, test_mode=True).loops <= 3600


async def test_options_carry_over_and_bad_ones_are_refused(client: httpx.AsyncClient) -> None:
    master = await client.get(f"{FILM}/hls-cmaf/master.m3u8?loops=2&rate=900&token=abc")
    assert "v90.m3u8?loops=2&rate=900\n" in master.text
    bad = await client.get(f"{FILM}/hls-cmaf/master.m3u8?loops=many")
    assert bad.status_code == 400
    assert bad.text == "The option loops is a whole number from 1 to 3600."
