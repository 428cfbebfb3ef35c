"""Which segments a manifest lists, and which are served, at a moment and by the options."""

from dataclasses import replace

from headend.asset.model import Asset
from headend.live.window import LiveSettings, SegmentRange, on_demand, window
from headend.origin.options import StreamOptions

_DEFAULT_LEAD_MS = 10_000  # a fault without a moment of its own comes after the player's start
_EVENT_BACKLOG_S = 30
_LONGEST_EVENT_S = 24 * 3600  # as long as the longest window


def with_moment(options: StreamOptions, now_ms: int) -> StreamOptions:
    """The options with the moment that theirs are about, where they lack one.

    Multivariant playlists and MPDs fill it in, so that all that they name agrees on it.
    """
    if not options.of_a_moment or options.at_ms is not None:
        return options
    at_ms = now_ms + _DEFAULT_LEAD_MS
    return replace(options, at_ms=at_ms, query=options.and_query(f"at_ms={at_ms}"))


def listed(asset: Asset, options: StreamOptions, now_ms: int, *, live: bool) -> SegmentRange:
    """The segments that a manifest lists."""
    if not live:
        return on_demand(asset, options.loops, length_s=options.length_s)
    shown_ms = seen_ms(options, now_ms)
    offered = window(asset, LiveSettings(window_s=options.window_s), shown_ms)
    return _as_event(_after_reset(offered, options, shown_ms), options, now_ms)


def served(asset: Asset, options: StreamOptions, now_ms: int, *, live: bool) -> SegmentRange:
    """The segments that can be had, whatever manifests say."""
    if not live:
        return on_demand(asset, options.loops, length_s=options.length_s)
    offered = window(asset, LiveSettings(window_s=options.window_s), now_ms)
    if options.event and options.at_ms is not None:
        return replace(offered, oldest=min(_event_begin(offered, options), offered.oldest))
    return offered


def seen_ms(options: StreamOptions, now_ms: int) -> int:
    """The moment that a manifest shows, which may be stuck, late, or over."""
    at_ms = options.at_ms or 0
    if options.ends_s is not None:
        now_ms = min(now_ms, at_ms + options.ends_s * 1000)
    if at_ms <= now_ms < at_ms + options.stuck_s * 1000:
        return at_ms
    if options.late_s and now_ms >= at_ms:
        return max(at_ms, now_ms - options.late_s * 1000)
    return now_ms


def shown_at_ms(options: StreamOptions, made_ms: int) -> int:
    """When a manifest first shows what is made at `made_ms`, or that it was the end before."""
    at_ms = options.at_ms or 0
    shown = made_ms
    if made_ms > at_ms:
        shown = max(at_ms + options.stuck_s * 1000, made_ms + options.late_s * 1000)
    if options.ends_s is not None:
        shown = min(shown, at_ms + options.ends_s * 1000)
    return shown


def _after_reset(offered: SegmentRange, options: StreamOptions, shown_ms: int) -> SegmentRange:
    """From the moment on the numbers begin again, `reset` seconds before it."""
    at_ms = options.at_ms or 0
    if not options.reset_s or shown_ms < at_ms:
        return offered
    begin = (at_ms - options.reset_s * 1000) // (offered.segment_s * 1000)
    return replace(offered, first=max(offered.first, begin), sequence_base=begin)


def _event_begin(offered: SegmentRange, options: StreamOptions) -> int:
    begin_ms = max((options.at_ms or 0) - _EVENT_BACKLOG_S * 1000, 0)
    oldest = offered.end - _LONGEST_EVENT_S // offered.segment_s
    return max(begin_ms // (offered.segment_s * 1000), oldest)


def _as_event(offered: SegmentRange, options: StreamOptions, now_ms: int) -> SegmentRange:
    if options.ends_s is not None:
        over = now_ms >= (options.at_ms or 0) + options.ends_s * 1000
        offered = replace(offered, ended=over)
    if not options.event or options.at_ms is None:
        return offered
    return replace(
        offered, first=min(_event_begin(offered, options), offered.end), open_ended=True
    )
