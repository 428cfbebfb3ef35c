"""A plain transport stream on a virtual clock: breaks, ends, gathering, and what stays kept."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
import trio

from player.errors import ErrorCode, PlayerError, error
from player.model.segment import ListedIndex
from player.net.failures import interrupted
from player.ports import AnswerHead, FetchRequest, RequestKind
from player.streaming.feed.transport_source import GATHERED, Gather, TransportSource
from player.streaming.fetch.cache import SegmentCache
from player.streaming.fetch.parts import EngineParts, Source
from player.streaming.fetch.recovery import RecoveryPolicy
from player.units import ByteCount
from tests.fakes.transport import stream
from tests.fakes.virtual import VirtualClock, at_virtual_time

if TYPE_CHECKING:
    from player.streaming.presentation.presentation_store import PresentationStore

ASKED, REACHED = "http://panel.test/live/7.ts", "http://cdn.test/7.ts?token=1"
SECRET = {"Authorization": "Bearer SECRET", "User-Agent": "Box"}
REFUSED = error(ErrorCode.NETWORK_HTTP_STATUS, "No.", status=403)
GONE = error(ErrorCode.NETWORK_UNREACHABLE, "Nobody there.")
BROKEN = interrupted(REACHED, "reset")


@dataclass
class Answer:
    """A response: seconds of sleep, bytes, and failures, in this order."""

    steps: list[float | bytes | PlayerError]
    length: int | None = None
    url: str = REACHED
    content_type: str = "video/mp2t"
    head: AnswerHead = field(default_factory=AnswerHead)

    async def chunks(self) -> AsyncIterator[bytes]:
        for step in self.steps:
            if isinstance(step, PlayerError):
                raise step
            if isinstance(step, bytes):
                yield step
            else:
                await trio.sleep(step)


def live(seconds: int, first: int = 0) -> list[float | bytes | PlayerError]:
    """Media at its own pace, a second at a time."""
    whole = stream(seconds, first=first * 90_000)
    each = len(whole) // seconds
    steps: list[float | bytes | PlayerError] = []
    for number in range(seconds):
        steps += [whole[number * each : (number + 1) * each], 1.0]
    return steps


@dataclass
class Network:
    """Answers in turn; the last one again and again."""

    answers: list[Answer | PlayerError]
    asked: list[FetchRequest] = field(default_factory=list)

    @asynccontextmanager
    async def open(self, request: FetchRequest) -> AsyncIterator[Answer]:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, PlayerError):
            raise answer
        yield answer


class Made:
    """A source over these later answers."""

    def __init__(self, *answers: Answer | PlayerError, budget: int = 1 << 24) -> None:
        self.network = Network(list(answers) or [GONE])
        self.cache = SegmentCache(ByteCount(budget))
        self.clock = VirtualClock()
        parts = SimpleNamespace(
            clock=self.clock,
            cache=self.cache,
            fetcher=self.network,
            recovery=RecoveryPolicy(),
        )
        own = Source(url=ASKED, headers=SECRET, streamed=True)
        self.source = TransportSource(REACHED, cast("EngineParts", parts), own)
        self.store = Store()
        self.source.attach(cast("PresentationStore", self.store), self.store.count)

    @property
    def index(self) -> ListedIndex:
        """The newest index."""
        found = self.store.taken[-1].periods[0].tracks[0].representations[0].index
        assert isinstance(found, ListedIndex)
        return found

    async def run(self, answer: Answer) -> PlayerError | None:
        """Read to the end; gives what it ended with."""
        try:
            await self.source.run(b"", answer)
        except PlayerError as failed:
            return failed
        return None


class Store:
    """Takes what is told."""

    def __init__(self) -> None:
        self.taken: list = []  # type: ignore[type-arg]
        self.told: list[str] = []
        self.received = 0

    def take(self, presentation: object) -> None:
        self.taken.append(presentation)

    def count(self, size: int) -> None:
        self.received += size

    def recovered(self, _failed: PlayerError, decision: str) -> None:
        self.told.append(decision)


def pins(made: Made) -> int:
    """All the pins in the cache."""
    return sum(entry.pins for entry in made.cache._entries.values())


def test_it_asks_the_viewers_address_again_and_the_network_decides_who_gets_credentials() -> None:
    async def scenario() -> None:
        made = Made(Answer([REFUSED]))
        await made.run(Answer([*live(6), BROKEN]))
        asked = made.network.asked[0]
        assert asked.resource.uri == ASKED
        assert asked.headers == SECRET
        assert asked.by_viewer
        assert asked.kind is RequestKind.STREAM
        assert made.store.told[0].startswith("stream: again after ")

    at_virtual_time(scenario)


def test_a_zap_leaves_nothing_pinned() -> None:
    async def scenario() -> None:
        made = Made()
        with trio.move_on_after(4.5):
            await made.source.run(b"", Answer(live(60)))
        assert made.index.segments
        assert pins(made) == 0

    at_virtual_time(scenario)


@pytest.mark.parametrize(("later", "seconds"), [(GONE, 60), (REFUSED, 20)])
def test_a_server_that_stays_away_is_given_up(later: PlayerError, seconds: int) -> None:
    async def scenario() -> None:
        made = Made(later)
        failed = await made.run(Answer([*live(10), BROKEN]))
        assert failed is later
        assert seconds <= made.clock.monotonic() / 1e6 - 10 < seconds + 5
        assert not made.index.ended
        assert pins(made) == 0

    at_virtual_time(scenario)


def test_an_outage_counts_from_its_own_beginning() -> None:
    async def scenario() -> None:
        outage: list[Answer | PlayerError] = [GONE] * 12
        back = [Answer([*live(10, first=50 * n), BROKEN]) for n in (1, 2)]
        made = Made(*outage, back[0], *outage, back[1], REFUSED)
        failed = await made.run(Answer([*live(10), BROKEN]))
        assert failed is REFUSED
        assert len(made.network.asked) > 26

    at_virtual_time(scenario)


@pytest.mark.parametrize("answered", [b"<html>gone</html>", b""])
def test_answers_without_media_are_no_recovery(answered: bytes) -> None:
    async def scenario() -> None:
        made = Made(Answer([answered] if answered else []))
        failed = await made.run(Answer(live(10)))
        assert failed is not None
        assert failed.failure.code is ErrorCode.NETWORK_INTERRUPTED
        assert made.clock.monotonic() / 1e6 < 40

    at_virtual_time(scenario)


def test_a_live_stream_that_closes_politely_goes_on() -> None:
    async def scenario() -> None:
        made = Made(Answer(live(10, first=10)), Answer(live(3, first=20)), REFUSED)
        failed = await made.run(Answer(live(10)))
        assert failed is REFUSED
        spans = [one.end - one.start for one in made.index.segments]
        assert sum(spans) / 1e6 == pytest.approx(23, abs=1)

    at_virtual_time(scenario)


def _all(seconds: int) -> list[float | bytes | PlayerError]:
    return [stream(seconds)]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(live(30), length=len(stream(30))),  # a file, however slowly it comes
        Answer(_all(8)),  # a clip without its length: over at once
        Answer([*_all(90), 20.0]),  # a film without its length: far ahead of real time
    ],
)
def test_a_file_ends(answer: Answer) -> None:
    async def scenario() -> None:
        made = Made()
        assert await made.run(answer) is None
        assert made.index.ended
        assert made.network.asked == []
        assert pins(made) == 0

    at_virtual_time(scenario)


def test_what_left_the_cache_leaves_the_window() -> None:
    async def scenario() -> None:
        made = Made(budget=len(stream(10)))
        assert await made.run(Answer([stream(120)], length=1)) is None
        kept = made.index.segments
        assert 3 <= len(kept) <= 5
        assert all(one.resource in made.cache for one in kept)
        assert kept[-1].number == 59

    at_virtual_time(scenario)


def test_before_a_picture_the_reason_is_told_by_first() -> None:
    async def scenario() -> None:
        for answer, code in (
            (Answer([b"\x47" + bytes(187)]), ErrorCode.MEDIA_INVALID),
            (Answer([REFUSED]), ErrorCode.NETWORK_HTTP_STATUS),
        ):
            made = Made(REFUSED)
            await made.run(answer)
            with pytest.raises(PlayerError) as failed:
                await made.source.first()
            assert failed.value.failure.code is code

    at_virtual_time(scenario)


def test_datagrams_are_told_of_together_and_soon() -> None:
    async def scenario() -> None:
        made = Made()
        whole = stream(10)
        steps: list[float | bytes | PlayerError] = []
        for at in range(0, len(whole), 1316):
            steps += [whole[at : at + 1316], 0.001]
        with trio.move_on_after(30):
            await made.source.run(b"", Answer([*steps, 1000.0]))
        assert made.store.received == len(whole)
        assert len(made.store.taken) < len(steps) / 2 / 5

    at_virtual_time(scenario)


def test_gathering_is_bounded_in_bytes_and_in_time() -> None:
    async def scenario() -> None:
        taken: list[tuple[float, int]] = []
        began = trio.current_time()
        gather = Gather(lambda data: taken.append((trio.current_time() - began, len(data))))
        async with trio.open_nursery() as nursery:
            nursery.start_soon(gather.run)
            gather.add(b"x" * GATHERED)
            gather.add(b"y")
            gather.add(b"z")
            await trio.sleep(1)
            gather.add(b"z")
            gather.flush()
            gather.flush()
            await trio.sleep(1)
            nursery.cancel_scope.cancel()
        assert [size for _, size in taken] == [GATHERED, 2, 1]
        assert [round(at, 3) for at, _ in taken] == [0, 0.02, 1]

    at_virtual_time(scenario)
