"""docs/corpus.md beside the corpus: what becomes of each foreign file, and where we differ."""

import json
import re
import time
from pathlib import Path

import pytest

from player.errors import PlayerError
from player.manifest.dump import describe
from player.manifest.face import parse, sniff
from player.units import Micros

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"
DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "corpus.md"
NOW = Micros(1_700_000_000_000_000)
SLOWEST = 2.0
"""Seconds; generous, since the machine is shared."""

beside_the_checkout = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus is not beside the checkout"
)

_ROW = re.compile(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def table(form: str, heading: str) -> dict[str, str]:
    """The first two columns of the table under a heading of the section HLS or DASH."""
    section = DOCUMENT.read_text(encoding="utf-8").partition(f"\n## {form}")[2]
    part = section.partition("\n## ")[0].partition(f"\n### {heading}\n")[2]
    return {found[1]: found[2].strip() for found in _ROW.finditer(part.partition("\n### ")[0])}


def outcome(path: Path) -> str:
    """What becomes of a file: "read", an error's code, or that it is no manifest."""
    body, url = path.read_bytes(), f"https://example.com/a/{path.name}"
    form = sniff(body[:4096], content_type="", url=url)
    if form is None:
        return "no manifest"
    try:
        found = parse(body, url=url, now=NOW, format=form)
    except PlayerError as refused:
        return str(refused.failure.code)
    assert json.dumps(describe(found, NOW))
    return "read"


def check_every_file(form: str) -> None:
    """Each file of the section is read, or refused as the document says; no line is stale."""
    folder, told = CORPUS / form.lower(), table(form, "Files that are not played")
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        name = path.relative_to(folder).as_posix()
        began = time.perf_counter()
        assert outcome(path) == told.pop(name, "read"), name
        assert time.perf_counter() - began < SLOWEST, name
    assert not told, "the document names files that are not there"
