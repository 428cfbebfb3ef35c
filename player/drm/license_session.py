"""LicenseSession: from key ids to keys, as a state machine that does no I/O."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from player.drm.clearkey import KeyRing, licence_request, normal_key_id, parse_licence
from player.errors import ErrorCode, PlayerError, error


class LicenseState(StrEnum):
    """How far a session has come."""

    NEEDS_LICENSE = "needs-license"
    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseRequest:
    """A POST for somebody who has a network; the answer's body goes to `take`."""

    url: str = field(repr=False)
    body: bytes = field(repr=False)
    content_type: str = "application/json"


class ClearKeySession:
    """Gets the keys of some key ids into a ring: those it lacks, from a licence URL.

    Engine thread. A server may grant a part of what was asked: `missing` names the rest.
    """

    def __init__(self, key_ids: Iterable[str], ring: KeyRing, *, licence_url: str = "") -> None:
        """Begin with what `ring` holds already; keys that come are added to it."""
        self._key_ids = tuple(dict.fromkeys(map(normal_key_id, key_ids)))
        self._ring, self._url = ring, licence_url
        self._state = LicenseState.NEEDS_LICENSE if self.missing else LicenseState.READY

    @property
    def state(self) -> LicenseState:
        """How far the session has come."""
        return self._state

    @property
    def missing(self) -> tuple[str, ...]:
        """Key ids whose keys the ring does not hold."""
        return tuple(one for one in self._key_ids if self._ring.key_for(one) is None)

    def request(self) -> LicenseRequest | None:
        """Give the request to send now, None where nothing is missing or one is on its way.

        Raises PlayerError (drm.no-key) where keys are missing and no one can be asked for them.
        """
        if self._state in (LicenseState.READY, LicenseState.WAITING):
            return None
        if not self._url:
            self._state = LicenseState.FAILED
            raise _missing(self.missing, "no licence address is known")
        self._state = LicenseState.WAITING
        return LicenseRequest(url=self._url, body=licence_request(self.missing))

    def take(self, body: bytes) -> None:
        """Take the answer to the request; raises PlayerError (drm.no-key) if it helps nothing."""
        before = len(self.missing)
        try:
            self._ring.add(parse_licence(body))
        except PlayerError:
            self._state = LicenseState.FAILED
            raise
        left = self.missing
        self._state = LicenseState.READY if len(left) < before else LicenseState.FAILED
        if self._state is LicenseState.FAILED:
            raise _missing(left, "the licence holds none of the keys asked for")

    def fail(self) -> None:
        """Say that the request got no answer; `request` may then be called again."""
        self._state = LicenseState.NEEDS_LICENSE


def _missing(key_ids: tuple[str, ...], cause: str) -> PlayerError:
    return error(
        ErrorCode.DRM_NO_KEY,
        "This channel is protected, and the key to it is missing.",
        cause=f"{cause}: {', '.join(key_ids)}",
    )
