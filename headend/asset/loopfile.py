"""The cache file of one rendition: a checked header, a table of samples, their bytes.

Layout: ``FAROLOOP``, length and CRC-32 of the header (two big-endian words), the header as
JSON, then the body: the samples as little-endian 64 bit words, six each, and the data. The
header carries the body's length and CRC-32, so that every damage is noticed.
"""

import json
import mmap
import os
import struct
import zlib
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from headend.asset.encoded import Encoded
from headend.asset.model import Rendition, Sample

_MAGIC = b"FAROLOOP"
_PREFIX = struct.Struct(">8sII")
_WORDS = 6
_PLAIN = tuple(
    field.name
    for field in fields(Encoded)
    if field.name not in ("samples", "payload", "codec_config")
)


class DamagedLoopError(ValueError):
    """A cache file is not whole; the text says how one can tell."""


def write_loop(path: Path, rendition: Encoded) -> None:
    """Writes a rendition; the file is whole only when this returns."""
    body = _table(rendition.samples) + rendition.payload
    facts = {name: getattr(rendition, name) for name in _PLAIN}
    facts |= {
        "codec_config": rendition.codec_config.hex(),
        "samples": len(rendition.samples),
        "body": len(body),
        "crc": zlib.crc32(body),
    }
    header = json.dumps(facts, ensure_ascii=False).encode()
    with path.open("wb") as file:
        file.write(_PREFIX.pack(_MAGIC, len(header), zlib.crc32(header)) + header)
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def read_loop(path: Path) -> Rendition:
    """Maps a rendition; its ``data`` is a read-only view that keeps the mapping alive.

    Raises:
        OSError: the file cannot be opened.
        DamagedLoopError: it is not whole.
    """
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size < _PREFIX.size:
            raise DamagedLoopError("too short for a header")
        view = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    facts, body = _checked(view)
    table_size = facts["samples"] * _WORDS * 8
    return Rendition(
        **{name: facts[name] for name in _PLAIN if name in facts},  # newer facts have defaults
        codec_config=bytes.fromhex(facts["codec_config"]),
        samples=_samples(body[:table_size]),
        data=body[table_size:],
    )


def _checked(view: memoryview) -> tuple[dict[str, Any], memoryview]:
    magic, length, crc = _PREFIX.unpack_from(view)
    header = view[_PREFIX.size : _PREFIX.size + length]
    if magic != _MAGIC or len(header) != length or zlib.crc32(header) != crc:
        raise DamagedLoopError("the header does not match its checksum")
    facts: dict[str, Any] = json.loads(bytes(header))
    body = view[_PREFIX.size + length :]
    if len(body) != facts["body"] or zlib.crc32(body) != facts["crc"]:
        raise DamagedLoopError("the body does not match its checksum")
    return facts, body


def _table(samples: tuple[Sample, ...]) -> bytes:
    rows = [(s.pts, s.dts, s.duration, s.key, s.offset, s.size) for s in samples]
    return np.array(rows, "<i8").tobytes()


def _samples(table: memoryview) -> tuple[Sample, ...]:
    rows = np.frombuffer(table, "<i8").reshape(-1, _WORDS).tolist()
    return tuple(
        Sample(pts=pts, dts=dts, duration=duration, key=bool(key), offset=offset, size=size)
        for pts, dts, duration, key, offset, size in rows
    )
