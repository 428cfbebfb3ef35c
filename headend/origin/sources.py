"""Where the media of each place of a stream comes from, by the stream's options."""

from dataclasses import dataclass

from headend.asset.model import Rendition
from headend.live.splice import Piece, Splices, is_nth
from headend.origin.options import StreamOptions
from headend.origin.packager import ChannelPackager

_FILM_WRAPS_S = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The media of one place: segment `number` of a rendition, its times moved by `shift_s`."""

    packager: ChannelPackager
    rendition: Rendition
    number: int
    shift_s: int
    ad: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A channel as the options want it; `ads` is the channel that advertisements come from."""

    packager: ChannelPackager
    ads: ChannelPackager
    options: StreamOptions
    splices: Splices

    def _piece(self, rendition: Rendition, place: int) -> Piece:
        return self.splices.piece(place, late=rendition.kind == "audio")

    def source(self, rendition: Rendition, place: int) -> Source:
        """What stands at `place` of one of the channel's renditions."""
        piece = self._piece(rendition, place)
        other = self._stand_in(rendition) if piece.ad else rendition
        return Source(
            packager=self.ads if piece.ad else self.packager,
            rendition=other,
            number=piece.source,
            shift_s=piece.shift_s,
            ad=piece.ad,
        )

    def _stand_in(self, rendition: Rendition) -> Rendition:
        """The advertisement's rendition: another rung than the channel's, the same language."""
        mine = self.packager.renditions(rendition.kind)
        theirs = self.ads.renditions(rendition.kind)
        index = next(i for i, row in enumerate(mine) if row.id == rendition.id)
        if rendition.kind == "video":
            index = index - 1 if index else 1
        return theirs[min(index, len(theirs) - 1)]

    def start_ms(self, rendition: Rendition, place: int) -> int:
        """When a place is on air, milliseconds since the epoch (or of the film)."""
        timeline = self.packager.timelines[rendition.id]
        return timeline.start(place) * 1000 // rendition.timescale

    def joint(self, rendition: Rendition, place: int) -> bool:
        """Whether a discontinuity stands before `place`."""
        return self.splices.joint(place, late=rendition.kind == "audio")

    def joints_up_to(self, rendition: Rendition, place: int) -> int:
        """How many stand before it since the beginning."""
        return self.splices.joints_up_to(place, late=rendition.kind == "audio")

    def is_gap(self, place: int) -> bool:
        """Whether `place` is announced as missing."""
        return is_nth(place, self.options.gap)

    def is_missing(self, place: int) -> bool:
        """Whether it cannot be had, announced or not."""
        return self.is_gap(place) or is_nth(place, self.options.missing)


def stream_of(
    packager: ChannelPackager,
    options: StreamOptions,
    *,
    live: bool,
    ads: ChannelPackager | None = None,
) -> Stream:
    """The stream that the options ask for."""
    wraps_at_s = None
    if options.rollover:
        wraps_at_s = (options.at_ms or 0) // 1000 if live else _FILM_WRAPS_S
    splices = Splices(
        segment_s=packager.asset.segment_s,
        every=options.discontinuity,
        misaligned=options.misalign,
        ads=options.ads,
        wraps_at_s=wraps_at_s,
    )
    return Stream(packager=packager, ads=ads or packager, options=options, splices=splices)
