"""FileLock: a file that one process at a time holds; it is let go when that process dies."""

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class FileLock:
    """Any one thread; the lock file stays where it is, and says nothing by being there."""

    def __init__(self, path: Path) -> None:
        """Lock by the file at `path`; nothing is made yet."""
        self._path = path
        self._file: int | None = None

    def take(self, *, wait: bool = False) -> bool:
        """Take it; False where another process has it. Raises OSError where it cannot be made."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(file, wait=wait)
        except OSError:
            os.close(file)
            return False
        self._file = file
        return True

    def release(self) -> None:
        """Let it go; nothing where it is not held."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def __enter__(self) -> Self:
        """Wait until it is ours; raises OSError."""
        if not self.take(wait=True):
            raise OSError(f"{self._path.name} cannot be locked")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let it go."""
        self.release()


def _lock(file: int, *, wait: bool) -> None:
    if sys.platform == "win32":
        msvcrt.locking(file, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
