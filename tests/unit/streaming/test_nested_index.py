"""An index of indexes (ISO/IEC 14496-12 8.16.3) is loaded whole by the store, piece by piece."""

import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import cast

import pytest

from player.errors import ErrorCode, PlayerError, error
from player.manifest.face import parse
from player.model.presentation import ManifestFormat
from player.model.segment import ListedIndex
from player.ports import AnswerHead, FetchRequest
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.parts import EngineParts, Source
from player.streaming.presentation.presentation_store import PresentationStore
from player.units import Micros, micros
from tests.fakes.virtual import VirtualClock, at_virtual_time, inline_worker

URL = "http://h/film.mpd"
SIZE = 1_000
"""Bytes and milliseconds of each segment."""

LEAVES = 5
EACH = 4


def _box(entries: list[tuple[bool, int, int]], time: int) -> bytes:
    body = struct.pack(">B3xIIII", 0, 1, 1000, time, 0) + struct.pack(">HH", 0, len(entries))
    for nested, size, duration in entries:
        body += struct.pack(">III", size | (nested << 31), duration, 0x90000000)
    return struct.pack(">I4s", 8 + len(body), b"sidx") + body


def _film() -> tuple[bytes, int]:
    """A file, and the length of its first index, which names the others."""
    leaf = [(False, SIZE, SIZE)] * EACH
    leaves = [_box(leaf, n * EACH * SIZE) + bytes(EACH * SIZE) for n in range(LEAVES)]
    root = _box([(True, len(one), EACH * SIZE) for one in leaves], 0)
    return root + b"".join(leaves), len(root)


class _File:
    """One file by ranges; `refused` is the number of the request that fails."""

    def __init__(self, body: bytes, refused: int = 0) -> None:
        self._body, self._refused = body, refused
        self.asked: list[int] = []
        self.url, self.head = URL, AnswerHead()

    @asynccontextmanager
    async def open(self, request: FetchRequest) -> AsyncIterator["_File"]:
        reach = request.resource.byte_range
        assert reach is not None
        self.asked.append(reach.offset)
        if len(self.asked) == self._refused:
            raise error(ErrorCode.NETWORK_INTERRUPTED, "x")
        self._part = self._body[reach.offset : reach.last + 1]
        yield self

    async def chunks(self) -> AsyncIterator[bytes]:
        yield self._part


def _store(file: _File, root: int) -> tuple[PresentationStore, Lane]:
    mpd = (
        '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        'mediaPresentationDuration="PT20S">'
        '<Period><AdaptationSet contentType="video" mimeType="video/mp4"><Representation id="v" '
        'bandwidth="8000" codecs="avc1.64001f"><BaseURL>v.mp4</BaseURL>'
        f'<SegmentBase indexRange="0-{root - 1}"/></Representation></AdaptationSet></Period></MPD>'
    )
    presentation = parse(mpd.encode(), url=URL, now=Micros(0), format=ManifestFormat.DASH)
    parts = SimpleNamespace(
        clock=VirtualClock(), fetcher=file, worker=inline_worker, draw=lambda: 0.5
    )
    store = PresentationStore(presentation, URL, cast("EngineParts", parts), Source(url=URL))
    period = presentation.periods[0]
    track = period.tracks[0]
    return store, Lane(period=period, track=track, representation=track.representations[0])


def test_all_pieces_are_loaded_before_anything_is_played() -> None:
    async def scenario() -> None:
        body, root = _film()
        file = _File(body)
        store, lane = _store(file, root)
        await store.load_index(lane)
        loaded = store.index(lane)
        assert loaded is not None
        assert isinstance(loaded.index, ListedIndex)
        assert loaded.index.ended
        assert [one.start for one in loaded.index.segments] == list(map(micros, range(20)))
        assert len(file.asked) == 1 + LEAVES

    at_virtual_time(scenario)


def test_a_piece_that_fails_leaves_no_half_index() -> None:
    async def scenario() -> None:
        body, root = _film()
        file = _File(body, refused=3)
        store, lane = _store(file, root)
        with pytest.raises(PlayerError):
            await store.load_index(lane)
        assert store.index(lane) is None
        await store.load_index(lane)
        loaded = store.index(lane)
        assert loaded is not None
        assert len(loaded.index.numbers(Micros(0))) == LEAVES * EACH

    at_virtual_time(scenario)
