"""The commands of `farol` that record, and what their options take."""

import argparse
import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from app.argument_types import connections, header, source_list
from player.units import Micros, micros

_SPAN = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s)?")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")

Add = Callable[[argparse.ArgumentParser], None]


def add_record_commands(commands: Any, reach: Add, verbose: Add) -> None:
    """Add them to the sub-commands; `reach` and `verbose` add the options of all commands."""
    for parser in (_record(commands), _recordings(commands), _recorder(commands)):
        reach(parser)
        verbose(parser)


def _record(commands: Any) -> argparse.ArgumentParser:
    record: argparse.ArgumentParser = commands.add_parser(
        "record",
        help="record an address or a channel of your list",
        description="Records until the time is over, the programme ends or Ctrl+C ends it: what"
        " there is by then is a whole recording.",
    )
    record.add_argument(
        "what",
        metavar="ADDRESS|CHANNEL",
        help="an address, or with --source the number or the name of a channel",
    )
    record.add_argument(
        "--source",
        type=source_list,
        metavar="LIST",
        default=argparse.SUPPRESS,
        help="the list that the channel is in: a file or a URL (M3U)",
    )
    ends = record.add_mutually_exclusive_group()
    ends.add_argument(
        "--for", dest="lasts", type=span, metavar="TIME", help="for so long: 90s, 30m, 1h30m"
    )
    ends.add_argument(
        "--until", type=time_of_day, metavar="HH:MM", help="until this time of the day"
    )
    record.add_argument(
        "--at",
        type=time_of_day,
        metavar="HH:MM",
        help="begin at this time: the recording is put into the schedule of `farol recorder`",
    )
    record.add_argument("--title", metavar="T", default="", help="what the recording is called")
    record.add_argument(
        "--header",
        action="append",
        default=[],
        type=header,
        metavar="'K: V'",
        help="send this header with every request (may be repeated)",
    )
    _add_connections(record)
    return record


def _recordings(commands: Any) -> argparse.ArgumentParser:
    recordings: argparse.ArgumentParser = commands.add_parser(
        "recordings",
        help="list, export, end or remove what was recorded",
        description="Lists the recordings and what is scheduled.",
    )
    recordings.add_argument("--json", action="store_true", help="as JSON, for programs")
    actions = recordings.add_subparsers(dest="action", metavar="ACTION")
    export = actions.add_parser("export", help="write one into a Matroska file, without loss")
    export.add_argument("id", metavar="ID")
    export.add_argument("file", type=Path, metavar="FILE.mkv")
    stop = actions.add_parser("stop", help="end one: what there is is a whole recording")
    stop.add_argument("id", metavar="ID")
    remove = actions.add_parser("remove", help="remove one, or take it out of the schedule")
    remove.add_argument("id", metavar="ID")
    return recordings


def _recorder(commands: Any) -> argparse.ArgumentParser:
    recorder: argparse.ArgumentParser = commands.add_parser(
        "recorder",
        help="work the schedule, without a window",
        description="Records what the schedule says, several channels at once, and goes on with"
        " what was interrupted. Ends when nothing is due within ten minutes.",
    )
    recorder.add_argument("--stay", action="store_true", help="never end by itself")
    _add_connections(recorder)
    return recorder


def _add_connections(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--max-connections",
        type=connections,
        default=argparse.SUPPRESS,
        metavar="N",
        help="open no more than N connections to a source at once, as its account allows",
    )


def span(text: str) -> Micros:
    """Take a length of time: hours, minutes, seconds, or the last two alone."""
    found = _SPAN.fullmatch(text.strip().lower())
    hours, minutes, seconds = (int(one or 0) for one in found.groups()) if found else (0, 0, 0)
    total = hours * 3600 + minutes * 60 + seconds
    if not 0 < total <= 7 * 86_400:
        raise argparse.ArgumentTypeError(f"{text!r} is no length of time such as 30m or 1h30m")
    return micros(total)


def time_of_day(text: str) -> time:
    """Take a time of the day."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is no time of the day such as 20:15")
    return time(int(found[1]), int(found[2]))


def next_moment(of: time, after: datetime) -> datetime:
    """The next moment after `after` (of a time zone) at which clocks there show `of`."""
    today = after.replace(hour=of.hour, minute=of.minute, second=0, microsecond=0)
    return today if today > after else today + timedelta(days=1)
