"""The server of the film: `python bench/abr_runs/origin.py` says READY and where.

HLS and DASH tell of the same segments (`/film.m3u8`, `/film.mpd`). Every page may read and time
everything, so that the browser's players see what they would see at home.
"""

import re
import sys
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.abr_runs.film import COUNT, FRAME_RATE, SEGMENT_S, FilmRung, rungs
from headend.origin.cors import OpenToAll
from headend.serve import free_port, serve

HOST = "127.0.0.1"
TIMESCALE = 1000
_RANGE = re.compile(r"bytes=(\d+)-(\d*)$")


class FilmOrigin:
    """Answers for manifests and segments of a ladder."""

    def __init__(self, ladder: tuple[FilmRung, ...]) -> None:
        """Serve these rungs, by their heights."""
        self._ladder = {str(rung.height): rung for rung in ladder}

    def routes(self) -> list[Route]:
        """All that there is."""
        return [
            Route("/health", self._health),
            Route("/film.m3u8", self._multivariant),
            Route("/film.mpd", self._mpd),
            Route("/{rung}/list.m3u8", self._media_playlist),
            Route("/{rung}/init.mp4", self._init),
            Route("/{rung}/{number:int}.m4s", self._segment),
        ]

    async def _health(self, request: Request) -> Response:
        return _answer(request, "well", "text/plain")

    async def _multivariant(self, request: Request) -> Response:
        return _answer(request, multivariant(self._ladder), "application/vnd.apple.mpegurl")

    async def _media_playlist(self, request: Request) -> Response:
        return _answer(request, media_playlist(), "application/vnd.apple.mpegurl")

    async def _mpd(self, request: Request) -> Response:
        return _answer(request, mpd(self._ladder), "application/dash+xml")

    async def _init(self, request: Request) -> Response:
        rung = self._ladder.get(request.path_params["rung"])
        return Response(status_code=404) if rung is None else _media(request, rung.init())

    async def _segment(self, request: Request) -> Response:
        rung, number = self._ladder.get(request.path_params["rung"]), request.path_params["number"]
        if rung is None or number >= COUNT:
            return Response(status_code=404)
        return _media(request, rung.segment(number))


def multivariant(ladder: dict[str, FilmRung]) -> str:
    """RFC 8216 4.3.4."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for name, rung in ladder.items():
        rates = f"BANDWIDTH={rung.bandwidth},AVERAGE-BANDWIDTH={rung.bandwidth}"
        shape = f"RESOLUTION={rung.width}x{rung.height},FRAME-RATE={FRAME_RATE}.000"
        lines.append(f'#EXT-X-STREAM-INF:{rates},{shape},CODECS="{rung.config.codecs}"')
        lines.append(f"{name}/list.m3u8")
    return "\n".join([*lines, ""])


def media_playlist() -> str:
    """RFC 8216 4.3.3; the same for each rung."""
    head = f"#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:{SEGMENT_S:.0f}\n"
    head += '#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-MAP:URI="init.mp4"\n'
    segments = "".join(f"#EXTINF:{SEGMENT_S:.3f},\n{number}.m4s\n" for number in range(COUNT))
    return f"{head}{segments}#EXT-X-ENDLIST\n"


def mpd(ladder: dict[str, FilmRung]) -> str:
    """ISO/IEC 23009-1, the on-demand form of the live profile."""
    representations = "".join(
        f'<Representation id="{name}" bandwidth="{rung.bandwidth}" width="{rung.width}"'
        f' height="{rung.height}" frameRate="{FRAME_RATE}" codecs="{rung.config.codecs}"/>'
        for name, rung in ladder.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" minBufferTime="PT2S"'
        f' profiles="urn:mpeg:dash:profile:isoff-live:2011"'
        f' mediaPresentationDuration="PT{COUNT * SEGMENT_S:.0f}S"><Period id="0" start="PT0S">'
        '<AdaptationSet contentType="video" mimeType="video/mp4" segmentAlignment="true"'
        ' startWithSAP="1"><SegmentTemplate initialization="$RepresentationID$/init.mp4"'
        f' media="$RepresentationID$/$Number$.m4s" timescale="{TIMESCALE}"'
        f' duration="{SEGMENT_S * TIMESCALE:.0f}" startNumber="0"/>{representations}'
        "</AdaptationSet></Period></MPD>"
    )


def _media(request: Request, body: bytes) -> Response:
    return _answer(request, body, "video/mp4")


def _answer(request: Request, body: str | bytes, media_type: str) -> Response:
    whole = body.encode() if isinstance(body, str) else body
    headers = {"Timing-Allow-Origin": "*", "Cache-Control": "no-store", "Accept-Ranges": "bytes"}
    wanted = _RANGE.match(request.headers.get("range", ""))
    if wanted is None:
        return Response(whole, headers=headers, media_type=media_type)
    first, last = int(wanted[1]), min(int(wanted[2] or len(whole) - 1), len(whole) - 1)
    if first > last:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{len(whole)}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{len(whole)}"
    return Response(whole[first : last + 1], 206, headers, media_type)


def main() -> None:
    """Encode, then serve until ended."""
    app = OpenToAll(Starlette(routes=FilmOrigin(rungs()).routes()))
    port = free_port(HOST, 0)

    def ready() -> None:
        sys.stdout.write(f"READY http://{HOST}:{port}\n")
        sys.stdout.flush()

    with suppress(KeyboardInterrupt):
        serve(app, HOST, [port], ready)


if __name__ == "__main__":
    main()
