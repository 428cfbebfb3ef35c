"""What Farol costs while it does nothing: imports, and a paused window on a screen of its own.

Prints JSON: `import`: processor seconds until all that `farol play --headless` needs is imported
(the best of several processes, Python's own start taken off) and the MiB resident then; `window`,
where Xvfb and xdotool are there: processor seconds a second of the window paused, and paused and
hidden, and its MiB resident.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.neighbours import ROOT, headend, pause, processor_seconds, resident_mib
from tests.system.farol_process import environment
from tests.system.x_display import XDisplay, x_display

TRIES = 5
PLAY_S, SETTLE_S, IDLE_S = 8.0, 30.0, 15.0

IMPORT = """import sys
sys.modules['trio'] = None  # a tool of the tests, which httpcore takes along where it is
import app.headless
print(open('/proc/self/statm').read().split()[1])"""


def imports() -> dict[str, float]:
    """What importing costs."""
    took = [_python(IMPORT) for _ in range(TRIES)]
    bare = [_python("print(0)") for _ in range(TRIES)]
    pages = took[0][1]
    return {
        "seconds": round(min(seconds for seconds, _ in took) - min(one for one, _ in bare), 3),
        "mib": round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1),
    }


def _python(code: str) -> tuple[float, int]:
    """The processor seconds that a process took, and the number that it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(  # noqa: S603 - our own Python
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, int(done.stdout)


def window(url: str, folder: Path) -> dict[str, float]:
    """What the window costs while it is paused, then hidden as well."""
    with x_display(folder) as display:
        env = environment(folder, display.name)
        command = [sys.executable, "-m", "app", "play", url]
        with subprocess.Popen(command, cwd=ROOT, env=env) as process:  # noqa: S603 - our own program
            try:
                pause(PLAY_S)
                display.key("space")
                pause(SETTLE_S)
                paused = _share(process.pid)
                memory = resident_mib(process.pid)
                _hide(display)
                hidden = _share(process.pid)
            finally:
                process.terminate()
    return {
        "paused_cpu": round(paused, 4),
        "hidden_cpu": round(hidden, 4),
        "mib": round(memory, 1),
    }


def _share(pid: int) -> float:
    """Processor seconds a second from now on."""
    before, began = processor_seconds(pid), time.perf_counter()
    pause(IDLE_S)
    return (processor_seconds(pid) - before) / (time.perf_counter() - began)


def _hide(display: XDisplay) -> None:
    """Take the window from the screen, as minimizing does."""
    xdotool = shutil.which("xdotool") or "xdotool"
    subprocess.run(  # noqa: S603 - a tool of the machine
        [xdotool, "search", "--onlyvisible", "--name", ".", "windowunmap"],
        env=os.environ | {"DISPLAY": display.name},
        check=True,
        stdout=subprocess.DEVNULL,
    )


def main() -> None:
    """Import, then open the window and leave it alone."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    result = {"import": imports()}
    if shutil.which("Xvfb") and shutil.which("xdotool"):
        with headend() as origin, tempfile.TemporaryDirectory() as name:
            url = f"{origin}/channels/1/vod/hls-cmaf/master.m3u8?loops=1"
            result["window"] = window(url, Path(name))
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
