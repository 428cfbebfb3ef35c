"""The virtual environment: made once, filled from the locks, stamped so that it is not redone."""

import hashlib
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from door.show import Counter, Stop, note, step

ROOT = Path(__file__).parents[2]
VENV = ROOT / ".venv"
STAMP = VENV / "farol-stamp.json"
LOCKS = {name: ROOT / "requirements" / f"{name}.lock" for name in ("runtime", "build", "dev")}
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s\\;]+)", re.MULTILINE)


def program(name: str, platform: str = sys.platform, venv: Path = VENV) -> Path:
    """Where a program of the environment lies: `bin/NAME`, on Windows `Scripts\\NAME.exe`."""
    if platform == "win32":
        return venv / "Scripts" / f"{name}.exe"
    return venv / "bin" / name


def pins(lock: str) -> dict[str, str]:
    """Read the names and versions that a lock pins."""
    return dict(_PIN.findall(lock))


def wanted_stamp(kind: str, texts: Mapping[str, str], python: str) -> dict[str, str]:
    """Say what the environment must have been filled from.

    `texts` holds the contents by name: the locks, and `project`, what decides the console scripts.
    `kind` is `runtime` or `dev`; the latter holds the former's pins too.
    """
    names = ["runtime", "build", "project"] + (["dev"] if kind == "dev" else [])
    digests = {name: hashlib.sha256(texts[name].encode()).hexdigest() for name in names}
    return digests | {"python": python}


def is_current(have: Mapping[str, str], want: Mapping[str, str]) -> bool:
    """Whether a stamp covers what is wanted; it may hold more."""
    return all(have.get(name) == digest for name, digest in want.items())


def missing_venv_package() -> int | None:
    """Give Python's minor version where it cannot make a virtual environment, else None."""
    if VENV.is_dir() or all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        return None
    return sys.version_info.minor


def ready(kind: str) -> bool:
    """Whether nothing is left to install."""
    return program("python").exists() and is_current(read_stamp(), _wanted(kind))


def fill(kind: str) -> None:
    """Make the environment and install what `kind` (`runtime` or `dev`) needs, hashes checked.

    Raises:
        Stop: Python cannot make one here, or an installation failed (status 2, one sentence).
    """
    if ready(kind):
        return
    if not program("python").exists():
        _make()
    want = _wanted(kind)
    for name in ("runtime", "build") if kind == "runtime" else ("dev",):
        if not is_current(read_stamp(), {name: want[name], "python": want["python"]}):
            _install_lock(name)
    with step("Installing farol itself"):
        _pip("install", "--no-deps", "--no-build-isolation", "-e", str(ROOT))
    _write_stamp({**read_stamp(), **want})


def read_stamp(path: Path = STAMP) -> dict[str, str]:
    """Read the stamp; one that is absent or broken says nothing."""
    try:
        stamp = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in stamp.items()} if isinstance(stamp, dict) else {}


def note_in_stamp(name: str, value: str) -> None:
    """Remember one more fact about the set-up."""
    _write_stamp({**read_stamp(), name: value})


def inside() -> bool:
    """Whether this Python is the environment's own."""
    return Path(sys.prefix).resolve() == VENV.resolve()


def _write_stamp(stamp: Mapping[str, str]) -> None:
    STAMP.write_text(json.dumps(stamp, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _wanted(kind: str) -> dict[str, str]:
    texts = {name: path.read_text(encoding="utf-8") for name, path in LOCKS.items()}
    texts["project"] = _project_text()
    return wanted_stamp(kind, texts, f"{sys.version_info.major}.{sys.version_info.minor}")


def _project_text() -> str:
    """The part of pyproject.toml that an editable installation was made from."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return text.partition("[tool.pytest")[0]


def _make() -> None:
    with step("Making .venv"):
        command = [sys.executable, "-m", "venv", str(VENV)]
        made = subprocess.run(command, check=False, capture_output=True, text=True)
    if made.returncode:
        minor = sys.version_info.minor
        hint = f"Install python3.{minor}-venv (Debian, Ubuntu) or a Python with ensurepip."
        raise Stop(2, f"This Python cannot make a virtual environment. {hint}\n{made.stdout}")


def _install_lock(name: str) -> None:
    text = LOCKS[name].read_text(encoding="utf-8")
    counter = Counter(f"Installing requirements/{name}.lock", len(pins(text)))
    with step(f"Installing requirements/{name}.lock"):
        _pip("install", "--require-hashes", "--no-deps", "-r", str(LOCKS[name]), counter=counter)
        counter.close()


def _pip(*arguments: str, counter: Counter | None = None) -> None:
    command = [str(program("python")), "-m", "pip", *arguments, "--progress-bar", "off"]
    quiet = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, env=quiet, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        lines = []
        for line in pip.stdout or ():
            lines.append(line.rstrip())
            if counter and line.startswith(("Collecting", "Requirement already", "Ignoring")):
                counter.advance(line.replace("already satisfied: ", "").split()[1].rstrip(":"))
    if pip.returncode:
        note("\n".join(lines[-15:]))
        raise Stop(2, f"pip {arguments[0]} failed; what it said stands above.")
