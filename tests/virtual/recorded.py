"""A recorder on a virtual clock, and what lies on the disk afterwards."""

import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio

from player.abr.estimator import BandwidthEstimator
from player.api import PlayRequest
from player.net.fetcher import HttpFetcher
from player.recording.face import Recorder, RecordingOrder, RecordingStatus
from player.streaming.fetch.cache import SegmentCache
from player.streaming.fetch.parts import EngineParts
from player.units import BitsPerSecond, ByteCount, Micros, seconds
from tests.fakes.origin import FakeOrigin
from tests.fakes.sink import FakeSink
from tests.fakes.virtual import FakeDemuxer, VirtualClock, inline_worker

HLS, MPD = "http://origin.test/master.m3u8", "http://origin.test/manifest.mpd"


@dataclass
class Studio:
    """An origin, and recorders of it below `base`."""

    base: Path
    clock: VirtualClock
    origin: FakeOrigin
    parts: EngineParts
    statuses: list[RecordingStatus] = field(default_factory=list)

    def recorder(self, url: str = HLS, *, name: str = "one", **more: Any) -> Recorder:
        """A recorder of the channel; the order's and the request's words are told by `more`."""
        wish = {key: more.pop(key) for key in ("max_height", "keys") if key in more}
        times = {key: more.pop(key) for key in ("since", "until", "attended") if key in more}
        request = PlayRequest(url=url, headers={"x-token": "s3cret"}, **wish)
        order = RecordingOrder(id=name, title="A film", tag="7", request=request, **times)
        return Recorder(self.base, order, self.parts, self.statuses.append, **more)

    def after(self, time: float) -> Micros:
        """UTC so many seconds from now."""
        return Micros(self.clock.utc() + round(time * 1e6))

    async def killed(self, recorder: Recorder, after: float) -> None:
        """Run a recorder, and give it up in the middle, as a kill would."""
        with anyio.move_on_after(after):
            await recorder.run()


@asynccontextmanager
async def studio(base: Path, **channel: Any) -> AsyncIterator[Studio]:
    """A studio with a `FakeOrigin` of these properties."""
    clock = VirtualClock()
    origin = FakeOrigin(clock, **channel)
    estimator = BandwidthEstimator(BitsPerSecond(1_000_000))
    fetcher = HttpFetcher(clock, on_transfer=estimator.add, transport=origin.transport())
    parts = EngineParts(
        fetcher=fetcher,
        sink=FakeSink(clock),
        cache=SegmentCache(ByteCount(8 << 20)),
        estimator=estimator,
        clock=clock,
        worker=inline_worker,
        open_demuxer=FakeDemuxer,
    )
    yield Studio(base, clock, origin, parts)
    await fetcher.aclose()


@dataclass(frozen=True)
class Line:
    """A segment of a playlist: media time in seconds where it has any, else a gap."""

    pts: float | None
    duration: float
    size: int = 0


def read_playlist(path: Path) -> list[Line]:
    """The segments of a media playlist, each read from where its byte range says."""
    found: list[Line] = []
    duration, part, gap = 0.0, "", False
    for line in path.read_text().splitlines():
        if line.startswith("#EXTINF:"):
            duration = float(line[8:].rstrip(","))
        elif line.startswith("#EXT-X-BYTERANGE:"):
            part = line[17:]
        elif line == "#EXT-X-GAP":
            gap = True
        elif line and not line.startswith("#"):
            found.append(_gap(duration) if gap else _segment(path.parent / line, part, duration))
            gap, part = False, ""
    return found


def _gap(duration: float) -> Line:
    return Line(None, duration)


def _segment(path: Path, part: str, duration: float) -> Line:
    length, offset = (int(one) for one in part.split("@"))
    with path.open("rb") as file:
        file.seek(offset)
        body = file.read(length)
    assert len(body) == length
    if body.startswith(b"WEBVTT"):
        return Line(0.0, duration, length)
    return Line(seconds(json.loads(body.split(b"\n", 1)[0])["pts"]), duration, length)


def times(lines: list[Line], step: float) -> list[int]:
    """Media times in segments, without the gaps."""
    return [round(one.pts / step) for one in lines if one.pts is not None]


def has_end(path: Path) -> bool:
    """Whether a playlist says that nothing comes any more."""
    return bool(re.search(r"^#EXT-X-ENDLIST$", path.read_text(), re.MULTILINE))


def everything(base: Path, but: Callable[[Path], bool] = lambda _: False) -> bytes:
    """All bytes of all files below a folder."""
    files = (one for one in base.rglob("*") if one.is_file() and not but(one))
    return b"".join(one.read_bytes() for one in sorted(files))
