"""EXT-X-KEY and EXT-X-SESSION-KEY (RFC 8216bis 4.4.4.4, 4.4.6.5) as Protection."""

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import unquote

from player.manifest.addresses import Base, ForeignSchemeError
from player.manifest.hls.attributes import Attributes
from player.model.notes import Notes, quoted
from player.model.resource import Protection, ProtectionScheme

IDENTITY = "identity"
_METHODS = {
    "AES-128": ProtectionScheme.AES_128,
    "SAMPLE-AES": ProtectionScheme.SAMPLE_AES,
    "SAMPLE-AES-CTR": ProtectionScheme.CENC,
    "SAMPLE-AES-CENC": ProtectionScheme.CENC,
}
_UUID = "urn:uuid:"


def read_key(attributes: Attributes, base: Base) -> Protection | None:
    """Read one key tag; None for METHOD=NONE. What is strange is noted."""
    method = attributes.text("METHOD").upper()
    if method == "NONE":
        return None
    if method not in _METHODS:
        attributes.notes.warn(attributes.line, f"unknown METHOD {quoted(method)}")
    system = attributes.text("KEYFORMAT").lower() or IDENTITY
    uri = attributes.text("URI")
    return Protection(
        scheme=_METHODS.get(method, ProtectionScheme.UNKNOWN),
        key_id=_hex(attributes.text("KEYID")),
        system=system.removeprefix(_UUID),
        licence_uri=_address(attributes, uri, base),
        pssh=_pssh(uri) if system.startswith(_UUID) else b"",
        iv=_iv(attributes),
    )


def with_sequence_iv(key: Protection, sequence: int) -> Protection:
    """Give an identity key without an IV the one its media sequence number implies (5.2)."""
    if key.iv or key.system != IDENTITY:
        return key
    return Protection(
        scheme=key.scheme,
        key_id=key.key_id,
        system=key.system,
        licence_uri=key.licence_uri,
        pssh=key.pssh,
        iv=(sequence % 2**128).to_bytes(16, "big"),
    )


def init_protection(keys: Mapping[str, Protection], line: int, notes: Notes) -> Protection | None:
    """What an EXT-X-MAP in line `line` is encrypted by, as a whole (4.4.4.4); None: clear.

    It has no sequence number, so that the IV is required (4.4.4.5); without one it is zero, as
    hls.js and Shaka have it.
    """
    key = keys.get(IDENTITY)
    if key is None or key.scheme is not ProtectionScheme.AES_128:
        return None
    if not key.iv:
        notes.warn(line, "an encrypted EXT-X-MAP whose key has no IV; zero is taken")
    return with_sequence_iv(key, 0)


def _address(attributes: Attributes, uri: str, base: Base) -> str:
    if not uri:
        attributes.notes.warn(attributes.line, "a key without an address")
        return ""
    try:
        return base.join_key(uri)
    except ForeignSchemeError as refused:
        attributes.notes.warn(attributes.line, f"a key's address was refused: {refused}")
        return ""


def _hex(text: str) -> str:
    digits = text.lower().removeprefix("0x").replace("-", "")
    known = len(digits) == 32 and all(one in "0123456789abcdef" for one in digits)
    return digits if known else ""


def _iv(attributes: Attributes) -> bytes:
    text = attributes.text("IV")
    if not text:
        return b""
    digits = text.lower().removeprefix("0x")
    try:
        return bytes.fromhex(digits.rjust(32, "0"))[-16:]
    except ValueError:
        attributes.notes.warn(attributes.line, f"IV is unreadable: {quoted(text)}")
        return b""


def _pssh(uri: str) -> bytes:
    head, _, data = uri.partition(",")
    if not head.startswith("data:") or "base64" not in head:
        return b""
    try:
        box = base64.b64decode(unquote(data))
    except (binascii.Error, ValueError):
        return b""
    return box if box[4:8] == b"pssh" else b""
