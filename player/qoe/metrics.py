"""PlaybackMetrics: what a viewer got from one session, as the report of `farol play` has it."""

from collections import deque
from datetime import UTC, datetime, timedelta

from player.api import (
    ErrorOccurred,
    FirstPicture,
    PlayerEvent,
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
from player.model.presentation import TrackKind
from player.units import MICROS_PER_SECOND, BitsPerSecond, Micros, rate, seconds

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = Micros(MICROS_PER_SECOND)

MOST_RECOVERIES = 1000
"""The latest recoveries that a report tells: a bad line may bring one a second, for days."""


class PlaybackMetrics:
    """Counts one session, told by `event` and `snapshot`; what carries another tag is ignored.

    Pure; times are the monotonic clock's. Every time in the report is in seconds since the
    session's start.
    """

    def __init__(self, tag: str = "") -> None:
        """Count the session of this tag."""
        self._tag = tag
        self._started: Micros | None = None
        self._first_picture: Micros | None = None
        self._rebuffers, self._rebuffered = 0, Micros(0)
        self._waiting_since: Micros | None = None
        self._played = Micros(0)
        self._last: tuple[Micros, PlayerSnapshot] | None = None
        self._latency: Micros | None = None
        self._fetched: dict[TrackKind, tuple[int, int]] = {}
        self._switches: list[list[object]] = []
        self._replaced: list[list[object]] = []
        self._timeline: list[list[float]] = []
        self._tick = Micros(0)
        self._errors: list[dict[str, object]] = []
        self._recoveries: deque[dict[str, object]] = deque(maxlen=MOST_RECOVERIES)

    def event(self, event: PlayerEvent) -> None:
        """Count an event."""
        if event.tag != self._tag:
            return
        match event:
            case SessionStarted():
                self._started = event.at
            case FirstPicture() if self._first_picture is None:
                self._first_picture = event.at
            case RebufferStarted() if self._waiting_since is None:
                self._rebuffers += 1
                self._waiting_since = event.at
            case RebufferEnded():
                self._rebuffered = self._waited(event.at)
                self._waiting_since = None
            case QualityChanged() | SegmentFetched() | SegmentReplaced():
                self._fetching(event)
            case ErrorOccurred(failure=failure):
                error = {"code": str(failure.code), "text": failure.sentence}
                self._errors.append(error | {"t": self._since_start(event.at)})
            case Recovered(code=code, decision=decision):
                told = {"code": str(code), "decision": decision}
                self._recoveries.append(told | {"t": self._since_start(event.at)})
            case _:
                pass

    def _fetching(self, event: QualityChanged | SegmentFetched | SegmentReplaced) -> None:
        match event:
            case QualityChanged():
                self._switch(event)
            case SegmentFetched():
                self._fetch(event)
            case SegmentReplaced():
                self._replace(event)

    def snapshot(self, now: Micros, snapshot: PlayerSnapshot) -> None:
        """Count the state as it is from `now` on."""
        if snapshot.tag != self._tag:
            return
        self._play_on(now)
        self._last = (now, snapshot)
        self._latency = snapshot.latency if snapshot.latency is not None else self._latency
        started = self._started
        if started is None or now < started + self._tick:
            return
        self._tick = Micros((now - started) // _TICK * _TICK + _TICK)
        position, buffer = seconds(snapshot.position), seconds(snapshot.buffer)
        self._timeline.append(
            [self._since_start(now), _rounded(position), snapshot.height, _rounded(buffer)]
        )

    def report(self, now: Micros, *, url: str, started_at: Micros) -> dict[str, object]:
        """Give the report as of `now`; `url` as it may be shown, `started_at` in UTC."""
        last = self._last[1] if self._last else PlayerSnapshot()
        startup = None
        if self._first_picture is not None and self._started is not None:
            startup = _rounded(seconds(Micros(self._first_picture - self._started)))
        return {
            "url": url,
            "started_at": (_EPOCH + timedelta(microseconds=started_at)).isoformat(),
            "startup_s": startup,
            "played_s": _rounded(seconds(Micros(self._played + self._playing(now)))),
            "rebuffers": self._rebuffers,
            "rebuffer_s": _rounded(seconds(self._waited(now))),
            "mean_kbps": self._mean_kbps(),
            "switches": [list(switch) for switch in self._switches],
            "replaced": [list(one) for one in self._replaced],
            "timeline": [list(row) for row in self._timeline],
            "latency_s": None if self._latency is None else _rounded(seconds(self._latency)),
            "dropped_frames": last.dropped_frames,
            "bytes": int(last.downloaded),
            "requests": last.requests,
            "errors": [dict(error) for error in self._errors],
            "recoveries": [dict(one) for one in self._recoveries],
        }

    def _play_on(self, now: Micros) -> None:
        self._played = Micros(self._played + self._playing(now))

    def _playing(self, now: Micros) -> Micros:
        """Give the time played since the last snapshot."""
        if self._last is None or self._last[1].state is not PlayerState.PLAYING:
            return Micros(0)
        return Micros(max(0, now - self._last[0]))

    def _waited(self, now: Micros) -> Micros:
        since = now if self._waiting_since is None else self._waiting_since
        return Micros(self._rebuffered + now - since)

    def _switch(self, event: QualityChanged) -> None:
        self._switches.append(
            [
                self._since_start(event.at),
                _kbps(event.from_bandwidth),
                _kbps(event.to_bandwidth),
                event.reason,
            ]
        )

    def _fetch(self, event: SegmentFetched) -> None:
        bits, duration = self._fetched.get(event.kind, (0, 0))
        bandwidth = event.bandwidth or rate(event.size, event.duration)
        weighted = bits + bandwidth * event.duration
        self._fetched[event.kind] = (weighted, duration + event.duration)

    def _replace(self, event: SegmentReplaced) -> None:
        """What was fetched first is not shown: it leaves the mean again."""
        self._replaced.append(
            [
                self._since_start(event.at),
                _rounded(seconds(event.position)),
                _kbps(event.from_bandwidth),
                _kbps(event.to_bandwidth),
                event.reason,
            ]
        )
        bits, duration = self._fetched.get(TrackKind.VIDEO, (0, 0))
        self._fetched[TrackKind.VIDEO] = (
            bits - event.from_bandwidth * event.duration,
            duration - event.duration,
        )

    def _mean_kbps(self) -> float | None:
        """Average the video's bandwidth over the time that it lasts (radio: the audio's)."""
        for kind in (TrackKind.VIDEO, TrackKind.AUDIO):
            weighted, duration = self._fetched.get(kind, (0, 0))
            if duration:
                return _kbps(BitsPerSecond(weighted // duration))
        return None

    def _since_start(self, at: Micros) -> float:
        return _rounded(seconds(Micros(at - (at if self._started is None else self._started))))


def _kbps(bandwidth: BitsPerSecond) -> float:
    return round(bandwidth / 1000, 1)


def _rounded(time: float) -> float:
    return round(time, 3)
