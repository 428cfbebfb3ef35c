"""Where Farol keeps its things on this machine."""

from dataclasses import dataclass
from pathlib import Path

from platformdirs import PlatformDirs


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """The folders of one installation; made when asked for."""

    data: Path
    cache: Path

    @property
    def user_db(self) -> Path:
        """What is the viewer's and is never rebuilt."""
        return self.data / "user.db"

    def guide_db(self, source: str) -> Path:
        """The rebuildable guide of one source."""
        return self.cache / f"guide-{source}.db"

    @property
    def spool(self) -> Path:
        """Downloads on their way into the catalogue."""
        return self.cache / "spool"


def find_paths() -> Paths:
    """The platform's own places (XDG on Linux, Known Folders on Windows, Library on macOS).

    Nobody else may look into them: lists hold accounts. Raises OSError where one cannot be made.
    """
    dirs = PlatformDirs("farol", appauthor=False)
    paths = Paths(data=Path(dirs.user_data_dir), cache=Path(dirs.user_cache_dir))
    for folder in (paths.data, paths.cache, paths.spool):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    return paths
