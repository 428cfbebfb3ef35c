"""What AAC loses at a cut is lost in the media: no player could do better."""

import io
from urllib.parse import urljoin

import av
import httpx
import numpy as np
import pytest

from tests.strip import beep_onsets

pytestmark = pytest.mark.system

RATE, FRAME = 48_000, 1024
SILENCE = 4800


def test_a_beep_at_a_cut_fades_in_in_the_media_themselves(lab_url: str) -> None:
    """A unit of AAC overlaps the one before it, which lies in a segment that is not played.

    An advertisement begins with a segment, and so does the programme after it: libav alone,
    given that segment, hears the beep of its first sample late; given the one before it as
    well, in time.
    """
    before, after = _segments(f"{lab_url}/channels/1/vod/hls-ts/a-en.m3u8?muxed=0&length=12", 3)
    alone = _first_beep(_decoded(after))
    led = _first_beep(_decoded(before + after)[-len(_decoded(after)) :])
    assert abs(led) < 0.001
    assert 0.005 < alone < FRAME / RATE + 0.001


def _segments(playlist: str, first: int) -> tuple[bytes, bytes]:
    """Two segments, one after the other."""
    with httpx.Client() as client:
        lines = client.get(playlist).raise_for_status().text.splitlines()
        names = [line for line in lines if line and not line.startswith("#")]
        pair = [client.get(urljoin(playlist, name)).content for name in names[first : first + 2]]
    return pair[0], pair[1]


def _decoded(data: bytes) -> "np.ndarray":
    with av.open(io.BytesIO(data)) as container:
        return np.concatenate([one.to_ndarray()[0] for one in container.decode(audio=0)])


def _first_beep(sound: "np.ndarray") -> float:
    """When it begins, in seconds after the first sample."""
    return beep_onsets(np.concatenate([np.zeros(SILENCE), sound]), RATE)[0] - SILENCE / RATE
