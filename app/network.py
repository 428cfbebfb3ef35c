"""Which network this machine is on, as far as the system tells without being asked aloud.

Linux tells by its default route and the hardware address of the gateway there. On Windows and
macOS nobody asks yet: every network is unknown there (untested).
"""

import sys
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc/net")
_UP, _GATEWAY = 0x1, 0x2
_POINT_TO_POINT = ("wwan", "ppp", "rmnet")
"""Links without a gateway whose other end is the same each time: the operator's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultRoute:
    """Where the world is reached; `gateway` is "" where the link has only one other end."""

    interface: str
    gateway: str


def network_here(proc: Path = _PROC) -> str | None:
    """Name the network in use, by what must not be kept in the open; None: nobody can tell.

    Reads two small files that are no disk's.
    """
    if sys.platform != "linux":
        return None
    try:
        route = default_route((proc / "route").read_text("ascii", "replace"))
        known = (proc / "arp").read_text("ascii", "replace")
    except OSError:
        return None
    if route is None:
        return None
    if not route.gateway:
        return route.interface if route.interface.startswith(_POINT_TO_POINT) else None
    address = hardware_address(known, route)
    return None if address is None else f"{route.gateway} {address}"


def default_route(table: str) -> DefaultRoute | None:
    """Find the default route of the lowest metric in a /proc/net/route; None without one."""
    found = [one for line in table.splitlines()[1:] if (one := _default(line.split()))]
    return min(found, key=lambda one: one[0])[1] if found else None


def hardware_address(table: str, route: DefaultRoute) -> str | None:
    """Find the gateway's address in a /proc/net/arp; None while it is not known."""
    for line in table.splitlines()[1:]:
        fields = line.split()
        if len(fields) < 6 or (fields[0], fields[5]) != (route.gateway, route.interface):
            continue
        return fields[3].lower() if fields[3].strip("0:") else None
    return None


def _default(fields: list[str]) -> tuple[int, DefaultRoute] | None:
    """Read a line: interface, destination, gateway, flags, ..., metric, mask (proc(5))."""
    if len(fields) < 8 or fields[1].strip("0") or fields[7].strip("0"):
        return None
    try:
        flags, metric = int(fields[3], 16), int(fields[6])
        gateway = bytes.fromhex(fields[2].zfill(8))
    except ValueError:
        return None
    if not flags & _UP:
        return None
    told = ".".join(map(str, gateway[::-1])) if flags & _GATEWAY else ""
    return metric, DefaultRoute(interface=fields[0], gateway=told)
