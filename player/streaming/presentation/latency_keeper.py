"""LatencyKeeper: whether, and how fast, live television is kept at a latency."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from player.abr.live_rate import FASTEST, SLOWEST, LiveRate, LiveRateInput, RateLimits
from player.model.presentation import LatencyRange, Presentation
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.parts import EngineParts
from player.streaming.presentation.live import Window, target_latency
from player.streaming.presentation.presentation_store import PresentationStore
from player.streaming.presentation.window_finder import WindowFinder
from player.units import Micros, micros, seconds

LOG = logging.getLogger("farol.engine")

LOW = micros(6)
"""A latency that somebody cares for: two or three of the shortest usual segments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureView:
    """The picture as it is now. `stalls` counts rebuffers; `running`: it neither waits nor rests.

    `buffered` is what can be played without another byte, `aside` whether the viewer stays behind
    on purpose.
    """

    lane: Lane | None
    position: Micros
    buffered: Micros
    running: bool
    stalls: int
    aside: Callable[[], bool]


def held_at(presentation: Presentation, asked: Micros | None) -> Micros | None:
    """The latency that live television is held at by its rate; None: its rate is left alone.

    Whoever watches some 18 s behind, by three segments of 6 s, gains nothing from being a little
    nearer, and a little more is a buffer that saves the next stall: nobody asked for a latency,
    and the rate stays 1. It changes where somebody did: a viewer, or a manifest with a service
    description (ISO/IEC 23009-1 Annex K) that tells a small target, or rates to hold it with.
    suggestedPresentationDelay alone is no such wish, nor is HLS's HOLD-BACK: it is the least that
    whole segments can do, not a target.
    """
    if asked is not None:
        return asked
    told, target = presentation.latency_range, presentation.target_latency
    if told == LatencyRange() or target is None:
        return None
    rates = told.slowest is not None or told.fastest is not None
    return target if rates or target <= LOW else None


def rate_limits(presentation: Presentation) -> RateLimits:
    """What a manifest allows."""
    told = presentation.latency_range
    return RateLimits(
        slowest=SLOWEST if told.slowest is None else told.slowest,
        fastest=FASTEST if told.fastest is None else told.fastest,
        most=told.most,
    )


class LatencyKeeper:
    """Looks at each word of libmpv, and says how fast it shall go. Engine thread only."""

    def __init__(
        self,
        store: PresentationStore,
        windows: WindowFinder,
        parts: EngineParts,
        asked: Micros | None,
        set_rate: Callable[[float], None],
    ) -> None:
        """Begin before the first picture, at the normal rate; `asked`: the viewer's own target."""
        self._store = store
        self._windows = windows
        self._set_rate = set_rate
        self._clock = parts.clock
        self._asked = asked
        self._control = LiveRate()
        self._rate = 1.0

    @property
    def rate(self) -> float:
        """The rate that holds the latency."""
        return self._rate

    def catchable(self, window: Window) -> Micros | None:
        """How much the rate makes up for in good time; None: it is left alone.

        What rebuffers have put the target up by is not to be made up for at all.
        """
        presentation = self._store.presentation
        made_up = rate_limits(presentation).catchable(window.arrival)
        if held_at(presentation, self._asked) is None or not made_up:
            return None
        return Micros(made_up + self._control.raised)

    def restart(self) -> None:
        """Playback set out anew."""
        self._control.restart()
        self._set(1.0)

    def look(self, seen: PictureView) -> None:
        """Hold the picture at its latency, where it is to be held at any."""
        held = held_at(self._store.presentation, self._asked) is not None
        window = self._windows.of(seen.lane) if held else None
        latency = self._windows.latency(window, seen.position) if window else None
        if window is None or latency is None:
            self._set(1.0)
            return
        given = self._given(seen, window, latency)
        rate = self._control.look(given)
        if rate != self._rate:
            LOG.info(
                "rate=%.2f latency=%.2f target=%.2f raised=%.2f buffer=%.2f",
                rate, seconds(latency), seconds(given.target),
                seconds(self._control.raised), seconds(seen.buffered),
            )  # fmt: skip
        self._set(rate)

    def _given(self, seen: PictureView, window: Window, latency: Micros) -> LiveRateInput:
        presentation = self._store.presentation
        return LiveRateInput(
            now=self._clock.monotonic(),
            latency=latency,
            target=target_latency(presentation, window),
            buffer=seen.buffered,
            segment=window.arrival,
            limits=rate_limits(presentation),
            stalls=seen.stalls,
            running=seen.running,
            aside=seen.aside(),
        )

    def _set(self, rate: float) -> None:
        if rate != self._rate:
            self._rate = rate
            self._set_rate(rate)
