"""What a session was worth: the figures that papers on rate adaptation compare. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean


@dataclass(frozen=True, slots=True)
class Session:
    """What a viewer got: `rates` of the segments played, in Mbit/s; times in seconds."""

    rates: tuple[float, ...]
    segment_s: float
    rebuffer_s: float
    startup_s: float


@dataclass(frozen=True, slots=True)
class Figures:
    """A session in numbers; `rebuffer_share` of the time from the first picture on.

    `mean_change_kbps` is over all joints of two segments, also those without a change.
    """

    mean_kbps: float
    rebuffer_share: float
    switches: float
    mean_change_kbps: float
    startup_s: float
    qoe: float


def score(session: Session, top: float) -> Figures:
    """Judge a session; `top` is the ladder's highest rate, in Mbit/s.

    QoE_lin of Yin, Jindal, Sekar, Sinopoli (SIGCOMM 2015), for each segment: its rate, less each
    change of rate, less `top` for each second of rebuffering or of waiting for the first picture
    (lambda 1; mu and mu_s are the top rate there, too). Higher is better.
    """
    count = max(len(session.rates), 1)
    changes = [abs(after - before) for before, after in pairwise(session.rates)]
    waited = session.rebuffer_s + session.startup_s
    lasted = count * session.segment_s + session.rebuffer_s
    return Figures(
        mean_kbps=1e3 * fmean(session.rates) if session.rates else 0.0,
        rebuffer_share=session.rebuffer_s / lasted,
        switches=sum(change > 0 for change in changes),
        mean_change_kbps=1e3 * fmean(changes) if changes else 0.0,
        startup_s=session.startup_s,
        qoe=(sum(session.rates) - sum(changes) - top * waited) / count,
    )


def mean_of(figures: Sequence[Figures]) -> Figures:
    """The mean of several sessions, figure by figure."""
    return Figures(
        mean_kbps=fmean(one.mean_kbps for one in figures),
        rebuffer_share=fmean(one.rebuffer_share for one in figures),
        switches=fmean(one.switches for one in figures),
        mean_change_kbps=fmean(one.mean_change_kbps for one in figures),
        startup_s=fmean(one.startup_s for one in figures),
        qoe=fmean(one.qoe for one in figures),
    )
