"""Needs: which system packages Farol wants, by group and package manager. Data, nearly.

The groups: `play` is for the program itself, `xvfb` for a screen where there is none, `test` for
the outside observers.
"""

from collections.abc import Sequence

PACKAGES: dict[str, dict[str, tuple[str, ...]]] = {
    # What Qt's xcb and Wayland plugins and libmpv load: read from their NEEDED entries.
    "apt-get": {
        "play": (
            "libmpv2",
            "libegl1",
            "libgl1",
            "libgl1-mesa-dri",
            "libopengl0",
            "libdbus-1-3",
            "libfontconfig1",
            "libgssapi-krb5-2",
            "libwayland-client0",
            "libwayland-cursor0",
            "libwayland-egl1",
            "libx11-xcb1",
            "libxcb-cursor0",
            "libxcb-glx0",
            "libxcb-icccm4",
            "libxcb-image0",
            "libxcb-keysyms1",
            "libxcb-randr0",
            "libxcb-render-util0",
            "libxcb-shape0",
            "libxcb-shm0",
            "libxcb-sync1",
            "libxcb-util1",
            "libxcb-xfixes0",
            "libxcb-xkb1",
            "libxkbcommon-x11-0",
            "libxkbcommon0",
            "ca-certificates",
            "fontconfig",
        ),
        "xvfb": ("xvfb",),
        "test": ("mpv", "ffmpeg", "xdotool", "chromium", "imagemagick", "socat"),
    },
    "dnf": {
        "play": (
            "mpv-libs",
            "libglvnd-egl",
            "libglvnd-glx",
            "mesa-dri-drivers",
            "libxkbcommon-x11",
            "xcb-util-cursor",
            "xcb-util-image",
            "xcb-util-keysyms",
            "xcb-util-renderutil",
            "xcb-util-wm",
            "fontconfig",
        ),
        "xvfb": ("xorg-x11-server-Xvfb",),
        "test": ("mpv", "ffmpeg-free", "xdotool", "chromium", "ImageMagick", "socat"),
    },
    "pacman": {
        "play": (
            "mpv",
            "libglvnd",
            "mesa",
            "libxkbcommon-x11",
            "xcb-util-cursor",
            "xcb-util-image",
            "xcb-util-keysyms",
            "xcb-util-renderutil",
            "xcb-util-wm",
            "fontconfig",
        ),
        "xvfb": ("xorg-server-xvfb",),
        "test": ("ffmpeg", "xdotool", "chromium", "imagemagick", "socat"),
    },
    "brew": {"play": ("mpv",), "test": ("ffmpeg", "imagemagick", "socat")},
    "winget": {"play": ("shinchiro.mpv",), "test": ("Gyan.FFmpeg", "ImageMagick.ImageMagick")},
}

NODE: dict[str, tuple[str, ...]] = {
    "apt-get": ("nodejs", "npm"),
    "dnf": ("nodejs", "nodejs-npm"),
    "pacman": ("nodejs", "npm"),
    "brew": ("node",),
    "winget": ("OpenJS.NodeJS.LTS",),
}
"""Only asked for where no node stands on the path: many machines have one from elsewhere."""

VENV: dict[str, str] = {"apt-get": "python3.{minor}-venv"}
"""What a distribution's Python lacks to make a virtual environment."""


def groups_to_run(*, display: bool) -> tuple[str, ...]:
    """Name the groups that `dev.py run` needs here."""
    return ("play",) if display else ("play", "xvfb")


def packages(
    manager: str, groups: Sequence[str], *, node: bool, venv_for: int | None
) -> list[str]:
    """List the packages of these groups; `venv_for` is the minor version of a bare Python."""
    table = PACKAGES.get(manager, {})
    wanted = [name for group in groups for name in table.get(group, ())]
    if node:
        wanted += NODE.get(manager, ())
    if venv_for is not None and manager in VENV:
        wanted.append(VENV[manager].format(minor=venv_for))
    return wanted
