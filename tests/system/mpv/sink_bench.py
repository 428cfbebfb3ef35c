"""A real libmpv with null outputs, and the test as its engine."""

from typing import Any

from player.mpv.settings import SinkOptions
from player.mpv.sink import MpvSink
from tests.fakes.sink_rig import Ears, EngineThread


class Rig:
    """A sink, its engine thread and what was said and logged."""

    def __init__(self, **options: Any) -> None:
        self.log: list[tuple[str, str, str]] = []
        self.ears = Ears()
        self.engine = EngineThread()
        given: dict[str, Any] = {
            "video": "null",
            "audio": "null",
            "log": lambda *line: self.log.append(line),
        }
        self.sink = MpvSink(SinkOptions(**(given | options)), self.engine.post, self.ears)
        self.until = self.engine.until

    def complaints(self) -> list[tuple[str, str, str]]:
        return [line for line in self.log if line[0] in ("warn", "error", "fatal")]
