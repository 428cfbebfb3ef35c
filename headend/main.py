"""Command line of the headend: one program, one role each run."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from platformdirs import user_cache_path

from headend.asset.ladder import SEGMENT_SECONDS
from headend.asset.workers import EncoderError
from headend.demo import DemoSettings, run_demo
from headend.serve import ListenError

_ROLES = """\
roles:
  demo         test-card channels, origin, line-up and guide in one process

roles to come:
  acquire      take channels in: udp, rtp, rtsp, files, HLS pull, SAT>IP
  origin       package and serve one's own assets
  edge         cache and coalesce in front of an origin
  balancer     send each viewer to the right edge
  middleware   accounts, line-ups, guide, billing, recommendations
  license      ClearKey licences and key rotation
  telemetry    collect CMCD and playback metrics
  rtsp         channels over RTSP
  multicast    channels over UDP and RTP multicast

Channels are encoded the first time (about a minute for eight) and kept in the data directory.
"""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence; how to write it right is for `--help`."""

    def error(self, message: str) -> NoReturn:
        """Leaves the program with 2."""
        self.exit(_refuse(f"{message[:1].upper()}{message[1:]}."))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="farol-headend",
        description="A whole IPTV headend in a box, to demonstrate and test players with.",
        epilog=_ROLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    roles = parser.add_subparsers(dest="role", metavar="ROLE", required=True)
    demo = roles.add_parser(
        "demo",
        help="test-card channels and everything around them",
        description="Serves test-card channels live and on demand as HLS, DASH and plain TS, "
        "with a line-up (M3U) and a guide (XMLTV). Prints READY and its URL on standard output.",
    )
    demo.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    demo.add_argument("--port", type=_port, default=8000, help="0: any free one (%(default)s)")
    demo.add_argument("--channels", type=_channels, default=8, help="how many (%(default)s)")
    demo.add_argument(
        "--data",
        type=_folder,
        default=user_cache_path("farol-headend", appauthor=False),
        help="where encoded channels are kept (%(default)s)",
    )
    demo.add_argument(
        "--test-mode", action="store_true", help="let ?now_ms= in a URL set the time"
    )
    demo.add_argument(
        "--lab", action="store_true", help="laboratory channels too: other codecs, radio, captions"
    )
    demo.add_argument(
        "--segment",
        type=int,
        choices=(1, 2),
        default=SEGMENT_SECONDS,
        help="seconds a segment (%(default)s); 1 is for low latency, in a cache of its own",
    )
    demo.add_argument(
        "--second-port",
        type=_port,
        metavar="PORT",
        help="answer at this port too, as the second location of a CDN (0: any free one)",
    )
    demo.add_argument(
        "--tls", action="store_true", help="https with a certificate that nobody vouches for"
    )
    return parser


def _port(text: str) -> int:
    return _between(text, 0, 65535)


def _channels(text: str) -> int:
    return _between(text, 1, 99)


def _folder(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("it is the name of a directory")
    return Path(text)


def _between(text: str, low: int, high: int) -> int:
    if not (text.isascii() and text.isdecimal()) or not low <= int(text) <= high:
        raise argparse.ArgumentTypeError(f"{text} is not a number from {low} to {high}")
    return int(text)


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"farol-headend: {sentence}\n")
    return 2


def main(argv: Sequence[str]) -> int:
    """Runs the role named on the command line; 0 stopped as asked, 2 could not start."""
    arguments = _parser().parse_args(argv)
    settings = DemoSettings(
        host=arguments.host,
        port=arguments.port,
        channels=arguments.channels,
        data=arguments.data,
        test_mode=arguments.test_mode,
        second_port=arguments.second_port,
        tls=arguments.tls,
        lab=arguments.lab,
        segment_s=arguments.segment,
    )
    try:
        run_demo(settings)
    except ListenError as error:
        return _refuse(str(error))
    except OSError as error:
        reason = error.strerror or error
        return _refuse(f"The data directory {settings.data} cannot be used: {reason}.")
    except EncoderError as error:
        return _refuse(f"The channels could not be encoded: {error}.")
    except KeyboardInterrupt:
        return 130
    return 0
