"""Finds out in which encoding a stranger's text is, and gives it line by line."""

import codecs
import io
from collections.abc import Iterator
from pathlib import Path

import charset_normalizer

from catalog.compression import BROKEN_INSIDE, open_unpacked

MAX_LINE = 1 << 20
"""Characters of a line that are kept; more than any address, less than a memory bomb."""

_BLOCK = 1 << 20
_SAMPLE = 1 << 15
_FALLBACK = "cp1252"


def file_lines(path: Path) -> Iterator[str]:
    """Give the lines of a text file (packed or not) without their ends; CRLF, CR and LF all end.

    A damaged packed file ends where the damage begins.
    """
    with open_unpacked(path) as stream:
        name = _stream_encoding(stream)
    with open_unpacked(path) as stream:
        text = io.TextIOWrapper(stream, encoding=name, errors="replace", newline=None)
        yield from _bounded_lines(text)


def bytes_lines(data: bytes) -> Iterator[str]:
    """Give the lines of a text in memory; see `file_lines`."""
    name = _stream_encoding(io.BytesIO(data))
    return _bounded_lines(io.TextIOWrapper(io.BytesIO(data), name, "replace", None))


def guess_encoding(sample: bytes) -> str:
    """Name the encoding of bytes: UTF-8 if most of it is, else what detection says."""
    text = sample.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    foreign = sum(character > "\x7f" for character in text)
    if wrong * 4 <= foreign:
        return "utf-8"
    telling = b"\n".join(line for line in sample.splitlines() if not line.isascii())
    best = charset_normalizer.from_bytes(telling[:_SAMPLE]).best()
    return best.encoding if best else _FALLBACK


def _stream_encoding(stream: io.BufferedIOBase) -> str:
    """Read a whole stream to see whether it is UTF-8; guess from the first place that is not."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    first = True
    for block in _blocks(stream):
        if first and block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        first = False
        try:
            decoder.decode(block)
        except UnicodeDecodeError as wrong:
            # The first bad byte may follow kept bytes of the block before: begin a bit earlier.
            start = max(wrong.start - 4096, 0)
            return guess_encoding(block[start : start + (_SAMPLE << 2)])
    return "utf-8"


def _blocks(stream: io.BufferedIOBase) -> Iterator[bytes]:
    try:
        while block := stream.read1(_BLOCK):
            yield block
    except BROKEN_INSIDE:
        return


def _bounded_lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Give lines of at most `MAX_LINE` characters; the rest of a longer one is dropped."""
    continued = False
    try:
        while line := text.readline(MAX_LINE):
            if not continued:
                yield line.rstrip("\n")
            continued = not line.endswith("\n")
    except BROKEN_INSIDE:
        return
