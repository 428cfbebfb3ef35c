"""The sink on a real libmpv."""

from collections.abc import Iterator

import pytest

from tests.system.mpv.sink_bench import Rig


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = Rig()
    yield made
    made.sink.close()
