"""libmpv's log lines on their way to ours, without the credentials that URLs carry."""

import logging
import re

_LOG = logging.getLogger("player.mpv")
_LEVELS = {
    "fatal": logging.ERROR,
    "error": logging.ERROR,
    "warn": logging.WARNING,
    "info": logging.INFO,
}
_URL = re.compile(r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*)://(?P<rest>[^\s'\"]*)")
_HOST = re.compile(r"(\w[\w.-]*|\[[0-9a-fA-F:.]+\])(:\d+)?")
_AUTHORITY_END = re.compile(r"[/?#]")

_HARMLESS = ("illegal state: start() while paused",)
"""ao_null of libmpv 0.35 says it of itself: its reset() forgets to end its pause, so every epoch
that replaces a paused one finds it, and the same start() ends it. Nothing is lost."""
_SEARCHING = ("AVHWDeviceContext:", "libva:", "vdpau", "Suspected software renderer")


def weighed(level: str, text: str) -> str:
    """Give the level that a line deserves: hardware that is looked for and absent is no error."""
    return "info" if text in _HARMLESS or text.startswith(_SEARCHING) else level


def redacted(text: str, *urls: str) -> str:
    """Cut `urls`, and whatever else looks like one, down to scheme and host in `text`.

    The rest may name an account. A path of the local disk is no secret and stays.
    """
    for url in urls:
        if "://" in url:
            text = text.replace(url, _short(*url.split("://", 1)))
    return _URL.sub(lambda found: _short(found["scheme"], found["rest"]), text.strip())


def to_logging(level: str, prefix: str, text: str) -> None:
    """Hand one line of libmpv to the program's log. libmpv's event thread."""
    _LOG.log(
        _LEVELS.get(level, logging.DEBUG), "%s", text, extra={"source": prefix, "level": level}
    )


def _short(scheme: str, rest: str) -> str:
    authority = _AUTHORITY_END.split(rest, maxsplit=1)[0]
    host = authority.rpartition("@")[2]
    # An "@" further on: a password with a "/" in it, perhaps, and then that was no host.
    told = _HOST.fullmatch(host) and "@" not in rest[len(authority) :]
    return f"{scheme}://{host}/..." if told else f"{scheme}://..."
