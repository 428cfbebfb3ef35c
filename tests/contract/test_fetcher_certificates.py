"""HttpFetcher and servers whose certificate nobody vouches for: real TLS, made here."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import pytest
from anyio.abc import AnyByteStream, SocketAttribute
from anyio.streams.tls import TLSListener
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from player.errors import ErrorCode
from player.net.certificates import fingerprint_of, parse_fingerprint, readable
from player.ports import FetchRequest, RequestKind, Route
from tests.contract.fetcher_bench import BODY, answer, ask, fail, load, using

pytestmark = pytest.mark.anyio


def _made(folder: Path) -> tuple[Path, str]:
    """A self-signed certificate with its key in one PEM file, and its fingerprint."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "own.test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "own.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path, fingerprint_of(certificate.public_bytes(serialization.Encoding.DER))


class _Quiet(TLSListener):
    """Clients that refuse our certificate are what is tested here."""

    @staticmethod
    async def handle_handshake_error(exc: BaseException, stream: AnyByteStream) -> None:
        await anyio.aclose_forcefully(stream)


def _context(pem: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    return context


@asynccontextmanager
async def _serving(context: ssl.SSLContext, heads: list[bytes]) -> AsyncIterator[str]:
    """A server that answers all with `BODY`, and keeps what it was sent."""

    async def connection(stream: AnyByteStream) -> None:
        try:
            async with stream:
                heads.append(await stream.receive())
                await stream.send(answer(BODY, "Connection: close"))
        except (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError):
            return

    plain = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = plain.extra(SocketAttribute.local_port)  # noqa: S610 - anyio's, not Django's
    listener = _Quiet(plain, context, standard_compatible=False)
    async with listener, anyio.create_task_group() as group:
        group.start_soon(listener.serve, connection)
        try:
            yield f"https://127.0.0.1:{port}"
        finally:
            group.cancel_scope.cancel()


def _accepting(uri: str, fingerprint: str) -> FetchRequest:
    request = ask(uri, RequestKind.MANIFEST, headers={"Authorization": "Basic secret"})
    return FetchRequest(
        resource=request.resource,
        kind=request.kind,
        headers=request.headers,
        route=Route(certificate=fingerprint),
    )


async def test_nobody_vouches_and_nothing_is_sent_but_the_viewer_is_told_the_fingerprint(
    tmp_path: Path,
) -> None:
    pem, fingerprint = _made(tmp_path)
    heads: list[bytes] = []
    async with _serving(_context(pem), heads) as base, using() as fetcher:
        failure = await fail(fetcher, ask(f"{base}/a.m3u8", headers={"Authorization": "secret"}))
    assert failure.code is ErrorCode.NETWORK_TLS
    assert readable(fingerprint) in failure.sentence
    assert not any(b"secret" in head for head in heads)


async def test_the_certificate_that_was_accepted_is_taken(tmp_path: Path) -> None:
    pem, fingerprint = _made(tmp_path)
    heads: list[bytes] = []
    async with _serving(_context(pem), heads) as base, using() as fetcher:
        accepted = _accepting(f"{base}/a", parse_fingerprint(readable(fingerprint)))
        assert await load(fetcher, accepted) == BODY
        assert await load(fetcher, accepted) == BODY
        other = await fail(fetcher, ask(f"{base}/a"))
    assert other.code is ErrorCode.NETWORK_TLS, "others have not accepted it"
    assert sum(b"Basic secret" in head for head in heads) == 2


@asynccontextmanager
async def _tunnel(base: str, asked: list[str]) -> AsyncIterator[str]:
    """A proxy that knows where `tv.invalid` is, which nobody else does."""
    far = int(base.rsplit(":", 1)[1])

    async def connection(near: AnyByteStream) -> None:
        asked.append((await near.receive()).split(b"\r\n")[0].decode())
        await near.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        there = await anyio.connect_tcp("127.0.0.1", far)
        async with near, there, anyio.create_task_group() as group:
            group.start_soon(_carry, near, there)
            group.start_soon(_carry, there, near)

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = listener.extra(SocketAttribute.local_port)  # noqa: S610 - anyio's, not Django's
    async with listener, anyio.create_task_group() as group:
        group.start_soon(listener.serve, connection)
        yield f"http://127.0.0.1:{port}"
        group.cancel_scope.cancel()


async def _carry(one: AnyByteStream, other: AnyByteStream) -> None:
    try:
        async for data in one:
            await other.send(data)
        await other.send_eof()
    except (anyio.BrokenResourceError, anyio.ClosedResourceError):
        return


async def test_a_certificate_is_looked_at_through_the_proxy_too(tmp_path: Path) -> None:
    pem, fingerprint = _made(tmp_path)
    heads, asked = list[bytes](), list[str]()
    serving = _serving(_context(pem), heads)
    async with serving as base, _tunnel(base, asked) as proxy, using() as fetcher:
        route = Route(proxy=proxy)
        wanted = ask("https://tv.invalid/a", headers={"Authorization": "secret"})
        refused = await fail(fetcher, replace(wanted, route=route))
        accepted = replace(route, certificate=fingerprint)
        assert await load(fetcher, replace(wanted, route=accepted)) == BODY
    assert readable(fingerprint) in refused.sentence
    assert set(asked) == {"CONNECT tv.invalid:443 HTTP/1.1"}
    assert len([head for head in heads if b"secret" in head]) == 1


async def test_another_certificate_than_the_accepted_one_is_refused(tmp_path: Path) -> None:
    pem, fingerprint = _made(tmp_path)
    heads: list[bytes] = []
    async with _serving(_context(pem), heads) as base, using() as fetcher:
        failure = await fail(fetcher, _accepting(f"{base}/a", "ab" * 32))
    assert failure.code is ErrorCode.NETWORK_TLS
    assert readable(fingerprint) in failure.sentence
    assert not any(b"secret" in head for head in heads)


async def test_a_server_that_changes_its_certificate_is_refused_again(tmp_path: Path) -> None:
    pem, fingerprint = _made(tmp_path)
    (tmp_path / "later").mkdir()
    changed, _ = _made(tmp_path / "later")
    context, heads = _context(pem), list[bytes]()
    async with _serving(context, heads) as base, using() as fetcher:
        accepted = _accepting(f"{base}/a", fingerprint)
        assert await load(fetcher, accepted) == BODY
        context.load_cert_chain(changed)
        failure = await fail(fetcher, accepted)
    assert failure.code is ErrorCode.NETWORK_TLS
    assert len([head for head in heads if b"secret" in head]) == 1
