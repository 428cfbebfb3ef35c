"""The real window under a script of `window_script`, on a screen of its own."""

from pathlib import Path

from tests.system.farol_process import Ran, environment, run_module
from tests.system.x_display import x_display


def run_script(
    home: Path,
    script: tuple[str, float],
    *options: str,
    watchdog: int,
    size: tuple[int, int] = (1280, 720),
) -> Ran:
    """Run `farol` with `options` under a script (its name and argument) to its end.

    A deadlock is ended after `watchdog` seconds; `home` takes what the program and the screen
    write.
    """
    name, argument = script
    arguments = [name, str(argument), str(watchdog), *options]
    with x_display(home, size) as display:
        env = environment(home, display.name)
        return run_module("tests.system.window_script", arguments, env, timeout=watchdog + 10)
