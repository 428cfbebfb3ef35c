"""Certificates that nobody vouches for: their fingerprint, and trust in just one of them."""

import hashlib
import ssl


def fingerprint_of(certificate: bytes) -> str:
    """SHA-256 of a certificate in DER, 64 lower-case hex digits."""
    return hashlib.sha256(certificate).hexdigest()


def readable(fingerprint: str) -> str:
    """A fingerprint as people compare it: pairs parted by colons."""
    pairs = (fingerprint[at : at + 2] for at in range(0, len(fingerprint), 2))
    return ":".join(pairs).upper()


def parse_fingerprint(text: str) -> str:
    """Read a fingerprint as people write it; raises ValueError where it is none."""
    plain = text.strip().lower().removeprefix("sha256:").replace(":", "").replace(" ", "")
    if len(plain) != 64 or set(plain) - set("0123456789abcdef"):
        raise ValueError("a fingerprint has 64 hex digits (SHA-256)")
    return plain


def pinned_context(fingerprint: str) -> ssl.SSLContext:
    """A context that takes the one certificate with this fingerprint, and no other.

    Looked at within the handshake: before it is over not a byte of a request is sent.
    """

    class Pinned(ssl.SSLObject):
        def do_handshake(self) -> None:
            super().do_handshake()
            if fingerprint_of(self.getpeercert(binary_form=True) or b"") != fingerprint:
                raise ssl.SSLCertVerificationError("another certificate than the accepted one")

    context = _trusting()
    context.sslobject_class = Pinned
    return context


def looking_context(shown: list[str]) -> ssl.SSLContext:
    """A context that takes no certificate, and puts the fingerprint of each into `shown`.

    Nothing is sent: the connection ends with the handshake.
    """

    class Looking(ssl.SSLObject):
        def do_handshake(self) -> None:
            super().do_handshake()
            shown.append(fingerprint_of(self.getpeercert(binary_form=True) or b""))
            raise ssl.SSLCertVerificationError("only looked at")

    context = _trusting()
    context.sslobject_class = Looking
    return context


def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
