"""Which packagings there are, and what comes in which of them."""

from starlette.exceptions import HTTPException
from starlette.requests import Request

from headend.asset.model import Rendition
from headend.origin.options import StreamOptions
from headend.ts.packed import SUFFIXES
from headend.ts.psi import STREAM_TYPES

HLS_FORMATS = ("hls-ts", "hls-cmaf", "hls-range")
DASH_FORMATS = ("dash", "dash-range")
RANGED_FORMATS = ("hls-range", "dash-range")
IN_WEBM = ("vp9", "av1", "opus")
IN_STREAM = ("dvbsub", "teletext")
"""Subtitles that only travel inside a transport stream."""


def form_of(request: Request, known: tuple[str, ...]) -> str:
    """The packaging that the path names, one of those `known`, if it exists for this mode."""
    form, mode = request.path_params["form"], request.path_params["mode"]
    if mode not in {"live", "vod"} or form not in (*HLS_FORMATS, *DASH_FORMATS):
        raise HTTPException(404, f"There is no {mode}/{form} here.")
    if mode == "live" and form in RANGED_FORMATS:
        raise HTTPException(404, "One file with an index is for films: use vod.")
    if form not in known:
        raise HTTPException(404, f"There is nothing of that kind in {mode}/{form}.")
    return str(form)


def comes_in(rendition: Rendition, form: str) -> bool:
    """Whether there is a place for it: HLS knows no TTML, ISO media no teletext."""
    if form in DASH_FORMATS:
        return rendition.codec not in IN_STREAM
    if rendition.kind == "text":
        return rendition.codec == "wvtt"
    return form != "hls-ts" or rendition.codec in STREAM_TYPES


def check_in_form(rendition: Rendition, form: str) -> None:
    """Refuses what has no place there."""
    if not comes_in(rendition, form):
        raise HTTPException(404, f"{rendition.id} does not come in {form}.")


def suffix(form: str, rendition: Rendition, options: StreamOptions) -> str:
    """How the segments of a rendition are called in HLS."""
    if rendition.kind == "text":
        return "vtt"
    if form != "hls-ts":
        return "m4s"
    packed = rendition.kind == "audio" and options.audio_form == "packed"
    return SUFFIXES[rendition.codec] if packed else "ts"


def check_suffix(form: str, extension: str, rendition: Rendition, options: StreamOptions) -> None:
    """Refuses a segment whose name ends as those of that rendition never do."""
    if form == "dash":
        known = {"m4s", "webm"} if rendition.codec in IN_WEBM else {"m4s"}
    else:
        known = {suffix(form, rendition, options)}
    in_one_file = form in RANGED_FORMATS and rendition.kind != "text"
    if extension not in known or in_one_file:
        raise HTTPException(404, f"{rendition.id} does not come as .{extension} in {form}.")
