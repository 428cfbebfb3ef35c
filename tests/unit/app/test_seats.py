"""Seats: what all players of multi-view are told, whenever they come."""

from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from app.seats import Seats
from player.api import Command, SetDataSaver


@dataclass
class _Seat:
    told: list[Command] = field(default_factory=list)
    sink: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(surface=object()))

    def submit(self, command: Command) -> None:
        self.told.append(command)


@dataclass
class _Host:
    first: _Seat = field(default_factory=_Seat)
    made: list[_Seat] = field(default_factory=list)

    def add(self, _publish: object) -> _Seat:
        self.made.append(_Seat())
        return self.made[-1]

    def remove(self, _seat: _Seat, free: object) -> None:
        """Nothing to end."""


def test_everybody_saves_data_who_comes_later_too() -> None:
    host = _Host()
    seats = Seats(host, lambda *_: None, lambda _: None)  # type: ignore[arg-type]
    seats.open(1)
    seats.save(data=True)
    seats.open(2)
    seats.close(0, lambda: None)
    seats.save(data=False)
    on, off = SetDataSaver(on=True), SetDataSaver(on=False)
    assert host.first.told == [on]
    assert [one.told for one in host.made] == [[off, on, off], [on, off]]


def test_a_slot_whose_player_cannot_be_made_stays_empty() -> None:
    class Full(_Host):
        def add(self, _publish: object) -> _Seat:
            raise OSError("libmpv cannot be made")

    host = Full()
    seats = Seats(host, lambda *_: None, lambda _: None)  # type: ignore[arg-type]
    with pytest.raises(OSError, match="libmpv"):
        seats.open(1)
    seats.submit(1, SetDataSaver(on=True))
    seats.save(data=True)
    assert host.first.told == [SetDataSaver(on=True)]
