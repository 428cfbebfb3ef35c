"""Lane: one rung of one track of one period, where a track stream is fetching."""

from dataclasses import dataclass, replace

from player.model.presentation import Period, Representation, Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A place in a presentation's tree."""

    period: Period
    track: Track
    representation: Representation

    @property
    def key(self) -> tuple[str, str, str]:
        """What names the lane across reloads of the manifest."""
        return self.period.id, self.track.id, self.representation.id

    def on(self, rung: Representation) -> "Lane":
        """The same track's lane on another rung."""
        return replace(self, representation=rung)


def nearest_lane(period: Period, track: Track, former: Lane) -> Lane:
    """The lane of another period that is nearest in bandwidth to the former period's."""
    wanted = former.representation.bandwidth
    nearest = min(track.representations, key=lambda one: abs(one.bandwidth - wanted))
    return Lane(period=period, track=track, representation=nearest)
