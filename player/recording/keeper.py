"""RecordingKeeper: what is recorded, onto the disk: records, playlists, and how it stands."""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import anyio

from player.errors import ErrorCode, Failure, Severity
from player.ports import WorkerRunner
from player.recording.about import ABOUT, about_of
from player.recording.contents import Contents, RecordedTrack
from player.recording.folder import FullError, RecordingFolder
from player.recording.media_text import Piece
from player.recording.order import RecordingState, RecordingStatus
from player.recording.told import Told
from player.streaming.fetch.wake import Wake
from player.units import ByteCount, Micros, micros, seconds

LOG = logging.getLogger("farol.recording")

AGAIN = micros(5)
"""How often a disk that is full, or fails, is tried again."""

LEAST_PACE = micros(1)
"""Texts are not written more often."""

TEXT_RATE = 100_000
"""Bytes a second of playlists that are written at the most: those of long recordings are long."""

LAST_TRIES = 12
"""How often the last texts are tried, `AGAIN` apart, before they are left for another time."""

_FULL = "There is no room for recordings on this disk."
_FAILS = "The recording cannot be written to the disk: {}."
_GOES_ON = " It goes on by itself when that is over."
"""True while somebody tries again, and no longer (`when_over`)."""


class RecordingKeeper:
    """One recording's contents and its folder. Engine thread only; the disk in workers."""

    def __init__(
        self,
        folder: RecordingFolder,
        status: RecordingStatus,
        worker: WorkerRunner,
        on_status: Callable[[RecordingStatus], None],
    ) -> None:
        """Nothing is opened yet."""
        self.contents = Contents()
        self.status = status
        self._folder, self._worker, self._on_status = folder, worker, on_status
        self._lock = anyio.Lock()
        self._changed = Wake()
        self._unwritten = False

    async def open(self) -> None:
        """Take in what the folder holds; raises OSError."""
        for piece in await self._worker(self._folder.open):
            self.contents.add(piece)
        self._renew()

    def close(self) -> None:
        """Let the folder go; one in which nothing was recorded is not left. Raises nothing."""
        self._folder.close(keep=bool(self.status.recorded))

    # ---- how it stands ------------------------------------------------------------------------

    def turn(self, state: RecordingState, failure: Failure | None = None) -> None:
        """Tell how it stands from now on."""
        if state is not self.status.state or failure != self.status.failure:
            code = failure.code if failure else ""
            LOG.info("recording id=%s state=%s code=%s", self.status.id, state, code)
            self.status = replace(self.status, state=state, failure=failure)
            self._renew()

    def trouble(self, failure: Failure) -> None:
        """Something fails, and is tried again."""
        self.turn(RecordingState.INTERRUPTED, failure.with_severity(Severity.RECOVERABLE))

    def lacks(self, since: Micros, until: Micros) -> None:
        """A stretch (UTC) that no segment tells of: before the first, or after the last."""
        main = self.contents.main
        if main is not None:
            main.gaps.append((since, until))
            self._renew()

    def _renew(self) -> None:
        self.status = self.contents.status(self.status)
        self._unwritten = True
        self._changed.notify()
        self._on_status(self.status)

    # ---- records ------------------------------------------------------------------------------

    async def keep_init(self, told: Told, body: bytes) -> int:
        """The serial of an init section, written where it is not there yet."""
        digest = hashlib.sha256(body).hexdigest()[:32]
        track = self._track(told)
        known = track.inits.get(digest) if track is not None else None
        if known is not None:
            return known
        piece = await self._write(replace(told, is_init=True, digest=digest), body)
        self.contents.add(piece)
        return piece.told.serial

    async def keep(self, told: Told, body: bytes) -> None:
        """Write a segment; waits for as long as the disk takes none."""
        piece = await self._write(told, body)
        self.contents.add(piece)
        self.status = replace(self.status, state=RecordingState.RECORDING, failure=None)
        self._renew()

    async def _write(self, told: Told, body: bytes) -> Piece:
        while True:
            told = replace(told, serial=self.contents.take_serial())
            try:
                async with self._lock:
                    return await self._worker(partial(self._folder.append, told, body))
            except OSError as failed:
                self.trouble(_gone_on_with(store_failure(failed)))
            await anyio.sleep(seconds(AGAIN))

    def _track(self, told: Told) -> RecordedTrack | None:
        return self.contents.tracks.get(told.track.key)

    # ---- playlists ----------------------------------------------------------------------------

    async def keep_texts(self) -> None:
        """Write the playlists as they grow, until cancelled; the longer, the more seldom."""
        while True:
            if not self._unwritten:
                await self._changed.wait()
            await self.publish(ended=False)
            pace = micros(self.contents.text_size / TEXT_RATE)
            await anyio.sleep(seconds(max(pace, LEAST_PACE)))

    async def publish_last(self) -> None:
        """Write the playlists with their end; a disk that fails is tried again for a minute.

        What it did not take by then stays INTERRUPTED: whoever opens it next ends it.
        """
        failed = await self.publish(ended=True)
        for _ in range(LAST_TRIES):
            if failed is None:
                return
            await anyio.sleep(seconds(AGAIN))
            failed = await self.publish(ended=True)
        if failed is not None:
            self.turn(RecordingState.INTERRUPTED, store_failure(failed))

    async def publish(self, *, ended: bool) -> OSError | None:
        """Write the playlists and `about.json`; gives what the disk said where it fails."""
        self._unwritten = False
        texts = self.contents.texts(ended=ended) | {ABOUT: about_of(self.status)}
        try:
            await self._worker(partial(self._folder.publish, texts))
        except OSError as failed:
            LOG.warning("playlists of %s not written: %s", self.status.id, type(failed).__name__)
            self._unwritten = True
            return failed
        return None


def store_failure(failed: OSError) -> Failure:
    """What a disk that takes nothing is told as; no path is in it."""
    full = isinstance(failed, FullError) or failed.errno == 28
    return Failure(
        code=ErrorCode.STORE_FAILED,
        sentence=_FULL if full else _FAILS.format(_in_words(failed)),
        cause=failed.strerror or str(failed),
    )


def when_over(failure: Failure | None) -> Failure | None:
    """The same failure, once nobody tries again."""
    if failure is None:
        return None
    return replace(failure, sentence=failure.sentence.removesuffix(_GOES_ON))


def _gone_on_with(failure: Failure) -> Failure:
    return replace(failure, sentence=failure.sentence + _GOES_ON)


def _in_words(failed: OSError) -> str:
    words = failed.strerror or "the system refuses"
    return words[:1].lower() + words[1:]


def fresh_status(name: str, title: str, tag: str) -> RecordingStatus:
    """How a recording stands before anything is known of it."""
    return RecordingStatus(id=name, title=title, tag=tag, size=ByteCount(0))
