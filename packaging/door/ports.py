"""The headend's port: the usual one, so that addresses stay the same, or any free one."""

import socket
from collections.abc import Callable

USUAL = 8787


def is_free(port: int) -> bool:
    """Whether somebody could listen on this port of the loopback right now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def choose_port(usual: int = USUAL, free: Callable[[int], bool] = is_free) -> int:
    """Give `usual` where it is free, else 0: the headend then takes any and says which."""
    return usual if free(usual) else 0
