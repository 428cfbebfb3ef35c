"""System packages: which are missing here, the command that installs them, and running it."""

import os
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from door.host import Host
from door.show import Stop, note, step
from door.steps import Step, run_step

_ASK = {
    "apt-get": ("dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Package}\n"),
    "dnf": ("rpm", "-q", "--qf", "ii %{NAME}\n"),
    "pacman": ("pacman", "-T"),
    "brew": ("brew", "list", "-1"),
}
_INSTALL = {
    "apt-get": ("apt-get", "install", "-y", "--no-install-recommends"),
    "dnf": ("dnf", "install", "-y"),
    "pacman": ("pacman", "-S", "--needed", "--noconfirm"),
    "brew": ("brew", "install"),
    "winget": ("winget", "install", "--exact", "--id"),
}
_AS_ROOT = ("apt-get", "dnf", "pacman")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is missing, and how it is come by; `run` says whether we may do it ourselves."""

    missing: tuple[str, ...]
    commands: tuple[tuple[str, ...], ...]
    run: bool

    @property
    def text(self) -> str:
        """The commands as one would type them."""
        return "\n".join(shlex.join(command) for command in self.commands)


def missing_from(manager: str, wanted: Sequence[str], answer: str) -> list[str]:
    """Tell from the package manager's answer which of `wanted` are not installed."""
    if manager == "pacman":  # prints what is missing
        absent = {line.strip() for line in answer.splitlines()}
        return [name for name in wanted if name in absent]
    if manager == "brew":
        present = {line.strip() for line in answer.splitlines()}
    else:
        fields = (line.split() for line in answer.splitlines())
        present = {words[-1] for words in fields if len(words) > 1 and words[0] == "ii"}
    return [name for name in wanted if name not in present]


def make_plan(host: Host, missing: Sequence[str]) -> Plan:
    """Write the commands for this host; nothing to do gives no command."""
    install = _INSTALL.get(host.manager)
    if not missing or install is None:
        return Plan(missing=tuple(missing), commands=(), run=False)
    ahead = ("sudo",) if host.manager in _AS_ROOT and not host.root else ()
    if host.manager == "winget":  # takes one name at a time
        commands = tuple((*install, name) for name in missing)
    else:
        commands = ((*ahead, *install, *missing),)
    return Plan(missing=tuple(missing), commands=commands, run=host.may_install)


def ask_missing(host: Host, wanted: Sequence[str]) -> list[str]:
    """Ask this machine's package manager; an unknown one (or winget) is taken to miss nothing."""
    ask = _ASK.get(host.manager)
    if ask is None or not wanted:
        return []
    names = () if host.manager == "brew" else wanted
    command = [*ask, *names]
    answer = subprocess.run(command, check=False, capture_output=True, text=True)
    return missing_from(host.manager, wanted, answer.stdout)


def provide(host: Host, wanted: Sequence[str]) -> None:
    """Install what is missing.

    Raises:
        Stop: it is not ours to install here (status 2, with the command), or it failed.
    """
    plan = make_plan(host, ask_missing(host, wanted))
    if not plan.missing:
        return
    if not plan.run:
        raise Stop(
            2, f"These system packages are missing. Install them, then try again:\n\n{plan.text}"
        )
    note(f"System packages on {host.name}: {', '.join(plan.missing)}")
    with step(f"Installing {len(plan.missing)} system packages"):
        _apt(plan.commands[0])


def _apt(install: tuple[str, ...]) -> None:
    """Install; with fresh lists where there are none, or where the old ones led nowhere."""
    if not _has_lists():
        _run(_update(install))
    if _run(install):
        return
    _run(_update(install))
    if not _run(install):
        raise Stop(2, f"apt could not install them. Try it by hand:\n\n{shlex.join(install)}")


def _has_lists() -> bool:
    return any(Path("/var/lib/apt/lists").glob("*_Packages*"))


def _update(install: tuple[str, ...]) -> tuple[str, ...]:
    return (*install[: install.index("apt-get") + 1], "update")


def _run(command: tuple[str, ...]) -> bool:
    """Run it with no questions asked; its words are shown only when it fails."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if command[0] == "sudo":
        command = ("sudo", "-n", "DEBIAN_FRONTEND=noninteractive", *command[1:])
    done = run_step(Step(name=command[0], command=command), quiet)
    if done.status:
        note("\n".join(done.text.splitlines()[-15:]))
    return done.status == 0
