"""The role `demo`: test-card channels, encoded once, packaged and served by one process."""

import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from headend.asset.ladder import SEGMENT_SECONDS
from headend.asset.model import Asset, ProgressReport
from headend.asset.store import ensure_assets
from headend.clock import SystemClock
from headend.origin.app import origin_app
from headend.serve import ListenError, address_of, free_port, serve
from headend.tls import self_signed


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSettings:
    """What the command line of the demo says."""

    host: str
    port: int
    channels: int
    data: Path
    test_mode: bool
    second_port: int | None = None
    tls: bool = False
    lab: bool = False
    segment_s: int = SEGMENT_SECONDS


def run_demo(settings: DemoSettings) -> None:
    """Encodes what is missing, then serves until a signal comes.

    Raises:
        ListenError: before anything is encoded.
        OSError: the data directory cannot be used.
        EncoderError: an encoder process failed.
    """
    console = Console(stderr=True)
    address = address_of(settings.host)
    port = free_port(address, settings.port)
    wanted = settings.second_port
    more = [] if wanted is None else [_second_port(address, wanted, first=port)]
    assets = _assets(settings, console)
    url = _url(settings.host, port, tls=settings.tls)
    app = origin_app(assets, SystemClock(), test_mode=settings.test_mode, ports=more)
    certificate = self_signed(settings.data) if settings.tls else None
    ready = partial(_announce, console, url, len(assets))
    serve(app, address, [port, *more], ready, tls=certificate)


def _second_port(address: str, wanted: int, *, first: int) -> int:
    port = free_port(address, wanted)
    if port == first:
        raise ListenError(f"The second port is the first one, {port}.")
    return port


def _url(host: str, port: int, *, tls: bool) -> str:
    scheme = "https" if tls else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _assets(settings: DemoSettings, console: Console) -> tuple[Asset, ...]:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    quiet = not console.is_interactive  # a file would get an empty line
    with Progress(*columns, console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task("Looking for encoded channels", total=None)

        def show(report: ProgressReport) -> None:
            bar.update(task, completed=report.done, total=report.total, description=report.text)

        return ensure_assets(
            settings.data,
            settings.channels,
            progress=show,
            lab=settings.lab,
            segment_s=settings.segment_s,
        )


def _announce(console: Console, url: str, channels: int) -> None:
    head = f"[bold]Farol headend[/] with {channels} channels at {escape(url)}/"
    console.print(head, highlight=False)
    for name, path in (("list", "lineup.m3u"), ("guide", "guide.xml")):
        console.print(f"  {name:6} {escape(url)}/{path}", highlight=False)
    console.print(
        f"  try    mpv {escape(url)}/channels/1/live/hls-ts/master.m3u8", highlight=False
    )
    console.print("Stop it with Ctrl+C.", highlight=False)
    # The one line for programs; the rest goes to stderr.
    sys.stdout.write(f"READY {url}\n")
    sys.stdout.flush()
