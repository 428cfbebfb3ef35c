"""Hides what is secret in an address, so that it may stand in a log or a report."""

import re
from urllib.parse import urlsplit, urlunsplit

MASK = "***"

# Parameters known to carry no secret stay readable; every other value is masked.
_HARMLESS = re.compile(
    r"_HLS_(msn|part|skip|pathway|throughput)|_DASH_(pathway|throughput)"
    r"|l?utc|start|end|duration|type|output|format|ext|codec|lang|nowMS|number|time",
    re.IGNORECASE,
)
# Xtream Codes paths carry the account: .../live/USER/PASSWORD/ID.ts, or bare /USER/PASSWORD/ID,
# with an ending or without. What only looks like it loses two names in a log.
_XTREAM = frozenset({"live", "movie", "series", "timeshift"})
_XTREAM_BARE = re.compile(r"/[^/]+/[^/]+/(\d+(?:\.\w{2,4})?)")
# Begun at the beginning of a run alone: from each of its letters would take its square.
_ADDRESS = re.compile(r"(?<![a-zA-Z0-9+.-])([0-9+.-]*)([a-zA-Z][a-zA-Z0-9+.-]*://[^\s'\"<>]+)")
_LONGEST_PLAIN = 8  # a query word without a value may be a token, too


def mask_url(url: str) -> str:
    """Give `url` without user name, password, tokens of the query and Xtream credentials.

    What cannot be taken apart comes back masked as a whole: a secret may hide anywhere in it.
    """
    if url[:5].lower() == "data:":
        return f"data:{MASK}"
    try:
        parts = urlsplit(url)
    except ValueError:
        return MASK
    host = parts.netloc.rpartition("@")[2]
    netloc = f"{MASK}@{host}" if "@" in parts.netloc else host
    query = "&".join(map(_mask_pair, parts.query.split("&"))) if parts.query else ""
    path = _mask_path(parts.path) if parts.netloc else parts.path
    fragment = MASK if "=" in parts.fragment else parts.fragment
    return urlunsplit((parts.scheme, netloc, path, query, fragment))


def mask_text(text: str) -> str:
    """Mask every address inside a message of somebody else's (an exception's, a log line's)."""
    return _ADDRESS.sub(lambda found: found[1] + mask_url(found[2]), text)


def _mask_pair(pair: str) -> str:
    name, equals, value = pair.partition("=")
    if not equals:
        return MASK if len(pair) > _LONGEST_PLAIN else pair
    return pair if _HARMLESS.fullmatch(name) or not value else f"{name}={MASK}"


def _mask_path(path: str) -> str:
    bare = _XTREAM_BARE.fullmatch(path)
    if bare:
        return f"/{MASK}/{MASK}/{bare[1]}"
    names = path.split("/")
    places = [at for at, name in enumerate(names) if name in _XTREAM and at + 3 < len(names)]
    for at in (place + step for place in places for step in (1, 2)):
        names[at] = MASK
    return "/".join(names)
