"""Host: what machine this is, as far as installing on it goes."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

MANAGERS = {"linux": ("apt-get", "dnf", "pacman"), "darwin": ("brew",), "win32": ("winget",)}
"""Programs that install system packages, by `sys.platform`; the first one found is taken."""

FAMILIES = {
    "apt-get": ("debian", "ubuntu"),
    "dnf": ("fedora", "rhel", "centos"),
    "pacman": ("arch", "archlinux", "manjaro"),
}
"""Words of os-release's ID and ID_LIKE that tell a package manager before the path does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """One machine; `manager` is the installing program or ""."""

    name: str
    manager: str
    root: bool
    sudo: bool
    display: bool

    @property
    def may_install(self) -> bool:
        """Whether system packages may be installed without asking anybody anything."""
        return self.manager == "apt-get" and (self.root or self.sudo)


def read_os_release(text: str) -> dict[str, str]:
    """Read os-release(5); lines that are no assignment are passed over."""
    pairs = (line.partition("=") for line in text.splitlines() if not line.startswith("#"))
    return {key.strip(): value.strip().strip("\"'") for key, mark, value in pairs if mark}


def manager_of(
    system: str, os_release: Mapping[str, str], which: Callable[[str], str | None]
) -> str:
    """Name the package manager: the distribution's own, else the first one on the path."""
    known = MANAGERS.get(system, ())
    family = f"{os_release.get('ID', '')} {os_release.get('ID_LIKE', '')}".split()
    for manager in known:
        if set(family) & set(FAMILIES.get(manager, ())) and which(manager):
            return manager
    return next((manager for manager in known if which(manager)), "")


def has_display(system: str, environment: Mapping[str, str]) -> bool:
    """Whether windows can be opened: always off Linux, else where X or Wayland is announced."""
    if system != "linux":
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def find_host() -> Host:
    """Look at this machine."""
    release = _os_release() if sys.platform == "linux" else {}
    manager = manager_of(sys.platform, release, shutil.which)
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return Host(
        name=release.get("PRETTY_NAME", platform.platform(terse=True)),
        manager=manager,
        root=root,
        sudo=not root and manager == "apt-get" and _sudo_without_password(),
        display=has_display(sys.platform, os.environ),
    )


def _os_release() -> dict[str, str]:
    for path in (Path("/etc/os-release"), Path("/usr/lib/os-release")):
        if path.is_file():
            return read_os_release(path.read_text(encoding="utf-8", errors="replace"))
    return {}


def _sudo_without_password() -> bool:
    if shutil.which("sudo") is None:
        return False
    command = ["sudo", "-n", "true"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0
