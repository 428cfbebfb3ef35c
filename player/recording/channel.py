"""One session with a recorded channel: its manifest, and all its tracks until they are over."""

import logging
from dataclasses import replace
from functools import partial

import anyio
from anyio.abc import TaskGroup

from player.abr.suitability import Output
from player.errors import ErrorCode, PlayerError, error
from player.model.presentation import ManifestFormat, Period, Track, TrackKind
from player.recording.keeper import RecordingKeeper
from player.recording.order import RecordingOrder
from player.recording.stream_recorder import StreamRecorder
from player.recording.track_place import SessionParts
from player.recording.track_recorder import TrackRecorder
from player.recording.tracks import period_name, recorded_tracks
from player.recording.watched_line import WatchedLine
from player.session.opening import open_address, source_of
from player.streaming.choice.lane_choice import nothing_to_play
from player.streaming.fetch.cache import SegmentCache
from player.streaming.fetch.clock_sync import agree_on_time
from player.streaming.fetch.parts import EngineParts
from player.streaming.presentation.presentation_store import PresentationStore
from player.units import ByteCount, micros, seconds

LOG = logging.getLogger("farol.recording")

CACHE = ByteCount(64 << 20)
"""Bytes of one session: a segment of each track on its way, and init sections. Segments go to the
disk; a former session's init sections may be others by now."""

STRAGGLERS = micros(20)
"""How long other tracks may take after the main one is over."""

REST = micros(10)
"""After a failure of a track that is not the main one."""


class RecordedChannel:
    """Opens a channel and records all its tracks. Engine thread only; runs once."""

    def __init__(
        self,
        order: RecordingOrder,
        parts: EngineParts,
        keeper: RecordingKeeper,
        line: WatchedLine,
    ) -> None:
        """Nothing is asked yet."""
        self._order, self._keeper, self._line = order, keeper, line
        self._parts = replace(parts, cache=SegmentCache(CACHE))
        self._output = Output(decoders=parts.sink.decoders(), hdcp=order.request.hdcp)
        self._tracks: dict[object, TrackRecorder] = {}
        self._session: SessionParts | None = None
        self._streams: StreamRecorder | None = None

    @property
    def opened(self) -> bool:
        """Whether there is a programme to record."""
        return self._session is not None or self._streams is not None

    def change(self, order: RecordingOrder) -> None:
        """Heed the same order with another end."""
        self._order = order
        if self._session is not None:
            self._session.order = order
        if self._streams is not None:
            self._streams.change(order)

    async def run(self) -> None:
        """Record until the programme or the order's time is over.

        Raises PlayerError where the channel, or its main track, cannot be had for long.
        """
        store = await self._open()
        if store is None:
            return
        failures: list[PlayerError] = []
        async with anyio.create_task_group() as group:
            group.start_soon(store.keep_fresh)
            try:
                await self._record(store, group)
            except PlayerError as failed:
                failures.append(failed)
            group.cancel_scope.cancel()
        if failures:
            raise failures[0]

    async def _open(self) -> PresentationStore | None:
        """The channel's manifest; None where it was a plain stream, which is over then."""
        parts, source = self._parts, source_of(self._order.request)
        streams, again = StreamRecorder(self._order, parts, self._keeper), True
        try:
            while again:
                async with open_address(self._order.request, parts) as opened:
                    presentation, url, again = opened.presentation, opened.url, False
                    if opened.stream is not None:
                        self._streams = streams
                        again = await streams.run(opened.stream, opened.head)
                        if not again:
                            return None
        finally:
            self._streams = None
            await streams.finish()
        if presentation is None:
            raise _not_in_segments()
        store = PresentationStore(presentation, url, parts, source)
        await store.complete()
        if store.live:
            await agree_on_time(store, parts, source)
        store.time_agreed = True
        return store

    async def _record(self, store: PresentationStore, group: TaskGroup) -> None:
        source = source_of(self._order.request)
        session = self._session = SessionParts(
            order=self._order,
            engine=self._parts,
            line=self._line,
            source=source,
            store=store,
            keeper=self._keeper,
            output=self._output,
        )
        main = self._main(store)
        lead = self._tracks[main] = TrackRecorder(session, partial(self._match, main), leads=True)
        group.start_soon(self._follow, session, group)
        await lead.run()
        with anyio.move_on_after(seconds(STRAGGLERS)):
            for one in list(self._tracks.values()):
                await one.over.wait()

    def _main(self, store: PresentationStore) -> object:
        """The key of the track that leads: that of before, else pictures, else sound."""
        periods = [one for one in store.presentation.periods if not one.early]
        kinds = (TrackKind.VIDEO, TrackKind.AUDIO)
        found = [
            (kinds.index(track.kind), key)
            for period in periods
            for key, track in self._all(period).items()
            if track.kind in kinds
        ]
        if not found:
            raise nothing_to_play()
        former = self._keeper.contents.main
        if former is not None and any(key == former.name.key for _, key in found):
            return former.name.key
        return min(found, key=lambda one: one[0])[1]

    async def _follow(self, session: SessionParts, group: TaskGroup) -> None:
        """Begin each other track that any period brings."""
        store = session.store
        while True:
            for period in store.presentation.periods:
                if period.early:
                    continue
                if store.presentation.format is ManifestFormat.DASH:
                    self._keeper.contents.clock_of(period_name(period))
                for key in self._all(period):
                    if key not in self._tracks:
                        match = partial(self._match, key)
                        one = self._tracks[key] = TrackRecorder(session, match, leads=False)
                        group.start_soon(self._beside, one)
            await store.renewed.wait()

    async def _beside(self, recorder: TrackRecorder) -> None:
        """A track that ends nothing where it fails."""
        while not recorder.over.is_set():
            try:
                await recorder.run()
            except PlayerError as failed:
                LOG.warning("a track of a recording rests: %s", failed.failure.code)
                await anyio.sleep(seconds(REST))

    def _all(self, period: Period) -> dict[object, Track]:
        return recorded_tracks(period, self._output)

    def _match(self, key: object, period: Period) -> Track | None:
        return self._all(period).get(key)


def _not_in_segments() -> PlayerError:
    return error(
        ErrorCode.INPUT_UNSUPPORTED_SCHEME,
        "This cannot be recorded: it comes neither as HLS or DASH nor as a live transport stream.",
        cause="neither segments nor transport packets",
    )
