"""Pictures that none needs: without them all others are what they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.media.disposable import is_disposable
from player.model.presentation import TrackKind
from tests.unit.media.conftest import Recipe, make
from tests.unit.media.decoding import decoded, demux, runs


@pytest.mark.parametrize("video", ["libx264", "libx265"])
def test_the_others_are_decoded_as_before(video: str) -> None:
    options = {"libx265": (("x265-params", "log-level=none:bframes=2:b-adapt=0"),)}
    data = make(Recipe(video=video, frames=50, gop=50, options=options.get(video, ())))
    ((head, samples),) = runs(demux([data]), TrackKind.VIDEO)
    idle = [is_disposable(head.codec, one.data) for one in samples]
    assert sum(idle) >= len(samples) // 3
    kept = [one for one, without in zip(samples, idle, strict=True) if not without]
    shown = sorted(range(len(samples)), key=lambda number: samples[number].pts)
    every = decoded(head, samples)
    wanted = [p.tobytes() for n, p in zip(shown, every, strict=True) if not idle[n]]
    assert [picture.tobytes() for picture in decoded(head, kept)] == wanted


@pytest.mark.parametrize("codec", ["av1", "vp9", "aac", ""])
def test_of_other_codecs_nothing_is_said(codec: str) -> None:
    assert not is_disposable(codec, b"\0\0\0\1\1")


@given(st.sampled_from(["h264", "hevc"]), st.binary(max_size=40))
def test_strangers_bytes_do_no_harm(codec: str, data: bytes) -> None:
    assert is_disposable(codec, data) in {True, False}
