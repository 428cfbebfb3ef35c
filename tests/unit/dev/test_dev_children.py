"""What dev.py started ends with it, and so does what that started."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.farol_process import until

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and process groups")

GRANDCHILD = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, file=open(sys.argv[1], "w"), flush=True)
time.sleep(60)
"""

STEPS = """
import sys
sys.path.insert(0, "packaging")
from door.children import signals_as_exit
from door.steps import Step, run_steps
with signals_as_exit():
    run_steps([Step(name="one", command=(sys.executable, *sys.argv[1:]))])
"""

GROUPS = """
import signal, sys, time
sys.path.insert(0, "packaging")
from door.children import Children, signals_as_exit
with signals_as_exit(), Children() as children:
    children.start((sys.executable, *sys.argv[1:]), asked=signal.SIGINT)
    time.sleep(60)
"""

FIXTURES = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, file=open(sys.argv[1], "w"), flush=True)
try:
    time.sleep(60)
except KeyboardInterrupt:
    open(sys.argv[1] + ".tidy", "w").close()
    child.kill()
    child.wait()
"""


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that is over and not yet waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("door", [STEPS, GROUPS])
@pytest.mark.parametrize("program", [GRANDCHILD, FIXTURES])
def test_a_signal_ends_all_of_it(door: str, program: str, tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    process = subprocess.Popen(
        [sys.executable, "-c", door, "-c", program, str(noted)],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert until(lambda: noted.exists() and noted.read_text().strip(), 20)
        grandchild = int(noted.read_text())
        assert is_alive(grandchild)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 128 + signal.SIGTERM
        assert until(lambda: not is_alive(grandchild), 5)
        if program is FIXTURES:
            assert Path(f"{noted}.tidy").exists(), "it was not let put things away"
    finally:
        process.kill()
        process.wait()
