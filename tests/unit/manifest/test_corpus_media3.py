"""Media3's files in the corpus, against what Media3's own tests say of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.main import main
from player.errors import ErrorCode, PlayerError
from player.manifest.dump import describe
from player.manifest.face import parse, resolve_index, sniff
from player.model.presentation import ManifestFormat
from tests.unit.manifest.corpus_document import CORPUS, NOW, beside_the_checkout, table
from tests.unit.manifest.media3_expected import DASH, HLS
from tests.unit.manifest.media3_told import told

pytestmark = beside_the_checkout

URL = "https://example.com/test.m3u8"


def _file(form: str, name: str) -> Path:
    if form == "DASH":
        return CORPUS / "dash" / "media3" / f"sample_mpd_{name}.mpd"
    folders = (CORPUS / "hls" / "media3", CORPUS / "hls" / "media3-inline")
    return next(folder / name for folder in folders if (folder / name).is_file())


@pytest.mark.parametrize(("form", "files"), [("DASH", DASH), ("HLS", HLS)])
def test_every_disagreement_is_in_the_document(
    form: str, files: dict[str, dict[str, Any]]
) -> None:
    found: dict[str, str] = {}
    for name, wanted in files.items():
        ours = told(_file(form, name), URL)
        for topic, theirs in wanted.items():
            if "answer" in wanted and topic != "answer" and ours["answer"] == "refused":
                continue  # said already
            if ours.get(topic) != theirs:
                found[f"{name}: {topic}"] = f"{ours.get(topic)!r} against {theirs!r}"
    listed = set(table(form, "Disagreements with Media3"))
    assert set(found) == listed, {
        name: found.get(name, "agrees now") for name in set(found) ^ listed
    }


@pytest.mark.parametrize(("form", "files"), [("DASH", DASH), ("HLS", HLS)])
def test_of_every_other_file_the_document_says_why_it_is_not_compared(
    form: str, files: dict[str, dict[str, Any]]
) -> None:
    folders = {"DASH": ["dash/media3"], "HLS": ["hls/media3", "hls/media3-inline"]}[form]
    names = {path.name for folder in folders for path in (CORPUS / folder).iterdir()}
    compared = {_file(form, name).name for name in files}
    assert compared <= names
    assert names - compared == set(table(form, "Files of Media3 without an expectation"))


def test_the_command_tells_what_is_compared(capsys: pytest.CaptureFixture[str]) -> None:
    """`farol probe --json` of each file that is read, and leads to no other."""
    compared = 0
    for path in sorted(_file("HLS", name) for name in HLS):
        body, url = path.read_bytes(), path.as_uri()
        form = sniff(body[:4096], content_type="", url=url)
        if form is None or b"#EXT-X-STREAM-INF" in body:
            continue
        ours = describe(parse(body, url=url, now=NOW, format=form), NOW)
        assert main(["probe", "--json", str(path)]) == 0, path.name
        shown = json.loads(capsys.readouterr().out)
        for part in ("type", "duration", "target_latency", "periods", "interstitials"):
            assert shown.get(part) == ours.get(part), (path.name, part)
        compared += 1
    assert compared > 20


def test_a_delta_that_does_not_fit_is_refused_so_that_the_whole_list_is_loaded() -> None:
    """DefaultHlsPlaylistTrackerTest.start_playlistCanSkip_missingSegments_reloads..."""
    before = _file("HLS", "live_low_latency_media_can_skip_until_and_block_reload")
    delta = _file("HLS", "live_low_latency_media_can_skip_skipped_media_sequence_no_overlapping")
    whole = parse(before.read_bytes(), url=URL, now=NOW, format=ManifestFormat.HLS)
    (one,) = whole.periods[0].tracks[0].representations
    with pytest.raises(PlayerError) as refused:
        resolve_index(one, delta.read_bytes(), url=URL, now=NOW, known=one.index)
    assert refused.value.failure.code is ErrorCode.MANIFEST_INVALID
