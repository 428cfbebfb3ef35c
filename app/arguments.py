"""The command line of `farol`."""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from app.console import complain
from player.abr.controllers import make_controller
from player.drm.clearkey import parse_pair
from player.model.cmcd import CmcdMode
from player.net.certificates import parse_fingerprint

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
        type=_list,
        metavar="LIST",
        help="the list of channels to open: a file or a URL (M3U)",
    )
    parser.add_argument(
        "--channel", metavar="NUMBER", default="", help="the channel to begin with"
    )
    _add_look(parser)
    _add_reach(parser)
    _add_run_options(parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_play(commands)
    _add_probe(commands)
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
    play.add_argument("--start", type=_seconds, metavar="S", help="begin at this time, in seconds")
    play.add_argument(
        "--abr",
        type=_controller,
        default="throughput",
        metavar="NAME",
        help="who chooses the rung: throughput, fixed, fixed:HEIGHT, cycle:SECONDS (throughput)",
    )
    play.add_argument(
        "--max-height", type=_height, metavar="N", help="never take a rung taller than N pixels"
    )
    _add_headers(play)
    play.add_argument(
        "--key",
        action="append",
        default=[],
        type=_key,
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
        type=_font_scale,
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
        type=_header,
        metavar="'K: V'",
        help="send this header with every request (may be repeated)",
    )


def _add_reach(parser: argparse.ArgumentParser, default: object = None) -> None:
    """How servers are reached."""
    parser.add_argument(
        "--proxy",
        type=_proxy,
        default=default,
        metavar="URL",
        help="reach all servers through this http(s) proxy; the system's by default",
    )
    parser.add_argument(
        "--accept-certificate",
        type=_fingerprint,
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
        "--duration",
        type=_seconds,
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


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line; leaves the program with 2 and a sentence where it is wrong."""
    options = build_parser().parse_args(arguments)
    options.verbose += getattr(options, "more_verbose", 0)  # -v before the command and after it
    return options


def _list(text: str) -> str:
    try:
        urlsplit(text)
    except ValueError:
        raise argparse.ArgumentTypeError("this is no address that a list could have") from None
    return text


def _seconds(text: str) -> float:
    value = _number(text)
    if not 0 <= value < 1e9:
        raise argparse.ArgumentTypeError(f"{text!r} is no time in seconds")
    return value


def _font_scale(text: str) -> float:
    value = _number(text)
    if not 0.8 <= value <= 2:
        raise argparse.ArgumentTypeError(f"{text!r} is not between 0.8 and 2")
    return value


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None


def _height(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,4}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no height in pixels")
    return int(text)


def _controller(name: str) -> str:
    try:
        make_controller(name)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None
    return name


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name.strip()):
        raise argparse.ArgumentTypeError("a header looks like 'Name: value'")
    if not value.strip().isprintable():
        raise argparse.ArgumentTypeError("a header's value is one line of text")
    if not value.isascii():
        raise argparse.ArgumentTypeError(
            "a header's value has only the characters of ASCII (RFC 9110 5.5)"
        )
    return name.strip(), value.strip()


def _proxy(text: str) -> str:
    try:
        parts = urlsplit(text)
        sound = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise argparse.ArgumentTypeError("a proxy looks like http://host:3128") from None
    return text


def _fingerprint(text: str) -> str:
    try:
        return parse_fingerprint(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def _key(text: str) -> tuple[str, bytes]:
    try:
        return parse_pair(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None
