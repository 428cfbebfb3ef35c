"""Receives a transport stream from UDP or RTP, unicast or multicast."""

import ipaddress
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import anyio
from anyio.abc import SocketAttribute, UDPSocket

from player.net.failures import bad_url, transport_error
from player.ports import AnswerHead, FetchRequest, FetchResponse

_TS_SYNC = 0x47
_RTP_HEAD = 12


@asynccontextmanager
async def open_datagrams(request: FetchRequest, *, stall: float) -> AsyncIterator[FetchResponse]:
    """Listen on `udp://@GROUP:PORT` or `rtp://...` (`?localaddr=` chooses the interface).

    Raises PlayerError: input.bad-url, network.unreachable, and from the body network.timeout
    after `stall` seconds of silence.
    """
    uri = request.resource.uri
    group, port, local = parse_address(uri)
    try:
        receiver = await anyio.create_udp_socket(
            family=socket.AF_INET6 if group.version == 6 else socket.AF_INET,
            local_host=_bind_host(group),
            local_port=port,
            reuse_port=hasattr(socket, "SO_REUSEPORT"),
        )
    except OSError as fault:
        raise transport_error(fault, uri) from fault
    async with receiver:
        try:
            raw = receiver.extra(SocketAttribute.raw_socket)  # noqa: S610 - anyio's, not Django's
            _join(raw, group, local)
        except OSError as fault:
            raise transport_error(fault, uri) from fault
        yield DatagramBody(uri, receiver, stall)


class DatagramBody:
    """Implements `FetchResponse` over a socket; RTP headers are taken off."""

    def __init__(self, uri: str, receiver: UDPSocket, stall: float) -> None:
        """Read from `receiver`, waiting `stall` seconds at most."""
        self._uri, self._receiver, self._stall = uri, receiver, stall

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
        """Iterate over the datagrams."""
        return self

    async def __anext__(self) -> bytes:
        """Give the next datagram's payload."""
        try:
            with anyio.fail_after(self._stall):
                while not (data := payload((await self._receiver.receive())[0])):
                    pass
        except (TimeoutError, OSError, anyio.BrokenResourceError) as fault:
            raise transport_error(fault, self._uri) from fault
        return data


Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def parse_address(uri: str) -> tuple[Address, int, str]:
    """Give the group (or own) address, the port and the local interface's address or ""."""
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
    return group, port, local


def payload(datagram: bytes) -> bytes:
    """Take the RTP header off (RFC 3550 5.1) where there is one; b"" for what is neither."""
    if datagram[:1] == bytes([_TS_SYNC]) or len(datagram) < _RTP_HEAD or datagram[0] >> 6 != 2:
        return datagram
    start = _RTP_HEAD + 4 * (datagram[0] & 15)
    if datagram[0] & 0x10 and len(datagram) >= start + 4:
        (words,) = struct.unpack_from(">H", datagram, start + 2)
        start += 4 + 4 * words
    end = len(datagram) - (datagram[-1] if datagram[0] & 0x20 else 0)
    return datagram[start:end]


def _bind_host(group: Address) -> str:
    if group.is_multicast and hasattr(socket, "SO_REUSEPORT"):
        return str(group)  # hears this group alone; Windows cannot bind to one
    any_address = "::" if group.version == 6 else "0.0.0.0"  # noqa: S104 - a receiver of streams
    return any_address if group.is_multicast else str(group)


def _join(receiver: socket.socket, group: Address, local: str) -> None:
    if not group.is_multicast:
        return
    if group.version == 6:
        membership = group.packed + struct.pack("@I", 0)
        receiver.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, membership)
        return
    interface = ipaddress.IPv4Address(local or "0.0.0.0").packed  # noqa: S104 - any interface
    receiver.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group.packed + interface)
