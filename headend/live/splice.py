"""What stands at each place of a stream: the channel's own segment or an advertisement's.

Stateless like all that is live: which place has which media on which clock follows from its
number and the settings alone. A *place* is a segment number as playlists and URLs have it.
"""

from dataclasses import dataclass
from math import lcm

WRAP_S = (1 << 33) // 90_000  # whole seconds before a 33-bit clock runs over
_MINUTE_S = 60
_AD_BASE_S = 10  # the advertisement's own clock where it begins
_BASES_S = 3_600
_STRIDE_S = 1_999  # prime: neighbouring runs are far apart and rarely meet again


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """The media of one place.

    Attributes:
        source: segment of the channel, or of the advertisement's channel.
        ad: whether it is an advertisement.
        shift_s: seconds to add to the source's times, may be below zero.
        run: pieces of one run join without a discontinuity.
    """

    source: int
    ad: bool
    shift_s: int
    run: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Splices:
    """The joints of a stream.

    Attributes:
        segment_s: seconds a segment.
        every: segments between two fresh starts of the clock; 0 for none.
        misaligned: audio's fresh start comes one segment after video's.
        ads: each minute begins with 8 or 10 s of another channel.
        wraps_at_s: second (since the epoch, or of the film) at which the 33-bit clock runs over.
    """

    segment_s: int
    every: int = 0
    misaligned: bool = False
    ads: bool = False
    wraps_at_s: int | None = None

    @property
    def plain(self) -> bool:
        """Whether there is no joint at all."""
        return not self.every and not self.ads

    def piece(self, place: int, *, late: bool = False) -> Piece:
        """What stands at `place`; `late` for audio where it is misaligned."""
        minute, index = divmod(place, _MINUTE_S // self.segment_s)
        run = self._run(place, late=late)
        if self.ads and index < self._ad_segments(minute):
            return Piece(source=index, ad=True, shift_s=_AD_BASE_S, run=(run, 2 * minute))
        return Piece(
            source=place,
            ad=False,
            shift_s=self._shift_s(run),
            run=(run, 2 * minute + 1 if self.ads else 0),
        )

    def _run(self, place: int, *, late: bool) -> int:
        if not self.every:
            return 0
        late_by = 1 if late and self.misaligned else 0
        return max(place - late_by, 0) // self.every

    def _ad_segments(self, minute: int) -> int:
        """Eight seconds and ten in turn."""
        return (8 + minute % 2 * 2) // self.segment_s

    def _shift_s(self, run: int) -> int:
        if self.every:
            base = run * _STRIDE_S % _BASES_S
            return base - run * self.every * self.segment_s
        return WRAP_S - self.wraps_at_s if self.wraps_at_s is not None else 0

    def joint(self, place: int, *, late: bool = False) -> bool:
        """Whether a discontinuity stands before `place`."""
        if self.plain or place <= 0:
            return False
        return self.piece(place, late=late).run != self.piece(place - 1, late=late).run

    def joints_up_to(self, place: int, *, late: bool = False) -> int:
        """How many stand before the places 1 to `place`: EXT-X-DISCONTINUITY-SEQUENCE."""
        if self.plain or place <= 0:
            return 0
        cycle = lcm(self.every or 1, 2 * _MINUTE_S // self.segment_s if self.ads else 1)
        whole, rest = divmod(place, cycle)
        # The first cycle may lack the joint at the epoch; the second is as all the others are.
        in_cycle = self._count(cycle + 1, 2 * cycle + 1, late=late)
        if not whole:
            return self._count(1, rest + 1, late=late)
        first = self._count(1, cycle + 1, late=late)
        return first + (whole - 1) * in_cycle + self._count(cycle + 1, cycle + rest + 1, late=late)

    def _count(self, first: int, end: int, *, late: bool) -> int:
        return sum(self.joint(place, late=late) for place in range(first, end))


def is_nth(place: int, every: int) -> bool:
    """Whether `place` is the last of a group of `every`; never where `every` is 0."""
    return every > 0 and place % every == every - 1
