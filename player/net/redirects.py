"""Decides where a redirect may lead and what may be sent along (RFC 9110 15.4). Pure."""

from collections.abc import Mapping

import httpx

from player.net.failures import bad_url, unsupported_scheme

LIMIT = 8
_LOCATION = "farol.location"
WEB = frozenset({"http", "https"})
_STATUSES = frozenset({301, 302, 303, 307, 308})
_DEFAULT_PORT = {"http": 80, "https": 443}

# All other headers of a source may hold a credential, whatever their names.
_PUBLIC = frozenset({"user-agent", "referer", "origin", "accept", "accept-language"})


async def lay_aside(response: httpx.Response) -> None:
    """Keep a Location from httpx, which makes a request of it at once, whatever it holds.

    For its event hooks; `is_redirect` and `location` find it again.
    """
    if response.status_code in _STATUSES and "location" in response.headers:
        response.extensions[_LOCATION] = response.headers.pop("location")


def is_redirect(response: httpx.Response) -> bool:
    """Tell whether `response`, which was laid aside, sends us elsewhere."""
    return _LOCATION in response.extensions


def location(response: httpx.Response) -> str:
    """Give the Location of a redirect."""
    return str(response.extensions[_LOCATION])


def target(current: httpx.URL, wanted: str) -> httpx.URL:
    """Give the absolute URL a Location header means.

    Credentials inside the URL go along within the same origin only. Raises PlayerError
    (input.*) for anything but the web: a server must not send us to a local file.
    """
    try:
        url = current.join(wanted)
        found = url.scheme in WEB and bool(url.host)
    except (httpx.InvalidURL, ValueError) as fault:
        cause = f"redirected to a bad address: {fault}"
        raise bad_url(wanted, cause, misled=True) from fault
    if not found:
        raise unsupported_scheme(str(url), url.scheme, misled=True)
    if same_party(current, url) and not url.userinfo and current.userinfo:
        return url.copy_with(username=current.username, password=current.password)
    return url


def headers_for(
    current: httpx.URL, following: httpx.URL, headers: Mapping[str, str]
) -> dict[str, str]:
    """Give what of the source's own `headers` may go on to `following`."""
    if same_party(current, following):
        return dict(headers)
    return {name: value for name, value in headers.items() if name.lower() in _PUBLIC}


def headers_toward(source: str, wanted: str, headers: Mapping[str, str]) -> Mapping[str, str]:
    """Give what of a source's own `headers` may be sent to an address that it led to."""
    if not headers:
        return headers
    try:
        return headers_for(httpx.URL(source), httpx.URL(wanted), headers)
    except (httpx.InvalidURL, ValueError):
        return {}


def same_party(one: httpx.URL, other: httpx.URL) -> bool:
    """Tell whether both have one origin; the same host upgraded to https counts as one."""
    if one.host != other.host:
        return False
    ports = (_port(one), _port(other))
    if one.scheme == other.scheme:
        return ports[0] == ports[1]
    return (one.scheme, other.scheme) == ("http", "https") and ports == (80, 443)


def _port(url: httpx.URL) -> int | None:
    return url.port or _DEFAULT_PORT.get(url.scheme)
