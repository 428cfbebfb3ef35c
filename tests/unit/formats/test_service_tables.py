"""Service description tables (ETSI EN 300 468 5.2.3): which services a stream says it holds."""

from hypothesis import given
from hypothesis import strategies as st

from player.formats.service_tables import MOST_SERVICES, read_sdt
from player.model.service import Service


def described(provider: bytes, name: bytes, kind: int = 1) -> bytes:
    """A service descriptor (6.2.33)."""
    body = bytes((kind, len(provider))) + provider + bytes((len(name),)) + name
    return bytes((0x48, len(body))) + body


def sdt(*services: tuple[int, bytes], table: int = 0x42, current: bool = True) -> bytes:
    """A section without its CRC, of services and their descriptors."""
    body = b"".join(
        number.to_bytes(2, "big") + b"\xfc" + (0x8000 | len(told)).to_bytes(2, "big") + told
        for number, told in services
    )
    length = 8 + len(body) + 4
    head = bytes((table, 0xF0 | length >> 8, length & 0xFF, 0, 1, 0xC1 if current else 0xC0))
    return head + b"\x00\x00\x20\x00\xff" + body


def test_names_and_providers() -> None:
    first = described(b"RTP", b"RTP 1 \xc2A")
    unknown = b"\x5f\x04\x00\x00\x00\x28"
    found = read_sdt(sdt((1, unknown + first), (0x4E20, described(b"", b"\x05\xdeey"))))
    assert found == (
        Service(id=1, name="RTP 1 Á", provider="RTP"),
        Service(id=0x4E20, name="Şey", provider=""),
    )


def test_services_without_a_name_are_none() -> None:
    assert read_sdt(sdt((1, b""), (2, described(b"X", b"")))) == (
        Service(id=2, name="", provider="X"),
    )


def test_other_streams_and_tables_of_the_future_are_passed_over() -> None:
    one = (1, described(b"", b"A"))
    assert read_sdt(sdt(one, table=0x46)) == ()
    assert read_sdt(sdt(one, current=False)) == ()
    assert read_sdt(b"") == ()


def test_what_is_cut_off_costs_itself_alone() -> None:
    whole = sdt((1, described(b"P", b"One")), (2, described(b"P", b"Two")))
    assert [one.name for one in read_sdt(whole)] == ["One", "Two"]
    assert [one.name for one in read_sdt(whole[:-1])] == ["One", "Tw"]
    assert [one.name for one in read_sdt(whole[:-9])] == ["One"]
    longer = bytes((0x48, 5, 1, 200)) + b"abc"
    assert read_sdt(sdt((1, longer), (2, described(b"", b"B"))))[-1].name == "B"


def test_their_number_is_bounded() -> None:
    found = read_sdt(sdt(*((number, described(b"a", b"a")) for number in range(2_000))))
    assert len(found) == MOST_SERVICES


@given(st.binary(max_size=200), st.integers(0, 0xFFF))
def test_any_bytes_are_survived(body: bytes, length: int) -> None:
    head = b"\x42" + (0xF000 | length).to_bytes(2, "big") + b"\x00\x01\xc1\x00\x00\x00\x01\xff"
    for one in read_sdt(head + body):
        assert one.name or one.provider
