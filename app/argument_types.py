"""What the options of `farol` take: each reads one word, and says in a sentence what is wrong."""

import argparse
import re
from urllib.parse import urlsplit

from player.abr.controllers import make_controller
from player.drm.clearkey import parse_pair
from player.net.certificates import parse_fingerprint
from player.units import BitsPerSecond, ByteCount


def source_list(text: str) -> str:
    """Take the address or path of a list."""
    try:
        urlsplit(text)
    except ValueError:
        raise argparse.ArgumentTypeError("this is no address that a list could have") from None
    return text


def time_in_seconds(text: str) -> float:
    """Take a time from 0 on."""
    value = _number(text)
    if not 0 <= value < 1e9:
        raise argparse.ArgumentTypeError(f"{text!r} is no time in seconds")
    return value


def minutes(text: str) -> float:
    """Take a number of minutes, 0 on, a day at most."""
    value = _number(text)
    if not 0 <= value <= 1440:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of minutes up to a day's 1440")
    return value


def gibibytes(text: str) -> ByteCount:
    """Take a size in GiB, give it in bytes."""
    value = _number(text)
    if not 0.05 <= value <= 10_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not between 0.05 and 10000 GiB")
    return ByteCount(round(value * (1 << 30)))


def pixel_sizes(text: str) -> tuple[tuple[int, int], ...]:
    """Take sizes of pictures, such as 1280x720,640x360."""
    found = [re.fullmatch(r"(\d{1,5})x(\d{1,5})", one.strip()) for one in text.split(",")]
    sizes = tuple((int(one[1]), int(one[2])) for one in found if one is not None)
    if len(sizes) < len(found):
        raise argparse.ArgumentTypeError(f"{text!r} is not like 1280x720,640x360")
    return sizes


def font_scale(text: str) -> float:
    """Take a factor for text sizes."""
    value = _number(text)
    if not 0.8 <= value <= 2:
        raise argparse.ArgumentTypeError(f"{text!r} is not between 0.8 and 2")
    return value


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None


def height(text: str) -> int:
    """Take a height in pixels."""
    if not re.fullmatch(r"[1-9]\d{0,4}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no height in pixels")
    return int(text)


def connections(text: str) -> int:
    """Take a number of connections."""
    if not re.fullmatch(r"[1-9]\d?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of connections, 1 to 99")
    return int(text)


def bandwidth(text: str) -> BitsPerSecond:
    """Take a rate in kilobits a second."""
    value = _number(text)
    if not 1 <= value < 1e7:
        raise argparse.ArgumentTypeError(f"{text!r} is no rate in kbit/s")
    return BitsPerSecond(round(value * 1000))


def controller(name: str) -> str:
    """Take the name of an AbrController."""
    try:
        make_controller(name)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None
    return name


def header(text: str) -> tuple[str, str]:
    """Take 'Name: value', of ASCII alone: httpx sends nothing else."""
    name, colon, value = text.partition(":")
    if not colon or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name.strip()):
        raise argparse.ArgumentTypeError("a header looks like 'Name: value'")
    if not value.strip().isprintable():
        raise argparse.ArgumentTypeError("a header's value is one line of text")
    if not value.isascii():
        raise argparse.ArgumentTypeError(
            "a header's value has only the characters of ASCII (RFC 9110 5.5)"
        )
    return name.strip(), value.strip()


def proxy(text: str) -> str:
    """Take a proxy's address."""
    try:
        parts = urlsplit(text)
        sound = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise argparse.ArgumentTypeError("a proxy looks like http://host:3128") from None
    return text


def fingerprint(text: str) -> str:
    """Take a certificate's SHA-256."""
    try:
        return parse_fingerprint(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def content_key(text: str) -> tuple[str, bytes]:
    """Take KID:KEY, both as 32 hex digits."""
    try:
        return parse_pair(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None
