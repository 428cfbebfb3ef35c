"""What a reference decoder makes of bytes: pictures as digests, sound as one channel's samples."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import md5

import av
import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from tests.system.corpus.cases import CORPUS, Case

MICROS, MILLISECOND = 1_000_000, 1_000


@dataclass
class Decoded:
    """Each picture as a digest, and the sound of one channel.

    `seams` are where a decoder begins afresh, in samples.
    """

    pictures: list[str] = field(default_factory=list)
    sound: list["np.ndarray"] = field(default_factory=list)
    seams: list[int] = field(default_factory=list)

    @property
    def pcm(self) -> "np.ndarray":
        return np.concatenate(self.sound) if self.sound else np.zeros(0, np.float32)


def fed(streams: Iterable[bytes], starts: Iterable[int]) -> Decoded:
    """What libmpv shows of streams, each from its start (microseconds) on."""
    found = Decoded()
    for data, start in zip(streams, starts, strict=True):
        with av.open(io.BytesIO(data)) as container:
            for packet in container.demux():
                for frame in packet.decode():
                    _take(found, frame, start / MICROS)
    return found


def told(case: Case) -> Decoded:
    """What the case's clear files hold, as far as it is to be shown."""
    found = Decoded()
    for run in case.video:
        _decode(found, _clear(case, run), "video", case.reference_key)
    for number, run in enumerate(case.audio):
        found.seams.append(len(found.pcm))
        if number and case.silence:
            found.sound.append(np.zeros(case.silence, np.float32))
            found.seams.append(len(found.pcm))
        data = without_tag(_clear(case, run))
        since = _first_picture(data) if run in case.video else None
        last = number == len(case.audio) - 1
        _decode(found, data, "audio", since=since, beyond=case.beyond if last else 0)
    return found


def read(files: Iterable[str]) -> bytes:
    """The bytes of files, joined."""
    return b"".join((CORPUS / name).read_bytes() for name in files)


def _clear(case: Case, run: Iterable[str]) -> bytes:
    if not case.file_key:
        return read(run)
    locked, key = read(run), read([case.file_key])
    opener = Cipher(AES(key), CBC(bytes(len(key)))).decryptor()
    plain = opener.update(locked) + opener.finalize()
    return plain[: len(plain) - plain[-1]]


def without_tag(data: bytes) -> bytes:
    """Packed audio without the ID3 tag before it, at which libav's AC-3 reader fails."""
    if data[:3] != b"ID3":
        return data
    size = sum(
        (byte & 127) << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True)
    )
    return data[10 + size :]


def _decode(
    found: Decoded,
    data: bytes,
    kind: str,
    key: str = "",
    *,
    since: float | None = None,
    beyond: int = 0,
) -> None:
    """Decode the streams of a kind; of sound not what begins before `since` or is `beyond`."""
    options = {"decryption_key": key} if key else {}
    with av.open(io.BytesIO(data), options=options) as container:
        streams = [one for one in container.streams if one.type == kind]
        for stream in container.streams.video:
            stream.thread_type = "AUTO"
        packets = list(container.demux(streams)) if streams else []
        whole = [one for one in packets if one.size]
        for packet in [*whole[: len(whole) - beyond], *packets[len(whole) :]]:
            if since is None or not packet.size or _time(packet) >= since:
                for frame in packet.decode():
                    _take(found, frame)


def _first_picture(data: bytes) -> float:
    with av.open(io.BytesIO(data)) as container:
        streams = container.streams.video
        return min((_time(one) for one in container.demux(streams) if one.size), default=0.0)


def _time(timed: "av.Packet | av.frame.Frame") -> float:
    return float((timed.pts or 0) * (timed.time_base or 0))


def _take(found: Decoded, frame: object, start: float | None = None) -> None:
    if isinstance(frame, av.VideoFrame):
        if start is None or _time(frame) > start - 0.001:
            data = frame.to_ndarray().tobytes()
            found.pictures.append(md5(data, usedforsecurity=False).hexdigest())
    elif isinstance(frame, av.AudioFrame):
        before = 0 if start is None else round((start - _time(frame)) * frame.sample_rate)
        rounded = before * MILLISECOND < frame.sample_rate
        samples = frame.to_ndarray()[0][0 if rounded else before :]
        found.sound.append(samples.astype(np.float32))


def differences(one: "np.ndarray", other: "np.ndarray", seams: Sequence[int]) -> float:
    """The largest difference of two sounds, but for a decoder's overlap behind each seam."""
    apart = np.abs(one - other)
    for seam in seams:
        apart[max(seam - OVERLAP, 0) : seam + OVERLAP] = 0
    return float(apart.max(initial=0))


OVERLAP = 2048
"""Samples around a seam that depend on what the decoder met before (two frames of AAC)."""
