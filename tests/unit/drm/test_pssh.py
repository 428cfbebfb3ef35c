from base64 import b64decode, b64encode
from contextlib import suppress
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from player.drm.pssh import (
    COMMON,
    PLAYREADY,
    WIDEVINE,
    parse_pssh,
    playready_header,
    widevine_key_ids,
)
from player.errors import ErrorCode, PlayerError

KEY_ID = "4060a865887842679cbf91ae5bae1e72"
OTHER = "00112233445566778899aabbccddeeff"


def pssh(system: str, data: bytes, key_ids: tuple[str, ...] | None = None) -> bytes:
    head = bytes([0 if key_ids is None else 1, 0, 0, 0]) + UUID(system).bytes
    listed = b""
    if key_ids is not None:
        listed = len(key_ids).to_bytes(4, "big") + b"".join(map(bytes.fromhex, key_ids))
    body = b"pssh" + head + listed + len(data).to_bytes(4, "big") + data
    return (len(body) + 4).to_bytes(4, "big") + body


def guid(key_id: str) -> str:
    return b64encode(UUID(hex=key_id).bytes_le).decode()


def playready(header: str) -> bytes:
    text = header.encode("utf-16-le")
    record = (1).to_bytes(2, "little") + len(text).to_bytes(2, "little") + text
    return (len(record) + 6).to_bytes(4, "little") + (1).to_bytes(2, "little") + record


HEADER = (
    "<WRMHEADER version='4.0.0.0'><DATA><PROTECTINFO><KEYLEN>16</KEYLEN></PROTECTINFO>"
    f"<KID>{guid(KEY_ID)}</KID><LA_URL>https://host/lic?a=1&amp;b=2</LA_URL></DATA></WRMHEADER>"
)
HEADER_4_3 = (
    "<WRMHEADER version='4.3.0.0'><DATA><PROTECTINFO><KIDS>"
    f"<KID ALGID='AESCBC' VALUE='{guid(KEY_ID)}'></KID><KID VALUE=\"{guid(OTHER)}\"/>"
    "</KIDS></PROTECTINFO></DATA></WRMHEADER>"
)


def test_a_common_box_lists_its_keys() -> None:
    (found,) = parse_pssh(pssh(COMMON, b"", (KEY_ID, OTHER)))
    assert (found.system, found.version) == (COMMON, 1)
    assert found.key_ids == (KEY_ID, OTHER)


def test_widevine_keys_are_read_from_its_message() -> None:
    box = b64decode(
        "AAAAXHBzc2gAAAAA7e+LqXnWSs6jyCfc1R0h7QAAADwSEEBgqGWIeEJnnL+RrluuHnISEEBgqGWIeEJnnL+Rrluu"
        "HnISEEBgqGWIeEJnnL+RrluuHnJI49yVmwY="
    )
    (found,) = parse_pssh(box)
    assert (found.system, found.key_ids) == (WIDEVINE, (KEY_ID,))
    assert found.box == box


def test_a_widevine_key_in_hex_digits_is_understood() -> None:
    assert widevine_key_ids(b"\x08\x01\x12\x20" + KEY_ID.encode()) == [KEY_ID]


@pytest.mark.parametrize(
    ("header", "key_ids", "url"),
    [(HEADER, [KEY_ID], "https://host/lic?a=1&b=2"), (HEADER_4_3, [KEY_ID, OTHER], "")],
)
def test_playready_keys_come_in_the_byte_order_of_a_guid(
    header: str, key_ids: list[str], url: str
) -> None:
    assert playready_header(playready(header)) == (key_ids, url)
    assert playready_header(header.encode("utf-16-le")) == (key_ids, url)
    (found,) = parse_pssh(pssh(PLAYREADY, playready(header)))
    assert (list(found.key_ids), found.licence_url) == (key_ids, url)


def test_boxes_behind_one_another_are_all_read() -> None:
    boxes = pssh(COMMON, b"", (KEY_ID,)) + pssh(WIDEVINE, b"\x12\x10" + bytes.fromhex(OTHER))
    assert [one.key_ids for one in parse_pssh(boxes)] == [(KEY_ID,), (OTHER,)]


GOOD = pssh(COMMON, b"abc", (KEY_ID,))


@pytest.mark.parametrize("data", [b"x", GOOD[:-1], GOOD[:20], GOOD[:28] + b"\xff" * 23])
def test_a_broken_box_is_refused(data: bytes) -> None:
    with pytest.raises(PlayerError) as caught:
        parse_pssh(data)
    assert caught.value.failure.code is ErrorCode.MEDIA_INVALID


@given(st.sampled_from([COMMON, WIDEVINE, PLAYREADY]), st.binary(max_size=120))
@example(WIDEVINE, b"\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")
@example(PLAYREADY, "<KID>====</KID>".encode("utf-16-le"))
def test_any_payload_is_survived(system: str, data: bytes) -> None:
    (found,) = parse_pssh(pssh(system, data))
    assert all(len(key_id) == 32 for key_id in found.key_ids)


@given(st.binary(max_size=80))
def test_rubbish_is_refused_or_read(data: bytes) -> None:
    with suppress(PlayerError):
        assert isinstance(parse_pssh(data), tuple)


def test_a_count_of_keys_beyond_the_box_is_refused() -> None:
    box = bytearray(GOOD)
    box[28:32] = b"\x00\x00\x00\x09"
    with pytest.raises(PlayerError):
        parse_pssh(bytes(box))
    box[28:32] = bytes(4)
    with pytest.raises(PlayerError):
        parse_pssh(bytes(box))


@pytest.mark.parametrize(
    "text", [b"z" * 32, "\u00e9".encode() * 16, b"\x0d\0\0\0\0\x09" + bytes(26)]
)
def test_a_widevine_key_that_is_none_is_passed_over(text: bytes) -> None:
    assert widevine_key_ids(b"\x12\x20" + text) == []


def test_other_wire_types_of_a_message_are_stepped_over() -> None:
    key = b"\x12\x10" + bytes.fromhex(KEY_ID)
    message = b"\x0d" + bytes(4) + b"\x09" + bytes(8) + b"\x48\xff\x01" + key
    assert widevine_key_ids(message) == [KEY_ID]
    assert widevine_key_ids(message + b"\x0b" + key) == [KEY_ID]
    assert widevine_key_ids(key + b"\x48\xff") == [KEY_ID]


def test_a_playready_key_of_another_length_is_passed_over() -> None:
    header = f"<KID>AAAA</KID><KID>!</KID><KID>{guid(KEY_ID)}</KID>"
    assert playready_header(playready(header)) == ([KEY_ID], "")
