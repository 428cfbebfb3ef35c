"""A folder for each process: nobody else's, locked while it lives, removed when it is dead."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from player.streaming.store.folder import PINS, StoreFolder, sweep


def _folders(base: Path) -> set[str]:
    return {one.name for one in base.iterdir() if one.is_dir()}


def test_a_second_process_takes_a_folder_of_its_own(tmp_path: Path) -> None:
    base = tmp_path / "cache" / "time-shift"
    with StoreFolder(base) as first, StoreFolder(base) as second:
        assert first.path != second.path
        sweep(base)
        assert _folders(base) == {first.path.name, second.path.name}
    assert _folders(base) == set()


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    base = tmp_path / "time-shift"
    base.mkdir(mode=0o755)
    with StoreFolder(base) as made:
        assert made.path.stat().st_mode & 0o077 == 0
        assert base.stat().st_mode & 0o077 == 0


HOLDER = """
import sys
from pathlib import Path
from player.streaming.store.folder import PINS, StoreFolder

held = StoreFolder(Path(sys.argv[1]))
(held.path / "00000000.ring").write_bytes(b"media")
if len(sys.argv) > 2:
    (held.path / PINS).write_text("{}")
print(held.path.name, flush=True)
sys.stdin.read()
"""


def _killed(base: Path, *more: str, look: bool = False) -> str:
    """The folder that a process left when it was killed."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(base), *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    name = holder.stdout.readline().strip()
    if look:
        sweep(base)
        assert _folders(base) == {name}, "its process lives"
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    holder.stdin.close()
    holder.stdout.close()
    return name


def test_what_a_killed_process_left_is_removed_at_the_next_start(tmp_path: Path) -> None:
    left = _killed(tmp_path, look=True)
    assert left in _folders(tmp_path)
    with StoreFolder(tmp_path) as mine:
        assert _folders(tmp_path) == {mine.path.name}


def test_what_is_pinned_stays_over_a_kill(tmp_path: Path) -> None:
    left = _killed(tmp_path, "pinned")
    with StoreFolder(tmp_path):
        assert (tmp_path / left / "00000000.ring").read_bytes() == b"media"
        assert (tmp_path / left / PINS).exists()


def test_strangers_beside_it_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "store-file").write_text("no folder")
    elsewhere = tmp_path / "other" / "kept"
    elsewhere.mkdir()
    (tmp_path / "store-link").symlink_to(elsewhere)
    with StoreFolder(tmp_path):
        pass
    assert elsewhere.is_dir()
    assert (tmp_path / "store-file").exists()
