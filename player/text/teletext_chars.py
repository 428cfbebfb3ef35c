"""Teletext's Latin characters (ETSI EN 300 706 clause 15.6): G0 with national subsets, G2."""

import unicodedata

_PLACES = (0x23, 0x24, 0x40, 0x5B, 0x5C, 0x5D, 0x5E, 0x5F, 0x60, 0x7B, 0x7C, 0x7D, 0x7E)
ENGLISH = "£$@←½→↑#―¼‖¾÷"
GERMAN = "#$§ÄÖÜ^_°äöüß"
SWEDISH = "#¤ÉÄÖÅÜ_éäöåü"
ITALIAN = "£$é°ç→↑#ùàòèì"
FRENCH = "éïàëêùî#èâôûç"
PORTUGUESE_SPANISH = "ç$¡áéíóú¿üñèà"
CZECH = "#ůčťžýířéáěúš"
POLISH = "#ńąƵŚŁćóężśłź"
ROMANIAN = "#¤ŢÂŞĂÎıţâşăî"
TURKISH = "₺ğİŞÖÇÜĞışöçü"
SERBIAN = "#ËČĆŽĐŠëčćžđš"
ESTONIAN = "#õŠÄÖŽÜÕšäöžü"
LETTISH = "#$ŠėęŽčūšąųži"

SUBSETS = (ENGLISH, GERMAN, SWEDISH, ITALIAN, FRENCH, PORTUGUESE_SPANISH, CZECH, ENGLISH)
"""By C12 C13 C14, the first bit being the highest (table 32, first group)."""
_OTHERS = {"pol": POLISH, "pl": POLISH, "rum": ROMANIAN, "ron": ROMANIAN, "ro": ROMANIAN,
           "tur": TURKISH, "tr": TURKISH, "srp": SERBIAN, "hrv": SERBIAN, "slv": SERBIAN,
           "hr": SERBIAN, "sl": SERBIAN, "sr": SERBIAN, "est": ESTONIAN, "et": ESTONIAN,
           "lav": LETTISH, "lit": LETTISH, "lv": LETTISH, "lt": LETTISH}  # fmt: skip
"""Languages whose subset the header's three bits cannot name alone."""

_G2 = (
    " ¡¢£$¥#§¤‘“«←↑→↓°±²³×µ¶·÷’”»¼½¾¿"  # noqa: RUF001 - the set is what it is
    " \u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308 \u030a\u0327 \u030b\u0328\u030c"
    "―¹®©™♪₠‰α   ⅛⅜⅝⅞ΩÆĐªĦ ĲĿŁØŒºÞŦŊŉĸæđðħıĳŀłøœßþŧŋ "  # noqa: RUF001
)
"""0x20 to 0x7f."""
_MARKS = (
    "", "\u0300", "\u0301", "\u0302", "\u0303", "\u0304", "\u0306", "\u0307",
    "\u0308", "\u0323", "\u030a", "\u0327", "\u0332", "\u030b", "\u0328", "\u030c",
)  # fmt: skip
"""Diacritical marks by the low bits of an X/26 mode (table 38 column 4)."""


def subset(option: int, language: str) -> str:
    """Give the national subset for a header's C12-C14 and the stream's language."""
    return _OTHERS.get(language.lower(), SUBSETS[option & 7])


def plain(code: int, national: str) -> str:
    """Give the G0 character of a seven-bit code from 0x20 on."""
    if code in _PLACES:
        return national[_PLACES.index(code)]
    return "\N{BLACK SQUARE}" if code == 0x7F else chr(code)


def supplementary(code: int) -> str:
    """Give the G2 character of a code from 0x20 on."""
    found = _G2[code - 0x20 : code - 0x1F]
    return found if found and not unicodedata.combining(found) else " "


def marked(code: int, mark: int) -> str:
    """Give a G0 letter under a diacritical mark (X/26 modes 0x10 to 0x1f)."""
    if code == 0x2A and mark == 0:
        return "@"
    return unicodedata.normalize("NFC", chr(code) + _MARKS[mark & 15])
