"""What this machine has; libmpv's search for what is not there is loud on stderr."""

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


def has_video_decoder() -> bool:
    """Whether a graphics device is there that might decode (Linux; elsewhere there always is)."""
    if not sys.platform.startswith("linux"):
        return True
    return any(Path("/dev/dri").glob("renderD*")) or Path("/dev/nvidia0").exists()
