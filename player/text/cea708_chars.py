"""The code sets of CEA-708 (CTA-708 7.1): G0, G1, G2 and G3 as they are used."""

_G2 = {
    0x20: " ", 0x21: " ", 0x25: "…", 0x2A: "Š", 0x2C: "Œ", 0x30: "█",
    0x31: "\N{LEFT SINGLE QUOTATION MARK}", 0x32: "\N{RIGHT SINGLE QUOTATION MARK}",
    0x33: "“", 0x34: "”", 0x35: "•", 0x39: "™", 0x3A: "š", 0x3C: "œ", 0x3D: "℠", 0x3F: "Ÿ",
    0x76: "⅛", 0x77: "⅜", 0x78: "⅝", 0x79: "⅞", 0x7A: "│", 0x7B: "┐", 0x7C: "└", 0x7D: "─",
    0x7E: "┘", 0x7F: "┌",
}  # fmt: skip


def plain(code: int) -> str:
    """Give the character of a byte of G0 (0x20 to 0x7f) or G1 (0xa0 to 0xff)."""
    return "\N{EIGHTH NOTE}" if code == 0x7F else chr(code)


def extended(code: int) -> str:
    """Give the character of a byte of G2 or G3 behind EXT1; unknown ones show as "_"."""
    return "[CC]" if code == 0xA0 else _G2.get(code, "_")
