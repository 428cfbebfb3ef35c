"""The characters of CEA-608 (CTA-608: basic, special and the two extended sets)."""

_CHANGED = {
    0x27: "\N{RIGHT SINGLE QUOTATION MARK}", 0x2A: "á", 0x5C: "é", 0x5E: "í", 0x5F: "ó",
    0x60: "ú", 0x7B: "ç", 0x7C: "÷", 0x7D: "Ñ", 0x7E: "ñ", 0x7F: "\N{FULL BLOCK}",
}  # fmt: skip
TRANSPARENT = "\N{NO-BREAK SPACE}"
SPECIAL = f"®°½¿™¢£\N{EIGHTH NOTE}à{TRANSPARENT}èâêîôû"
"""Second bytes 0x30 to 0x3f."""
SPANISH_FRENCH = "ÁÉÓÚÜü‘¡*'—©℠•“”ÀÂÇÈÊËëÎÏïÔÙùÛ«»"  # noqa: RUF001 - the set is what it is
"""Second bytes 0x20 to 0x3f after 0x12."""
PORTUGUESE_GERMAN = "ÃãÍÌìÒòÕõ{}\\^_|~ÄäÖöß¥¤│ÅåØø┌┐└┘"
"""Second bytes 0x20 to 0x3f after 0x13."""


def basic(code: int) -> str:
    """Give the character of a byte from 0x20 to 0x7f."""
    return _CHANGED.get(code) or chr(code)
