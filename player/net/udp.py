"""Receives a transport stream from UDP or RTP, unicast or multicast."""

import ipaddress
import logging
import socket
import struct
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import anyio

from player.net.failures import bad_url, transport_error
from player.net.rtp import RtpOrder
from player.ports import AnswerHead, FetchRequest, FetchResponse

LOG = logging.getLogger("farol.net")

_BUFFER = 4 << 20
"""Asked of the system: 1.5 s of 21 Mbit/s, for a loop that is busy and a body nobody reads yet."""

_MOST_AT_ONCE = 256
_LARGEST = 1 << 16
_REORDER = 0.1
"""Seconds of silence after which packets that never came are given up."""

# The kernels' own numbers, which Python has no names for before 3.12 (and then not everywhere).
_ADD_SOURCE_MEMBERSHIP = {"linux": 39, "darwin": 70, "win32": 15}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamAddress:
    """Where a stream arrives: `group`, or an address of our own, and its port.

    `local` is the interface's address or "", `source` the one sender that is listened to.
    """

    group: Address
    port: int
    local: str = ""
    source: Address | None = None


@asynccontextmanager
async def open_datagrams(request: FetchRequest, *, stall: float) -> AsyncIterator[FetchResponse]:
    """Listen on `udp://[SOURCE]@GROUP:PORT` or `rtp://...` (`?localaddr=`: which interface).

    A SOURCE that is an address makes it source-specific (RFC 4607). Raises PlayerError:
    input.bad-url, network.unreachable, and from the body network.timeout after `stall` seconds
    of silence.
    """
    uri = request.resource.uri
    address = parse_address(uri)
    with _receiver(uri, address) as receiver:
        yield DatagramBody(uri, receiver, stall, address.source)


class DatagramBody:
    """Implements `FetchResponse` over a socket; RTP packets are put into order."""

    def __init__(
        self, uri: str, receiver: socket.socket, stall: float, source: Address | None = None
    ) -> None:
        """Read from `receiver`, waiting `stall` seconds at most; from `source` alone, if any."""
        self._uri, self._receiver, self._stall = uri, receiver, stall
        self._source = source
        self._order = RtpOrder()

    @property
    def url(self) -> str:
        """See `FetchResponse.url`."""
        return self._uri

    @property
    def content_type(self) -> str:
        """What such streams hold."""
        return "video/mp2t"

    @property
    def length(self) -> None:
        """Nobody says."""
        return

    @property
    def head(self) -> AnswerHead:
        """See `FetchResponse.head`: nothing."""
        return AnswerHead()

    def chunks(self) -> AsyncIterator[bytes]:
        """See `FetchResponse.chunks`; never ends by itself."""
        return self

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Iterate over what the datagrams carry, many at a time."""
        return self

    async def __anext__(self) -> bytes:
        """Give what has come since the last time."""
        try:
            with anyio.fail_after(self._stall):
                while not (data := self._received()):
                    data = await self._silence()
                    if data:
                        break
        except (TimeoutError, OSError, anyio.BrokenResourceError) as fault:
            raise transport_error(fault, self._uri) from fault
        return data

    async def _silence(self) -> bytes:
        """Wait for more; what is held for a packet that never came is not held for ever."""
        if not self._order.waiting:
            await anyio.wait_readable(self._receiver)
            return b""
        with anyio.move_on_after(_REORDER) as soon:
            await anyio.wait_readable(self._receiver)
        return self._order.release() if soon.cancelled_caught else b""

    def _received(self) -> bytes:
        """Take what lies in the socket, without waiting."""
        parts = []
        for _ in range(_MOST_AT_ONCE):
            try:
                datagram, (host, *_) = self._receiver.recvfrom(_LARGEST)
            except (BlockingIOError, InterruptedError):
                break
            if self._source is None or host.partition("%")[0] == str(self._source):
                parts.append(self._order.push(datagram))
        return b"".join(parts)


def parse_address(uri: str) -> StreamAddress:
    """Read a stream's address; raises PlayerError (input.bad-url)."""
    try:
        parts = urlsplit(uri)
        group = ipaddress.ip_address(parts.hostname or "0.0.0.0")  # noqa: S104 - "udp://@:1234"
        local = parse_qs(parts.query).get("localaddr", [""])[0]
        port = parts.port
        if local:
            ipaddress.ip_address(local)
    except ValueError as fault:
        raise bad_url(uri, str(fault)) from fault
    if not port:
        raise bad_url(uri, "a stream address without a port")
    return StreamAddress(group=group, port=port, local=local, source=_source(parts.netloc, group))


def _source(netloc: str, group: Address) -> Address | None:
    """The sender that stands before the @; anything but an address of the group's kind is none."""
    try:
        found = ipaddress.ip_address(netloc.rpartition("@")[0].strip("[]"))
    except ValueError:
        return None
    return found if found.version == group.version and not found.is_unspecified else None


@contextmanager
def _receiver(uri: str, address: StreamAddress) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if address.group.version == 6 else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as receiver:
        try:
            receiver.settimeout(0)
            _share(receiver, address.group)
            _widen(receiver)
            receiver.bind((_bind_host(address.group), address.port))
            _join(receiver, address)
        except OSError as fault:
            raise transport_error(fault, uri) from fault
        try:
            yield receiver
        finally:
            anyio.notify_closing(receiver)


def _share(receiver: socket.socket, group: Address) -> None:
    """Let others listen to the same group beside us."""
    if hasattr(socket, "SO_REUSEPORT"):
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    elif group.is_multicast:
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)


def _widen(receiver: socket.socket) -> None:
    """Ask for a buffer that holds more than a moment; the system may give less."""
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
    given = receiver.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
    if given < _BUFFER:
        LOG.info("datagram buffer bytes=%d wanted=%d (net.core.rmem_max)", given, _BUFFER)


def _bind_host(group: Address) -> str:
    if group.is_multicast and hasattr(socket, "SO_REUSEPORT"):
        return str(group)  # hears this group alone; Windows cannot bind to one
    any_address = "::" if group.version == 6 else "0.0.0.0"  # noqa: S104 - a receiver of streams
    return any_address if group.is_multicast else str(group)


def _join(receiver: socket.socket, address: StreamAddress) -> None:
    group, source = address.group, address.source
    if not group.is_multicast:
        return
    if group.version == 6:
        membership = group.packed + struct.pack("@I", 0)
        receiver.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, membership)
        return
    interface = ipaddress.IPv4Address(address.local or "0.0.0.0").packed  # noqa: S104 - any one
    option = _ADD_SOURCE_MEMBERSHIP.get(sys.platform)
    if source is None or option is None:
        receiver.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group.packed + interface)
        return
    # struct ip_mreq_source: Linux alone has the interface before the source.
    between = (interface, source.packed) if sys.platform == "linux" else (source.packed, interface)
    receiver.setsockopt(socket.IPPROTO_IP, option, b"".join((group.packed, *between)))
