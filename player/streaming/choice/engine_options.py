"""What one channel asks of the engine."""

from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from player.abr.selector import TrackPreference
from player.drm.clearkey import KeyRing
from player.model.presentation import TrackKind
from player.streaming.choice.rungs import RungChooser
from player.units import Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineOptions:
    """`choosers` chooses rungs, one for each kind; `epochs` numbers what libmpv is given.

    `think` runs beside playback: whoever chooses may think there.

    `target_latency` is how far behind live television is to play, whatever its manifests say.
    """

    start: Micros | None
    preference: TrackPreference
    choosers: Mapping[TrackKind, RungChooser]
    epochs: Iterator[int]
    keys: KeyRing
    think: Callable[[], Coroutine[Any, Any, None]]
    target_latency: Micros | None = None
