"""DASH manifests of one channel: which periods, which renditions, which URLs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lxml import etree

from headend.asset.model import Rendition
from headend.cmaf.emsg import ID3, VALIDITY
from headend.dash.addressing import Addressing
from headend.dash.mpd import EVENTS, LiveTiming, Manifest, Period, manifest, published_ms
from headend.dash.periods import Plan, Span, spans
from headend.dash.sets import Representation, Thumbnails
from headend.hls.scte35 import splice_insert
from headend.live.splice import is_nth
from headend.live.window import SegmentRange
from headend.origin.options import StreamOptions
from headend.origin.packager import ChannelPackager
from headend.origin.shapes import IN_WEBM

_BUMPER_S, _BREAK_S = 2, 10
_LATENCY_MS = 2_000
_EVENT_MS = 10_000
_LETTERS = "abc"


@dataclass(frozen=True, slots=True, kw_only=True)
class DashRequest:
    """What is asked for; `other` is the channel that bumpers and advertisements come from.

    Attributes:
        folders: absolute URLs of the manifest's folder at each location.
        chunk_ms: the part target where segments are listed from their first chunk on, else 0.
    """

    packager: ChannelPackager
    form: str
    segments: SegmentRange
    options: StreamOptions
    live: LiveTiming | None = None
    other: ChannelPackager | None = None
    folders: Sequence[str] = ()
    chunk_ms: int = 0

    @property
    def begun(self) -> int:
        """The end of the segments that have a chunk, which is one further than of whole ones."""
        end, live = self.segments.end, self.live
        if live is None or not self.chunk_ms:
            return end
        first_ms = end * self.segments.segment_s * 1000 + self.chunk_ms
        return end + (live.now_ms >= first_ms)


def dash_element(asked: DashRequest) -> etree._Element:
    """The MPD as a tree whose elements have no namespace yet."""
    segments, options, live = asked.segments, asked.options, asked.live
    patch = f"patch.mpp{options.and_query(_since(asked))}" if options.patch and live else ""
    return manifest(
        Manifest(
            periods=_periods(asked),
            segment_s=segments.segment_s,
            duration_s=None if live else segments.end * segments.segment_s,
            live=live,
            id=f"farol-{asked.packager.asset.number}" if patch else "",
            base_urls=list(zip(_LETTERS, asked.folders, strict=False)),
            steering_url=f"/steering{options.query}" if options.steering else "",
            patch_url=patch,
            latency_ms=options.latency_ms or (_LATENCY_MS if asked.chunk_ms and live else 0),
            cmcd=options.cmcd,
        )
    )


def _periods(asked: DashRequest) -> list[Period]:
    """The last one tells its end by itself; the others', by where the next begins."""
    rows = _spans(asked)
    told = [_period(asked, span) for span in rows]
    last = rows[-1]
    if asked.live and last.end_s is not None and told[-1].duration_ms is None:
        told[-1] = replace(told[-1], duration_ms=(last.end_s - last.start_s) * 1000)
    return told


def _since(asked: DashRequest) -> str:
    live = asked.live
    return f"since={published_ms(live, asked.segments.segment_s)}" if live else ""


def _spans(asked: DashRequest) -> list[Span]:
    options, segments = asked.options, asked.segments
    plan = Plan(
        period_s=0 if asked.form == "dash-range" else _period_s(options, segments.segment_s),
        other_s=lambda ordinal: _other_s(options, ordinal),
        early=options.early,
        notice_s=2 * segments.segment_s,  # a segment in the making, and as long as an MPD is good
    )
    size = segments.segment_s
    live = asked.live is not None
    return spans(plan, first_s=segments.first * size, end_s=asked.begun * size, live=live)


