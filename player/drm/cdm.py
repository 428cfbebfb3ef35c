"""The port that a content decryption module fills: ours for ClearKey, or one the viewer owns."""

from collections.abc import Iterable
from typing import Protocol

from player.drm.clearkey import KeyRing
from player.drm.license_session import ClearKeySession, LicenseRequest, LicenseState
from player.drm.pssh import CLEARKEY, COMMON
from player.errors import ErrorCode, error
from player.model.resource import Protection

IDENTITY = frozenset({"identity", "org.w3.clearkey"})
"""HLS KEYFORMATs that hand keys out in the open."""


class LicenseSession(Protocol):
    """A conversation with one licence server; does no I/O itself."""

    @property
    def state(self) -> LicenseState:
        """How far the session has come."""
        ...

    def request(self) -> LicenseRequest | None:
        """Give what to send now, if anything. Raises PlayerError (drm.*)."""
        ...

    def take(self, body: bytes) -> None:
        """Take the answer. Raises PlayerError (drm.*)."""
        ...

    def fail(self) -> None:
        """Say that there was no answer."""
        ...


class Cdm(Protocol):
    """Turns protection signalling into keys. Engine thread, but `key_for`: any thread."""

    def supports(self, protection: Protection) -> bool:
        """Tell whether this module can get the key of `protection`."""
        ...

    def open(self, protections: Iterable[Protection]) -> LicenseSession:
        """Begin a session for the keys of `protections`. Raises PlayerError (drm.unsupported)."""
        ...

    def key_for(self, key_id: str) -> bytes | None:
        """Give the key of a key id (32 hex digits), None while there is none."""
        ...


class ClearKeyCdm:
    """Implements `Cdm` with keys in the open; the only module that comes with the player."""

    def __init__(self, ring: KeyRing) -> None:
        """Keep keys in `ring`; those that it holds from the start need no licence."""
        self._ring = ring

    def supports(self, protection: Protection) -> bool:
        """See `Cdm.supports`: ClearKey itself, or any system whose key is at hand."""
        held = bool(protection.key_id) and self.key_for(protection.key_id) is not None
        return held or protection.system in IDENTITY | {CLEARKEY, COMMON, ""}

    def open(self, protections: Iterable[Protection]) -> ClearKeySession:
        """See `Cdm.open`. The first ClearKey licence address among `protections` is asked."""
        ways = [one for one in protections if self.supports(one)]
        if not ways:
            raise error(
                ErrorCode.DRM_UNSUPPORTED,
                "This channel is protected by a system for which Farol has no module.",
                cause="none of the protection systems is ClearKey and no key was given",
            )
        urls = [one.licence_uri for one in ways if one.system in (CLEARKEY, "org.w3.clearkey")]
        key_ids = [one.key_id for one in ways if one.key_id]
        return ClearKeySession(
            key_ids, self._ring, licence_url=next((one for one in urls if one), "")
        )

    def key_for(self, key_id: str) -> bytes | None:
        """See `Cdm.key_for`."""
        return self._ring.key_for(key_id)
