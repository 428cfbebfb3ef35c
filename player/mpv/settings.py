"""The settings libmpv is made with; docs/adr/0003 says why the stream's are what they are."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from player.mpv.log import to_logging

CACHE_SECONDS = 2
"""How far libmpv reads ahead. What lies beyond stays with the engine, where it can be replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkOptions:
    """How an `MpvSink` shows and sounds.

    `video` "libmpv" draws through a `RenderSurface`, "null" decodes and shows nothing; `audio`
    "null" needs no sound device; `hardware` lets it look for a hardware decoder.
    `ipc_socket` opens mpv's own JSON IPC for outside observers. `log(level, prefix, text)`
    takes libmpv's warnings and errors, free of credentials, on libmpv's event thread.
    """

    video: Literal["libmpv", "null"] = "libmpv"
    audio: Literal["auto", "null"] = "auto"
    hardware: bool = True
    ipc_socket: Path | None = None
    log: Callable[[str, str, str], None] = field(default=to_logging, repr=False)


_NOTHING_OF_ITS_OWN = {
    # No configuration, script, key binding, file beside the file, or text on the picture.
    "config": "no",
    "load-scripts": "no",
    "ytdl": "no",
    "osc": "no",
    "load-stats-overlay": "no",
    "load-osd-console": "no",
    "load-console": "no",
    "load-auto-profiles": "no",
    "load-select": "no",
    "load-commands": "no",
    "load-positioning": "no",
    "load-context-menu": "no",
    "input-default-bindings": "no",
    "input-vo-keyboard": "no",
    "input-media-keys": "no",
    "osd-level": "0",
    "sub-auto": "no",
    "audio-file-auto": "no",
    "cover-art-auto": "no",
    "autoload-files": "no",
    "audio-display": "no",
    "save-position-on-quit": "no",
    "resume-playback": "no",
    # What a stranger's file may make libmpv open.
    "load-unsafe-playlists": "no",
    "access-references": "no",
    "ordered-chapters": "no",
}

_STREAM = {
    # `cache-secs` alone bounds read-ahead (`cache=yes` without it reads an hour), and the engine
    # owns rebuffering. Nothing is kept behind: a seek is a new epoch.
    "cache": "yes",
    "cache-secs": str(CACHE_SECONDS),
    "cache-pause": "no",
    "demuxer-max-back-bytes": "0",
    "demuxer-donate-buffer": "no",
    "rebase-start-time": "no",
    "hr-seek": "yes",
    # Joints: the next epoch is opened before this one ends, and the last picture stays.
    "idle": "yes",
    "prefetch-playlist": "yes",
    "gapless-audio": "weak",
    "keep-open": "yes",
    "keep-open-pause": "no",
}

_OUTPUT = {
    "audio-fallback-to-null": "yes",
    "audio-client-name": "Farol",
    "video-aspect-method": "bitstream",
    "video-timing-offset": "0",
    "audio-pitch-correction": "yes",
    "volume-max": "100",
}


def core_options(options: SinkOptions) -> dict[str, str]:
    """Give libmpv's options, by libmpv's names; an older or newer libmpv may lack some."""
    chosen = {**_NOTHING_OF_ITS_OWN, **_STREAM, **_OUTPUT, "vo": options.video}
    chosen["hwdec"] = "auto-safe" if options.hardware and options.video == "libmpv" else "no"
    if not options.hardware:
        chosen["gpu-hwdec-interop"] = "no"
    if options.audio == "null":
        chosen["ao"] = "null"
    if options.ipc_socket is not None:
        chosen["input-ipc-server"] = str(options.ipc_socket)
    return chosen
