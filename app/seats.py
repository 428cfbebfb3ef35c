"""Seats: the players of multi-view, by slot."""

from collections.abc import Callable

from app.player_host import PlayerHost, Seat
from player.api import Command, PlayerEvent, PlayerSnapshot, SetDataSaver
from player.ports import VideoSurface


class Seats:
    """Implements `ui.ports.Seats` by the players of one host. Qt thread.

    `heard` is called in the engine thread with what each slot's player says, `on_change` when
    another one has the window's commands.
    """

    def __init__(
        self,
        host: PlayerHost,
        heard: Callable[[int, PlayerEvent | PlayerSnapshot], None],
        on_change: Callable[[int], None],
    ) -> None:
        """Begin with the host's own player in slot 0."""
        self._host = host
        self._heard = heard
        self._on_change = on_change
        self._seats: dict[int, Seat] = {0: host.first}
        self._saver = SetDataSaver(on=False)
        self.current = 0

    def submit_current(self, command: Command) -> None:
        """Hand a command to whoever the window's go to."""
        self.submit(self.current, command)

    def submit_all(self, command: Command) -> None:
        """Hand a command to everybody."""
        for seat in self._seats.values():
            seat.submit(command)

    def save(self, *, data: bool) -> None:
        """Let everybody save data, who comes later too."""
        self._saver = SetDataSaver(on=data)
        self.submit_all(self._saver)

    def open(self, slot: int) -> VideoSurface:
        """See `ui.ports.Seats.open`."""
        seat = self._host.add(lambda message: self._heard(slot, message))
        self._seats[slot] = seat
        seat.submit(self._saver)
        return seat.sink.surface

    def close(self, slot: int, free: Callable[[], None]) -> None:
        """See `ui.ports.Seats.close`."""
        self._host.remove(self._seats.pop(slot), free)

    def submit(self, slot: int, command: Command) -> None:
        """See `ui.ports.Seats.submit`; ignored for a slot that is empty."""
        if slot in self._seats:
            self._seats[slot].submit(command)

    def take_over(self, slot: int) -> None:
        """See `ui.ports.Seats.take_over`."""
        self.current = slot
        self._on_change(slot)
