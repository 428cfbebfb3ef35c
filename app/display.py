"""Whether there is a screen to open a window on; Qt aborts the program where there is none."""

import os
import sys
from collections.abc import Mapping

_NEEDS_DISPLAY = {"", "xcb", "wayland", "wayland-egl"}


def has_display(platform: str = sys.platform, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether Qt will find a display; only Linux can be without."""
    if not platform.startswith("linux"):
        return True
    chosen = environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if chosen not in _NEEDS_DISPLAY:
        return True
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
