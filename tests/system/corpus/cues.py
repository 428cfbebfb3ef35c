"""Every subtitle and caption of the corpus: what to open, and what must be shown when."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.system.corpus.captions_reference import Spans, captions_told
from tests.system.corpus.cases import AV1, CORPUS, SHAKA, VHS

_FIVE = tuple(f"corpus/{VHS}/videoOneSecond{one}.ts" for one in ("", "1", "2", "3", "4"))
_EPOCH = 1_729_055_630
"""Second of the first cue of the fragment: 2024-10-16T05:13:50Z, as its words say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextCase:
    """Files to be written beside a folder `corpus`, the first of which is opened.

    `choice` is a word of the id or the name of what is chosen; `told` reads the same text by
    other means. `speed` is the recorder's.
    """

    choice: str
    told: Callable[[], Spans]
    files: dict[str, str] = field(default_factory=dict)
    manifest: str = ""
    speed: float = 1.0

    def address(self, folder: Path) -> str:
        """Write what is to be opened."""
        if self.manifest:
            return str(CORPUS / self.manifest)
        (folder / "corpus").symlink_to(CORPUS)
        for name, words in self.files.items():
            (folder / name).write_text(words)
        return str(folder / next(iter(self.files)))


def _list(*segments: str, seconds: float, before: str = "") -> str:
    """A media playlist."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:10"]
    lines += [before] if before else []
    for name in segments:
        lines += [f"#EXTINF:{seconds},", name]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


_MULTIVARIANT = """#EXTM3U
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="t",NAME="the text",LANGUAGE="en",URI="text.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1000000,SUBTITLES="t"
video.m3u8
"""


def _beside_pictures(text: str) -> dict[str, str]:
    video = _list(*_FIVE, seconds=1.0)
    return {"index.m3u8": _MULTIVARIANT, "video.m3u8": video, "text.m3u8": text}


def _pictures_of(*names: str) -> Callable[[], Spans]:
    return lambda: captions_told(b"".join((CORPUS / VHS / name).read_bytes() for name in names))


def _known(*spans: tuple[float, float, str]) -> Callable[[], Spans]:
    return lambda: list(spans)


def _mpd(text: str) -> str:
    """Ten seconds of pictures, and a text adaptation set."""
    return f"""<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" minBufferTime="PT2S"
 profiles="urn:mpeg:dash:profile:isoff-live:2011" mediaPresentationDuration="PT10S">
<Period id="p"><AdaptationSet contentType="video" mimeType="video/mp4" codecs="av01.0.04M.08">
<SegmentTemplate timescale="1" duration="2" startNumber="1"
 initialization="corpus/{AV1}/av1/init.mp4" media="corpus/{AV1}/av1/$Number$.m4s"/>
<Representation id="v" bandwidth="300000" width="640" height="360"/></AdaptationSet>
{text}</Period></MPD>"""


_FRAGMENT = f"""<AdaptationSet contentType="text" mimeType="application/mp4" codecs="wvtt"
 lang="en"><Label>the text</Label>
<SegmentTemplate timescale="1000" presentationTimeOffset="{_EPOCH}000"
 initialization="corpus/{VHS}/mp4WebVttInit.mp4" media="corpus/{VHS}/mp4WebVtt.mp4">
<SegmentTimeline><S t="{_EPOCH}000" d="2000"/></SegmentTimeline></SegmentTemplate>
<Representation id="t" bandwidth="1000"/></AdaptationSet>"""

_SIDECAR = f"""<AdaptationSet contentType="text" mimeType="text/vtt" lang="en">
<Label>the text</Label>
<Representation id="t" bandwidth="1000"><BaseURL>corpus/{VHS}/subtitles.vtt</BaseURL>
</Representation></AdaptationSet>"""

_KEY = f'#EXT-X-KEY:METHOD=AES-128,URI="corpus/{VHS}/encryptionKey.key",IV=0x{0:032x}'
_SUBTITLE = (1.466, 1.48, "Test subtitle")
_STAMPED = "2024-10-16T05:13:{}Z\nen # 864527815"

TEXT_CASES: dict[str, TextCase] = {
    "CEA-608 in a transport stream": TextCase(
        files={"index.m3u8": _list(f"corpus/{VHS}/caption.ts", seconds=0.616667)},
        choice="CC1",
        told=_pictures_of("caption.ts"),
        speed=0.15,
    ),
    "CEA-608 in fragments": TextCase(
        files={
            "index.m3u8": _list(
                f"corpus/{VHS}/mp4Captions.mp4",
                seconds=2.0,
                before=f'#EXT-X-MAP:URI="corpus/{VHS}/mp4VideoInit.mp4"',
            )
        },
        choice="CC1",
        told=_pictures_of("mp4VideoInit.mp4", "mp4Captions.mp4"),
        speed=0.3,
    ),
    "WebVTT beside a transport stream": TextCase(
        files=_beside_pictures(_list(f"corpus/{VHS}/subtitles.vtt", seconds=5.0)),
        choice="the text",
        told=_known(_SUBTITLE),
        speed=0.3,
    ),
    "WebVTT under AES-128": TextCase(
        files=_beside_pictures(
            _list(f"corpus/{VHS}/subtitlesEncrypted.vtt", seconds=5.0, before=_KEY)
        ),
        choice="the text",
        told=_known(_SUBTITLE),
        speed=0.3,
    ),
    "WebVTT beside an MPD": TextCase(
        files={"index.mpd": _mpd(_SIDECAR)},
        choice="the text",
        told=_known(_SUBTITLE),
        speed=0.5,
    ),
    "WebVTT in fragments": TextCase(
        files={"index.mpd": _mpd(_FRAGMENT)},
        choice="the text",
        told=_known((0.0, 0.9, _STAMPED.format(50)), (1.0, 1.9, _STAMPED.format(51))),
        speed=0.5,
    ),
    "WebVTT on the clock of a transport stream, over a discontinuity": TextCase(
        manifest=f"{SHAKA}/hls-text-offset/index.m3u8",
        choice="text",
        told=_known(
            (0.0, 2.0, "You're a jerk Tom!"),
            (2.0, 4.0, "You're jealous of my robot hand!"),
            (6.0, 8.0, "cues after discontinuity"),
        ),
    ),
}
