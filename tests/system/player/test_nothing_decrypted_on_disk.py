"""Protected media lie on no disk in the clear: every file of a run is searched for them."""

import re
from pathlib import Path

import httpx
import pytest

from tests.system.farol_process import farol, until

pytestmark = pytest.mark.system

PATH = "/channels/1/live/hls-cmaf/{list}?window=20{more}"
KEY = f"{'11' * 16}:{'22' * 16}"
ENOUGH = 300_000


def _clear_samples(headend: str) -> list[bytes]:
    """Pieces of what the channel's segments hold where nobody encrypts them, of every rung."""
    base = f"{headend}{PATH}"
    master = httpx.get(base.format(list="master.m3u8", more="")).text
    lists = sorted(set(re.findall(r'[\w./-]+\.m3u8[^\s"]*', master)))
    found = []
    for one in lists:
        url = httpx.URL(base.format(list="master.m3u8", more="")).join(one)
        names = re.findall(r"^[^#\s].*$", httpx.get(url).text, re.MULTILINE)
        for name in names:
            body = httpx.get(url.join(name)).content
            media = body.partition(b"mdat")[2]  # nothing: subtitles, or left by the window
            found += [media[at : at + 48] for at in range(200, len(media) - 48, 20_000)]
    return [one for one in found if len(set(one)) > 24]  # no padding, nothing that is everywhere


def _disk(home: Path) -> bytes:
    """All that lies below a folder, in files of whatever name."""
    files = (one for one in home.rglob("*") if one.is_file() and not one.is_symlink())
    return b"\n".join(one.read_bytes() for one in files)


def _rings(home: Path) -> int:
    return sum(one.stat().st_size for one in home.rglob("*.ring"))


def _on_disk_while_playing(
    url: str, home: Path, monkeypatch: pytest.MonkeyPatch, *more: str
) -> bytes:
    """What lies on the disk while a channel plays, and after its process was killed."""
    home.mkdir()
    monkeypatch.setenv("TMPDIR", str(home))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home))
    with farol("play", url, "--headless", *more, home=home) as process:
        seen = until(lambda: _rings(home) > ENOUGH, 60)
        assert seen, "nothing is kept: there is nothing to be searched"
        during = _disk(home)
        process.kill()  # nothing is tidied up
    return during + _disk(home)


@pytest.mark.timeout(400)
def test_protected_media_lie_on_the_disk_as_they_came_or_sealed(
    headend_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clear = f"{headend_url}{PATH.format(list='master.m3u8', more='')}"
    encrypted = f"{headend_url}{PATH.format(list='master.m3u8', more='&aes=1')}"
    samples = _clear_samples(headend_url)
    assert len(samples) > 50

    def found(disk: bytes) -> int:
        return sum(one in disk for one in samples)

    def look(name: str, url: str, *more: str) -> bytes:
        return _on_disk_while_playing(url, tmp_path / name, monkeypatch, *more)

    in_the_clear = look("clear", clear)
    assert found(in_the_clear) > 10, "the search finds what is there"
    samples += _clear_samples(headend_url)
    as_it_came = look("encrypted", encrypted)
    samples += _clear_samples(headend_url)
    assert found(as_it_came) == 0
    sealed = look("sealed", clear, "--key", KEY)
    samples += _clear_samples(headend_url)
    assert found(sealed) == 0
