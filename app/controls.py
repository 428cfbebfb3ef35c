"""Controls: the window's way down, where wishes are added and habits are noticed."""

from collections.abc import Callable
from dataclasses import replace

from app.memory import Memory
from player.api import Command, Play, PlayRequest, SetVolume


class Controls:
    """Implements `ui.ports.PlayerControls`. Qt thread.

    `wish` is what the command line asked of every request, but for the languages: those the
    window knows, and the viewer may have chosen others. `on_play` hears of each request, and
    `memory` what the viewer tuned to and how loud.
    """

    def __init__(
        self,
        submit: Callable[[Command], None],
        *,
        wish: PlayRequest | None = None,
        on_play: Callable[[PlayRequest], None],
        memory: Memory | None = None,
    ) -> None:
        """Hand commands on to `submit`."""
        self._submit = submit
        self._wish = wish
        self._on_play = on_play
        self._memory = memory

    def submit(self, command: Command) -> None:
        """See `PlayerControls.submit`."""
        self._notice(command)
        if isinstance(command, Play) and self._wish is not None:
            asked = command.request
            wish = replace(
                self._wish,
                url=asked.url,
                tag=asked.tag,
                audio_language=asked.audio_language,
                text_language=asked.text_language,
            )
            command = Play(request=wish)
        if isinstance(command, Play):
            self._on_play(command.request)
        self._submit(command)

    def _notice(self, command: Command) -> None:
        if self._memory is None:
            return
        match command:
            case Play(request=request):
                self._memory.remember_channel(request.tag)
            case SetVolume(percent=percent):
                self._memory.remember_volume(percent)
            case _:
                pass
