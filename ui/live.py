"""Tuning: which channel plays, and how playing goes."""

import logging
from collections.abc import Sequence

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from catalog.model import Channel
from player.api import (
    Command,
    Play,
    PlayerSnapshot,
    PlayerState,
    PlayRequest,
    SetPaused,
    Stop,
)
from player.clock import Clock
from player.units import Micros
from ui.failure import code, sentence
from ui.languages import NO_WISH, Languages, after
from ui.line_up import LineUp
from ui.ports import PlayerControls
from ui.seek_step import seek_step

QML_IMPORT_NAME = "Farol.Ui"
QML_IMPORT_MAJOR_VERSION = 1

_SETTLE = Micros(250_000)
_log = logging.getLogger(__name__)


@QmlElement
class LiveViewModel(QObject):
    """Zaps, pauses, seeks; holds the newest snapshot of the channel that the viewer is on.

    The first zap tunes at once; while keys follow each other within 250 ms only the last channel
    is tuned, so that running through ten channels does not start ten sessions.
    """

    changed = Signal()
    tuned = Signal()
    began = Signal()
    lined_up = Signal()
    sought = Signal(object)  # Micros: wider than Qt's int

    def __init__(
        self,
        controls: PlayerControls,
        clock: Clock,
        parent: QObject | None = None,
        *,
        languages: Languages = NO_WISH,
    ) -> None:
        """Make it without channels; `languages` are wanted until others are chosen."""
        super().__init__(parent)
        self._controls = controls
        self._clock = clock
        self._languages = languages
        self._line_up: LineUp | None = None
        self._list_note = ""
        self._list_loading = False
        self._index = 0
        self._previous: str | None = None
        self._snapshot = PlayerSnapshot()
        self._last_zap = Micros(-_SETTLE)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE // 1000)
        self._settle.timeout.connect(self._play)

    # ---- for the other view-models ----

    @property
    def line_up(self) -> LineUp:
        """The channels; empty before the catalogue has answered."""
        return self._line_up or LineUp()

    @property
    def index(self) -> int:
        """Where in the line-up the viewer is."""
        return self._index

    @property
    def channel(self) -> Channel | None:
        """The channel that the viewer is on."""
        channels = self.line_up.channels
        return channels[self._index] if channels else None

    @property
    def previous(self) -> str | None:
        """The id of the channel before."""
        return self._previous

    def request_of(self, channel: Channel) -> PlayRequest:
        """What the engine is asked for a channel."""
        return PlayRequest(
            url=channel.url,
            tag=channel.id,
            headers=channel.headers,
            audio_language=self._languages.audio,
            text_language=self._languages.text,
        )

    def watches(self, tag: str) -> bool:
        """Whether the viewer is on the channel that a snapshot or an event speaks of."""
        channel = self.channel
        return channel is not None and channel.id == tag

    @property
    def snapshot(self) -> PlayerSnapshot:
        """The newest snapshot of this channel; an empty one right after a zap."""
        return self._snapshot

    @property
    def broken(self) -> bool:
        """Whether the channel cannot be played."""
        return self._snapshot.state is PlayerState.FAILED

    @property
    def pausing(self) -> bool:
        """Whether the viewer paused."""
        return self._snapshot.state is PlayerState.PAUSED

    # ---- what the viewer does ----

    def set_channels(self, channels: Sequence[Channel], start: str = "") -> None:
        """Take the line-up and tune to `start` (id or number), or stay on the same channel."""
        current = self.channel
        self._line_up = LineUp(channels=tuple(channels))
        self.lined_up.emit()
        kept = self._line_up.index_of(current.id) if current else None
        if kept is not None:
            self._index = kept
        elif channels:
            self.tune(self._line_up.wanted(start))
        self.changed.emit()

    def explain_list(self, note: str = "", *, loading: bool = False) -> None:
        """Say why there are no channels: the list is on its way, or `note` tells what failed."""
        self._list_note, self._list_loading = note, loading
        self.changed.emit()

    def tune(self, index: int) -> None:
        """Go to a channel of the line-up; the one already playing begins anew."""
        current = self.channel
        if current is not None and self._snapshot.tag:
            self._previous = current.id if index != self._index else self._previous
        self._index = index
        self._snapshot = PlayerSnapshot(state=PlayerState.LOADING)
        self._play_or_settle()
        self.tuned.emit()
        self.changed.emit()

    def settle(self) -> None:
        """Tune now to what keys in a hurry led to."""
        if self._settle.isActive():
            self._play()

    def follow(self, identity: str, snapshot: PlayerSnapshot) -> None:
        """Be on another channel that plays already, as `snapshot` says."""
        index = self.line_up.index_of(identity)
        if index is None:
            return
        self._index, self._snapshot = index, snapshot
        self.tuned.emit()
        self.changed.emit()

    def zap(self, step: int) -> None:
        """Go `step` places on in the line-up, round the end."""
        if self.line_up.channels:
            self.tune(self.line_up.neighbour(self._index, step))

    def tune_to(self, identity: str) -> None:
        """Go to the channel with this id, unless it is already playing well."""
        index = self.line_up.index_of(identity)
        if index is not None and (index != self._index or self.broken):
            self.tune(index)

    def begin(self, identity: str) -> None:
        """Go to the channel with this id, whatever plays."""
        index = self.line_up.index_of(identity)
        if index is not None:
            self.tune(index)

    def back_to_previous(self) -> None:
        """Go back to the channel before; again: forth."""
        if self._previous is not None:
            self.tune_to(self._previous)

    def retry(self) -> None:
        """Tune to the same channel again."""
        if self.channel is not None:
            self.tune(self._index)

    def choose(self, command: Command) -> None:
        """Choose a track or rung of this channel; a language stays wanted on the next ones."""
        self._languages = after(self._languages, command, self._snapshot)
        self._controls.submit(command)

    def toggle_pause(self) -> None:
        """Pause or go on; from fast play: go on."""
        paused = not self.pausing and not self._snapshot.scan
        self._controls.submit(SetPaused(paused=paused))

    def seek_by(self, step: Micros) -> bool:
        """Go back or forward where there is something to seek in; says whether there was."""
        found = seek_step(self._snapshot, step)
        if found is None:
            return False
        self._controls.submit(found.command)
        self.sought.emit(found.target)
        return True

    def stop(self) -> None:
        """End playback."""
        self._settle.stop()
        self._controls.submit(Stop())

    # ---- what the engine says ----

    def on_snapshot(self, snapshot: PlayerSnapshot) -> None:
        """Take a snapshot; one of a channel that was left is passed over."""
        if self._settle.isActive() or not self.watches(snapshot.tag):
            return
        self._snapshot = snapshot
        self.changed.emit()

    # ---- for QML ----

    @Property(bool, notify=changed)
    def empty(self) -> bool:
        """Whether the catalogue answered and had no channel."""
        return self._line_up is not None and not self._line_up.channels

    @Property(bool, notify=changed)
    def listLoading(self) -> bool:
        """Whether the list of channels is still being fetched or read in."""
        return self._list_loading

    @Property(str, notify=changed)
    def listNote(self) -> str:
        """Why there are no channels, "" where nobody told."""
        return self._list_note

    @Property(bool, notify=changed)
    def loading(self) -> bool:
        """Whether a channel is being tuned and has no picture yet."""
        return self._snapshot.state is PlayerState.LOADING

    @Property(bool, notify=changed)
    def buffering(self) -> bool:
        """Whether playback waits for the network."""
        return self._snapshot.state is PlayerState.BUFFERING

    @Property(bool, notify=changed)
    def paused(self) -> bool:
        """Whether the viewer paused."""
        return self.pausing

    @Property(bool, notify=changed)
    def failed(self) -> bool:
        """Whether the channel cannot be played."""
        return self.broken

    @Property(str, notify=changed)
    def channelName(self) -> str:
        """The name of the channel that the viewer is on."""
        return self.channel.name if self.channel else ""

    @Property(str, notify=changed)
    def errorSentence(self) -> str:
        """What happened and what to do."""
        return sentence(self._snapshot.failure)

    @Property(str, notify=changed)
    def errorCode(self) -> str:
        """The stable code of the failure, for whoever is asked for help."""
        return code(self._snapshot.failure)

    def _play_or_settle(self) -> None:
        now = self._clock.monotonic()
        hurried = now - self._last_zap < _SETTLE
        self._last_zap = now
        if hurried:
            self._settle.start()
        else:
            self._play()

    @Slot()
    def _play(self) -> None:
        channel = self.channel
        if channel is None:
            return
        self._settle.stop()
        _log.info("tune: channel=%s number=%s", channel.id, channel.number)
        self._controls.submit(Play(request=self.request_of(channel)))
        self.began.emit()
