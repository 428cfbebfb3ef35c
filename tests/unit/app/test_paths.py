"""Where Farol keeps its things: the platform's places, or none that last."""

import errno
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from app import paths as paths_module
from app.catalog_host import without_channels
from app.paths import find_paths, passing_paths
from catalog.import_job import ImportReport
from catalog.model import CatalogWarning


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own."""
    for kind in ("DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind.lower()))
    return tmp_path


class _Full:
    """A file on a disk without room."""

    def __enter__(self) -> "_Full":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def write(self, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    def flush(self) -> None:
        pass


def test_a_home_that_takes_nothing_more_is_told_of(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths_module, "TemporaryFile", lambda **_: _Full())
    with pytest.raises(OSError, match="No space left") as told:
        find_paths()
    assert str(home) in told.value.filename


def test_what_does_not_last_is_gone_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    with passing_paths() as paths:
        (paths.spool / "list").write_text("#EXTM3U")
        paths.user_db.touch()
        assert paths.cache.stat().st_mode & 0o777 == 0o700
    assert not paths.cache.exists()


def test_the_first_place_with_room_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "nowhere"))
    refused: list[Path] = []

    def first_is_full(*, dir: Path) -> object:  # noqa: A002 - tempfile's own word
        if not refused:
            refused.append(dir)
            return _Full()
        return TemporaryFile(dir=dir)

    monkeypatch.setattr(paths_module, "TemporaryFile", first_is_full)
    with passing_paths() as paths:
        assert paths.cache.is_dir()
        assert paths.cache != refused[0]


def test_without_any_place_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths_module, "TemporaryFile", lambda **_: _Full())
    with pytest.raises(OSError, match="No space left"), passing_paths():
        pass


def _report(channels: int, *warnings: CatalogWarning) -> ImportReport:
    return ImportReport(
        channels=channels, guide_channels=0, programmes=0, matched=0, warnings=warnings
    )


def test_a_list_without_channels_says_why() -> None:
    refused = CatalogWarning(line=3, text='an address of the kind "file:" was left out')
    assert without_channels(_report(1, refused)) == ""
    assert "(line 3: an address of the kind" in without_channels(_report(0, refused))
    assert "no channel in it" in without_channels(_report(0))
