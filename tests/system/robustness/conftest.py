"""Watches all cases that the collected tests are about, some beside one another."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.system.features.played import Played
from tests.system.robustness.cases import Case

LIVE_TOGETHER = 7
FAST_TOGETHER = 2


def _cases(items: list[pytest.Item]) -> list[Case]:
    found = [item.callspec.params.get("case") for item in items if hasattr(item, "callspec")]
    return list(dict.fromkeys(case for case in found if isinstance(case, Case)))


@pytest.fixture(scope="session")
def watched(
    request: pytest.FixtureRequest, headend_url: str
) -> Iterator[dict[Case, "Future[Played]"]]:
    """Each case's playback: first those in real time, then the fast ones, which need the CPU."""
    cases = _cases(request.session.items)
    slow = [case for case in cases if not case.fast]
    with ThreadPoolExecutor(LIVE_TOGETHER) as live, ThreadPoolExecutor(FAST_TOGETHER) as fast:
        futures = {case: live.submit(case.watch, headend_url) for case in slow}
        for future in futures.values():
            future.exception()
        futures |= {case: fast.submit(case.watch, headend_url) for case in cases if case.fast}
        yield futures


@pytest.fixture
def played(case: Case, watched: "dict[Case, Future[Played]]") -> Played:
    """What came of the test's own case."""
    return watched[case].result()
