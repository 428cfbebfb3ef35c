"""`farol probe`: what a manifest offers, with every index loaded."""

import json
from collections.abc import Sequence
from typing import Any

import anyio
from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.console import complain, printable, say
from app.exit_status import status_of
from app.version import USER_AGENT
from app.workers import run_in_worker
from player.api import PlayRequest
from player.clock import SystemClock
from player.errors import PlayerError
from player.manifest.dump import describe
from player.net.fetcher import HttpFetcher
from player.session.survey import SurveyParts, survey

MOST_ROWS = 200
"""Rungs of a period that a person is shown."""

MOST_SERVICES = 20
"""Services of a transport stream that a person is shown."""


def probe(request: PlayRequest, *, as_json: bool) -> int:
    """Print what an address offers; returns the exit status."""
    try:
        offered = anyio.run(_survey, request)
    except PlayerError as failed:
        complain(failed.failure.sentence)
        return int(status_of(failed.failure))
    if as_json:
        say(json.dumps(offered, indent=2, ensure_ascii=False))
    else:
        show(offered)
    return 0


async def _survey(request: PlayRequest) -> dict[str, Any]:
    clock = SystemClock()
    fetcher = HttpFetcher(clock, user_agent=USER_AGENT)
    try:
        parts = SurveyParts(fetcher=fetcher, clock=clock, worker=run_in_worker)
        return describe(await survey(request, parts), clock.utc())
    finally:
        await fetcher.aclose()


def show(offered: dict[str, Any]) -> None:
    """Print what `describe` told, for a person."""
    console = Console()
    duration = offered["duration"]
    length = "" if duration is None else f", {duration:.1f} s"
    console.print(
        _text(offered["format"].upper() + ",", "bold"), _text(f"{offered['type']}{length}")
    )
    for period in offered["periods"]:
        console.print(_table(period))
    for extra in extras(offered):
        console.print(_text(extra))
    for warning in offered["warnings"]:
        line = f"line {warning['line']}:" if warning["line"] else "note:"
        console.print(_text(line, "yellow"), _text(warning["text"]))


def extras(offered: dict[str, Any]) -> list[str]:
    """Give a line for each thing that few manifests have."""
    found = [
        _counted(offered.get("events_count"), "event"),
        _counted(len(offered.get("interstitials", ())), "interstitial"),
        _counted(len(offered.get("chapters", ())), "chapter"),
    ]
    told = [", ".join(one for one in found if one)]
    told.append(_services(offered.get("services", ())))
    if "start_at" in offered:
        told.append(f"starts at {offered['start_at']:.1f} s")
    if "steering" in offered:
        told.append(f"steered by {offered['steering']['uri']}")
    names = _places(offered)
    if names:
        told.append(f"locations: {', '.join(names)}")
    clocks = [_clock(one["scheme"]) for one in offered.get("utc_timing", ())]
    if clocks:
        told.append(f"clocks: {', '.join(clocks)}")
    if "reporting" in offered:
        told.append(_reporting(offered["reporting"]))
    return [one for one in told if one]


def _services(told: Sequence[dict[str, Any]]) -> str:
    names = ", ".join(map(_service, told[:MOST_SERVICES]))
    more = f" and {len(told) - MOST_SERVICES} more" if told[MOST_SERVICES:] else ""
    return f"{'services' if told[1:] else 'service'}: {names}{more}" if told else ""


def _service(one: dict[str, Any]) -> str:
    name = one["name"] or f"number {one['id']}"
    return f"{name} ({one['provider']})" if one["provider"] else name


def _clock(scheme: str) -> str:
    """Give the telling part of a scheme such as urn:mpeg:dash:utc:http-iso:2014."""
    return scheme.removeprefix("urn:mpeg:dash:utc:").partition(":")[0] or scheme


def _reporting(asked: dict[str, Any]) -> str:
    keys = ", ".join(asked.get("keys", ())) or "all keys"
    place = "headers" if asked["mode"] == "headers" else "the query"
    return f"asks to be told of playback (CMCD {asked['version']}, in {place}: {keys})"


def _counted(count: int | None, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}" if count else ""


def _places(offered: dict[str, Any]) -> list[str]:
    """Give the names of the servers that the same bytes lie on, each once."""
    names = (
        name
        for period in offered["periods"]
        for track in period["tracks"]
        for one in track["representations"]
        for name in one.get("locations", ())
    )
    return list(dict.fromkeys(names))


def _text(value: object, style: str = "") -> Text:
    """Give a stranger's text as it stands: no markup is read in it, and nothing steers."""
    return Text(printable(str(value)), style)


def _table(period: dict[str, Any]) -> Table:
    table = Table(title=_text(f"period {period['id']} from {period['start']:.1f} s"))
    for heading in ("track", "language", "rung", "kbit/s", "size", "codecs", "segments"):
        table.add_column(heading, justify="right" if heading in {"kbit/s", "segments"} else "left")
    rungs = [(track, one) for track in period["tracks"] for one in track["representations"]]
    for track, one in rungs[:MOST_ROWS]:
        table.add_row(*map(_text, _row(track, one)))
    if len(rungs) > MOST_ROWS:
        table.caption = f"and {len(rungs) - MOST_ROWS} more; --json tells them all"
    return table


def _row(track: dict[str, Any], one: dict[str, Any]) -> tuple[str, ...]:
    size = f"{one['width']}x{one['height']}" if one["height"] else ""
    locked = " (protected)" if one["protection"] else ""
    return (
        track["kind"],
        track["language"] or "",
        one["id"],
        str(one["bandwidth"] // 1000),
        size,
        (one["codecs"] or "") + locked,
        str(one["segments"]),
    )
