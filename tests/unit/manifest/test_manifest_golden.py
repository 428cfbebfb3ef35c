"""What `farol probe` says of some manifests, kept as text (FAROL_GOLDEN=write renews it)."""

import json
import os
from pathlib import Path

import pytest

from player.manifest.dump import describe
from player.manifest.face import parse, sniff
from player.units import micros

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "manifest"
NOW = micros(1_700_000_100)


NAMES = [
    "live.m3u8",
    "multivariant.m3u8",
    "pathways.m3u8",
    "dates.m3u8",
    "live.mpd",
    "periods.mpd",
]


@pytest.mark.parametrize("name", NAMES)
def test_probe_output(name: str) -> None:
    body = (GOLDEN / name).read_bytes()
    url = f"https://tv.example/g/{name}"
    found = sniff(body, content_type="", url=url)
    assert found is not None
    text = json.dumps(describe(parse(body, url=url, now=NOW, format=found), NOW), indent=1) + "\n"
    kept = GOLDEN / f"{name}.json"
    if os.environ.get("FAROL_GOLDEN") == "write":
        kept.write_text(text, encoding="utf-8")
    assert text == kept.read_text(encoding="utf-8")
