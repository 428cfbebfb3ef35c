"""Where Farol keeps its things on this machine."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from platformdirs import PlatformDirs

ROOM = 4 << 20
"""Bytes that must still go into the cache: a list of ten thousand channels and its database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """The folders of one installation; made when asked for."""

    data: Path
    cache: Path
    lasting: bool = True
    """Whether what is kept there outlives the run."""

    @property
    def user_db(self) -> Path:
        """What is the viewer's and is never rebuilt."""
        return self.data / "user.db"

    def guide_db(self, source: str) -> Path:
        """The rebuildable guide of one source."""
        return self.cache / f"guide-{source}.db"

    @property
    def recordings(self) -> Path:
        """What was recorded, a folder each; the viewer's."""
        return self.data / "recordings"

    @property
    def schedule(self) -> Path:
        """What is to be recorded."""
        return self.data / "schedule.json"

    @property
    def recorder_lock(self) -> Path:
        """Held by the one process that works the schedule."""
        return self.data / "recorder.lock"

    @property
    def spool(self) -> Path:
        """Downloads on their way into the catalogue."""
        return self.cache / "spool"


def lines_file() -> Path:
    """Where it is kept what each network carried; nothing is made there yet."""
    return Path(PlatformDirs("farol", appauthor=False).user_state_dir) / "lines.json"


def line_note() -> Path:
    """Where windows note what they need of the line, for the process that records."""
    return Path(PlatformDirs("farol", appauthor=False).user_state_dir) / "line.note"


def time_shift_folder() -> Path:
    """Where what was watched is kept for a while; nothing is made there yet."""
    return Path(PlatformDirs("farol", appauthor=False).user_cache_dir) / "time-shift"


def find_paths() -> Paths:
    """The platform's own places (XDG on Linux, Known Folders on Windows, Library on macOS).

    Nobody else may look into them: lists hold accounts. Raises OSError where one cannot be made
    or takes nothing more.
    """
    dirs = PlatformDirs("farol", appauthor=False)
    paths = Paths(data=Path(dirs.user_data_dir), cache=Path(dirs.user_cache_dir))
    for folder in (paths.data, paths.cache, paths.spool):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    _try(paths.spool)
    return paths


@contextmanager
def passing_paths() -> Iterator[Paths]:
    """Folders for one run, in memory where the system has such a place; gone afterwards.

    Raises OSError where there is none at all.
    """
    with ExitStack() as until_then:
        folder = _first_that_takes(until_then)
        paths = Paths(data=folder, cache=folder, lasting=False)
        paths.spool.mkdir()
        yield paths


def _first_that_takes(ending: ExitStack) -> Path:
    places = (os.environ.get("XDG_RUNTIME_DIR"), "/dev/shm", None)  # noqa: S108 - Linux's own
    failure: OSError | None = None
    for place in places:
        if place == "":
            continue
        try:
            folder = Path(ending.enter_context(TemporaryDirectory(prefix="farol-", dir=place)))
            _try(folder)
        except OSError as failed:
            failure = failed
        else:
            return folder
    raise failure or OSError("there is no folder for passing things")


def _try(folder: Path) -> None:
    """Raise OSError where `folder` does not take as much as a usual list needs."""
    with TemporaryFile(dir=folder) as file:
        try:
            file.write(bytes(ROOM))
            file.flush()
        except OSError as failed:
            raise OSError(failed.errno, failed.strerror, str(folder)) from failed
