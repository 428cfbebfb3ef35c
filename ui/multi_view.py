"""Multi-view: which channels stand beside each other, which has the focus and the sound."""

import logging

from PySide6.QtCore import Property, QObject, QRectF, Signal, Slot
from PySide6.QtQml import QmlElement

from player.api import Command, Expect, PlayerSnapshot, PlayerState, SetMuted, WantThumbnail
from ui.live import LiveViewModel
from ui.note import NoteViewModel, keys_of_multi_view, no_more_pictures
from ui.ports import Pictures
from ui.tile import OneAlone, Tile
from ui.tiling import MOST, Place, beside, places
from ui.volume import VolumeViewModel

QML_IMPORT_NAME = "Farol.Ui"
QML_IMPORT_MAJOR_VERSION = 1

_UNFOCUSED: tuple[Command, ...] = (
    Expect(requests=()),
    WantThumbnail(position=None),
    SetMuted(muted=True),
)
"""What a player hears that has lost the focus: nobody looks for anything there, or listens."""

_log = logging.getLogger(__name__)


@QmlElement
class MultiViewModel(QObject):
    """Opens and closes pictures; the window's commands go to the one with the focus. Qt thread.

    Tiles stand in the order of their places, the large one first. The live view-model is on the
    channel of the focused one, so that everything else of the window speaks of it.
    """

    changed = Signal()

    def __init__(
        self,
        live: LiveViewModel,
        volume: VolumeViewModel,
        note: NoteViewModel,
        parent: QObject | None = None,
    ) -> None:
        """Begin with the one picture of slot 0; what cannot be opened is said by `note`."""
        super().__init__(parent)
        self._live = live
        self._volume = volume
        self._note = note
        self._pictures: Pictures = OneAlone()
        self._tiles = [Tile(0, "", PlayerSnapshot())]
        self._focus = 0
        self._active = self._even = self._explained = False
        live.tuned.connect(self._tuned)
        live.began.connect(self._began)

    def show_by(self, pictures: Pictures) -> None:
        """Have pictures made and taken away by `pictures`; without, there is one alone."""
        self._pictures = pictures

    def on_snapshot(self, snapshot: PlayerSnapshot) -> None:
        """Keep the newest of each tile."""
        for tile in self._tiles:
            if tile.channel == snapshot.tag and tile.take(snapshot) and self._active:
                self.changed.emit()

    # ---- what the viewer does -----------------------------------------------------------------

    def toggle(self) -> bool:
        """Open it with the channel that plays, or leave it; says whether it is open now."""
        if self._active:
            self.leave()
        elif self._live.channel is not None and self._pictures.most > 1:
            self._tiles[0].channel = self._live.channel.id
            self._tiles[0].snapshot = self._live.snapshot
            self._active = True
            self.changed.emit()
        return self._active

    def leave(self) -> None:
        """The focused one fills the window and goes on; the others end."""
        if not self._active:
            return
        kept = self._tiles[self._focus]
        _log.info("multi-view: left with channel=%s slot=%d", kept.channel, kept.slot)
        for tile in [one for one in self._tiles if one is not kept]:
            self._pictures.close(tile.slot)
        self._tiles, self._focus, self._active = [kept], 0, False
        self.changed.emit()

    def choose(self, channel: str) -> None:
        """A channel was chosen in the list: add it, or go to it where it is there already."""
        there = next((n for n, one in enumerate(self._tiles) if one.channel == channel), None)
        if not self._active:
            self._live.tune_to(channel)
        elif there is not None:
            self._focus_on(there)
            if self._live.broken:
                self._live.retry()
        elif len(self._tiles) >= min(MOST, self._pictures.most):
            self._live.tune_to(channel)
        else:
            self._add(channel)

    def move(self, across: int, down: int) -> None:
        """Move the focus."""
        self._focus_on(beside(self._places(), self._focus, across, down))

    def promote(self) -> None:
        """The focused one takes the large place; the one there already fills the window."""
        if self._focus == 0:
            self.leave()
            return
        tiles, here = self._tiles, self._focus
        tiles[0], tiles[here] = tiles[here], tiles[0]
        self._focus = 0
        self.changed.emit()

    def arrange(self) -> None:
        """Four of one size, or one large and three small."""
        self._even = not self._even
        self.changed.emit()

    def close_focused(self) -> None:
        """Take the focused one away; the last one stays and fills the window."""
        if len(self._tiles) < 2:
            self.leave()
            return
        gone = self._tiles[self._focus]
        self._focus_on(0 if self._focus else 1)
        kept = self._tiles[self._focus]
        self._tiles.remove(gone)
        self._focus = self._tiles.index(kept)
        self._pictures.close(gone.slot)
        self.changed.emit()

    @Slot(int)
    def focusOn(self, place: int) -> None:
        """A click on a picture."""
        if place < len(self._tiles):
            self._focus_on(place)

    # ---- for QML ------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Whether arrows go from picture to picture."""
        return self._active

    @Property(bool, notify=changed)
    def active(self) -> bool:
        """Whether multi-view is open."""
        return self._active

    @Property(int, notify=changed)
    def focusedPlace(self) -> int:
        """Which place has the focus."""
        return self._focus

    @Property(list, notify=changed)
    def slots(self) -> list[QRectF]:
        """Where each slot's picture stands, in parts of the scene; empty: it has none."""
        standing = dict(zip((one.slot for one in self._tiles), self._rects(), strict=True))
        return [standing.get(slot, QRectF()) for slot in range(MOST)]

    @Property(list, notify=changed)
    def frames(self) -> list[QRectF]:
        """Where the tiles stand, in the order of their places; none outside multi-view."""
        return self._rects() if self._active else []

    @Property(list, notify=changed)
    def names(self) -> list[str]:
        """The channels' names, in that order."""
        return [self._name(one.channel) for one in self._tiles]

    @Property(list, notify=changed)
    def sentences(self) -> list[str]:
        """Why a tile does not play, "" where it does, in that order."""
        return [one.sentence for one in self._tiles]

    @Property(list, notify=changed)
    def waiting(self) -> list[bool]:
        """Which wait for their picture, or for the network, in that order."""
        return [one.waiting for one in self._tiles]

    @Property(list, notify=changed)
    def paused(self) -> list[bool]:
        """Which the viewer paused, in that order."""
        return [one.paused for one in self._tiles]

    # ---- within -------------------------------------------------------------------------------

    def _add(self, channel: str) -> None:
        taken = {one.slot for one in self._tiles}
        slot = next(one for one in range(MOST) if one not in taken)
        _log.info("multi-view: channel=%s slot=%d", channel, slot)
        self._tiles.append(Tile(slot, channel, PlayerSnapshot(state=PlayerState.LOADING)))
        self.changed.emit()  # its item must be there before its surface is

        def ready() -> None:
            place = self._place_of(slot)
            if place is not None:
                self._focus_on(place, follow=False)
                self._live.begin(channel)
                self._explain()

        try:
            self._pictures.open(slot, ready)
        except OSError as failed:
            _log.warning("multi-view: no picture for slot=%d: %s", slot, failed)
            self._tiles = [one for one in self._tiles if one.slot != slot]
            self._note.say(no_more_pictures())
            self.changed.emit()

    def _explain(self) -> None:
        """Say once which keys there are: nothing else on the screen does."""
        if not self._explained:
            self._explained = True
            self._note.say(keys_of_multi_view())

    def _focus_on(self, place: int, *, follow: bool = True) -> None:
        self._live.settle()  # what was asked of the one that has the focus so far
        before, tile = self._tiles[self._focus], self._tiles[place]
        if before is not tile:
            for command in _UNFOCUSED:
                self._pictures.submit(before.slot, command)
        self._focus = place
        _log.info("multi-view: focus on channel=%s slot=%d", tile.channel, tile.slot)
        self._pictures.take_over(tile.slot)
        for command in self._volume.commands:
            self._pictures.submit(tile.slot, command)
        if follow and before is not tile:
            self._live.follow(tile.channel, tile.snapshot)
        self.changed.emit()

    @Slot()
    def _tuned(self) -> None:
        """The focused tile is on another channel, or keys in a hurry lead past it."""
        if self._live.channel is not None:
            self._tiles[self._focus].channel = self._live.channel.id
            self.changed.emit()

    @Slot()
    def _began(self) -> None:
        """The focused tile plays its channel now; another one that shows it goes."""
        if self._live.channel is None:
            return
        here = self._tiles[self._focus]
        here.channel = self._live.channel.id
        twice = [one for one in self._tiles if one is not here and one.channel == here.channel]
        for one in twice:
            self._tiles.remove(one)
            self._pictures.close(one.slot)
        self._focus = self._tiles.index(here)
        self.changed.emit()

    def _place_of(self, slot: int) -> int | None:
        return next((n for n, one in enumerate(self._tiles) if one.slot == slot), None)

    def _places(self) -> tuple[Place, ...]:
        return places(len(self._tiles), even=self._even)

    def _rects(self) -> list[QRectF]:
        return [QRectF(one.x, one.y, one.size, one.size) for one in self._places()]

    def _name(self, channel: str) -> str:
        index = self._live.line_up.index_of(channel)
        return "" if index is None else self._live.line_up.channels[index].name
