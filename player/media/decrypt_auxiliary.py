"""Reads the per-sample encryption information: IVs and subsamples, wherever they stand.

ISO/IEC 23001-7 7.2 (`senc`), 7.3 (CencSampleAuxiliaryDataFormat); ISO/IEC 14496-12 8.7.8, 8.7.9.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from player.formats.iso_boxes import Buffer, Fields, invalid
from player.media.decrypt_init import SampleProtection

SubSamples = tuple[tuple[int, int], ...]
"""Clear and protected byte counts in turn."""

Auxiliary = Callable[[SampleProtection], tuple[bytes, SubSamples]]
"""Gives the next sample's IV and subsamples; called once for every sample, in order."""

_OVERRIDE, _SUBSAMPLES = 0x1, 0x2  # flags of senc; the first is PIFF's alone


def constant_iv(protection: SampleProtection) -> tuple[bytes, SubSamples]:
    """Be the `Auxiliary` of a fragment that carries none."""
    return protection.constant_iv, ()


def read_senc(body: Fields, default: SampleProtection) -> tuple[Auxiliary, SampleProtection]:
    """Read a `senc`: its samples' reader, and the default that a PIFF override may replace."""
    flags = body.u32()
    if flags & _OVERRIDE:
        algorithm = body.u32()
        mode, iv_size = algorithm >> 8, algorithm & 0xFF
        key_id = body.take(16).hex()
        default = replace(default, protected=bool(mode), iv_size=iv_size, key_id=key_id)
    left = body.u32()

    def read(protection: SampleProtection) -> tuple[bytes, SubSamples]:
        nonlocal left
        if not left:
            return protection.constant_iv, ()
        left -= 1
        iv = body.take(protection.iv_size) or protection.constant_iv
        return iv, _subsamples(body) if flags & _SUBSAMPLES else ()

    return read, default


def read_saiz(body: Fields, most: int) -> list[int]:
    """Read the size of each sample's information; PlayerError beyond `most` samples."""
    body.take(8 if body.u32() & 1 else 0)
    size, count = body.u8(), body.u32()
    if count > most:
        raise invalid(f"saiz of {count} samples")
    return [size] * count if size else list(body.take(count))


def read_saio(body: Fields) -> list[int]:
    """Read where the information stands: one offset, or one for each `trun`."""
    head = body.u32()
    body.take(8 if head & 1 else 0)
    take = body.u64 if head >> 24 else body.u32
    return [take() for _ in range(body.u32())]


def read_spread(
    data: Buffer, sizes: Sequence[int], places: Sequence[int], counts: Sequence[int]
) -> Auxiliary:
    """Read information that stands anywhere: `counts` samples from each of `places`."""
    spans, order = [], iter(sizes)
    for place, count in zip(places, counts, strict=False):
        for size in (size for _, size in zip(range(count), order, strict=False)):
            spans.append((place, place + size))
            place += size  # noqa: PLW2901 - walks on from where the run begins
    left = iter(spans)

    def read(protection: SampleProtection) -> tuple[bytes, SubSamples]:
        start, end = next(left, (0, 0))
        if start < 0 or end > len(data):
            raise invalid(f"auxiliary information of {end - start} bytes at {start}")
        body = Fields(data, start, end)
        iv = body.take(protection.iv_size) if body.left else b""
        return iv or protection.constant_iv, _subsamples(body) if body.left else ()

    return read


def _subsamples(body: Fields) -> SubSamples:
    return tuple((body.u16(), body.u32()) for _ in range(body.u16()))
