"""ClearKey: keys in the open, given by the viewer or by a licence in W3C's JSON.

Encrypted Media Extensions 9.1.3 (licence request) and 9.1.4 (licence).
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping

from player.errors import ErrorCode, PlayerError, error

_SIZE = 16
_HEX = re.compile(r"[0-9a-f]{32}", re.ASCII)


class KeyRing:
    """Keys by key id. Never shows them: neither in `repr` nor in an error."""

    def __init__(self, keys: Mapping[str, bytes] | None = None) -> None:
        """Hold `keys`: 32 hex digits (any case, dashes allowed) to 16 bytes."""
        self._keys: dict[str, bytes] = {}
        self.add(keys or {})

    def __repr__(self) -> str:
        """Tell how many keys there are, and no more."""
        return f"<KeyRing of {len(self._keys)}>"

    def __len__(self) -> int:
        """Count the keys."""
        return len(self._keys)

    def add(self, keys: Mapping[str, bytes]) -> None:
        """Add keys; a newer one takes an older one's place."""
        self._keys |= {normal_key_id(key_id): key for key_id, key in keys.items()}

    def key_for(self, key_id: str) -> bytes | None:
        """Give the key of `key_id`, None where there is none."""
        return self._keys.get(normal_key_id(key_id))


def normal_key_id(key_id: str) -> str:
    """Write a key id as all of the player does: 32 lower-case hex digits."""
    return key_id.replace("-", "").lower()


def parse_pair(text: str) -> tuple[str, bytes]:
    """Read `KID:KEY`, both of 32 hex digits; ValueError, which does not repeat them, if not."""
    key_id, _, key = text.strip().partition(":")
    key_id, key = normal_key_id(key_id), normal_key_id(key)
    if not (_HEX.fullmatch(key_id) and _HEX.fullmatch(key)):
        raise ValueError("a key is written KID:KEY, both of them 32 hex digits")
    return key_id, bytes.fromhex(key)


def licence_request(key_ids: Iterable[str]) -> bytes:
    """Write the JSON that asks for the keys of `key_ids`."""
    kids = [_base64url(bytes.fromhex(normal_key_id(key_id))) for key_id in key_ids]
    return json.dumps({"kids": kids, "type": "temporary"}, separators=(",", ":")).encode()


def parse_licence(data: bytes) -> dict[str, bytes]:
    """Read the keys of a JSON Web Key Set; raises PlayerError (drm.no-key) for anything else.

    Entries that are no 128-bit key are passed over, as Encrypted Media Extensions ask.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as fault:
        raise _no_licence(f"not JSON ({type(fault).__name__})") from None
    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise _no_licence("JSON without a list of keys")
    found = {}
    for entry in entries:
        if isinstance(entry, dict) and entry.get("kty", "oct") == "oct":
            key_id, key = _bytes(entry.get("kid")), _bytes(entry.get("k"))
            if len(key_id) == len(key) == _SIZE:
                found[key_id.hex()] = key
    return found


def _bytes(value: object) -> bytes:
    """Decode unpadded base64url; b"" for what is none."""
    if not isinstance(value, str) or not value.isascii():
        return b""
    try:
        return urlsafe_b64decode(value.rstrip("=") + "=" * (-len(value.rstrip("=")) % 4))
    except ValueError:
        return b""


def _base64url(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _no_licence(cause: str) -> PlayerError:
    return error(
        ErrorCode.DRM_NO_KEY,
        "This channel is protected, and the licence server's answer is no licence.",
        cause=cause,
    )
