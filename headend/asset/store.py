"""The cache of finished loops: what is there is mapped, what is missing is made."""

import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from headend.asset.jobs import Job, rendition_steps
from headend.asset.lab import LAB_RECIPE
from headend.asset.ladder import LOOP_SECONDS, SEGMENT_SECONDS, recipe_key
from headend.asset.lineup import LAB_NAMES, channel_spec
from headend.asset.loopfile import DamagedLoopError, read_loop
from headend.asset.model import Asset, ProgressReport, Rendition
from headend.asset.workers import run_jobs

_LOG = logging.getLogger(__name__)
_PART = "part-"
_STALE = timedelta(hours=6)

Progress = Callable[[ProgressReport], None]
_Name = tuple[int, str]  # channel, rendition


def ensure_assets(
    directory: Path,
    channels: int,
    *,
    progress: Progress,
    lab: bool = False,
    segment_s: int = SEGMENT_SECONDS,
) -> tuple[Asset, ...]:
    """Loads the loops of channels 1..``channels``, encoding first what is missing or damaged.

    With ``lab`` the laboratory channels follow, whose segments are always as long as usual.

    Blocks; encoding uses one process a core. Whatever was finished before a crash or an
    interrupt is kept. The last report has ``done == total``.

    Args:
        directory: the cache; made if need be. Loops of another recipe lie beside, untouched.
        channels: 1..99.
        progress: called in this thread, a few times a second while encoding.

    Raises:
        ValueError: ``channels`` is out of range.
        OSError: the directory cannot be used.
        EncoderError: an encoder process failed.
        KeyboardInterrupt: after ending the encoder processes and removing their half files.
    """
    if not 1 <= channels <= 99:
        raise ValueError(f"{channels} channels: there can be 1 to 99")
    home = directory / recipe_key(segment_s)
    home.mkdir(parents=True, exist_ok=True)
    numbers = [*_numbers(channels), *(LAB_NAMES if lab else ())]
    wanted = [(number, id_) for number in numbers for id_ in rendition_steps(number)]
    ready = _load(home, wanted)
    missing = [name for name in wanted if name not in ready]
    if missing:
        _sweep(directory)
        _encode(directory, home, missing, progress, segment_s)
        ready |= _load(home, missing)
    progress(ProgressReport(done=1, total=1, text=f"{len(numbers)} channels ready"))
    return tuple(_asset(number, ready, _length(number, segment_s)) for number in numbers)


def _length(number: int, segment_s: int) -> int:
    return SEGMENT_SECONDS if number in LAB_NAMES else segment_s


def _numbers(channels: int) -> range:
    return range(1, channels + 1)


def _path(home: Path, name: _Name) -> Path:
    recipe = f"lab{LAB_RECIPE}-" if name[0] in LAB_NAMES else ""
    return home / f"{recipe}ch{name[0]:02d}-{name[1]}.loop"


def _load(home: Path, names: Iterable[_Name]) -> dict[_Name, Rendition]:
    found = {}
    for name in names:
        path = _path(home, name)
        try:
            found[name] = read_loop(path)
        except FileNotFoundError:
            continue
        except DamagedLoopError as error:
            _LOG.warning("%s is damaged and is made anew: %s", path.name, error)
    return found


def _encode(
    directory: Path, home: Path, missing: list[_Name], progress: Progress, segment_s: int
) -> None:
    with tempfile.TemporaryDirectory(prefix=_PART, dir=directory) as parts:
        jobs = [_job(home, Path(parts), name, segment_s) for name in missing]
        jobs.sort(key=lambda job: -job.steps)  # the largest first, or one core idles at the end
        total = sum(job.steps for job in jobs)
        made = 0

        def done(job: Job, steps: int) -> None:
            nonlocal made
            made += steps
            text = f"{channel_spec(job.channel).name} {job.rendition}"
            progress(ProgressReport(done=min(made, total - 1), total=total, text=text))

        progress(ProgressReport(done=0, total=total, text=f"{len(jobs)} loops to encode"))
        run_jobs(jobs, _cores(), done=done)


def _job(home: Path, parts: Path, name: _Name, segment_s: int) -> Job:
    target = _path(home, name)
    return Job(
        channel=name[0],
        rendition=name[1],
        steps=rendition_steps(name[0])[name[1]],
        part=parts / target.name,
        target=target,
        segment_s=_length(name[0], segment_s),
    )


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _sweep(directory: Path) -> None:
    """Removes what encoders killed long ago have left; younger parts may be another's work."""
    limit = (datetime.now(UTC) - _STALE).timestamp()
    for part in directory.glob(f"{_PART}*"):
        if part.stat().st_mtime < limit:
            shutil.rmtree(part, ignore_errors=True)


def _asset(number: int, ready: dict[_Name, Rendition], segment_s: int) -> Asset:
    spec = channel_spec(number)
    return Asset(
        number=number,
        name=spec.name,
        duration_s=LOOP_SECONDS,
        segment_s=segment_s,
        renditions=tuple(ready[number, id_] for id_ in rendition_steps(number)),
        colours=spec.colours,
    )
