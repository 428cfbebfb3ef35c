"""The way up: thread-safe, in order, and without losing references."""

import subprocess
import sys
import threading

from player.api import FirstPicture, PlayerSnapshot
from player.units import Micros
from ui.bridge import PlayerBridge

CANARY = """
import gc, itertools, sys
from PySide6.QtCore import QCoreApplication
from player.api import PlayerSnapshot
from ui.bridge import PlayerBridge

app, bridge, heard = QCoreApplication([]), PlayerBridge(), itertools.count()
bridge.on_snapshot(lambda _: next(heard))

def emit_and_count():
    for _ in range(2000):
        bridge.post(PlayerSnapshot())
    app.processEvents()
    return sys.getrefcount(True)

gc.disable()
emit_and_count()  # what is looked up for the first time is kept by somebody
before = sys.getrefcount(True)
print(emit_and_count() - before, next(heard))
"""


def test_emitting_keeps_the_reference_count_of_true():
    """PySide6 6.12 on CPython 3.11 loses one at each emit and aborts after some hundred.

    In a process of its own: nobody else's references to True come and go there.
    """
    done = subprocess.run([sys.executable, "-c", CANARY], capture_output=True, check=True)
    assert done.stdout.split() == [b"0", b"4000"]


def test_messages_from_another_thread_arrive_in_this_one_in_order(qapp, qtbot):
    bridge = PlayerBridge()
    heard = []
    bridge.on_snapshot(lambda shot: heard.append((shot.tag, threading.current_thread())))
    bridge.on_event(lambda event: heard.append((event.tag, threading.current_thread())))

    def engine():
        bridge.post(PlayerSnapshot(tag="1"))
        bridge.post(FirstPicture(at=Micros(0), tag="2"))
        bridge.post(PlayerSnapshot(tag="3"))

    thread = threading.Thread(target=engine)  # noqa: TID251 - plays the engine's thread
    thread.start()
    thread.join()
    assert heard == []
    qtbot.waitUntil(lambda: len(heard) == 3, timeout=5000)
    assert [tag for tag, _ in heard] == ["1", "2", "3"]
    assert {thread for _, thread in heard} == {threading.current_thread()}


def test_what_is_neither_is_passed_over(qapp, qtbot):
    bridge = PlayerBridge()
    heard = []
    bridge.on_event(heard.append)
    bridge.post("noise")
    bridge.post(FirstPicture(at=Micros(0), tag="x"))
    qtbot.waitUntil(lambda: bool(heard), timeout=5000)
    assert len(heard) == 1
