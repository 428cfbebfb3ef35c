"""What a viewer may ask for in the query of a URL."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from headend.origin.option_kinds import BadOptionError, Flag, Kind, Number, Word, Words

__all__ = ["BadOptionError", "StreamOptions", "stream_options"]

_LATEST = 1 << 47  # the year 6429: dates end with 9999
_CODECS = (
    *("h264", "hevc", "vp9", "av1"),
    *("aac", "ac3", "eac3", "opus", "flac", "mp3", "mp2"),
)
_KINDS = ("video", "audio", "text", "init", "playlist", "manifest")

_KNOWN: Mapping[str, Kind] = {
    # the stream
    "loops": Number("loops", 1, 3600),
    "length": Number("length_s", 2, 24 * 3600),
    "window": Number("window_s", 2, 24 * 3600),
    "now_ms": Number("now_ms", 0, _LATEST),
    "at_ms": Number("at_ms", 0, _LATEST),
    "skew": Number("skew_s", -24 * 3600, 24 * 3600),
    "codecs": Words("codecs"),
    "rungs": Words("rungs"),
    "parts": Number("parts_ms", 200, 500),
    # its clock and its joints
    "discontinuity": Number("discontinuity", 0, 1800),
    "misalign": Flag("misalign"),
    "ads": Flag("ads"),
    "rollover": Flag("rollover"),
    "gap": Number("gap", 0, 1800),
    "missing": Number("missing", 0, 1800),
    # a live playlist that does not do as it should
    "stuck": Number("stuck_s", 0, 3600),
    "reset": Number("reset_s", 0, 3600),
    "late": Number("late_s", 0, 3600),
    "event": Flag("event"),
    "ends": Number("ends_s", 0, 24 * 3600),
    # HLS
    "local": Flag("local"),
    "start": Number("start_s", -24 * 3600, 24 * 3600),
    "pdt": Flag("pdt"),
    "define": Flag("define"),
    "daterange": Flag("daterange"),
    "breaks": Number("breaks_s", 0, 3600),
    "interstitial": Number("interstitial_s", 0, 3600),
    "asset_list": Flag("asset_list"),
    "iframes": Flag("iframes"),
    "session_data": Flag("session_data"),
    "delta": Flag("delta"),
    "aes": Flag("aes"),
    "pathways": Number("pathways", 0, 3),
    "clones": Flag("clones"),
    "steer": Words("steer", ("a", "b", "c", "d")),
    "ttl": Number("ttl_s", 1, 3600),
    "audio_groups": Number("audio_groups", 1, 4),
    "muxed": Flag("muxed"),
    "audio": Word("audio_form", ("ts", "packed")),
    "score": Flag("score"),
    "video_range": Word("video_range", ("SDR", "PQ", "HLG")),
    "hdcp": Flag("hdcp"),
    "thumbnails": Flag("thumbnails"),
    "sphere": Flag("sphere"),
    # DASH
    "periods": Number("period_s", 0, 24 * 3600),
    "period_gap": Number("period_gap_ms", 0, 60_000),
    "bumper": Flag("bumper"),
    "early": Flag("early"),
    "timing": Word("timing", ("none", "direct", "iso", "xsdate", "head", "ntp")),
    "base_urls": Number("base_urls", 1, 3),
    "steering": Flag("steering"),
    "patch": Flag("patch"),
    "xlink": Word("xlink", ("1", "zero", "loop", "file")),
    "events": Flag("events"),
    "expire": Flag("expire"),
    "id3": Flag("id3"),
    "trick": Flag("trick"),
    "priming": Flag("priming"),
    "addressing": Word("addressing", ("mixed", "number", "time", "timeline", "list")),
    "container": Word("container", ("mp4", "webm")),
    "sidx": Number("sidx", 1, 2),
    "latency": Number("latency_ms", 0, 60_000),
    "cmcd": Number("cmcd", 0, 2),
    # faults
    "rate": Number("rate_kbps", 8, 10_000_000),
    "slow": Number("slow_kbps", 8, 10_000_000),
    "collapse": Number("collapse", 0, 1800),
    "loss": Number("loss_percent", 0, 100),
    "status": Number("status", 400, 599),
    "every": Number("every", 1, 1800),
    "on": Words("on", _KINDS),
    "times": Number("times", 0, 100),
    "run": Words("run"),
    "retry_after": Number("retry_after_s", 0, 3600),
    "stall": Number("stall", 0, 1800),
    "cut": Number("cut", 0, 1800),
    "slow_start": Number("slow_start_ms", 0, 600_000),
    "redirect": Number("redirect", 0, 50),
    "hop": Number("hop", 0, 50),
    "ranges": Flag("ranges"),
    "broken": Words("broken", _CODECS),
    "dead": Word("dead", ("a", "b", "c")),
    "from_ms": Number("from_ms", 0, _LATEST),
    "to_ms": Number("to_ms", 0, _LATEST),
}
_NOT_CARRIED = ("hop",)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamOptions:
    """The options of one stream; what was given in a manifest's URL carries over to its children.

    What each asks for stands in docs/manual/headend-options.md; the less plain ones:

    Attributes:
        now_ms: the moment to answer for, in test mode; None for the clock's.
        at_ms: the moment that `stuck`, `reset`, `late`, `rollover`, `event` and `ends` speak of.
        from_ms: faults begin, and with `to_ms` end, at these moments.
        query: the options as they were given, to carry over: "" or "?...".
    """

    loops: int = 5
    length_s: int | None = None
    window_s: int = 60
    now_ms: int | None = None
    at_ms: int | None = None
    skew_s: int = 0
    codecs: tuple[str, ...] = ()
    rungs: tuple[str, ...] = ()
    parts_ms: int = 0
    discontinuity: int = 0
    misalign: bool = False
    ads: bool = False
    rollover: bool = False
    gap: int = 0
    missing: int = 0
    stuck_s: int = 0
    reset_s: int = 0
    late_s: int = 0
    event: bool = False
    ends_s: int | None = None
    local: bool = False
    start_s: int | None = None
    pdt: bool = True
    define: bool = False
    daterange: bool = False
    breaks_s: int = 0
    interstitial_s: int = 0
    asset_list: bool = False
    iframes: bool = False
    session_data: bool = False
    delta: bool = False
    aes: bool = False
    pathways: int = 0
    clones: bool = False
    steer: tuple[str, ...] = ()
    ttl_s: int = 10
    audio_groups: int = 1
    muxed: bool = True
    audio_form: str = "ts"
    score: bool = False
    video_range: str = ""
    hdcp: bool = False
    thumbnails: bool = False
    sphere: bool = False
    period_s: int = 0
    period_gap_ms: int = 0
    bumper: bool = False
    early: bool = False
    timing: str = ""
    base_urls: int = 1
    steering: bool = False
    patch: bool = False
    xlink: str = ""
    events: bool = False
    expire: bool = False
    id3: bool = False
    trick: bool = False
    priming: bool = False
    addressing: str = "mixed"
    container: str = "mp4"
    sidx: int = 1
    latency_ms: int = 0
    cmcd: int = 0
    rate_kbps: int | None = None
    slow_kbps: int | None = None
    collapse: int = 0
    loss_percent: int = 0
    status: int = 0
    every: int = 1
    on: tuple[str, ...] = ("video", "audio", "text")
    times: int = 0
    run: tuple[str, ...] = ()
    retry_after_s: int | None = None
    stall: int = 0
    cut: int = 0
    slow_start_ms: int = 0
    redirect: int = 0
    hop: int = 0
    ranges: bool = True
    broken: tuple[str, ...] = ()
    dead: str = ""
    from_ms: int = 0
    to_ms: int = _LATEST
    query: str = ""

    @property
    def of_a_moment(self) -> bool:
        """Whether something was asked for that happens at `at_ms`."""
        ended = self.ends_s is not None
        return any((self.stuck_s, self.reset_s, self.late_s, self.rollover, self.event, ended))

    def at(self, now_ms: int) -> "StreamOptions":
        """The same options for another moment; what is carried over stays as it was."""
        return replace(self, now_ms=now_ms)

    def and_query(self, more: str) -> str:
        """The carried query with one more `name=value` in it."""
        return f"{self.query}&{more}" if self.query else f"?{more}"


def stream_options(query: Mapping[str, str], *, test_mode: bool) -> StreamOptions:
    """The options in a query; unknown names are ignored, as a CDN's own tokens pass here too.

    Raises:
        BadOptionError: one of ours makes no sense.
    """
    known = {name: value for name, value in query.items() if name in _KNOWN}
    if not test_mode:
        known.pop("now_ms", None)
    fields: dict[str, Any] = {
        _KNOWN[name].field: _KNOWN[name].read(name, value) for name, value in known.items()
    }
    carried = {name: value for name, value in known.items() if name not in _NOT_CARRIED}
    return StreamOptions(query="?" + urlencode(carried, safe=",") if carried else "", **fields)
