"""The command line of `farol`."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from app.argument_types import (
    bandwidth,
    connections,
    content_key,
    controller,
    fingerprint,
    font_scale,
    gibibytes,
    header,
    height,
    minutes,
    pixel_sizes,
    proxy,
    source_list,
    time_in_seconds,
)
from app.console import complain
from app.record_arguments import add_record_commands
from player.abr.controllers import NAMES
from player.api import PlayRequest
from player.model.cmcd import CmcdMode
from player.units import ByteCount

DEFAULT_ABR = PlayRequest(url="").abr

DEFAULT_TIME_SHIFT = 30.0
DEFAULT_TIME_SHIFT_SIZE = ByteCount(2 << 30)

DESCRIPTION = """\
Farol plays television from the internet: HLS, MPEG-DASH and transport streams, with an adaptive
engine of its own in front of libmpv. Without a command it opens its window.
"""

EPILOG = """\
exit status: 0 played, 2 bad arguments, 3 the address could not be reached, 4 it was reached but
cannot be played. Keys of the window: arrows and OK, digits, Back; the manual lists all of them.
"""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence; how to write it right is for `--help`."""

    def __init__(self, **named: Any) -> None:
        """Like its base, with the exit statuses at the end of every help."""
        keep_lines = argparse.RawDescriptionHelpFormatter
        super().__init__(epilog=EPILOG, formatter_class=keep_lines, **named)

    def error(self, message: str) -> NoReturn:
        """Leave the program with 2."""
        complain(f"{message[:1].upper()}{message[1:]}.")
        self.exit(2)


def build_parser() -> argparse.ArgumentParser:
    """The whole parser, with every sub-command."""
    parser = _Parser(prog="farol", description=DESCRIPTION)
    _add_verbose(parser, "verbose")
    parser.add_argument(
        "--source",
        type=source_list,
        metavar="LIST",
        help="the list of channels to open: a file or a URL (M3U)",
    )
    parser.add_argument(
        "--channel", metavar="NUMBER", default="", help="the channel to begin with"
    )
    _add_look(parser)
    _add_reach(parser)
    parser.add_argument(
        "--no-prefetch",
        action="store_false",
        dest="prefetch",
        help="fetch nothing of the channels that may come next: slower zaps, fewer bytes",
    )
    _add_run_options(parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_play(commands)
    _add_probe(commands)
    add_record_commands(
        commands,
        lambda one: _add_reach(one, default=argparse.SUPPRESS),
        lambda one: _add_verbose(one, "more_verbose"),
    )
    return parser


def _add_play(commands: "argparse._SubParsersAction[_Parser]") -> None:
    play = commands.add_parser(
        "play",
        help="play one address and say how it went",
        description="Plays one address: a manifest, a transport stream, or a file.",
    )
    play.add_argument(
        "url", metavar="URL", help="what to play (http, https, udp, rtp, rtsp or a file)"
    )
    play.add_argument(
        "--headless", action="store_true", help="no window: real libmpv, null outputs"
    )
    _add_beside(play)
    play.add_argument(
        "--start", type=time_in_seconds, metavar="S", help="begin at this time, in seconds"
    )
    _add_rungs(play)
    _add_headers(play)
    play.add_argument(
        "--key",
        action="append",
        default=[],
        type=content_key,
        metavar="KID:KEY",
        help="a content key, both as 32 hex digits (may be repeated)",
    )
    play.add_argument(
        "--cmcd",
        choices=[str(mode) for mode in CmcdMode],
        help="tell the server how playback goes (CTA-5004), in request headers or the query",
    )
    play.add_argument(
        "--cmcd-version", type=int, choices=[1, 2], default=1, help="the version to tell it in (1)"
    )
    _add_look(play, **dict.fromkeys(_LOOK, argparse.SUPPRESS))
    _add_reach(play, default=argparse.SUPPRESS)
    _add_run_options(play, default=argparse.SUPPRESS)
    _add_verbose(play, "more_verbose")


def _add_beside(play: "_Parser") -> None:
    play.add_argument(
        "--also",
        action="append",
        default=[],
        metavar="URL",
        help="play this one beside it, muted, over the same line (headless; may be repeated)",
    )
    play.add_argument(
        "--sizes",
        type=pixel_sizes,
        default=(),
        metavar="WxH,...",
        help="how large each is on the screen: shares of the line go by size (all alike)",
    )


def _add_rungs(play: "_Parser") -> None:
    play.add_argument(
        "--abr",
        type=controller,
        default=DEFAULT_ABR,
        metavar="NAME",
        help=f"who chooses the rung: {', '.join(NAMES)} ({DEFAULT_ABR})",
    )
    play.add_argument(
        "--max-height", type=height, metavar="N", help="never take a rung taller than N pixels"
    )
    play.add_argument(
        "--max-bandwidth",
        type=bandwidth,
        metavar="KBITS",
        help="never take a rung of more than so many kbit/s",
    )


def _add_probe(commands: "argparse._SubParsersAction[_Parser]") -> None:
    probe = commands.add_parser(
        "probe",
        help="say what a manifest offers",
        description="Reads a manifest and lists its periods, tracks and rungs.",
    )
    probe.add_argument("url", metavar="URL|FILE", help="the manifest")
    probe.add_argument("--json", action="store_true", help="as JSON, for programs")
    _add_headers(probe)
    _add_reach(probe, default=argparse.SUPPRESS)
    _add_verbose(probe, "more_verbose")


_LOOK: dict[str, object] = {
    "language": "",
    "font_scale": 1.0,
    "reduce_motion": False,
    "fullscreen": False,
}


def _add_look(parser: argparse.ArgumentParser, **default: object) -> None:
    """How the window looks; before `play` and after it."""
    default = default or _LOOK
    parser.add_argument(
        "--language",
        metavar="TAG",
        default=default["language"],
        help="the window's language, such as pt; the system's by default",
    )
    parser.add_argument(
        "--font-scale",
        type=font_scale,
        default=default["font_scale"],
        metavar="X",
        help="text size, 0.8 to 2 (1)",
    )
    for name, words in {"reduce_motion": "no fades", "fullscreen": "fill the screen"}.items():
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, action="store_true", default=default[name], help=words)


