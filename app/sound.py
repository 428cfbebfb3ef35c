"""Whether this machine can sound at all; libmpv's search for it is loud on stderr."""

import os
import sys
from pathlib import Path

_SERVERS = ("pulse/native", "pipewire-0")


def has_sound() -> bool:
    """Whether a sound server or a sound card is there (Linux; elsewhere there always is)."""
    if not sys.platform.startswith("linux") or "PULSE_SERVER" in os.environ:
        return True
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime and any((Path(runtime) / server).exists() for server in _SERVERS):
        return True
    return any(Path("/dev/snd").glob("pcm*p"))
