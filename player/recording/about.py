"""`about.json`: what a recording is, for whoever lists them. Pure."""

import json
from typing import Any

from player.errors import ErrorCode, Failure
from player.recording.order import RecordingState, RecordingStatus
from player.units import ByteCount, Micros

ABOUT = "about.json"

_VERSION = 1


def about_of(status: RecordingStatus) -> str:
    """A status as JSON: no address is in it, nor in what failed."""
    failure = status.failure
    said: dict[str, Any] = {
        "version": _VERSION,
        "title": status.title,
        "tag": status.tag,
        "state": status.state.value,
        "since": status.since,
        "until": status.until,
        "recorded": status.recorded,
        "size": status.size,
        "gaps": [list(one) for one in status.gaps],
    }
    if failure is not None:
        said["failure"] = {"code": failure.code.value, "sentence": failure.sentence}
    return json.dumps(said, indent=1, ensure_ascii=False) + "\n"


def read_about(name: str, text: str) -> RecordingStatus:
    """The status of the recording `name`; raises ValueError where the text is nothing of ours."""
    try:
        said = json.loads(text)
        if said["version"] != _VERSION:
            raise ValueError(f"a description of version {said['version']}")
        return RecordingStatus(
            id=name,
            title=str(said["title"]),
            tag=str(said["tag"]),
            state=RecordingState(said["state"]),
            since=_time(said["since"]),
            until=_time(said["until"]),
            recorded=_time(said["recorded"]) or Micros(0),
            size=ByteCount(int(said["size"])),
            gaps=tuple((Micros(int(one[0])), Micros(int(one[1]))) for one in said["gaps"]),
            failure=_failure(said.get("failure")),
        )
    except (
        AttributeError, IndexError, KeyError, OverflowError, RecursionError, TypeError,
    ) as wrong:  # fmt: skip
        raise ValueError("a description that tells of no recording") from wrong


def _time(said: object) -> Micros | None:
    return None if said is None else Micros(int(str(said)))


def _failure(said: dict[str, Any] | None) -> Failure | None:
    if said is None:
        return None
    return Failure(code=ErrorCode(said["code"]), sentence=str(said["sentence"]))
