"""Every example of the manual's options, asked of a running headend and read by `farol probe`."""

import json
import re
from pathlib import Path

import httpx
import pytest

from app.probe import probe
from player.api import PlayRequest

_MANUAL = Path(__file__).parents[3] / "docs" / "manual" / "headend-options.md"
_EXAMPLES = re.findall(r"`(\d+/(?:live|vod)/[^`]+)` \|$", _MANUAL.read_text("utf-8"), re.MULTILINE)
_WARNED_OF = ("local=", "period_gap=")  # what a reader has to say something about
pytestmark = pytest.mark.system


def test_there_are_examples() -> None:
    assert len(_EXAMPLES) > 60


@pytest.mark.parametrize("path", _EXAMPLES)
def test_it_is_a_manifest_that_can_be_read(
    lab_url: str, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"{lab_url}/channels/{path}"
    assert httpx.get(url, follow_redirects=True).status_code == 200
    assert probe(PlayRequest(url=url), as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["periods"]
    assert bool(told["warnings"]) == any(name in path for name in _WARNED_OF)
