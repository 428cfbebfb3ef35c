"""Turns what HTTP and its library report into a `PlayerError` with a sentence for the viewer."""

import ssl
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import httpx

from player.errors import ErrorCode, Failure, PlayerError, error
from player.net.certificates import readable
from player.net.masking import mask_text, mask_url
from player.ports import RequestKind
from player.units import MICROS_PER_SECOND, Micros

_MISSING = {
    RequestKind.SEGMENT: "A piece of this channel is missing on the server ({}).",
    RequestKind.INIT: "A piece of this channel is missing on the server ({}).",
    RequestKind.KEY: "The key to this channel is not where it should be ({}).",
}
_SENTENCES = {
    401: "The provider wants a user name and a password; check the source's settings (401).",
    403: "The provider refuses access; check the account and whether it is still valid (403).",
    404: "The channel is not there any more (404).",
    410: "The channel is not there any more (410).",
    407: "The proxy wants a user name and a password (407).",
    416: "The server does not have the part of the file that was asked for (416).",
    429: "The provider says that there are too many requests; wait a little and try again (429).",
    451: "The channel may not be shown here for legal reasons (451).",
}
_PROXY = {
    "": "The proxy does not lead to the server; check its address.",
    "407": _SENTENCES[407],
    "403": "The proxy does not let this address through; ask whoever runs it.",
}
_TIMEOUT = "The server does not answer in time; try again in a moment."
_INTERRUPTED = "The connection to the server broke off."


def status_error(response: httpx.Response, kind: RequestKind, now: Micros) -> PlayerError:
    """Report an answer that is no success; `now` is UTC, for a Retry-After with a date."""
    status = response.status_code
    sentence = _SENTENCES.get(status, f"The server answered with an error ({status}).")
    if status in (404, 410) and kind in _MISSING:
        sentence = _MISSING[kind].format(status)
    elif status >= 500:
        sentence = f"The server has trouble ({status}); try again in a moment."
    return PlayerError(
        Failure(
            code=ErrorCode.NETWORK_HTTP_STATUS,
            sentence=sentence,
            cause=f"HTTP {status} {response.reason_phrase} for a {kind} request",
            uri=mask_url(str(response.request.url)),
            status=status,
            retry_after=_retry_after(response.headers.get("retry-after", ""), now),
        )
    )


def transport_error(fault: Exception, uri: str) -> PlayerError:
    """Report what went wrong below HTTP. `fault` is httpx's, or a TimeoutError of anyio."""
    code, sentence = _explain(fault)
    cause = mask_text(f"{type(fault).__name__}: {fault}")
    if isinstance(fault, httpx.LocalProtocolError):
        cause = "a header that cannot be sent"  # the message would repeat it, secrets and all
    return error(code, sentence, cause=cause, uri=mask_url(uri))


def interrupted(uri: str, cause: str) -> PlayerError:
    """Report an answer that is not what was promised, or not all of it."""
    return error(ErrorCode.NETWORK_INTERRUPTED, _INTERRUPTED, cause=cause, uri=mask_url(uri))


def round_in_circles(uri: str, status: int, limit: int) -> PlayerError:
    """Report redirects without end."""
    return error(
        ErrorCode.NETWORK_HTTP_STATUS,
        "The server sends Farol from one address to the next without end.",
        cause=f"more than {limit} redirects",
        uri=mask_url(uri),
        status=status,
    )


def unverified(uri: str, fingerprint: str | None, fault: Exception) -> PlayerError:
    """Report a certificate that nobody vouches for, and how to accept it all the same."""
    sentence = "The connection cannot be made safe: nobody vouches for the server's certificate."
    if fingerprint is not None:
        sentence += (
            " If this is your own server, accept its certificate with --accept-certificate "
            f"{readable(fingerprint)}"
        )
    cause = mask_text(f"{type(fault).__name__}: {fault}")
    return error(ErrorCode.NETWORK_TLS, sentence, cause=cause, uri=mask_url(uri))


def is_unverified(fault: Exception) -> bool:
    """Whether a certificate was not believed (not some other trouble with TLS)."""
    return any(isinstance(one, ssl.SSLCertVerificationError) for one in _chain(fault))


def bad_url(uri: str, cause: str, *, misled: bool = False) -> PlayerError:
    """Report an address that is none; `misled`: it is not the viewer who wrote it."""
    sentence = "This address cannot be right; check how it is written."
    if misled:
        sentence = "The channel leads to an address that cannot be right."
    return PlayerError(
        Failure(
            code=ErrorCode.INPUT_BAD_URL,
            sentence=sentence,
            cause=mask_text(cause),
            uri=mask_url(uri),
            misled=misled,
        )
    )


def bad_proxy(fault: Exception) -> PlayerError:
    """Report a proxy whose address is none; the fault's own words may hold its password."""
    return error(
        ErrorCode.INPUT_BAD_URL,
        "The proxy's address cannot be right; it looks like http://host:3128.",
        cause=f"proxy: {type(fault).__name__}",
    )


def unsupported_scheme(uri: str, scheme: str, *, misled: bool = False) -> PlayerError:
    """Report an address whose scheme may not be followed from where it came."""
    return PlayerError(
        Failure(
            code=ErrorCode.INPUT_UNSUPPORTED_SCHEME,
            sentence=f'Farol does not open addresses of the kind "{scheme}:" here.',
            cause=f"scheme {scheme!r} is not on the allow-list",
            uri=mask_url(uri),
            misled=misled,
        )
    )


def _explain(fault: Exception) -> tuple[ErrorCode, str]:
    if any(isinstance(one, ssl.SSLError) for one in _chain(fault)):
        sentence = "The connection cannot be made safe: the server's certificate is not valid."
        return ErrorCode.NETWORK_TLS, sentence
    if isinstance(fault, httpx.TimeoutException | TimeoutError):
        return ErrorCode.NETWORK_TIMEOUT, _TIMEOUT
    if isinstance(fault, httpx.ProxyError):
        return ErrorCode.NETWORK_UNREACHABLE, _PROXY.get(str(fault)[:3], _PROXY[""])
    if isinstance(fault, httpx.ConnectError | OSError):
        sentence = "The server cannot be reached; check the address and the network."
        return ErrorCode.NETWORK_UNREACHABLE, sentence
    return ErrorCode.NETWORK_INTERRUPTED, _INTERRUPTED


def _chain(fault: BaseException | None) -> Iterator[BaseException]:
    """Give `fault` and what it came from, at most ten deep."""
    for _ in range(10):
        if fault is None:
            return
        yield fault
        fault = fault.__cause__ or fault.__context__


def _retry_after(value: str, now: Micros) -> int | None:
    """Read Retry-After (RFC 9110 10.2.3): seconds or a date."""
    if value.isascii() and value.isdigit() and len(value) < 7:
        return int(value) * MICROS_PER_SECOND
    try:
        moment = parsedate_to_datetime(value).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
    return max(0, round(moment * MICROS_PER_SECOND) - now)
