"""Makes controllers by the names that the command line and the settings know."""

from collections.abc import Callable

from player.abr.bola import BolaController
from player.abr.controller import AbrController
from player.abr.cycle import CycleController
from player.abr.dynamic import DynamicController
from player.abr.farol import FarolController
from player.abr.fixed import FixedController
from player.abr.outlook import Outlooks
from player.abr.replacement import Replacing
from player.abr.robust_mpc import RobustMpcController
from player.abr.throughput import ThroughputController
from player.units import micros

_PLAIN: dict[str, Callable[[], AbrController]] = {
    "throughput": ThroughputController,
    "bola": BolaController,
    "dynamic": DynamicController,
    "robust-mpc": RobustMpcController,
}
"""Controllers that take no argument, by name."""

_REPLACING = (FarolController,)
"""Those that say themselves what is to be fetched again."""

NAMES = ("farol", *_PLAIN, "cycle:SECONDS", "fixed", "fixed:HEIGHT")
"""The names, with the arguments that they take, for a help text."""


def make_controller(name: str, outlooks: Outlooks | None = None) -> AbrController:
    """Make the controller called `name`; ValueError, listing all names, for any other.

    `outlooks`: what others before it have thought over.
    """
    if name == "farol":
        return FarolController(outlooks)
    if name in _PLAIN:
        return _PLAIN[name]()
    kind, _, argument = name.partition(":")
    try:
        if kind == "cycle" and 0 < float(argument) < 1e6:
            return CycleController(micros(float(argument)))
        if name == "fixed" or (kind == "fixed" and int(argument) > 0):
            return FixedController(int(argument) if argument else None)
    except ValueError:
        pass  # an argument that is no number: not one of the names either
    raise ValueError(f"no ABR controller is called {name!r}; there are {', '.join(NAMES)}")


def make_replacing(name: str, outlooks: Outlooks | None = None) -> AbrController:
    """Make one as `make_controller` does; with the common rule for what is to be fetched again.

    Those that have a rule of their own keep to that.
    """
    made = make_controller(name, outlooks)
    return made if isinstance(made, _REPLACING) else Replacing(made)
