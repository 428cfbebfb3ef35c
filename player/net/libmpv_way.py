"""Whether libmpv, left to itself, would go to a server by the way that was asked for."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from player.errors import ErrorCode, error
from player.net.masking import mask_url
from player.net.redirects import WEB
from player.ports import Route

_OWN_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


def forbid_going_around(
    url: str,
    route: Route,
    *,
    system: Callable[[], Mapping[str, str]] = getproxies,
    bypassed: Callable[[str], object] = proxy_bypass,
) -> None:
    """Raise PlayerError (input.unsupported-scheme) where libmpv would not take the proxy.

    FFmpeg passes by every proxy that is not plain http, any proxy on the way to https (to which
    an http address may lead), any for a host that `no_proxy` names, and all outside the web; so
    it is not let out where there is one. `route` says the viewer's, `system` the system's.
    """
    parts = urlsplit(url)
    scheme, host = parts.scheme.lower(), parts.hostname or ""
    if not (route.proxy or _systems(scheme, host, system, bypassed)):
        return
    raise error(
        ErrorCode.INPUT_UNSUPPORTED_SCHEME,
        "mpv must play this address by itself, and would go around your proxy. Play it without"
        " the proxy.",
        cause=f"{scheme}: in libmpv's own hands, and a proxy",
        uri=mask_url(url),
    )


def _systems(
    scheme: str,
    host: str,
    system: Callable[[], Mapping[str, str]],
    bypassed: Callable[[str], object],
) -> bool:
    """Whether the system has a proxy for an address of the web; none for our own machine."""
    if scheme not in WEB or host in _OWN_MACHINE or bypassed(host):
        return False
    known = system()
    return bool(known.get(scheme) or known.get("all"))
