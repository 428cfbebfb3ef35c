"""The recordings of a folder: which there are, and what becomes of them."""

import os
import re
import shutil
from dataclasses import replace
from pathlib import Path

from player.errors import ErrorCode, Failure
from player.recording.about import ABOUT, about_of, read_about
from player.recording.contents import MAIN, Contents
from player.recording.folder import BusyError, RecordingFolder
from player.recording.keeper import when_over
from player.recording.order import RecordingState, RecordingStatus
from player.streaming.store.folder import lock_folder
from player.units import ByteCount

_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")

_UNDER_WAY = frozenset(
    {RecordingState.WAITING, RecordingState.RECORDING, RecordingState.INTERRUPTED}
)


def recordings(base: Path) -> list[RecordingStatus]:
    """All recordings below `base`, newest first. Worker threads; raises nothing.

    A damaged one is told as FAILED, with what is wrong with it. One that nobody writes any more,
    and that was not ended, is INTERRUPTED.
    """
    try:
        folders = [one for one in base.iterdir() if _NAME.fullmatch(one.name) and one.is_dir()]
    except OSError:
        return []
    found = [(_changed(one), _status(one)) for one in folders]
    return [status for _, status in sorted(found, key=lambda one: one[0], reverse=True)]


def folder_of(base: Path, name: str) -> Path:
    """The folder of the recording `name`; raises ValueError where that is no name of one."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"no name of a recording: {name!r}")
    return base / name


def playlist_of(base: Path, name: str) -> Path:
    """Where the HLS text of the recording `name` is; raises ValueError like `folder_of`."""
    return folder_of(base, name) / MAIN


def remove(base: Path, name: str) -> None:
    """Remove a recording with all that it holds. Worker threads.

    Raises OSError where it is being written (BusyError), or cannot be removed; ValueError like
    `folder_of`.
    """
    folder = folder_of(base, name)
    lock = lock_folder(folder)
    if lock is None:
        raise BusyError("this is being recorded: stop it first")
    try:
        shutil.rmtree(folder)
    finally:
        os.close(lock)


def finish(base: Path, name: str) -> RecordingStatus:
    """End a recording that nobody goes on with: what its records hold plays, and has an end.

    One that holds nothing is not left. Worker threads. Raises OSError where it is being written
    (BusyError), or cannot be; ValueError like `folder_of`.
    """
    path = folder_of(base, name)
    if not path.is_dir():
        raise FileNotFoundError(f"no recording: {name}")
    former, folder, contents = _status(path), RecordingFolder(path), Contents()
    status = former
    try:
        for piece in folder.open():
            contents.add(piece)
        status = contents.status(former)
        if status.recorded:
            status = replace(status, state=RecordingState.DONE, failure=None)
        else:
            status = replace(status, state=RecordingState.FAILED)
        folder.publish(contents.texts(ended=True) | {ABOUT: about_of(status)})
    finally:
        folder.close(keep=bool(contents.tracks))
    return status


def _status(folder: Path) -> RecordingStatus:
    try:
        text = (folder / ABOUT).read_text(encoding="utf-8")
        status = replace(read_about(folder.name, text), size=_size(folder))
    except FileNotFoundError as missing:
        if _is_written(folder):  # it has begun a moment ago
            return RecordingStatus(id=folder.name, title=folder.name)
        return _unread(folder, missing)
    except (OSError, ValueError) as wrong:
        return _unread(folder, wrong)
    if status.state in _UNDER_WAY and not _is_written(folder):
        failure = when_over(status.failure)
        return replace(status, state=RecordingState.INTERRUPTED, failure=failure)
    return status


def _unread(folder: Path, wrong: Exception) -> RecordingStatus:
    return RecordingStatus(
        id=folder.name,
        title=folder.name,
        state=RecordingState.FAILED,
        size=_size(folder),
        failure=_damaged(wrong),
    )


def _damaged(wrong: Exception) -> Failure:
    return Failure(
        code=ErrorCode.STORE_FAILED,
        sentence="The description of this recording is missing or damaged.",
        cause=f"{type(wrong).__name__}: {wrong}",
    )


def _is_written(folder: Path) -> bool:
    """Whether somebody holds the lock; asking takes it for a moment only."""
    try:
        lock = lock_folder(folder)
    except OSError:
        return False
    if lock is not None:
        os.close(lock)
    return lock is None


def _size(folder: Path) -> ByteCount:
    try:
        return ByteCount(sum(one.stat().st_size for one in folder.iterdir() if one.is_file()))
    except OSError:
        return ByteCount(0)


def _changed(folder: Path) -> tuple[int, str]:
    """When the recording was begun: the folder itself changes with each text."""
    try:
        files = [one.stat().st_mtime_ns for one in folder.glob("00*")]
        return max(files, default=folder.stat().st_mtime_ns), folder.name
    except OSError:
        return 0, folder.name
