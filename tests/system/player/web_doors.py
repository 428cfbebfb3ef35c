"""Servers that test how Farol reaches others: a proxy with a password, and https of one's own."""

import base64
import http.server
import re
import select
import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "bob", "s3cret-word"
_TOLD = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


@dataclass(kw_only=True)
class Door:
    """Where something listens, and the lines it was asked with."""

    port: int
    asked: list[str] = field(default_factory=list)


class _Quiet(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        return


@contextmanager
def _listening(
    handler: type[_Quiet], asked: list[str], tls: ssl.SSLContext | None = None
) -> Iterator[Door]:
    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, request: Any, client_address: Any) -> None:
            return

        def finish_request(self, request: Any, client_address: Any) -> None:
            if tls is None:
                super().finish_request(request, client_address)
                return
            with tls.wrap_socket(request, server_side=True) as secure:
                super().finish_request(secure, client_address)

    with ThreadPoolExecutor(1) as pool, Server(("127.0.0.1", 0), handler) as server:
        running = pool.submit(server.serve_forever, 0.05)
        try:
            yield Door(port=server.server_port, asked=asked)
        finally:
            server.shutdown()
            running.result(10)


@contextmanager
def folder(root: Path, tls: ssl.SSLContext | None = None) -> Iterator[Door]:
    """A server of the files in `root` that knows ranges."""
    asked: list[str] = []

    class Handler(_Quiet):
        def do_GET(self) -> None:
            asked.append(f"{self.path} {self.headers.get('Range', '')}")
            file = root / self.path.strip("/").split("?")[0]
            if not file.is_file():
                self.send_error(404)
                return
            body, found = file.read_bytes(), re.match(r"bytes=(\d+)-", self.headers["Range"] or "")
            first = int(found[1]) if found else 0
            self.send_response(206 if found else 200)
            if found:
                self.send_header("Content-Range", f"bytes {first}-{len(body) - 1}/{len(body)}")
            self.send_header("Content-Length", str(len(body) - first))
            self.end_headers()
            self.wfile.write(body[first:])

    with _listening(Handler, asked, tls) as door:
        yield door


@contextmanager
def proxy(leads: dict[str, int]) -> Iterator[Door]:
    """A proxy that wants USER and PASSWORD; it alone knows where the hosts of `leads` are."""
    asked: list[str] = []
    straight = build_opener(ProxyHandler({}))

    class Handler(_Quiet):
        def _lets_in(self) -> bool:
            asked.append(f"{self.command} {self.path}")
            if self.headers.get("Proxy-Authorization") == _TOLD:
                return True
            self.send_response(407)
            self.send_header("Proxy-Authenticate", 'Basic realm="proxy"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return False

        def do_GET(self) -> None:
            if not self._lets_in():
                return
            _, _, host, path = self.path.split("/", 3)
            there = f"http://127.0.0.1:{leads[host]}/{path}"
            self._hand_on(straight.open(there))

        def _hand_on(self, answer: Any) -> None:
            with answer:
                body = answer.read()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_CONNECT(self) -> None:
            if not self._lets_in():
                return
            with socket.create_connection(("127.0.0.1", leads[self.path.split(":")[0]])) as far:
                self.send_response(200)
                self.end_headers()
                _carry(self.connection, far)
            self.close_connection = True

    with _listening(Handler, asked) as door:
        yield door


def _carry(near: socket.socket, far: socket.socket) -> None:
    other = {near: far, far: near}
    while True:
        for one in select.select([near, far], [], [])[0]:
            data = one.recv(1 << 16)
            if not data:
                return
            other[one].sendall(data)


def own_certificate(into: Path) -> tuple[ssl.SSLContext, str]:
    """A context with a certificate out of date that nobody vouches for, and its SHA-256."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "own.test")])
    then = datetime.now(UTC) - timedelta(days=9)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(then)
        .not_valid_after(then + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    (into / "own.pem").write_bytes(secret + made.public_bytes(pem))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(into / "own.pem")
    return context, made.fingerprint(hashes.SHA256()).hex()
