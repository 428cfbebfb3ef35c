"""A second reading of the foreign playlists: where the m3u8 package manages, it agrees."""

from datetime import UTC
from pathlib import Path
from typing import Any

import m3u8
import pytest

from player.manifest.hls.media import read_media
from player.manifest.hls.playlist import Piece
from player.model.notes import Notes

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "hls"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the checkout")
def test_segments_agree_with_m3u8() -> None:
    compared = failed = 0
    for path in sorted(one for one in CORPUS.rglob("*") if one.is_file()):
        body = path.read_bytes()
        if b"#EXTINF" not in body or b"#EXT-X-DEFINE" in body:
            continue
        try:
            theirs = m3u8.loads(body.decode("utf-8-sig"))
        except (ValueError, KeyError, IndexError, TypeError):
            failed += 1  # it dies of lists that every engine plays
            continue
        notes = Notes()
        ours = read_media(body, url="https://a.example/", variables={}, notes=notes)
        if notes.taken():
            continue  # where we pass something over, it does otherwise
        segments = [one for one in theirs.segments if one.uri]
        whole = [one for one in ours.pieces if not one.making]  # it leaves out what is not
        assert len(whole) == len(segments), path.name
        for mine, one in zip(whole, segments, strict=True):
            assert mine.resource.uri.endswith(one.uri.removeprefix("./")) or "../" in one.uri
            assert mine.duration == pytest.approx(one.duration * 1e6, abs=1), path.name
            assert bool(mine.init) == bool(one.init_section), path.name
            assert mine.gap == bool(one.gap_tag), path.name
            assert bool(mine.protection) == _is_locked(one), path.name
            assert (_range(mine) or "").startswith(one.byterange or ""), path.name
            assert bool(mine.resource.byte_range) == bool(one.byterange), path.name
            if one.program_date_time and mine.program_date_time:
                told = one.program_date_time.replace(tzinfo=one.program_date_time.tzinfo or UTC)
                assert mine.program_date_time == round(told.timestamp() * 1e6), path.name
        compared += 1
    assert compared > 100
    assert failed < 60


def _is_locked(one: Any) -> bool:
    return one.key is not None and one.key.method != "NONE"


def _range(mine: Piece) -> str | None:
    found = mine.resource.byte_range
    return f"{found.length}@{found.offset}" if found else None
