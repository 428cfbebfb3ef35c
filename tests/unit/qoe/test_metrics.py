"""A session's events and snapshots in, the figures of its report out."""

import json

from player.api import (
    ErrorOccurred,
    FirstPicture,
    PlayerSnapshot,
    PlayerState,
    QualityChanged,
    RebufferEnded,
    RebufferStarted,
    Recovered,
    SegmentFetched,
    SegmentReplaced,
    SessionStarted,
)
from player.errors import ErrorCode, Failure
from player.model.presentation import TrackKind
from player.qoe.metrics import PlaybackMetrics
from player.units import BitsPerSecond, ByteCount, Micros, micros

URL = "http://host/x?token=***"


def snap(state: PlayerState, position: float = 0, **changes: object) -> PlayerSnapshot:
    usual: dict[str, object] = {"tag": "a", "height": 360, "buffer": micros(4)}
    return PlayerSnapshot(state=state, position=micros(position), **(usual | changes))  # type: ignore[arg-type]


def fetched(kind: TrackKind, kbps: int, duration: float, size: int = 0) -> SegmentFetched:
    return SegmentFetched(
        at=Micros(0),
        tag="a",
        kind=kind,
        bandwidth=BitsPerSecond(kbps * 1000),
        duration=micros(duration),
        size=ByteCount(size),
    )


def report(metrics: PlaybackMetrics, now: float) -> dict[str, object]:
    found = metrics.report(micros(now), url=URL, started_at=micros(1_700_000_000.5))
    json.dumps(found)
    return found


def test_a_session_is_told_as_a_viewer_had_it() -> None:
    metrics = PlaybackMetrics("a")
    metrics.event(SessionStarted(at=micros(100), tag="a"))
    metrics.snapshot(micros(100), snap(PlayerState.LOADING))
    metrics.event(FirstPicture(at=micros(100.4), tag="a"))
    metrics.event(FirstPicture(at=micros(109), tag="a"))
    for tenth in range(4, 64):
        state = PlayerState.BUFFERING if 30 <= tenth < 40 else PlayerState.PLAYING
        metrics.snapshot(micros(100 + tenth / 10), snap(state, tenth / 10, latency=micros(6)))
    metrics.event(RebufferStarted(at=micros(103), tag="a"))
    metrics.event(RebufferEnded(at=micros(104), tag="a"))
    last = snap(PlayerState.ENDED, 6.4, dropped_frames=3, downloaded=ByteCount(999), requests=7)
    metrics.snapshot(micros(106.4), last)
    found = report(metrics, 110)
    assert found["url"] == URL
    assert found["started_at"] == "2023-11-14T22:13:20.500000+00:00"
    assert found["startup_s"] == 0.4
    assert found["played_s"] == 5.0
    assert (found["rebuffers"], found["rebuffer_s"]) == (1, 1.0)
    assert found["latency_s"] == 6.0
    assert (found["dropped_frames"], found["bytes"], found["requests"]) == (3, 999, 7)
    timeline = found["timeline"]
    assert isinstance(timeline, list)
    assert [row[0] for row in timeline] == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    assert timeline[1] == [1.0, 1.0, 360, 4.0]


def test_the_mean_counts_video_by_its_time() -> None:
    metrics = PlaybackMetrics("a")
    metrics.event(fetched(TrackKind.VIDEO, 1000, 2))
    metrics.event(fetched(TrackKind.VIDEO, 3000, 6))
    metrics.event(fetched(TrackKind.AUDIO, 64, 60))
    assert report(metrics, 1)["mean_kbps"] == 2500.0


def test_radio_and_a_stream_that_names_no_bandwidth_have_a_mean_too() -> None:
    metrics = PlaybackMetrics("a")
    assert report(metrics, 1)["mean_kbps"] is None
    metrics.event(fetched(TrackKind.AUDIO, 0, 2, size=32_000))
    assert report(metrics, 1)["mean_kbps"] == 128.0


def test_switches_and_errors_are_dated_from_the_start() -> None:
    metrics = PlaybackMetrics("a")
    metrics.event(SessionStarted(at=micros(50), tag="a"))
    metrics.event(
        QualityChanged(
            at=micros(52.5),
            tag="a",
            position=micros(4),
            from_bandwidth=BitsPerSecond(800_000),
            to_bandwidth=BitsPerSecond(1_500_000),
            reason="up",
        )
    )
    failure = Failure(code=ErrorCode.NETWORK_TIMEOUT, sentence="The server does not answer.")
    metrics.event(ErrorOccurred(at=micros(53), tag="a", failure=failure))
    found = report(metrics, 60)
    assert found["switches"] == [[2.5, 800.0, 1500.0, "up"]]
    assert found["errors"] == [
        {"code": "network.timeout", "text": "The server does not answer.", "t": 3.0}
    ]


def test_recoveries_are_told_beside_errors() -> None:
    metrics = PlaybackMetrics("a")
    metrics.event(SessionStarted(at=micros(1), tag="a"))
    code = ErrorCode.NETWORK_TIMEOUT
    metrics.event(Recovered(at=micros(3), tag="a", code=code, decision="another location"))
    found = report(metrics, 9)
    assert found["errors"] == []
    assert found["recoveries"] == [
        {"code": "network.timeout", "decision": "another location", "t": 2.0}
    ]


def test_a_wait_that_goes_on_counts_until_now() -> None:
    metrics = PlaybackMetrics("a")
    metrics.event(RebufferStarted(at=micros(10), tag="a"))
    metrics.event(RebufferStarted(at=micros(11), tag="a"))
    assert report(metrics, 12)["rebuffer_s"] == 2.0
    assert report(metrics, 13)["rebuffers"] == 1


def test_another_channel_is_none_of_ours() -> None:
    metrics = PlaybackMetrics("a")
    metrics.event(SessionStarted(at=micros(1), tag="b"))
    metrics.event(FirstPicture(at=micros(2), tag="b"))
    metrics.snapshot(micros(2), PlayerSnapshot(tag="b", state=PlayerState.PLAYING))
    found = report(metrics, 9)
    assert found["startup_s"] is None
    assert found["played_s"] == 0.0
    assert found["timeline"] == []


def test_a_segment_that_was_fetched_again_counts_as_it_is_shown() -> None:
    metrics = PlaybackMetrics("a")
    metrics.event(SessionStarted(at=micros(100), tag="a"))
    for kbps in (400, 400, 2800):
        metrics.event(fetched(TrackKind.VIDEO, kbps, 2))
    metrics.event(
        SegmentReplaced(
            at=micros(103),
            tag="a",
            position=micros(2),
            duration=micros(2),
            from_bandwidth=BitsPerSecond(400_000),
            to_bandwidth=BitsPerSecond(2_800_000),
            reason="there is time",
        )
    )
    found = report(metrics, 110)
    assert found["mean_kbps"] == 1600
    assert found["replaced"] == [[3.0, 2.0, 400.0, 2800.0, "there is time"]]
