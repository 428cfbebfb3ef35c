"""A screen where there is none: Xvfb, on a display number that it finds itself."""

import os
import subprocess
from collections.abc import Mapping

from door.children import Children
from door.show import Stop

SIZE = "1280x720x24"


class Screen:
    """An Xvfb that may still be starting; `number` waits for it."""

    def __init__(self, children: Children, size: str = SIZE) -> None:
        """Start it; ended with `children`.

        Raises:
            Stop: there is no Xvfb.
        """
        self._answer, write = os.pipe()
        command = [
            "Xvfb",
            "-displayfd",
            str(write),
            "-screen",
            "0",
            size,
            "-nolisten",
            "tcp",
            "-noreset",
        ]
        try:
            children.start(command, stderr=subprocess.DEVNULL, pass_fds=(write,))
        except FileNotFoundError:
            raise Stop(2, "There is no display, and no Xvfb to make one; install xvfb.") from None
        finally:
            os.close(write)

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """Give the environment for programs that shall appear on it; waits until it stands.

        Raises:
            Stop: Xvfb ended at once.
        """
        with os.fdopen(self._answer) as answer:
            number = answer.readline().strip()
        if not number:
            raise Stop(2, "Xvfb did not start; `Xvfb :99` says why.")
        return {**base, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
