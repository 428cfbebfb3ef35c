"""A connection to the X server, held while Qt makes its own.

An X server without -noreset (xinit's, Xvfb's) begins anew when its last client leaves, and hangs
up on whoever comes meanwhile: with another program just gone Qt would abort this one.
"""

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LIBRARY = "libxcb.so.1"
"""What Qt itself talks to X by."""

_BROKEN_OFF = 1
"""XCB_CONN_ERROR: the server hung up. Any other error comes again."""

_AGAIN_S = 0.1
_TIMES = 20


@contextmanager
def held_x_server(display: str) -> Iterator[bool]:
    """Be a client of the X server `display` for the block; says whether it let us in.

    It says so, too, where there is no library to ask with. Blocks for two seconds at most where
    the server begins anew.
    """
    try:
        xcb = ctypes.CDLL(_LIBRARY)
    except OSError:
        yield True
        return
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = _connect(xcb, display)
    try:
        yield connection is not None
    finally:
        if connection is not None:
            xcb.xcb_disconnect(connection)


def _connect(xcb: ctypes.CDLL, display: str) -> ctypes.c_void_p | None:
    for _ in range(_TIMES):
        connection = ctypes.c_void_p(xcb.xcb_connect(display.encode(), None))
        error = xcb.xcb_connection_has_error(connection)
        if not error:
            return connection
        xcb.xcb_disconnect(connection)
        if error != _BROKEN_OFF:
            return None
        threading.Event().wait(_AGAIN_S)
    return None
