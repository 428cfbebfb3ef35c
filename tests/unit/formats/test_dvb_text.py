"""The text of DVB's tables (ETSI EN 300 468 annex A), in every character table."""

from unicodedata import is_normalized, name

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from player.formats.dvb_text import read_text

CYRILLIC = "Первый"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"RTP 1", "RTP 1"),
        # table 00: ISO 6937, diacritics before their letters
        (b"Can\xcbc\xc4ao", "Canção"),
        (b"T\xc2el\xc2evision \xaba\xbb \xa45", "Télévision «a» €5"),
        (b"\xe2\xf9\xfb\xe8\xea", "ĐøßŁŒ"),
        (b"a\xc8 b\xc2", "a \u0308b"),
        (b"a\xa6\xc0b", "a\ufffd\ufffdb"),
        # one part of ISO 8859, by one byte or by three
        (b"\x01" + CYRILLIC.encode("iso8859-5"), CYRILLIC),
        (b"\x10\x00\x05" + CYRILLIC.encode("iso8859-5"), CYRILLIC),
        (b"\x05T\xfcrk\xe7e \xdeey", "Türkçe Şey"),
        (b"\x03" + "Ελλάδα".encode("iso8859-7"), "Ελλάδα"),
        (b"\x0b\xa4", "€"),
        (b"\x10\x00\x02" + "Łódź".encode("iso8859-2"), "Łódź"),
        # of several bytes
        (b"\x11" + "Канал 你".encode("utf-16-be"), "Канал 你"),
        (b"\x12" + "한국".encode("euc-kr"), "한국"),
        (b"\x13" + "中央".encode("gb2312"), "中央"),
        (b"\x14" + "台視".encode("utf-16-be"), "台視"),
        (b"\x15" + "Canção 台".encode(), "Canção 台"),
        # controls: emphasis on and off, a new line, and those without meaning
        (b"\x86BBC\x87\x8aOne\x01", "BBC One"),
        (b"\x05\x86BBC\x87\x8aOne", "BBC One"),
        (b"\x15" + "\ue086BBC\ue087\ue08aOne".encode(), "BBC One"),
        # UTF-8 that does not say so
        ("Canção".encode(), "Canção"),
        # reserved, another body's, cut off, broken
        (b"\x08abc", ""),
        (b"\x0cabc", ""),
        (b"\x1f\x01abc", ""),
        (b"\x10\x00\x0cabc", ""),
        (b"\x10\x00", ""),
        (b"\x15\xffA", "\ufffdA"),
        (b"\x11\x04", "\ufffd"),
    ],
)
def test_every_table(data: bytes, text: str) -> None:
    assert read_text(data) == text


@pytest.mark.parametrize(
    ("data", "called"),
    [
        (b"\xc1e", "LATIN SMALL LETTER E WITH GRAVE"),
        (b"\xc2e", "LATIN SMALL LETTER E WITH ACUTE"),
        (b"\xc3e", "LATIN SMALL LETTER E WITH CIRCUMFLEX"),
        (b"\xc4n", "LATIN SMALL LETTER N WITH TILDE"),
        (b"\xc5e", "LATIN SMALL LETTER E WITH MACRON"),
        (b"\xc6g", "LATIN SMALL LETTER G WITH BREVE"),
        (b"\xc7z", "LATIN SMALL LETTER Z WITH DOT ABOVE"),
        (b"\xc8u", "LATIN SMALL LETTER U WITH DIAERESIS"),
        (b"\xcaA", "LATIN CAPITAL LETTER A WITH RING ABOVE"),
        (b"\xcbS", "LATIN CAPITAL LETTER S WITH CEDILLA"),
        (b"\xcdo", "LATIN SMALL LETTER O WITH DOUBLE ACUTE"),
        (b"\xcea", "LATIN SMALL LETTER A WITH OGONEK"),
        (b"\xcfr", "LATIN SMALL LETTER R WITH CARON"),
        (b"\xe1", "LATIN CAPITAL LETTER AE"),
        (b"\xe4", "LATIN CAPITAL LETTER H WITH STROKE"),
        (b"\xe8", "LATIN CAPITAL LETTER L WITH STROKE"),
        (b"\xec", "LATIN CAPITAL LETTER THORN"),
        (b"\xf3", "LATIN SMALL LETTER ETH"),
        (b"\xf5", "LATIN SMALL LETTER DOTLESS I"),
        (b"\xfe", "LATIN SMALL LETTER ENG"),
        (b"\xbc", "VULGAR FRACTION ONE QUARTER"),
        (b"\xd5", "EIGHTH NOTE"),
        (b"\xb9", "RIGHT SINGLE QUOTATION MARK"),
    ],
)
def test_the_letters_of_table_00(data: bytes, called: str) -> None:
    assert name(read_text(data)) == called


@given(st.binary(max_size=60))
@example(b"\xc1")
@example(b"\x10\x00\xff")
def test_any_bytes_become_a_line_of_text(data: bytes) -> None:
    text = read_text(data)
    assert is_normalized("NFC", text)
    assert text == text.strip()
    assert not [one for one in text if ord(one) < 0x20 or 0x7F <= ord(one) < 0xA0]
