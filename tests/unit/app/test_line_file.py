"""What each network carried, on disk: kept whole, read with care, telling nobody where one was."""

import json
import logging
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import paths
from app.line_file import LineFile, read_lines, write_lines
from app.network import DefaultRoute, default_route, hardware_address, network_here
from app.player_host import HostOptions
from player.abr.line_memory import LineMemory, RememberedLine
from player.units import BitsPerSecond, Micros

ROUTES = """\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
eth0\t00000000\tFE00000A\t0003\t0\t0\t100\t00000000\t0\t0\t0
eth0\t0000000A\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
"""
ARP = """\
IP address       HW type     Flags       HW address            Mask     Device
10.0.0.254       0x1         0x2         AA:bb:cc:dd:ee:01     *        eth0
192.168.1.1      0x1         0x2         aa:bb:cc:dd:ee:02     *        wlan0
10.0.0.9         0x1         0x0         00:00:00:00:00:00     *        eth0
"""
HOME = "192.168.1.1 aa:bb:cc:dd:ee:02"


def remembered(**rates: int) -> LineMemory:
    lines = {
        name: RememberedLine(rate=BitsPerSecond(rate), seen=Micros(number), confidence=0.9)
        for number, (name, rate) in enumerate(rates.items())
    }
    return LineMemory(lines)


def line_file(path: Path, here: str | None = HOME) -> LineFile:
    return LineFile(path, lambda: here)


# ---- which network --------------------------------------------------------------------------


def test_the_gateway_of_the_best_default_route_is_the_network(tmp_path: Path) -> None:
    (tmp_path / "route").write_text(ROUTES)
    (tmp_path / "arp").write_text(ARP)
    assert network_here(tmp_path) == "10.0.0.254 aa:bb:cc:dd:ee:01"
    (tmp_path / "route").write_text(ROUTES.replace("600", "50"))
    assert network_here(tmp_path) == HOME


@pytest.mark.parametrize(
    ("routes", "arp"),
    [
        ("", ARP),
        (ROUTES, ""),
        (ROUTES, ARP.replace("AA:bb:cc:dd:ee:01", "00:00:00:00:00:00")),
        (ROUTES.replace("FE00000A\t0003", "nonsense\t0003").replace("0101A8C0", "x"), ARP),
        (ROUTES.replace("\t0003\t", "\t0002\t"), ARP),
        ("Iface\ntun0 00000000 00000000 0001 0 0 0 00000000", ARP),
    ],
)
def test_a_network_that_cannot_be_told_has_no_name(routes: str, arp: str, tmp_path: Path) -> None:
    assert network_here(tmp_path) is None
    (tmp_path / "route").write_text(routes)
    (tmp_path / "arp").write_text(arp)
    assert network_here(tmp_path) is None


def test_a_modem_is_known_by_its_link(tmp_path: Path) -> None:
    (tmp_path / "route").write_text("Iface\nwwan0 00000000 00000000 0001 0 0 0 00000000")
    (tmp_path / "arp").write_text(ARP)
    assert network_here(tmp_path) == "wwan0"


def test_this_machine_names_its_network_alike_each_time() -> None:
    assert network_here() == network_here()


@settings(max_examples=60)
@given(st.text(max_size=200))
def test_odd_tables_name_nothing(text: str) -> None:
    default_route(f"head\n{text}")
    assert hardware_address(text, DefaultRoute(interface="e", gateway="no.such")) is None


# ---- the file -------------------------------------------------------------------------------


def test_what_was_kept_is_there_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "state" / "lines.json"
    first = line_file(path)
    assert first.remembered() == LineMemory()
    name = first.network()
    assert name is not None
    first.keep(remembered(**{name: 5_000_000}))
    first.close()
    second = line_file(path)
    assert second.network() == name
    assert second.remembered() == remembered(**{name: 5_000_000})
    second.close()
    assert [one.name for one in path.parent.iterdir()] == ["lines.json"]


def test_the_file_tells_nobody_where_its_owner_was(tmp_path: Path) -> None:
    one, other = line_file(tmp_path / "a.json"), line_file(tmp_path / "b.json")
    name = one.network()
    assert name is not None
    assert name != other.network(), "two installations name one network alike"
    one.keep(remembered(**{name: 1}))
    one.close()
    other.close()
    told = (tmp_path / "a.json").read_text()
    assert "192.168" not in told
    assert "aa:bb" not in told
    assert line_file(tmp_path / "a.json", None).network() is None


def test_two_programs_keep_what_either_learnt(tmp_path: Path) -> None:
    path = tmp_path / "lines.json"
    line_file(path).close()
    write_lines(path, "00" * 16, LineMemory())
    one, other = line_file(path), line_file(path)
    one.keep(remembered(a=1))
    one.close()
    other.keep(remembered(b=2))
    other.close()
    assert set(read_lines(path)[1].lines) == {"a", "b"}


BAD = [
    b"",
    b"\xff\xfe",
    b"[]",
    b"{}",
    b"[" * 100_000,
    b'{"version": 2, "salt": "00000000000000000000", "lines": {}}',
    b'{"version": 1, "salt": "zz", "lines": {}}',
    b'{"version": 1, "salt": "0000000000000000", "lines": {"a": 1}}',
    b'{"version": 1, "salt": "0000000000000000", "lines": {"a": {"rate": -1, "seen": 1,'
    b' "confidence": 1}}}',
    b'{"version": 1, "salt": "0000000000000000", "lines": {"a": {"rate": 1, "seen": 1,'
    b' "confidence": NaN}}}',
]


@pytest.mark.parametrize("data", BAD)
def test_a_damaged_file_is_kept_aside_and_told_of(
    data: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "lines.json"
    path.write_bytes(data)
    with caplog.at_level(logging.WARNING):
        lines = line_file(path)
    assert lines.remembered() == LineMemory()
    (said,) = caplog.messages
    assert "lines file damaged" in said
    assert "lines.damaged.json" in said
    assert (tmp_path / "lines.damaged.json").read_bytes() == data
    lines.keep(remembered(a=1))
    lines.close()
    assert read_lines(path)[1] == remembered(a=1)


def test_a_file_that_cannot_be_read_is_left_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "lines.json"
    path.mkdir()
    lines = line_file(path)
    lines.keep(remembered(a=1))
    lines.close()
    assert path.is_dir()
    (said,) = caplog.messages
    assert "will not be remembered" in said


def test_a_disk_without_room_costs_only_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "lines.json"
    write_lines(path, "00" * 16, remembered(a=1))
    before = path.read_bytes()

    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    lines = line_file(path)
    lines.keep(remembered(a=2))
    lines.close()
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["lines.json"]
    (said,) = caplog.messages
    assert "No space left" in said


@settings(max_examples=60)
@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["version", "salt", "lines", "rate", "seen", "confidence"]), inner
            )
        ),
        max_leaves=12,
    ).map(lambda told: json.dumps(told).encode())
)
def test_no_file_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "strange.json"
    path.write_bytes(data)
    try:
        read_lines(path)
    except ValueError:
        return


def test_the_file_lies_where_state_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert paths.lines_file() == tmp_path / "farol" / "lines.json"
    assert not paths.lines_file().parent.exists()
    assert HostOptions().lines is None
