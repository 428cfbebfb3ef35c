"""What of a ladder may be used at all: the viewer's choice, the window's size, the decoder."""

from player.abr.controller import AbrInput, Decision, LadderRung, mbps
from player.units import MICROS_PER_SECOND, Micros

DROPPED_TOO_MANY = 0.2  # share of frames, as hls.js fpsDroppedMonitoringThreshold
_RELIEF = Micros(60 * MICROS_PER_SECOND)  # how long a rung too heavy to decode stays out


def pinned(given: AbrInput) -> Decision | None:
    """Give the rung that the viewer fixed, if the ladder has it."""
    rung = next((rung for rung in given.ladder if rung.id == given.fixed), None)
    return Decision(rung=rung, reason=f"{rung.name}: fixed by the viewer") if rung else None


def allowed(given: AbrInput) -> tuple[LadderRung, ...]:
    """Give the rungs within the caps of height and rate; the lowest alone where none is.

    A viewport allows the first rung that fills it: more pixels than the window has are wasted.
    """
    height = _least(given.max_height, given.decoder_height, _filling(given))
    rate = _least(given.max_bandwidth, _shared(given))
    if height is None and rate is None:
        return given.ladder
    within = (
        rung
        for rung in given.ladder
        if (height is None or rung.height <= height) and (rate is None or rung.bandwidth <= rate)
    )
    return tuple(within) or given.ladder[:1]


def in_words(given: AbrInput) -> str:
    """Say which caps keep better rungs out, "" where they keep none out."""
    told: list[str] = []
    top, filling = max(rung.height for rung in given.ladder), _filling(given)
    if given.max_height is not None and top > given.max_height:
        told.append(f"nothing above {given.max_height} lines is wanted")
    if given.decoder_height is not None and top > given.decoder_height:
        told.append(f"without a hardware decoder no more than {given.decoder_height} lines")
    if filling is not None and top > filling:
        told.append(f"the picture has {given.viewport_height} lines on the screen")
    if given.max_bandwidth is not None and given.ladder[-1].bandwidth > given.max_bandwidth:
        told.append(f"data are saved, at most {mbps(given.max_bandwidth)}")
    share = _shared(given)
    if share is not None and given.ladder[-1].bandwidth > share:
        told.append(f"{mbps(share)} of the line are this picture's")
    return " and ".join(told)


class DecoderRelief:
    """Keeps rungs out for a minute whose frames were dropped, so that it does not swing.

    Frames are dropped of the rung on the screen, which was fetched a buffer ago: what has been
    fetched since is not to blame.
    """

    def __init__(self) -> None:
        """Begin with nothing kept out."""
        self._below, self._until = 0, Micros(0)

    def apply(self, given: AbrInput, rungs: tuple[LadderRung, ...]) -> tuple[LadderRung, ...]:
        """Give `rungs` without those that the decoder cannot follow."""
        shown = _shown(given)
        if given.dropped_rate > DROPPED_TOO_MANY and shown is not None and shown.height:
            self._below, self._until = shown.height, Micros(given.now + _RELIEF)
        if given.now >= self._until:
            return rungs
        return tuple(rung for rung in rungs if rung.height < self._below) or rungs[:1]

    def in_words(self, now: Micros) -> str:
        """Say what it keeps out, "" for nothing."""
        if now >= self._until:
            return ""
        return f"frames of {self._below} lines were dropped"


def _shown(given: AbrInput) -> LadderRung | None:
    if given.shown is None:
        return given.current
    return next((rung for rung in given.ladder if rung.id == given.shown), None)


def _filling(given: AbrInput) -> int | None:
    """The height of the first rung that fills the picture's place on the screen."""
    if not given.viewport_height:
        return None
    filling = [rung.height for rung in given.ladder if rung.height >= given.viewport_height]
    return min(filling, default=None)


def _shared(given: AbrInput) -> int | None:
    """What pictures may take where others are on the line; None: they have it alone."""
    if not given.line.shared or given.line.rate is None:
        return None
    return max(given.line.rate - given.beside, 0)


def _least(*caps: int | None) -> int | None:
    return min((one for one in caps if one is not None), default=None)
