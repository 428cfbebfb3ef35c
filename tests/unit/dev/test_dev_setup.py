"""dev.py's decisions about a machine: which manager, which packages, which commands."""

import pytest

from door.host import Host, has_display, manager_of, read_os_release
from door.needs import NODE, PACKAGES, packages
from door.system_packages import make_plan, missing_from

DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n# a remark\n\nVERSION_ID="12"\n'
MINT = 'ID=linuxmint\nID_LIKE="ubuntu debian"\n'


def host(**changes: object) -> Host:
    facts: dict[str, object] = {
        "name": "Debian",
        "manager": "apt-get",
        "root": False,
        "sudo": False,
        "display": True,
    }
    return Host(**(facts | changes))  # type: ignore[arg-type]


def on_path(*names: str):
    return lambda name: name if name in names else None


def test_os_release_is_read_with_and_without_quotes():
    release = read_os_release(DEBIAN)

    assert release["ID"] == "debian"
    assert release["PRETTY_NAME"] == "Debian GNU/Linux 12 (bookworm)"


@pytest.mark.parametrize(
    ("system", "text", "path", "manager"),
    [
        ("linux", DEBIAN, ("apt-get", "brew"), "apt-get"),
        ("linux", MINT, ("dnf", "apt-get"), "apt-get"),
        ("linux", "ID=fedora", ("apt-get", "dnf"), "dnf"),
        ("linux", "ID=arch", ("pacman",), "pacman"),
        ("linux", "ID=unheard-of", ("pacman",), "pacman"),
        ("linux", "ID=debian", (), ""),
        ("darwin", "", ("brew",), "brew"),
        ("win32", "", ("winget",), "winget"),
        ("sunos5", "", ("apt-get",), ""),
    ],
)
def test_the_manager_is_the_distributions_own(system, text, path, manager):
    assert manager_of(system, read_os_release(text), on_path(*path)) == manager


@pytest.mark.parametrize(
    ("system", "environment", "there"),
    [
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"DISPLAY": ""}, False),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_a_display_is_asked_of_the_environment_on_linux_only(system, environment, there):
    assert has_display(system, environment) is there


def test_dpkgs_answer_tells_what_is_missing():
    answer = "ii  libmpv2\nrc  libegl1\nun  xvfb\nii  fontconfig\n"

    assert missing_from("apt-get", ["libmpv2", "libegl1", "xvfb", "new"], answer) == [
        "libegl1",
        "xvfb",
        "new",
    ]


@pytest.mark.parametrize(
    ("manager", "answer"),
    [
        ("dnf", "ii mpv-libs\npackage xdotool is not installed\n"),
        ("pacman", "xdotool\n"),
        ("brew", "mpv-libs\nffmpeg\n"),
    ],
)
def test_each_managers_answer_is_understood(manager, answer):
    assert missing_from(manager, ["mpv-libs", "xdotool"], answer) == ["xdotool"]


def test_nothing_missing_is_no_plan():
    assert make_plan(host(), []).commands == ()


def test_root_on_debian_installs_by_itself():
    plan = make_plan(host(root=True), ["libmpv2"])

    assert plan.run
    assert plan.commands == (("apt-get", "install", "-y", "--no-install-recommends", "libmpv2"),)


def test_sudo_without_a_password_installs_by_itself():
    plan = make_plan(host(sudo=True), ["libmpv2"])

    assert plan.run
    assert plan.commands[0][:2] == ("sudo", "apt-get")


@pytest.mark.parametrize(
    ("manager", "text"),
    [
        ("apt-get", "sudo apt-get install -y --no-install-recommends one two"),
        ("dnf", "sudo dnf install -y one two"),
        ("pacman", "sudo pacman -S --needed --noconfirm one two"),
        ("brew", "brew install one two"),
        ("winget", "winget install --exact --id one\nwinget install --exact --id two"),
    ],
)
def test_everybody_else_is_told_the_exact_command(manager, text):
    plan = make_plan(host(manager=manager), ["one", "two"])

    assert not plan.run
    assert plan.text == text


@pytest.mark.parametrize("manager", sorted(PACKAGES))
def test_every_manager_can_bring_the_player(manager):
    names = packages(manager, ("play", "xvfb", "test"), node=True, venv_for=None)

    assert any("mpv" in name for name in names)
    assert set(NODE[manager]) <= set(names)
    assert len(names) == len(set(names))


def test_a_bare_python_of_debian_gets_its_venv_package():
    assert "python3.12-venv" in packages("apt-get", ("play",), node=False, venv_for=12)
    assert packages("", ("play",), node=True, venv_for=12) == []
