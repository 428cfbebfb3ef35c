"""The folder of one process, and what processes that are dead have left beside it."""

import os
import shutil
import sys
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import Self

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_PREFIX = "store-"
_LOCK = "lock"
PINS = "pins.json"
"""What must not be forgotten; a folder that holds it is nobody's left-over."""


class StoreFolder:
    """A folder below a common one, locked for as long as this process lives. Worker threads only.

    Each process has one of its own: a second one never touches the first one's. Nobody but this
    user can read it.
    """

    def __init__(self, base: Path) -> None:
        """Make it; raises OSError."""
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
        base.chmod(0o700)
        all_of_it = lock_folder(base, wait=True)  # a folder that is being made is not locked yet
        try:
            sweep(base)
            self.path = Path(mkdtemp(prefix=_PREFIX, dir=base))  # 0700
            self._lock = lock_folder(self.path)
        finally:
            if all_of_it is not None:
                os.close(all_of_it)

    def remove(self) -> None:
        """Give it up with all that is in it, but for what is pinned. Raises nothing."""
        lock, self._lock = self._lock, None
        if lock is not None:
            os.close(lock)
        _remove(self.path)

    def __enter__(self) -> Self:
        """Hold it for a block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove it."""
        self.remove()


def sweep(base: Path) -> None:
    """Remove the folders whose processes are dead; what cannot be removed is left."""
    for one in base.glob(f"{_PREFIX}*"):
        try:
            lock = lock_folder(one) if one.is_dir() and not one.is_symlink() else None
        except OSError:
            continue
        if lock is not None:
            os.close(lock)
            _remove(one)


def _remove(folder: Path) -> None:
    if not (folder / PINS).exists():
        shutil.rmtree(folder, ignore_errors=True)


def lock_folder(folder: Path, *, wait: bool = False) -> int | None:
    """Lock a folder until what this gives is closed; None where another process holds it.

    Raises OSError.
    """
    file = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if sys.platform == "win32":
            msvcrt.locking(file, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        os.close(file)
        return None
    return file
