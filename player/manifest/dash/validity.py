"""Events of the media that end an MPD's validity (ISO/IEC 23009-1 5.10.4)."""

from dataclasses import dataclass, field

from player.manifest.times import date_time
from player.model.event import TimedEvent
from player.units import Micros

SCHEME = "urn:mpeg:dash:event:2012"


@dataclass(frozen=True, slots=True, kw_only=True)
class MpdValidity:
    """From presentation time `expires` on, MPDs published up to `published` are outdated.

    `published` None: every MPD at hand. `ends`: the presentation ends there, and nothing will
    follow. `patch` (value 2) and `mpd` (value 3) are what the event brings along.
    """

    expires: Micros
    published: Micros | None = None
    ends: Micros | None = None
    patch: bytes = field(default=b"", repr=False)
    mpd: bytes = field(default=b"", repr=False)


def mpd_validity(event: TimedEvent) -> MpdValidity | None:
    """Read an `emsg` already placed in presentation time; None where it is about other things.

    Pure. An empty publish time with a known duration tells the presentation's end (5.10.4.2).
    """
    if event.scheme != SCHEME or event.value not in ("1", "2", "3"):
        return None
    head, _, body = event.data.partition(b"\x00")
    published = date_time(head[:64].decode("ascii", "replace")) if head else None
    over = not head and event.duration is not None
    return MpdValidity(
        expires=event.start,
        published=published,
        ends=Micros(event.start + (event.duration or 0)) if over else None,
        patch=body if event.value == "2" else b"",
        mpd=body if event.value == "3" else b"",
    )
