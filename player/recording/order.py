"""What shall be recorded, and how it stands with it."""

from dataclasses import dataclass, field
from enum import StrEnum

from player.api import PlayRequest
from player.errors import Failure
from player.units import ByteCount, Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingOrder:
    """One channel, from `since` until `until` (UTC, microseconds).

    `id` names the folder: letters, digits, "-" and "_". `since` None: from now on (a film: from
    its start); in the past: from what the server still has of it. `until` None: until it is
    stopped, or the programme ends. `tag` comes back in every status. `attended`: somebody waits
    for it, so that an address which brings nothing is not tried for longer than that makes sense.
    """

    id: str
    title: str
    tag: str = ""
    request: PlayRequest = field(repr=False)
    since: Micros | None = None
    until: Micros | None = None
    attended: bool = False


class RecordingState(StrEnum):
    """How it stands with a recording.

    WAITING: its time has not come, or nothing was had yet. INTERRUPTED: the source, the line or
    the disk fails, or its process died; it goes on when that is over. DONE and FAILED are ends.
    """

    WAITING = "waiting"
    RECORDING = "recording"
    INTERRUPTED = "interrupted"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStatus:
    """A recording as it is; replaceable.

    `since` and `until` are the UTC times of its first and last picture, None where nothing is
    recorded, or nobody says (a film). `recorded` is how much plays, `size` its bytes on the disk,
    `gaps` the UTC stretches that lack, oldest first.
    """

    id: str
    title: str = ""
    tag: str = ""
    state: RecordingState = RecordingState.WAITING
    since: Micros | None = None
    until: Micros | None = None
    recorded: Micros = Micros(0)
    size: ByteCount = ByteCount(0)
    gaps: tuple[tuple[Micros, Micros], ...] = ()
    failure: Failure | None = None
