"""A player with a real libmpv and null outputs, and mpv's own door to look through."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.player_host import HostOptions, PlayerHost
from player.api import Play, PlayRequest, Stop
from tests.strip import StripReading
from tests.system.farol_process import until
from tests.system.mpv_door import ask
from tests.system.picture import strip_of
from tests.system.published import Published


@dataclass(kw_only=True)
class Screen(Published):
    """What is shown of the channels of the headend at `url`."""

    door: Path
    url: str

    def __post_init__(self) -> None:
        options = HostOptions(video="null", audio="null", ipc_socket=self.door)
        self.host = PlayerHost(options, self.take)

    def tune(self, path: str, **wish: Any) -> None:
        """Tune, and wait for nothing."""
        url = f"{self.url}/channels/{path}"
        self.host.submit(Play(request=PlayRequest(url=url, tag=path, **wish)))

    def play(self, path: str, **wish: Any) -> None:
        """Tune, and wait until it plays on."""
        self.tune(path, **wish)
        assert until(self.is_playing_on(path), 12, 0.02), self.now

    def is_playing_on(self, tag: str, seconds: float = 0.5) -> Any:
        """Whether the channel of that tag plays and has come beyond so many seconds."""
        return lambda: self.now.tag == tag and self.now.position > seconds * 1e6

    def told(self, name: str) -> Any:
        """A property of mpv."""
        return ask(self.door, "get_property", name).get("data")

    def strip(self) -> StripReading | None:
        """What the picture says about itself."""
        file = self.door.with_suffix(".png")
        if ask(self.door, "screenshot-to-file", str(file), "video")["error"] != "success":
            return None
        return strip_of(file)

    def close(self) -> None:
        """End the player."""
        self.host.submit(Stop())
        self.host.close()