def _add_headers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--header",
        action="append",
        default=[],
        type=header,
        metavar="'K: V'",
        help="send this header with every request (may be repeated)",
    )


def _add_reach(parser: argparse.ArgumentParser, default: object = None) -> None:
    """How servers are reached."""
    parser.add_argument(
        "--proxy",
        type=proxy,
        default=default,
        metavar="URL",
        help="reach all servers through this http(s) proxy; the system's by default",
    )
    parser.add_argument(
        "--accept-certificate",
        type=fingerprint,
        default=default,
        metavar="SHA256",
        help="take the certificate with this fingerprint though nobody vouches for it",
    )


def _add_verbose(parser: argparse.ArgumentParser, counted_as: str) -> None:
    parser.add_argument(
        "-v",
        "--verbose",
        action="count",
        default=0,
        dest=counted_as,
        help="show decisions (-v) or everything (-vv)",
    )


def _add_run_options(parser: argparse.ArgumentParser, default: object = None) -> None:
    """What the window and `play` have in common."""
    _add_wishes(parser, default)
    _add_outcome(parser, default)


def _add_wishes(parser: argparse.ArgumentParser, default: object) -> None:
    """What is wanted of every channel, and what it may take."""
    parser.add_argument(
        "--max-connections",
        type=connections,
        default=default,
        metavar="N",
        help="open no more than N connections to the source at once, as its account allows",
    )
    parser.add_argument(
        "--audio-language",
        default=default,
        metavar="LANG",
        help="the sound's language where there is a choice, such as pt",
    )
    parser.add_argument(
        "--subtitles",
        default=default,
        metavar="LANG",
        help="show subtitles of this language where there are some",
    )
    parser.add_argument(
        "--data-saver",
        choices=["auto", "never", "always"],
        default=default or "auto",
        help="take no rung above 1500 kbit/s: on metered lines (auto), never or always (auto)",
    )
    parser.add_argument(
        "--time-shift",
        type=minutes,
        default=default or DEFAULT_TIME_SHIFT,
        metavar="MINUTES",
        help="how much of a live channel can be paused and rewound, 0: as much as its server keeps"
        f" ({DEFAULT_TIME_SHIFT:g})",
    )
    parser.add_argument(
        "--time-shift-size",
        type=gibibytes,
        default=default or DEFAULT_TIME_SHIFT_SIZE,
        metavar="GIB",
        help=f"how much disk that may take ({DEFAULT_TIME_SHIFT_SIZE >> 30})",
    )


def _add_outcome(parser: argparse.ArgumentParser, default: object) -> None:
    """When to end, and what is left of the run."""
    parser.add_argument(
        "--duration",
        type=time_in_seconds,
        default=default,
        metavar="S",
        help="stop this many seconds after the first picture (0: with it)",
    )
    parser.add_argument(
        "--report", type=Path, default=default, metavar="FILE", help="write how it went, as JSON"
    )
    parser.add_argument(
        "--screenshot",
        type=Path,
        default=default,
        metavar="FILE",
        help="write the last picture as PNG, whatever the name",
    )
    parser.add_argument(
        "--mpv-ipc",
        type=Path,
        default=default,
        metavar="SOCKET",
        help="open mpv's own JSON IPC socket",
    )


def _look_at_beside(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    if options.command != "play":
        return
    if (options.also or options.sizes) and not options.headless:
        parser.error("--also and --sizes are for --headless; in the window, V opens multi-view")
    wrong = _wrong_sizes(len(options.sizes), 1 + len(options.also))
    if wrong:
        parser.error(wrong)


def _wrong_sizes(sizes: int, addresses: int) -> str:
    """Why so many sizes are not those of so many addresses; "" where they are, or none is told."""
    if sizes and addresses < 2:
        return "--sizes is for several addresses: name the others by --also"
    if sizes and sizes != addresses:
        told = "there is 1 size" if sizes == 1 else f"there are {sizes} sizes"
        return f"{told} for {addresses} addresses: --sizes takes one for each"
    return ""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line; leaves the program with 2 and a sentence where it is wrong."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    _look_at_beside(parser, options)
    options.verbose += getattr(options, "more_verbose", 0)  # -v before the command and after it
    return options
