"""`dev.py doctor`: what was found on this machine, and what is missing. Changes nothing."""

import contextlib
import ctypes
import ctypes.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from door.children import Children
from door.display import Screen
from door.findings import (
    Finding,
    can_run,
    decoder_finding,
    gl_finding,
    keyring_finding,
    libmpv_finding,
    python_finding,
    tool_findings,
)
from door.host import Host, find_host
from door.needs import groups_to_run, packages
from door.show import Stop, table
from door.system_packages import ask_missing, make_plan
from door.venv import ROOT, missing_venv_package, program, ready

TOOLS = ("ffmpeg", "ffprobe", "mpv", "chromium", "node", "npm", "xdotool", "socat", "Xvfb")
_PATIENCE = 30


def main() -> int:
    """Print what was found; 0 when Farol can run here, or `dev.py run` can make it so."""
    host = find_host()
    findings = [
        python_finding(sys.version_info[:3]),
        Finding(name="system", state="ok", text=f"{host.name}, {host.manager or 'no manager'}"),
        *_packages(host),
        libmpv_finding(_client_api()),
        *_environment(host),
        *tool_findings({name: shutil.which(name) for name in TOOLS}),
    ]
    rows = [(finding.name, finding.state, finding.text) for finding in findings]
    table("doctor", ("what", "state", "found"), rows)
    if can_run(findings):
        print("Farol can run here.")
        return 0
    if host.may_install:
        print("Something is missing, and `python3 dev.py run` installs it.")
        return 0
    print("Something that Farol needs is missing: see the rows marked so.")
    return 1


def _packages(host: Host) -> list[Finding]:
    groups = groups_to_run(display=host.display)
    wanted = packages(host.manager, groups, node=False, venv_for=missing_venv_package())
    plan = make_plan(host, ask_missing(host, wanted))
    if plan.missing:
        return [Finding(name="packages", state="missing", text=plan.text)]
    return [Finding(name="packages", state="ok", text=f"{len(wanted)} are installed")]


def _client_api() -> int | None:
    name = ctypes.util.find_library("mpv") or ctypes.util.find_library("mpv-2")
    if name is None:
        return None
    try:
        ask = ctypes.CDLL(name).mpv_client_api_version
    except (OSError, AttributeError):
        return None
    ask.restype = ctypes.c_ulong
    return int(ask())


def _environment(host: Host) -> list[Finding]:
    """What the virtual environment knows; without one there is only that to say."""
    if not program("python").exists():
        text = "not made yet; dev.py run makes it"
        return [Finding(name=".venv", state="note", text=text)]
    state = "ok" if ready("runtime") else "note"
    text = "as the lock says" if state == "ok" else "not as the lock says; dev.py run renews it"
    decoders = _ask("decoders")
    mpv, ffmpeg = decoders.get("version", ["", ""])
    return [
        Finding(name=".venv", state=state, text=text),
        Finding(name="mpv", state="ok" if mpv else "missing", text=f"{mpv}, FFmpeg {ffmpeg}"),
        decoder_finding(frozenset(decoders.get("codecs", ()))),
        *_gl(host),
        keyring_finding(str(_ask("keyring").get("name", "fail.Keyring"))),
    ]


def _gl(host: Host) -> list[Finding]:
    """Ask on the display that `run` would use: the viewer's, else an Xvfb."""
    try:
        with Children() as children:
            base = dict(os.environ)
            environment = base if host.display else Screen(children).environment(base)
            answer = _ask("gl", environment)
    except Stop as stop:
        return [Finding(name="OpenGL", state="missing", text=str(stop))]
    where = "" if host.display else " on Xvfb"
    found = gl_finding(str(answer.get("renderer", "")))
    return [Finding(name=found.name, state=found.state, text=found.text + where)]


def _ask(question: str, environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Put a question to the environment's Python; no answer is an empty one."""
    script = ROOT / "packaging" / "door" / "inspect_venv.py"
    command = [str(program("python")), str(script), question]
    with contextlib.suppress(subprocess.TimeoutExpired, ValueError):
        done = subprocess.run(
            command,
            env=environment,
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
        )
        answer = json.loads(done.stdout)
        return answer if isinstance(answer, dict) else {}
    return {}


if __name__ == "__main__":
    sys.exit(main())
