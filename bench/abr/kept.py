"""Keeps optima between runs: they cost a second or two each and change with nothing but the line.

They lie in the temporary folder by a hash of all that they rest on, the code included. What cannot
be read or written there is worked out again.
"""

import hashlib
import json
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path

from bench.abr.score import Session
from bench.abr.simulate import Scene

FOLDER = Path(tempfile.gettempdir()) / "farol-bench-abr"
_CODE = ("optimum.py", "line.py", "film.py")


def kept(scene: Scene, waited_s: float, work: Callable[[], Session]) -> Session:
    """The optimum of a scene, as kept, or else worked out and kept."""
    path = FOLDER / f"{_key(scene, waited_s)}.json"
    with suppress(OSError, ValueError, TypeError):
        told = json.loads(path.read_text(encoding="utf-8"))
        return Session(**{**told, "rates": tuple(told["rates"])})
    found = work()
    with suppress(OSError):
        _keep(path, json.dumps(asdict(found)))
    return found


def _keep(path: Path, text: str) -> None:
    """Write at once or not at all: another process may keep the same."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, suffix=".part", delete=False, encoding="utf-8"
    ) as file:
        file.write(text)
    Path(file.name).replace(path)


def _key(scene: Scene, waited_s: float) -> str:
    film, line = scene.film, scene.line
    told = (
        (film.segment_s, film.rates, film.sizes),
        [(one.duration, one.rate, one.latency) for one in line.stretches],
        (scene.buffer_s, scene.start_s, round(waited_s, 3)),
        _version(),
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


@cache
def _version() -> str:
    here = Path(__file__).parent
    return hashlib.sha256(b"".join((here / name).read_bytes() for name in _CODE)).hexdigest()
