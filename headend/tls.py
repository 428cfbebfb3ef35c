"""A certificate of our own making, for servers that no authority vouches for."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_VALID = timedelta(days=3650)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Where the certificate and its key lie, as PEM."""

    certificate: Path
    key: Path


def self_signed(directory: Path, now: datetime | None = None) -> Certificate:
    """The certificate in `directory`, made there if need be: for localhost and the loopback.

    Raises:
        OSError: the directory cannot be used.
    """
    found = Certificate(certificate=directory / "tls.pem", key=directory / "tls.key")
    if found.certificate.is_file() and found.key.is_file():
        return found
    directory.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    made = _certificate(key, now or datetime.now(UTC))
    found.key.touch(mode=0o600)
    found.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    found.certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return found


def _certificate(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Farol headend")])
    addresses = [ipaddress.ip_address(text) for text in ("127.0.0.1", "::1")]
    known_as = [x509.DNSName("localhost"), *map(x509.IPAddress, addresses)]
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _VALID)
        .add_extension(x509.SubjectAlternativeName(known_as), critical=False)
        .sign(key, hashes.SHA256())
    )
