"""Makes controllers by the names that the command line and the settings know."""

from player.abr.controller import AbrController
from player.abr.cycle import CycleController
from player.abr.fixed import FixedController
from player.abr.throughput import ThroughputController
from player.units import micros

NAMES = ("throughput", "cycle:SECONDS", "fixed", "fixed:HEIGHT")
"""The names, with the arguments that they take, for a help text."""


def make_controller(name: str) -> AbrController:
    """Make the controller called `name`; ValueError, listing all names, for any other."""
    kind, _, argument = name.partition(":")
    try:
        if name == "throughput":
            return ThroughputController()
        if kind == "cycle" and 0 < float(argument) < 1e6:
            return CycleController(micros(float(argument)))
        if name == "fixed" or (kind == "fixed" and int(argument) > 0):
            return FixedController(int(argument) if argument else None)
    except ValueError:
        pass  # an argument that is no number: not one of the names either
    raise ValueError(f"no ABR controller is called {name!r}; there are {', '.join(NAMES)}")
