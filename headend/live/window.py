"""Which segments are on offer at a moment: `window(asset, settings, now)`, stateless.

After the reference of Dash-Industry-Forum/livesim2: the same question always has the same answer,
on every node, and no thread has to keep it up to date.
"""

from dataclasses import dataclass

from headend.asset.model import Asset


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSettings:
    """What a viewer of a live channel may ask for.

    Attributes:
        window_s: seconds of the past that manifests list (the time-shift window).
    """

    window_s: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRange:
    """Segments `first` up to but not including `end`, counted from the epoch.

    Attributes:
        oldest: the oldest segment still served; a segment that has left the manifest stays for
            its own length and that of the longest manifest that listed it (RFC 8216 6.2.2).
        segment_s: seconds a segment.
        live: whether the range moves with time.
        sequence_base: what to take off a segment's number for its media sequence number.
        open_ended: whether nothing ever leaves it (an event).
        ended: whether nothing will ever be added, although it was live.
    """

    first: int
    end: int
    oldest: int
    segment_s: int
    live: bool
    sequence_base: int = 0
    open_ended: bool = False
    ended: bool = False

    @property
    def numbers(self) -> range:
        """The segments a manifest lists."""
        return range(self.first, self.end)

    def serves(self, number: int) -> bool:
        """Whether the segment can be had: neither of the future nor gone."""
        return self.oldest <= number < self.end


def window(asset: Asset, settings: LiveSettings, now_ms: int) -> SegmentRange:
    """The live window at `now_ms` (since the epoch): complete segments only."""
    end = now_ms // (asset.segment_s * 1000)
    count = max(settings.window_s // asset.segment_s, 1)
    return SegmentRange(
        first=max(end - count, 0),
        end=end,
        oldest=max(end - 2 * count - 1, 0),
        segment_s=asset.segment_s,
        live=True,
    )


def on_demand(asset: Asset, loops: int, *, length_s: int | None = None) -> SegmentRange:
    """The asset as a film of `loops` loops, or `length_s`, that starts at time zero."""
    length_s = loops * asset.duration_s if length_s is None else length_s
    end = max(length_s // asset.segment_s, 1)
    return SegmentRange(first=0, end=end, oldest=0, segment_s=asset.segment_s, live=False)
