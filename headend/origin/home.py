"""The page at /: what this is, what is on, and commands to try."""

from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files
from string import Template

from headend.lineup.channel import Channel
from headend.lineup.guide import Programme, now_and_next
from headend.lineup.m3u import LIVE_PATHS

_FILMS = {
    "hls-cmaf": "vod/hls-cmaf/master.m3u8",
    "hls-ts": "vod/hls-ts/master.m3u8",
    "hls-range": "vod/hls-range/master.m3u8",
    "dash": "vod/dash/manifest.mpd",
    "dash-range": "vod/dash-range/manifest.mpd",
}


@cache
def _template() -> Template:
    return Template(files("headend.origin").joinpath("home.html").read_text(encoding="utf-8"))


def home_page(channels: Sequence[Channel], *, base: str, now_ms: int) -> str:
    """The page; `base` is the absolute URL of the headend, with a slash at its end."""
    return _template().substitute(
        base=escape(base),
        count=len(channels),
        rows="\n".join(_row(channel, now_ms) for channel in channels),
    )


def _row(channel: Channel, now_ms: int) -> str:
    now, following = now_and_next(channel, now_ms)
    root = f"/channels/{channel.number}/"
    return f"""<li class="channel">
<span class="number">{channel.number}</span>
<img src="/logo/{channel.number}.svg" alt="" width="56" height="56">
<div class="what"><h2>{escape(now.show.title)}</h2>
<p>{escape(channel.name)} <span class="soft">· {_times(now)} · then
{escape(following.show.title)}</span></p></div>
<div class="bar" role="img" aria-label="{_share(now, now_ms)} % over"><i
 style="width:{_share(now, now_ms)}%"></i></div>
<nav aria-label="{escape(channel.name)}"><span class="live">Live</span>{_links(root, LIVE_PATHS)}
<span class="film">Film</span>{_links(root, _FILMS)}</nav>
</li>"""


def _links(root: str, paths: dict[str, str]) -> str:
    return "".join(f'<a href="{root}{path}">{name}</a>' for name, path in paths.items())


def _times(programme: Programme) -> str:
    """Start and stop in the viewer's own zone, set by the page; UTC until then."""
    parts = (
        f'<time datetime="{moment.isoformat()}">{moment:%H:%M}</time>'
        for moment in (programme.start, programme.stop)
    )
    return " \N{EN DASH} ".join(parts)


def _share(programme: Programme, now_ms: int) -> int:
    start, stop = programme.start.timestamp() * 1000, programme.stop.timestamp() * 1000
    return round((now_ms - start) * 100 / (stop - start))
