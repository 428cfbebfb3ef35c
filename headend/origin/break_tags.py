"""The breaks of a channel as HLS tells them: date ranges, interstitials and SCTE-35 marks."""

from urllib.parse import urlencode

from headend.hls import dateranges
from headend.live.window import SegmentRange
from headend.origin.options import StreamOptions
from headend.origin.sources import Stream

_BREAK_EVERY_MS, _BREAK_MS = 60_000, 10_000
_INTERSTITIAL_S = 10
_SKIP_S, _NOTICE_S = 5, 30


def break_tags(stream: Stream, segments: SegmentRange) -> list[str]:
    """The date ranges that touch the window; they stand before its first entry."""
    options = stream.options
    begin, end = segments.first * segments.segment_s, segments.end * segments.segment_s
    tags = [*_breaks(options, begin, end), *_interstitials(stream, segments, begin, end)]
    return tags + _splices(options, segments, begin, end)


def has_break_tags(options: StreamOptions) -> bool:
    """Date ranges stand on a calendar: their playlist has dates (RFC 8216bis 4.4.5.1)."""
    return options.daterange or options.interstitial_s > 0 or options.breaks_s > 0


def _breaks(options: StreamOptions, begin_s: int, end_s: int) -> list[str]:
    if not options.daterange:
        return []
    lines = []
    for minute in range(begin_s * 1000 // _BREAK_EVERY_MS, end_s * 1000 // _BREAK_EVERY_MS + 1):
        start = minute * _BREAK_EVERY_MS
        if begin_s * 1000 <= start + _BREAK_MS and start < end_s * 1000:
            lines.append(dateranges.break_range(start))
        if begin_s * 1000 <= start + _BREAK_MS <= end_s * 1000:
            lines.append(dateranges.break_end(start))
    return lines


def _splices(
    options: StreamOptions, segments: SegmentRange, begin_s: int, end_s: int
) -> list[str]:
    every = options.breaks_s
    starts = _moments(segments, every, begin_s, end_s + _NOTICE_S) if every else ()
    return [dateranges.splice(start * 1000, _INTERSTITIAL_S) for start in starts]


def _moments(segments: SegmentRange, every: int, begin_s: int, end_s: int) -> list[int]:
    """When breaks begin; a film ends before one could, and begins with none."""
    if not segments.live:
        end_s = min(end_s, segments.end * segments.segment_s)
    first = max(-(-begin_s // every), 0 if segments.live else 1)
    return [index * every for index in range(first, -(-end_s // every))]


def _interstitials(stream: Stream, segments: SegmentRange, begin_s: int, end_s: int) -> list[str]:
    options = stream.options
    every = options.interstitial_s or options.breaks_s
    if not every:
        return []
    number = stream.ads.asset.number
    film = f"/channels/{number}/vod/hls-cmaf/master.m3u8?length={_INTERSTITIAL_S}"
    assets = "/interstitials.json?" + urlencode(
        {"channel": number, "length": _INTERSTITIAL_S, "count": 2}
    )
    as_list = options.asset_list
    end_s += _NOTICE_S if options.breaks_s else 0
    return [
        dateranges.interstitial(
            start * 1000,
            uri=assets if as_list else film,
            is_list=as_list,
            duration_s=_INTERSTITIAL_S * (2 if as_list else 1),
            resume_s=None if segments.live else 0,
            skip_s=_SKIP_S if options.breaks_s else None,
        )
        for start in _moments(segments, every, begin_s, end_s)
    ]
