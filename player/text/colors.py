"""Colours as CSS and TTML write them, to "#rrggbbaa"."""

import re

NAMES = {
    "transparent": "#00000000", "black": "#000000ff", "silver": "#c0c0c0ff",
    "gray": "#808080ff", "grey": "#808080ff", "white": "#ffffffff", "maroon": "#800000ff",
    "red": "#ff0000ff", "purple": "#800080ff", "fuchsia": "#ff00ffff", "magenta": "#ff00ffff",
    "green": "#008000ff", "lime": "#00ff00ff", "olive": "#808000ff", "yellow": "#ffff00ff",
    "navy": "#000080ff", "blue": "#0000ffff", "teal": "#008080ff", "aqua": "#00ffffff",
    "cyan": "#00ffffff", "orange": "#ffa500ff", "pink": "#ffc0cbff", "gold": "#ffd700ff",
    "brown": "#a52a2aff", "violet": "#ee82eeff", "indigo": "#4b0082ff", "salmon": "#fa8072ff",
    "skyblue": "#87ceebff", "lightblue": "#add8e6ff", "lightgreen": "#90ee90ff",
    "lightyellow": "#ffffe0ff", "lightgray": "#d3d3d3ff", "lightgrey": "#d3d3d3ff",
    "darkgray": "#a9a9a9ff", "darkgrey": "#a9a9a9ff", "darkred": "#8b0000ff",
    "darkgreen": "#006400ff", "darkblue": "#00008bff", "turquoise": "#40e0d0ff",
    "peachpuff": "#ffdab9ff", "papayawhip": "#ffefd5ff", "crimson": "#dc143cff",
    "coral": "#ff7f50ff", "khaki": "#f0e68cff", "beige": "#f5f5dcff", "ivory": "#fffff0ff",
}  # fmt: skip

_HEX = re.compile(r"#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\Z")
_CALL = re.compile(r"rgba?\(([0-9.,%/\s]{1,60})\)\Z")


def css(text: str) -> str:
    """Read a CSS colour (css-color-4: names, hexadecimal, rgb()); "" where it is none.

    Alpha counts 0 to 1.
    """
    return _read(text, alpha=255.0)


def ttml(text: str) -> str:
    """Read a TTML colour (TTML2 10.3.4); "" where it is none. Alpha counts 0 to 255."""
    return _read(text, alpha=1.0)


def _read(text: str, *, alpha: float) -> str:
    word = text.strip().lower()
    if word in NAMES:
        return NAMES[word]
    found = _HEX.match(word)
    if found:
        digits = found[1]
        wide = digits if len(digits) > 4 else "".join(digit * 2 for digit in digits)
        return f"#{wide:f<8}"
    return _called(word, alpha)


def _called(word: str, alpha: float) -> str:
    found = _CALL.match(word)
    parts = re.split(r"[\s,/]+", found[1].strip()) if found else []
    if len(parts) not in (3, 4):
        return ""
    scales = (1.0, 1.0, 1.0, alpha)
    values = [_value(part, scale) for part, scale in zip(parts, scales, strict=False)]
    if None in values:
        return ""
    return "#" + "".join(f"{value:02x}" for value in (*values, 255)[:4])


def _value(text: str, scale: float) -> int | None:
    try:
        number = float(text.removesuffix("%"))
    except ValueError:
        return None
    full = number * 2.55 if text.endswith("%") else number * scale
    return max(0, min(255, round(full)))
