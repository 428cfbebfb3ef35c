"""Opens a downloaded file as plain bytes: gzip, xz, zip and tar are told by their first bytes.

A name or a Content-Type says nothing: guides called `.xml` are often packed, and the reverse.
"""

import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_LAYERS = 3
MAX_UNPACKED = 4 << 30
"""Bytes read of one unpacked file; the largest guides seen have a quarter of that."""

_TAR_MAGIC_AT = 257
_BUFFER = 1 << 16


class UnreadableFileError(Exception):
    """A packed file that cannot be opened at all."""


BROKEN_INSIDE = (
    EOFError,
    OSError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    tarfile.TarError,
)
"""What a read of a truncated or damaged packed file raises; what came before it is good."""


@contextmanager
def open_unpacked(path: Path) -> Iterator[io.BufferedReader]:
    """Open a file, taking off up to three layers of packing.

    Read it with `read1`, which loses nothing before a damage (in a tar: the block that it hits);
    reads may raise `BROKEN_INSIDE`.

    Raises:
        UnreadableFileError: the packing cannot be read.
        OSError: the file cannot be opened.
    """
    with ExitStack() as layers:
        stream = layers.enter_context(path.open("rb"))
        for _ in range(MAX_LAYERS):
            try:
                inner = _layer(stream, layers)
            except (*BROKEN_INSIDE, RuntimeError) as broken:
                # RuntimeError: of a zip with a password, or packed by a method Python lacks.
                raise UnreadableFileError(f"the packed file is damaged: {broken}") from broken
            if inner is None:
                break
            stream = layers.enter_context(io.BufferedReader(_Unbuffered(inner), _BUFFER))
        yield stream


class _Unbuffered(io.RawIOBase):
    """Reads what one read of an unpacker gives, so that a damage costs no good bytes."""

    def __init__(self, inner: io.BufferedIOBase) -> None:
        self._inner = inner
        self._left = MAX_UNPACKED

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer)
        data = self._inner.read1(len(view))
        self._left -= len(data)
        if self._left < 0:
            raise OSError("the file is too large once unpacked")
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._inner.close()
        super().close()


def _layer(stream: io.BufferedReader, layers: ExitStack) -> io.BufferedIOBase | None:
    head = stream.peek(512)
    if head.startswith(b"\x1f\x8b\x08"):
        return gzip.GzipFile(fileobj=stream)
    if head.startswith(b"\xfd7zXZ\x00"):
        return lzma.LZMAFile(stream)
    if head.startswith(b"PK\x03\x04"):
        return _largest_of_zip(layers.enter_context(zipfile.ZipFile(stream)))
    if head[_TAR_MAGIC_AT : _TAR_MAGIC_AT + 5] == b"ustar":
        return _first_of_tar(layers.enter_context(tarfile.open(fileobj=stream, mode="r|")))
    return None


def _largest_of_zip(archive: zipfile.ZipFile) -> io.BufferedIOBase:
    members = archive.infolist()
    if not members:
        raise zipfile.BadZipFile("no file in the archive")
    largest = max(members, key=lambda member: member.file_size)
    return cast("io.BufferedIOBase", archive.open(largest))


def _first_of_tar(archive: tarfile.TarFile) -> io.BufferedIOBase:
    for member in archive:
        opened = archive.extractfile(member) if member.isfile() else None
        if opened is not None:
            return cast("io.BufferedIOBase", opened)
    raise tarfile.ReadError("no file in the archive")
