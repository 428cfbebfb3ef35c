"""Memory that was freed goes back to the system."""

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = """
import threading
from app.allocator import give_memory_back

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096

kept = []

def fill():
    blocks = [bytearray(60_000) for _ in range(400)]
    kept.append(blocks[-1])

for _ in range(6):  # one after the other, and none is given back by itself
    thread = threading.Thread(target=fill)
    thread.start()
    thread.join()
before = resident()
give_memory_back()
print(before - resident())
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="not glibc")
def test_what_threads_that_are_gone_have_freed_is_given_back() -> None:
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT], cwd=root, check=True, capture_output=True, text=True
    )
    assert int(done.stdout) > 8_000_000
