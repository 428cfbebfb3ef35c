"""The command line of dev.py, and what each command sets up first."""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

from door.host import Host, find_host
from door.needs import groups_to_run, packages
from door.show import Stop, note
from door.system_packages import provide
from door.venv import (
    ROOT,
    fill,
    inside,
    missing_venv_package,
    note_in_stamp,
    program,
    read_stamp,
)

EPILOG = """\
Begin with `python3 dev.py run`: it installs what is missing, starts a headend with eight test
channels on this machine and opens Farol on the first. Without a display it plays for 20 s unseen
and leaves out/screenshot.png and out/report.json. What stands after `--` goes to farol, or to the
benchmark: `python3 dev.py run -- --fullscreen`, `python3 dev.py bench abr-live -- --help`.
"""


def build_parser() -> argparse.ArgumentParser:
    """The whole parser."""
    parser = argparse.ArgumentParser(
        prog="dev.py",
        description="The one door into Farol: sets up this machine, and runs, tests or checks.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    run = commands.add_parser("run", help="set up, start the headend, open Farol")
    run.add_argument("options", nargs="*", metavar="-- OPTION", help="handed on to farol")
    commands.add_parser("test", help="set up, then everything that guards the project")
    commands.add_parser("check", help="the fast part: format, lint, types, imports, unit tests")
    bench = commands.add_parser("bench", help="measure, and compare with bench/budgets.json")
    bench.add_argument("name", nargs="?", metavar="NAME", help="only this one")
    bench.add_argument("options", nargs="*", metavar="-- OPTION", help="handed on to it")
    commands.add_parser("doctor", help="what was found here, and what is missing")
    return parser


def main(arguments: Sequence[str], started: float) -> int:
    """Do what the command line says; returns the exit status (2: a sentence says what to do)."""
    options = build_parser().parse_args(arguments)
    try:
        return _COMMANDS[options.command](options, started)
    except Stop as stop:
        note(f"dev.py: {stop}")
        return stop.status
    except KeyboardInterrupt:
        return 130


def _run(options: argparse.Namespace, started: float) -> int:
    from door.run import Start, run

    host = find_host()
    _set_up(host, "runtime", groups_to_run(display=host.display))
    return run(host, Start(at=started, options=tuple(options.options)))


def _test(_: argparse.Namespace, __: float) -> int:
    _set_up(find_host(), "dev", ("play", "xvfb", "test"))
    return _inside("door.guard")


def _check(_: argparse.Namespace, __: float) -> int:
    _set_up(find_host(), "dev", ("play",))
    return _inside("door.checks")


def _bench(options: argparse.Namespace, _: float) -> int:
    _set_up(find_host(), "dev", ("play",))
    named = [options.name, "--", *options.options] if options.name else []
    return _inside("bench.run", *named)


def _doctor(_: argparse.Namespace, __: float) -> int:
    if program("python").exists() and not inside():
        return _inside("door.doctor")
    from door.doctor import main as doctor

    return doctor()


_COMMANDS = {"run": _run, "test": _test, "check": _check, "bench": _bench, "doctor": _doctor}


def _set_up(host: Host, kind: str, groups: Sequence[str]) -> None:
    """Bring system packages and the environment; when the stamp says so, nothing at all."""
    mark = f"system {' '.join(groups)}"
    node = "test" in groups and not _node_stands()
    bare = missing_venv_package()
    wanted = packages(host.manager, groups, node=node, venv_for=bare)
    said = " ".join(wanted) or "none"
    if read_stamp().get(mark) != said:
        provide(host, wanted)
    fill(kind)
    if read_stamp().get(mark) != said:
        note_in_stamp(mark, said)


def _node_stands() -> bool:
    return all(shutil.which(name) for name in ("node", "npm"))


def _inside(module: str, *arguments: str) -> int:
    """Go on in the environment's Python, where rich and the tools are."""
    paths = [str(ROOT), str(ROOT / "packaging")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    command = [str(program("python")), "-m", module, *arguments]
    if os.name == "posix":  # signals then reach it; on Windows exec leaves the console behind
        sys.stdout.flush()
        os.execve(command[0], command, environment)  # noqa: S606 - our own Python
    return subprocess.call(command, env=environment)
