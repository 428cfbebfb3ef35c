"""Controls: the window's way down, where wishes are added and habits are noticed."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from app.memory import Memory
from player.api import Command, Expect, Play, PlayRequest, SetVolume


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How a source may be asked: by how many connections at once, and ahead of time or not."""

    max_connections: int | None = None
    prefetch: bool = True


NO_LIMITS = Reach()


class Controls:
    """Implements `ui.ports.PlayerControls`. Qt thread.

    `wish` is what the command line asked of every request, but for the languages: those the
    window knows, and the viewer may have chosen others. `on_play` hears of each request, and
    `memory` what the viewer tuned to and how loud. `reach` is how the source may be asked.
    """

    def __init__(
        self,
        submit: Callable[[Command], None],
        *,
        wish: PlayRequest | None = None,
        on_play: Callable[[PlayRequest], None],
        memory: Memory | None = None,
        reach: Reach = NO_LIMITS,
    ) -> None:
        """Hand commands on to `submit`."""
        self._submit = submit
        self._wish = wish
        self._on_play = on_play
        self._memory = memory
        self._reach = reach

    def submit(self, command: Command) -> None:
        """See `PlayerControls.submit`."""
        self._notice(command)
        if isinstance(command, Expect):
            self._expect(command)
            return
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
            command = Play(request=self._limited(command.request))
            self._on_play(command.request)
        self._submit(command)

    def _expect(self, command: Expect) -> None:
        if self._reach.prefetch:
            self._submit(Expect(requests=tuple(map(self._limited, command.requests))))

    def _limited(self, request: PlayRequest) -> PlayRequest:
        most = self._reach.max_connections
        return request if most is None else replace(request, max_connections=most)

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
