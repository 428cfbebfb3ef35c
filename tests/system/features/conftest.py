"""The headend of the feature tests: two channels, the laboratory's, a second port."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.conftest import stop_headend
from tests.system.headend.conftest import start


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test with the headend may have to wait until the channels are encoded."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "lab_url" in fixtures and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(400))


@pytest.fixture(scope="session")
def lab_url(headend_data: Path) -> Iterator[str]:
    """The URL of a headend with two channels and the laboratory's, without a slash at its end."""
    process, url = start(headend_data, "--lab", "--second-port", "0")
    yield url
    stop_headend(process)
