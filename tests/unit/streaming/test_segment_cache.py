"""The cache never holds more than its budget, but for what is pinned."""

from contextlib import ExitStack

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from player.model.resource import Resource
from player.streaming.fetch.cache import CacheEntry, SegmentCache
from player.units import ByteCount

BUDGET = 100
NAMES = st.sampled_from([Resource(uri=f"http://h/{number}") for number in range(12)])


def test_a_body_comes_back_as_it_went_in() -> None:
    cache = SegmentCache(ByteCount(BUDGET))
    name = Resource(uri="http://h/a")
    assert cache.get(name) is None
    entry = cache.create(name)
    assert entry.body() == b""
    for chunk in (b"ab", b"c", b"de"):
        cache.append(entry, chunk)
    assert (entry.body(), entry.byte_count, cache.size) == (b"abcde", 5, 5)
    assert cache.get(name) is entry
    assert cache.put(name, b"xyz").complete
    assert cache.size == 3
    cache.append(entry, b"after it was dropped")
    assert cache.size == 3
    cache.drop(name)
    cache.drop(name)
    assert cache.size == 0


def test_the_least_recently_used_goes_first() -> None:
    cache = SegmentCache(ByteCount(3))
    a, b, c, d = (Resource(uri=f"http://h/{name}") for name in "abcd")
    for one in (a, b, c):
        cache.put(one, b"1")
    cache.get(a)
    cache.put(d, b"1")
    assert [cache.get(one) is not None for one in (a, b, c, d)] == [True, False, True, True]


def test_what_is_being_written_stays_though_it_is_larger_than_all() -> None:
    cache = SegmentCache(ByteCount(3))
    entry = cache.create(Resource(uri="http://h/big"))
    with cache.pinned(entry):
        cache.append(entry, b"12345")
        assert cache.size == 5
    assert cache.size == 0


def test_room_is_what_is_not_pinned() -> None:
    cache = SegmentCache(ByteCount(10))
    a, b = (cache.put(Resource(uri=f"http://h/{name}"), b"123") for name in "ab")
    assert cache.room == 10
    with cache.pinned(a), cache.pinned(b):
        assert cache.room == 4
        cache.append(b, b"4567890")
        assert cache.room == 0


class CacheMachine(RuleBasedStateMachine):
    """Any use of the cache, in any order."""

    entries = Bundle("entries")

    def __init__(self) -> None:
        super().__init__()
        self.cache = SegmentCache(ByteCount(BUDGET))
        self.pins: list[tuple[ExitStack, CacheEntry]] = []

    @rule(target=entries, name=NAMES)
    def create(self, name: Resource) -> CacheEntry:
        return self.cache.create(name)

    @rule(target=entries, name=NAMES, size=st.integers(0, 150))
    def put(self, name: Resource, size: int) -> CacheEntry:
        return self.cache.put(name, bytes(size))

    @rule(entry=entries, size=st.integers(0, 60))
    def append(self, entry: CacheEntry, size: int) -> None:
        before = entry.byte_count
        self.cache.append(entry, bytes(size))
        assert entry.byte_count == before + size == len(entry.body())

    @rule(name=NAMES)
    def use(self, name: Resource) -> None:
        found = self.cache.get(name)
        assert found is None or found.resource == name

    @rule(name=NAMES)
    def drop(self, name: Resource) -> None:
        self.cache.drop(name)
        assert self.cache.get(name) is None

    @rule(entry=entries)
    def pin(self, entry: CacheEntry) -> None:
        stack = ExitStack()
        stack.enter_context(self.cache.pinned(entry))
        self.pins.append((stack, entry))

    @rule()
    def unpin(self) -> None:
        if self.pins:
            self.pins.pop()[0].close()

    @invariant()
    def keeps_to_its_budget(self) -> None:
        pinned = {id(entry): entry.size for _, entry in self.pins}
        held = {id(entry): entry for entry in self.cache._entries.values()}
        spare = sum(entry.size for key, entry in held.items() if key not in pinned)
        assert self.cache.size == sum(entry.size for entry in held.values())
        assert self.cache.size <= BUDGET or not spare


TestCacheMachine = CacheMachine.TestCase
TestCacheMachine.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
