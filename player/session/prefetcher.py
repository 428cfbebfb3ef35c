"""Prefetcher: keeps the channels that are likely next ready, with what the line can spare."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

import anyio

from player.api import PlayRequest
from player.errors import ErrorCategory, ErrorCode, Failure, PlayerError
from player.session.neighbour import Neighbour, Share
from player.session.prefetched import Key, Prefetched, key_of, may_be_fetched_ahead
from player.streaming.choice.rung_limits import RungLimits
from player.streaming.fetch.line_share import DisplacedError, LineShare, granted
from player.streaming.fetch.parts import EngineParts
from player.streaming.fetch.wake import Wake
from player.units import BitsPerSecond, ByteCount, Micros, micros

LOG = logging.getLogger("farol.prefetch")

MOST = 6
"""Channels that are kept ready at once."""

BUDGET = ByteCount(48 << 20)
"""Bytes of media that are kept for all of them together."""

FULL = micros(30)
"""How long an unlikely channel is left alone where that is spent."""

FIRST_PAUSE, LONGEST_PAUSE = micros(5), micros(300)
"""After a failure, and after many."""

_GONE = frozenset({401, 403, 404, 410, 451})
_PASSING = frozenset({ErrorCategory.NETWORK, ErrorCategory.INTERNAL})


@dataclass(slots=True, kw_only=True)
class _Expected:
    """A neighbour, when it is to be looked at, and how often in a row it has failed."""

    neighbour: Neighbour
    due: Micros
    failures: int = 0
    futile: bool = False


class Prefetcher:
    """Looks after one channel at a time, the likeliest first. Engine thread only.

    It lives as long as the player: a zap takes one channel out of it and leaves the others.
    `need` is what the channel on the screen takes of the line.
    """

    def __init__(
        self, parts: EngineParts, share: LineShare, need: Callable[[], BitsPerSecond]
    ) -> None:
        """Fetch by the door of `share`, to which `parts` lead."""
        self._parts = parts
        self._share = share
        self._need = need
        self._limits = RungLimits()
        self._wanted: tuple[PlayRequest, ...] = ()
        self._expected: dict[Key, _Expected] = {}
        self._tuned: Key | None = None
        self._bell = Wake()
        self._working: tuple[Key, anyio.CancelScope, anyio.Event] | None = None

    async def run(self) -> None:
        """Keep ready what is expected, until cancelled."""
        while True:
            key, wait = self._next()
            if key is None:
                await self._bell.wait(wait)
                continue
            await self._share.room()
            if key in self._expected:
                await self._work(key)

    def expect(self, requests: Iterable[PlayRequest]) -> None:
        """Keep these ready, the likeliest first, and no others any more."""
        self._wanted = tuple(requests)
        self._sort()

    def limit(self, limits: RungLimits) -> None:
        """Take other limits than before; while data are saved nothing is fetched ahead."""
        changed, self._limits = limits.saving != self._limits.saving, limits
        if changed:
            self._sort()

    async def take(self, request: PlayRequest) -> Prefetched | None:
        """Hand over what there is of a channel that is about to play, and leave it alone."""
        self._tuned = key = key_of(request)
        expected = self._expected.pop(key, None)
        await self._stop(key)
        self._sort()
        return None if expected is None else expected.neighbour.hand_over()

    # ---- who is expected ----------------------------------------------------------------------

    def _sort(self) -> None:
        wanted = {} if self._limits.saving else self._fetchable()
        for key in [one for one in self._expected if one not in wanted]:
            self._forget(key)
        now = self._parts.clock.monotonic()
        self._expected = {
            key: self._expected.get(key)
            or _Expected(neighbour=Neighbour(request, self._parts), due=now)
            for key, request in wanted.items()
        }
        self._bell.notify()

    def _fetchable(self) -> dict[Key, PlayRequest]:
        found = {key_of(one): one for one in self._wanted if may_be_fetched_ahead(one)}
        others = ((key, one) for key, one in found.items() if key != self._tuned)
        return dict(islice(others, MOST))

    def _forget(self, key: Key) -> None:
        expected = self._expected.pop(key)
        if self._working is not None and self._working[0] == key:
            self._working[1].cancel()
        expected.neighbour.forget()

    async def _stop(self, key: Key) -> None:
        """Nothing of a channel is fetched any more when this returns."""
        if self._working is not None and self._working[0] == key:
            _, scope, over = self._working
            scope.cancel()
            await over.wait()

    # ---- looking after them -------------------------------------------------------------------

    def _next(self) -> tuple[Key | None, Micros | None]:
        """The likeliest channel that is due, else how long until one is."""
        now = self._parts.clock.monotonic()
        left = {key: one.due - now for key, one in self._expected.items() if not one.futile}
        due = next((key for key, wait in left.items() if wait <= 0), None)
        return due, Micros(min(left.values())) if left else None

    async def _work(self, key: Key) -> None:
        over = anyio.Event()
        with anyio.CancelScope() as scope:
            self._working = key, scope, over
            try:
                await self._look(self._expected[key])
            finally:
                self._working = None
                over.set()

    async def _look(self, expected: _Expected) -> None:
        clock = self._parts.clock
        self._make_room(expected)
        begun, neighbour = clock.monotonic(), expected.neighbour
        try:
            lasts = await neighbour.look(self._share_of())
        except* DisplacedError:
            LOG.debug("displaced tag=%s", neighbour.request.tag)
        except* PlayerError as failed:
            self._failed(expected, _failure(failed))
        except* Exception:
            # A fault of ours in what nobody watches must not cost what somebody does.
            LOG.exception("fault in fetching ahead tag=%s", neighbour.request.tag)
            expected.futile = True
        else:
            expected.failures, expected.due = 0, Micros(begun + lasts)

    def _make_room(self, favoured: _Expected) -> None:
        """Let the least likely go where all of them hold too much."""
        held = sum(int(one.neighbour.held) for one in self._expected.values())
        for one in reversed(self._expected.values()):
            if held <= BUDGET:
                return
            if one is not favoured:
                held -= one.neighbour.held
                one.neighbour.forget()
                one.due = Micros(self._parts.clock.monotonic() + FULL)

    def _share_of(self) -> Share:
        rate = self._parts.estimator.estimate
        return Share(rate=granted(rate, self._need(), len(self._expected)), limits=self._limits)

    def _failed(self, expected: _Expected, failure: Failure) -> None:
        """What fails is told to nobody but the log, and tried again only where that may help."""
        expected.failures += 1
        category = failure.code.category
        expected.futile = failure.status in _GONE or category not in _PASSING
        if failure.code is ErrorCode.INPUT_BAD_URL:
            expected.futile = True
        pause = min(FIRST_PAUSE << (expected.failures - 1), LONGEST_PAUSE)
        expected.due = Micros(self._parts.clock.monotonic() + pause)
        LOG.info(
            "not fetched ahead tag=%s code=%s futile=%s",
            expected.neighbour.request.tag, failure.code, expected.futile,
        )  # fmt: skip


def _failure(several: BaseExceptionGroup[PlayerError]) -> Failure:
    """The first of what failed at once."""
    one: BaseException = several
    while isinstance(one, BaseExceptionGroup):
        one = one.exceptions[0]
    assert isinstance(one, PlayerError)  # noqa: S101 - the group holds nothing else
    return one.failure
