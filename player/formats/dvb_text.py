"""Reads the text of DVB's tables (ETSI EN 300 468 annex A)."""

from unicodedata import normalize

_LATIN = str.maketrans(
    {
        **dict(zip(range(0xA0, 0xB0), "\u00a0¡¢£€¥\ufffd§¤\u2018“«←↑→↓", strict=True)),
        **dict(zip(range(0xB0, 0xC0), "°±²³\u00d7µ¶·÷\u2019”»¼½¾¿", strict=True)),
        **dict.fromkeys((0xC0, 0xC9, 0xCC, *range(0xD8, 0xDC), 0xE5), "\ufffd"),
        **dict(zip(range(0xD0, 0xD8), "—¹®©™♪¬¦", strict=True)),
        **dict(zip(range(0xDC, 0xE0), "⅛⅜⅝⅞", strict=True)),
        **dict(zip(range(0xE0, 0xE5), "ΩÆĐªĦ", strict=True)),
        **dict(zip(range(0xE6, 0xF0), "ĲĿŁØŒºÞŦŊŉ", strict=True)),
        **dict(zip(range(0xF0, 0x100), "ĸæđðħıĳŀłøœßþŧŋ\u00ad", strict=True)),
    }
)
"""Table 00: ISO/IEC 6937 with the euro sign; what it leaves open becomes U+FFFD."""

_MARKS = {
    0xC1: "\u0300", 0xC2: "\u0301", 0xC3: "\u0302", 0xC4: "\u0303", 0xC5: "\u0304",
    0xC6: "\u0306", 0xC7: "\u0307", 0xC8: "\u0308", 0xCA: "\u030a", 0xCB: "\u0327",
    0xCD: "\u030b", 0xCE: "\u0328", 0xCF: "\u030c",
}  # fmt: skip
"""Diacritics stand before their letter; in Unicode they stand behind it."""

_TABLES = {
    **{number - 4: f"iso8859-{number}" for number in (*range(5, 12), 13, 14, 15)},
    0x11: "utf-16-be",
    0x12: "euc-kr",
    0x13: "gb2312",
    0x14: "utf-16-be",  # the part of it that Big5 has
    0x15: "utf-8",
}
_PARTS_OF_8859 = frozenset({*range(1, 12), 13, 14, 15})
_FIRST_LETTER, _OF_THREE_BYTES = 0x20, 0x10
_LINE_ENDS = dict.fromkeys((0x0A, 0x0D, 0x8A, 0xE08A), " ")
_CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), *range(0xE080, 0xE0A0)))
_PLAIN = {**_CONTROLS, **_LINE_ENDS}
"""Emphasis and other controls are left out (A.1); a line's end becomes a space."""


def read_text(data: bytes) -> str:
    """Give the text of a field: its first byte tells the table, table 00 if it is a letter.

    Text that names no table and is UTF-8 all the same is read as such: no word of table 00 looks
    like it. "" for tables that are reserved, or of another body's. Never raises.
    """
    return normalize("NFC", _decoded(data).translate(_PLAIN)).strip()


def _decoded(data: bytes) -> str:
    if not data:
        return ""
    first = data[0]
    if first >= _FIRST_LETTER:
        return _untold(data)
    if first == _OF_THREE_BYTES:
        part = int.from_bytes(data[1:3], "big")
        return data[3:].decode(f"iso8859-{part}", "replace") if part in _PARTS_OF_8859 else ""
    table = _TABLES.get(first)
    return data[1:].decode(table, "replace") if table else ""


def _untold(data: bytes) -> str:
    if not data.isascii():
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return _latin(data)
    return data.decode("ascii")


def _latin(data: bytes) -> str:
    """Table 00: each diacritic goes behind the letter that it stands before."""
    out, mark = [], ""
    for byte in data:
        if byte in _MARKS:
            mark = _MARKS[byte]
            continue
        out.append(chr(byte).translate(_LATIN) + mark)
        mark = ""
    return "".join(out)
