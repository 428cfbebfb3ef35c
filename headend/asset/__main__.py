"""``python -m headend.asset``: fills a cache, or draws one card to look at (PNG)."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from headend.asset.card import Card
from headend.asset.ladder import LADDER
from headend.asset.lineup import channel_spec
from headend.asset.model import ProgressReport
from headend.asset.store import ensure_assets
from headend.asset.video import video_frame


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns the exit status."""
    options = _parser().parse_args(arguments)
    if options.card:
        _write_card(options.card, options.channel, options.frame)
    if options.out:
        ensure_assets(options.out, options.channels, progress=_report)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m headend.asset", description=__doc__)
    parser.add_argument("--out", type=Path, help="encode into this cache")
    parser.add_argument("--channels", type=int, default=8, help="how many channels (1-99)")
    parser.add_argument("--card", type=Path, help="write one frame as PNG")
    parser.add_argument("--channel", type=int, default=1, help="of which channel")
    parser.add_argument("--frame", type=int, default=0, help="which frame of the loop (0-599)")
    return parser


def _report(report: ProgressReport) -> None:
    sys.stderr.write(f"\r{100 * report.done // report.total:3d} % {report.text:40}")


def _write_card(path: Path, channel: int, number: int) -> None:
    video_frame(Card(channel_spec(channel), LADDER[3]).frame(number)).save(path)


if __name__ == "__main__":
    raise SystemExit(main())
