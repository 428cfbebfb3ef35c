"""EXT-X-DATERANGE: signalled breaks and interstitials (RFC 8216bis section 4.4.5.1, annex D)."""

from headend.clock import iso_utc
from headend.hls.scte35 import splice_insert

_INTERSTITIAL = "com.apple.hls.interstitial"
_BREAK_MS = 10_000


def break_range(start_ms: int) -> str:
    """A signalled break of ten seconds that is not replaced."""
    return (
        f'#EXT-X-DATERANGE:ID="break-{start_ms // 1000}",CLASS="farol:break",'
        f'START-DATE="{iso_utc(start_ms)}",PLANNED-DURATION={_BREAK_MS / 1000:.3f},'
        f'X-FAROL-NUMBER={start_ms // 60_000},X-FAROL-TEXT="break",'
        f"SCTE35-OUT={_signal(start_ms, out=True)}"
    )


def break_end(start_ms: int) -> str:
    """The same range once it is over: its end and its length."""
    return (
        f'#EXT-X-DATERANGE:ID="break-{start_ms // 1000}",CLASS="farol:break",'
        f'START-DATE="{iso_utc(start_ms)}",END-DATE="{iso_utc(start_ms + _BREAK_MS)}",'
        f"DURATION={_BREAK_MS / 1000:.3f},SCTE35-IN={_signal(start_ms, out=False)}"
    )


def splice(start_ms: int, duration_s: int) -> str:
    """A break that splice marks tell of, way out and way back in one range."""
    event = start_ms // 1000
    out = splice_insert(event, out=True, duration_s=duration_s).hex().upper()
    back = splice_insert(event, out=False).hex().upper()
    return (
        f'#EXT-X-DATERANGE:ID="splice-{event}",START-DATE="{iso_utc(start_ms)}",'
        f"DURATION={duration_s:.3f},SCTE35-OUT=0x{out},SCTE35-IN=0x{back}"
    )


def interstitial(
    start_ms: int,
    *,
    uri: str,
    is_list: bool,
    duration_s: float,
    resume_s: float | None = None,
    skip_s: int | None = None,
) -> str:
    """An interstitial from `start_ms` on; `resume_s` None resumes where live is by then.

    It may be skipped after `skip_s`, with None not at all.
    """
    place = f'X-ASSET-LIST="{uri}"' if is_list else f'X-ASSET-URI="{uri}"'
    skip = "" if skip_s is None else f",X-SKIP-CONTROL-OFFSET={skip_s}"
    resume = "" if resume_s is None else f",X-RESUME-OFFSET={resume_s:.3f}"
    return (
        f'#EXT-X-DATERANGE:ID="interstitial-{start_ms // 1000}",CLASS="{_INTERSTITIAL}",'
        f'START-DATE="{iso_utc(start_ms)}",DURATION={duration_s:.3f},{place}{resume},'
        f'X-RESTRICT="SKIP,JUMP",X-SNAP="OUT,IN"{skip}'
    )


def _signal(start_ms: int, *, out: bool) -> str:
    return "0x" + splice_insert(start_ms // 60_000, out=out).hex().upper()
