"""dev.py's environment and start: stamps, locks, ports, children, the first picture."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from door.children import Children, end
from door.first_picture import FirstPicture, is_picture
from door.ports import choose_port, is_free
from door.run import needs_headend, say_while_silent, tell, unseen_options
from door.venv import is_current, pins, program, read_stamp, wanted_stamp

ROOT = Path(__file__).parents[3]
TEXTS = {"runtime": "a==1", "build": "b==1", "dev": "c==1", "project": "[project]"}


def lock(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")


def test_help_works_on_a_bare_python():
    command = [sys.executable, "-S", "-I", str(ROOT / "dev.py"), "--help"]

    done = subprocess.run(command, capture_output=True, text=True, check=True)

    for word in ("run", "test", "check", "bench", "doctor"):
        assert word in done.stdout


def test_an_unknown_command_ends_with_2():
    command = [sys.executable, "-I", str(ROOT / "dev.py"), "fly"]

    done = subprocess.run(command, check=False, capture_output=True, text=True)

    assert done.returncode == 2
    assert "fly" in done.stderr


def test_a_stamp_covers_what_it_was_made_from():
    stamp = wanted_stamp("dev", TEXTS, "3.11")

    assert is_current(stamp, wanted_stamp("dev", TEXTS, "3.11"))
    assert is_current(stamp, wanted_stamp("runtime", TEXTS, "3.11"))
    assert not is_current(wanted_stamp("runtime", TEXTS, "3.11"), stamp)


@pytest.mark.parametrize("changed", ["runtime", "build", "project"])
def test_a_changed_lock_is_installed_again(changed):
    before = wanted_stamp("runtime", TEXTS, "3.11")

    assert not is_current(before, wanted_stamp("runtime", TEXTS | {changed: "new"}, "3.11"))


def test_another_python_is_another_environment():
    before = wanted_stamp("runtime", TEXTS, "3.11")

    assert not is_current(before, wanted_stamp("runtime", TEXTS, "3.12"))


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "\x00"])
def test_a_broken_stamp_says_nothing(tmp_path, text):
    path = tmp_path / "stamp.json"
    path.write_text(text)

    assert read_stamp(path) == {}
    assert read_stamp(tmp_path / "absent") == {}


def test_pins_are_read_from_a_lock():
    text = (
        "# head\none==1.0 \\\n    --hash=sha256:00\n    # via two\ntwo==2.1 ; os_name == 'nt' \\\n"
    )

    assert pins(text) == {"one": "1.0", "two": "2.1"}


@pytest.mark.parametrize("name", ["runtime", "build"])
def test_the_development_lock_holds_the_other_two(name):
    assert pins(lock(name)).items() <= pins(lock("dev")).items()


@pytest.mark.parametrize("name", ["runtime", "build", "dev"])
def test_locks_have_hashes_and_no_index_address(name):
    text = lock(name)

    assert text.count("--hash=sha256:") >= len(pins(text)) > 2
    assert "://" not in text
    assert "index-url" not in text.replace("--no-emit-index-url", "")
    assert "find-links" not in text


@pytest.mark.parametrize(
    ("platform", "where"),
    [("linux", "bin/pip"), ("darwin", "bin/pip"), ("win32", "Scripts/pip.exe")],
)
def test_programs_lie_where_the_platform_puts_them(platform, where):
    assert program("pip", platform, Path("v")) == Path("v") / where


def test_the_usual_port_is_taken_where_it_is_free():
    assert choose_port(8787, lambda _: True) == 8787
    assert choose_port(8787, lambda _: False) == 0


def test_a_port_that_somebody_listens_on_is_not_free():
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert not is_free(server.getsockname()[1])


def test_an_unseen_run_ends_and_leaves_something():
    options = unseen_options(("--channel", "3"), Path("out"))

    assert options[:2] == ("--channel", "3")
    assert {"--duration", "--screenshot", "--report"} <= set(options)


def test_an_unseen_run_keeps_what_was_asked_for():
    options = unseen_options(("--duration=5", "--report", "mine.json"), Path("out"))

    assert options.count("--report") == 1
    assert "--duration" not in options


def test_a_list_is_not_told_to_a_farol_that_has_ended():
    with Children() as children:
        farol = children.start([sys.executable, "-c", ""], stdin=-1)
        farol.wait()
        assert farol.stdin is not None
        tell(farol.stdin, "http://h/lineup.m3u\n")

        assert farol.stdin.closed


def test_a_log_is_told_that_the_headend_is_still_at_work(capsys):
    slow = "import time; time.sleep(0.6); print('READY http://h/', flush=True)"
    with Children() as children:
        headend = children.start([sys.executable, "-c", slow], stdout=-1)
        assert headend.stdout is not None
        say_while_silent(headend.stdout, every=0.2)

        assert headend.stdout.readline() == "READY http://h/\n"
    assert "encodes its test channels" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "served"),
    [((), True), (("--channel", "2"), True), (("--source", "l"), False), (("--source=l",), False)],
)
def test_a_list_of_ones_own_needs_no_headend(options, served):
    assert needs_headend(options) is served


def test_children_end_with_their_context():
    with Children() as children:
        child = children.start([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=-1)
        assert child.poll() is None

    assert child.returncode is not None


def test_a_child_that_will_not_end_is_ended(monkeypatch):
    monkeypatch.setattr("door.children._PATIENCE", 0.2)
    deaf = "import signal; signal.signal(15, signal.SIG_IGN); print(1, flush=True); input()"
    with Children() as children:
        child = children.start([sys.executable, "-c", deaf], stdin=-1, stdout=-1)
        assert child.stdout is not None
        child.stdout.readline()
        end(child)

    assert child.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("line", "picture"),
    [
        ('{"event": "playback-restart"}', True),
        ('{"event": "property-change", "id": 1, "name": "time-pos", "data": 0.0}', True),
        ('{"event": "property-change", "id": 1, "name": "time-pos"}', False),
        ('{"event": "start-file"}', False),
        ("[1]", False),
        ("no json", False),
    ],
)
def test_mpvs_words_tell_the_first_picture(line, picture):
    assert is_picture(line) is picture


@pytest.mark.skipif(os.name == "nt", reason="no Unix sockets")
def test_the_first_picture_is_reported_once(tmp_path):
    watch = FirstPicture(tmp_path / "ipc")
    assert not watch.poll()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "ipc"))
        server.listen(1)
        assert not watch.poll()
        mpv, _ = server.accept()
        with mpv:
            asked = json.loads(mpv.recv(1024))
            mpv.sendall(b'{"event": "start-file"}\n{"event": "playback-res')
            assert not watch.poll()
            mpv.sendall(b'tart"}\n')
            assert watch.poll()
            assert not watch.poll()
    assert asked["command"][0] == "observe_property"