def _period_s(options: StreamOptions, segment_s: int) -> int:
    """Whole segments, one at least; advertisements without periods come by the minute."""
    wanted = options.period_s or options.breaks_s or (60 if options.ads else 0)
    return max(wanted // segment_s, 1) * segment_s if wanted else 0


def _other_s(options: StreamOptions, ordinal: int) -> int:
    if options.ads:
        return 8 + ordinal % 2 * 2
    if options.breaks_s:
        return _BREAK_S
    return _BUMPER_S if options.bumper else 0


def _period(asked: DashRequest, span: Span) -> Period:
    options = asked.options
    gap = options.period_gap_ms if options.period_s and span.end_s is not None else 0
    single = span.id == "p0" and not options.period_s
    length_ms = None if span.end_s is None else (span.end_s - span.start_s) * 1000
    return Period(
        id=span.id,
        start_s=span.start_s,
        duration_ms=length_ms - gap if length_ms is not None and gap else None,
        representations=_other_rows(asked, span) if span.other else _rows(asked, span),
        thumbnails=_thumbnails(asked, span) if options.thumbnails and not span.other else None,
        events=_events(span, asked) if options.events and not single else (),
        inband=_inband(options),
        splices=_splices(span) if options.breaks_s else (),
    )


def _splices(span: Span) -> list[tuple[int, bytes]]:
    """Out where the break begins, back in where the programme goes on."""
    if span.other:
        out = splice_insert(span.start_s, out=True, duration_s=_BREAK_S)
        return [(span.start_s, out)]
    event = span.start_s - _BREAK_S
    return [(event, splice_insert(event, out=False))] if event >= 0 else []


def _inband(options: StreamOptions) -> list[tuple[str, str]]:
    found = [(EVENTS, "inband")] if options.events else []
    found += [(VALIDITY, "1")] if options.expire else []
    return found + ([(ID3, "0")] if options.id3 else [])


def _events(span: Span, asked: DashRequest) -> list[tuple[int, str]]:
    """One each ten seconds of the period."""
    size = asked.segments.segment_s
    end = span.end_s if span.end_s is not None else asked.segments.end * size
    length_ms = (end - span.start_s) * 1000
    return [(time, f"{span.id} {time}") for time in range(0, length_ms, _EVENT_MS)]


def _listed(packager: ChannelPackager, options: StreamOptions) -> list[Rendition]:
    rows = [row for kind in ("video", "audio", "text") for row in packager.renditions(kind)]
    if options.container == "webm":
        rows = [row for row in rows if row.codec in IN_WEBM]
    return [row for row in rows if row.codec != "mp2"]


def _rows(asked: DashRequest, span: Span) -> list[Representation]:
    packager, options = asked.packager, asked.options
    rows = [_row(asked, span, rendition) for rendition in _listed(packager, options)]
    if options.trick and asked.form == "dash":
        rows += [
            _row(asked, span, line.rendition, trick=True)
            for line in packager.timelines.values()
            if line.rendition.id.startswith("trick-")
        ][:1]
    return rows


def _row(
    asked: DashRequest, span: Span, rendition: Rendition, *, trick: bool = False
) -> Representation:
    packager, options = asked.packager, asked.options
    if asked.form == "dash-range":
        address = _in_one_file(packager, rendition, asked.segments, options)
    else:
        address = _in_segments(asked, span, rendition, trick=trick)
    return Representation(
        rendition=rendition,
        bandwidth=packager.cmaf_rates(rendition.id, address.chunk_ms).peak,
        addressing=address,
        container=options.container,
        trick=trick,
        captions=packager.has_captions and rendition.kind == "video" and not trick,
        sphere=options.sphere and rendition.kind == "video",
    )


def _in_segments(
    asked: DashRequest, span: Span, rendition: Rendition, *, trick: bool
) -> Addressing:
    """Numbers for video and text and the exact timeline for audio, or as asked for.

    In chunks all go by number: a timeline would have to be read again before each segment.
    """
    packager, options, segments = asked.packager, asked.options, asked.segments
    size = segments.segment_s
    in_chunks = asked.live is not None and rendition.kind != "text" and not trick
    chunk_ms = asked.chunk_ms if in_chunks else 0
    end = asked.begun if chunk_ms else segments.end
    end = end if span.end_s is None else min(span.end_s // size, end)
    numbers = range(max(segments.first, span.start_s // size), end)
    timeline = packager.timelines[rendition.id]
    # A period announced before it begins has nothing to list.
    style = _style(options, rendition) if numbers else "number"
    kept = [number for number in numbers if not is_nth(number, options.gap)]
    suffix = f"{'webm' if options.container == 'webm' else 'm4s'}{options.query}"
    entries = [(timeline.start(number), timeline.duration(number)) for number in kept]
    init = "init.webm" if options.container == "webm" else "init.mp4"
    folder = rendition.id if style == "list" else "$RepresentationID$"
    name = "t$Time$" if style == "time" else "$Number$"
    return Addressing(
        template=None if style == "list" else f"{folder}/{name}.{suffix}",
        init=f"{folder}/{init}{options.query}",
        timeline=entries if style != "number" else (),
        urls=[f"{folder}/{number}.{suffix}" for number in kept] if style == "list" else (),
        first_number=numbers.start if style == "timeline" else span.start_s // size,
        offset_s=span.start_s,
        chunk_ms=chunk_ms,
    )


def _style(options: StreamOptions, rendition: Rendition) -> str:
    style = options.addressing
    if style == "mixed":
        uneven = rendition.kind == "audio" and not options.parts_ms
        exact = options.patch or options.gap or uneven
        return "time" if exact else "number"
    return style


def _other_rows(asked: DashRequest, span: Span) -> list[Representation]:
    """The other channel's film from its beginning, on its own clock."""
    other = asked.other or asked.packager
    count = ((span.end_s or span.start_s + 10) - span.start_s) // asked.segments.segment_s
    rows = []
    for rendition in _listed(other, asked.options):
        timeline = other.timelines[rendition.id]
        folder = f"/channels/{other.asset.number}/vod/dash/$RepresentationID$"
        exact = rendition.kind == "audio"
        entries = [(timeline.start(number), timeline.duration(number)) for number in range(count)]
        address = Addressing(
            template=f"{folder}/{'t$Time$' if exact else '$Number$'}.m4s{asked.options.query}",
            init=f"{folder}/init.mp4{asked.options.query}",
            timeline=entries if exact else (),
        )
        bandwidth = other.cmaf_rates(rendition.id).peak
        rows.append(Representation(rendition=rendition, bandwidth=bandwidth, addressing=address))
    return rows


def _thumbnails(asked: DashRequest, span: Span) -> Thumbnails:
    loop = asked.packager.asset.duration_s
    return Thumbnails(
        media=f"thumbnails/{span.start_s}-$Number$.jpg{asked.options.query}",
        sheet_s=loop,
        columns=4,
        rows=3,
        width=160,
        height=90,
    )


def _in_one_file(
    packager: ChannelPackager, rendition: Rendition, segments: SegmentRange, options: StreamOptions
) -> Addressing:
    file = packager.indexed_file(rendition.id, segments, levels=options.sidx)
    return Addressing(
        template=None,
        init=f"{rendition.id}.mp4{options.query}",
        index_range=(file.init_size, len(file.head) - 1),
    )
