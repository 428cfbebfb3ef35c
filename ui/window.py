"""The window: view-models made, QML loaded, the picture attached. `app` opens it."""

import functools
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QUrl
from PySide6.QtGui import QImage
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickItem, QQuickWindow

import resources
from catalog.model import Channel
from player.clock import Clock
from player.ports import VideoSurface
from ui import key_map
from ui.banner import BannerViewModel
from ui.break_line import BreakViewModel
from ui.bridge import PlayerBridge
from ui.channel_list import ChannelListModel
from ui.expecting import Expecting
from ui.full_screen import FullScreen
from ui.guide import NowNextFeed
from ui.languages import NO_WISH, Languages
from ui.live import LiveViewModel
from ui.look_around import LookAroundViewModel
from ui.menu import MenuModel
from ui.multi_view import MultiViewModel
from ui.note import NoteViewModel
from ui.number_entry import NumberEntryViewModel
from ui.picture_stage import PictureStage
from ui.ports import CatalogQueries, PlayerControls, RecordingDesk, Seats
from ui.recording import RecordingViewModel
from ui.screens import Screens
from ui.scrub import ScrubViewModel
from ui.shell import ShellViewModel
from ui.statistics import StatisticsViewModel
from ui.subtitles import SubtitlesModel
from ui.thumbnail_images import NAME, ThumbnailImages
from ui.tiling import MOST
from ui.tracks import audios, fix_quality, qualities, select_audio, select_text, texts
from ui.translator import translator
from ui.trick import TrickViewModel
from ui.video_item import VideoItem
from ui.volume import VolumeViewModel

_QML = Path(__file__).parent / "qml"
_MAIN = _QML / "Farol" / "Screens" / "Main.qml"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowOptions:
    """How the window looks. `language` is a BCP 47 tag, "" the system's; `start` an id or number.

    `font_scale` multiplies every text size; `size` is in device-independent pixels. `languages`
    are wanted of each channel until the viewer chooses others.
    """

    fullscreen: bool = False
    reduce_motion: bool = False
    font_scale: float = 1.0
    language: str = ""
    start: str = ""
    size: tuple[int, int] = (1280, 720)
    volume: int = 100
    languages: Languages = NO_WISH


class MainWindow:
    """Farol's one window. Qt thread; `prepare_qt` comes first.

    It asks the catalogue and tunes only when the surface's render context stands: libmpv must
    not load anything earlier.
    """

    def __init__(
        self,
        controls: PlayerControls,
        catalog: CatalogQueries,
        surface: VideoSurface,
        *,
        bridge: PlayerBridge,
        clock: Clock,
        seats: Seats | None = None,
        options: WindowOptions | None = None,
        on_closing: Callable[[], None] | None = None,
        on_closed: Callable[[], None] | None = None,
        on_look_again: Callable[[], None] | None = None,
        desk: RecordingDesk | None = None,
    ) -> None:
        """Load the scene; nothing is shown or asked yet. Raises RuntimeError for broken QML.

        `on_closing` ends what plays: without its picture libmpv takes a stream for broken that
        has nothing else. Whoever closes the window (Qt does, when the program quits), it comes
        first. Without a `desk` nothing can be recorded; `seats` make the players of multi-view.
        """
        self._options = options or WindowOptions()
        self._catalog = catalog
        self._on_closing = on_closing
        self._on_closed = on_closed
        self._look_for_channels = on_look_again
        self._desk = desk
        self._closed = False
        self._begun = False
        self._install_language()
        self._owner = QObject()
        self._engine = QQmlApplicationEngine(self._owner)  # first child: dies before the models
        self._make_models(controls, catalog, clock)
        self._window = self._load()
        self._stage = PictureStage(self._window, self._find_videos(), controls, seats, self._owner)
        self._full_screen = FullScreen(self._window, self._owner)
        self._connect(bridge, surface)

    # ---- for app ----

    @property
    def window(self) -> QQuickWindow:
        """Qt's own window, for tests and screenshots."""
        return self._window

    @property
    def live(self) -> LiveViewModel:
        """Which channel plays, for tests."""
        return self._live

    @property
    def shell(self) -> ShellViewModel:
        """What lies over the picture, for tests."""
        return self._shell

    def show(self) -> None:
        """Show the window, full screen where the options say so."""
        if self._options.fullscreen:
            self._window.showFullScreen()
        else:
            self._window.show()
        self._window.requestActivate()  # without a window manager nobody else gives it the keys

    def reload(self) -> None:
        """Ask the catalogue for the channels and what is on; the playing one stays.

        Before the surface stands nothing is asked: what is tuned then has no picture ever, and
        the window asks by itself when it stands.
        """
        if self._begun:
            self._catalog.channels(self._take_channels)

    def refreshed(self, note: str = "") -> None:
        """Ask for the channels that the list brought; `note` says why there may be none.

        That they are on their way is said until the answer is there.
        """
        if self._begun:
            self._catalog.channels(functools.partial(self._take_refreshed, note))
        else:
            self.explain_list(note)

    def explain_list(self, note: str = "", *, loading: bool = False) -> None:
        """Say why there are no channels; see `LiveViewModel.explain_list`."""
        self._live.explain_list(note, loading=loading)

    def grab(self) -> QImage:
        """Give what the window shows, video included."""
        return self._window.grabWindow()

    def close(self) -> None:
        """End what plays, free the render context, take the window away; twice is fine.

        When this returns, mpv may be destroyed. The window itself is gone with the next event.
        """
        if self._closed:
            return
        self._closed = True
        self._guide.stop()
        self._screens.recording.stop()
        self._expecting.stop()
        self._stage.stop()
        try:
            if self._on_closing is not None:
                self._on_closing()
        finally:
            self._go()

    def _go(self) -> None:
        self._stage.detach()
        self._window.close()
        self._engine.deleteLater()  # before Python takes the view-models that it reads apart
        if self._on_closed is not None:
            self._on_closed()

    # ---- making ----

    def _install_language(self) -> None:
        self._translator = translator(self._options.language)
        if self._translator is not None:
            QCoreApplication.installTranslator(self._translator)

    def _make_models(
        self, controls: PlayerControls, catalog: CatalogQueries, clock: Clock
    ) -> None:
        owner = self._owner
        self._live = LiveViewModel(controls, clock, owner, languages=self._options.languages)
        self._guide = NowNextFeed(catalog, clock, owner)
        self._statistics = StatisticsViewModel(self._live, owner)
        self._subtitles = SubtitlesModel(self._live, owner)
        self._note = NoteViewModel(self._live, owner)
        self._images = ThumbnailImages()
        self._scrub = ScrubViewModel(self._live, self._guide, controls, self._images, owner)
        self._look = LookAroundViewModel(self._live, self._note, owner)
        volume = VolumeViewModel(controls, self._options.volume, owner)
        self._multi = MultiViewModel(self._live, volume, self._note, owner)
        self._screens = Screens(
            live=self._live,
            banner=BannerViewModel(self._live, self._guide, owner),
            breaks=BreakViewModel(self._live, self._note, controls, owner),
            channels=ChannelListModel(self._live, self._guide, owner),
            number=NumberEntryViewModel(self._live, self._guide, owner),
            quality=MenuModel(self._live, qualities, fix_quality, owner),
            audio=MenuModel(self._live, audios, select_audio, owner),
            subtitles=MenuModel(self._live, texts, select_text, owner),
            volume=volume,
            look=self._look,
            trick=TrickViewModel(self._live, controls, owner),
            recording=RecordingViewModel(self._live, self._guide, self._note, self._desk, owner),
            multi=self._multi,
        )
        keys = key_map.load(resources.path("keymaps", "default.json"))
        self._shell = ShellViewModel(
            self._screens, keys, fullscreen=self._options.fullscreen, parent=owner
        )
        rows = self._screens.channels
        rows.choose_by(self._multi.choose)
        self._expecting = Expecting(controls, self._live, rows, self._shell, owner)

    def _load(self) -> QQuickWindow:
        options, screens = self._options, self._screens
        self._engine.addImportPath(str(_QML))
        self._engine.addImageProvider(NAME, self._images)
        self._engine.setInitialProperties(
            {
                "shell": self._shell,
                "live": screens.live,
                "banner": screens.banner,
                "breaks": screens.breaks,
                "channels": screens.channels,
                "number": screens.number,
                "qualityMenu": screens.quality,
                "audioMenu": screens.audio,
                "subtitleMenu": screens.subtitles,
                "subtitles": self._subtitles,
                "note": self._note,
                "look": self._look,
                "volume": screens.volume,
                "trick": screens.trick,
                "scrub": self._scrub,
                "recording": screens.recording,
                "multi": screens.multi,
                "statistics": self._statistics,
                "fontScale": options.font_scale,
                "reduceMotion": options.reduce_motion,
                "picture": QUrl.fromLocalFile(str(resources.path("icons", "farol.svg"))),
                "width": options.size[0],
                "height": options.size[1],
            }
        )
        self._engine.load(QUrl.fromLocalFile(str(_MAIN)))
        roots = self._engine.rootObjects()
        if not roots or not isinstance(roots[0], QQuickWindow):
            raise RuntimeError("the window's QML could not be loaded")
        return roots[0]

    def _find_videos(self) -> list[VideoItem]:
        names = ["video", *(f"video{slot}" for slot in range(1, MOST))]
        found = [self._window.findChild(QQuickItem, name) for name in names]
        items = [one for one in found if isinstance(one, VideoItem)]
        if len(items) < MOST:
            raise RuntimeError("the window has no picture")
        return items

    def _look_around(self) -> None:
        self._stage.item.look_around(self._look.around)
        self._stage.feed.look_again()

    def _connect(self, bridge: PlayerBridge, surface: VideoSurface) -> None:
        self._multi.show_by(self._stage)
        self._stage.begin(surface, self._begin)
        self._stage.magnify(self._look.magnification)
        self._look.changed.connect(self._look_around)
        bridge.on_snapshot(self._live.on_snapshot)
        bridge.on_snapshot(self._multi.on_snapshot)
        bridge.on_event(self._subtitles.on_event)
        bridge.on_event(self._note.on_event)
        bridge.on_event(self._scrub.on_event)
        bridge.on_event(self._statistics.on_event)
        self._scrub.going.connect(self._screens.banner.show)
        self._scrub.show_while(lambda: not self._multi.is_open)  # there the banner is not
        self._multi.changed.connect(self._scrub.look)
        self._shell.quitRequested.connect(self.close)
        self._shell.reloadRequested.connect(self._look_again)
        self._window.closing.connect(self.close)

    # ---- running ----

    def _begin(self) -> None:
        self._begun = True
        self._guide.start()
        self._screens.recording.start()
        self.reload()

    def _take_channels(self, channels: Sequence[Channel]) -> None:
        _log.info("line-up: channels=%d", len(channels))
        self._live.set_channels(channels, self._options.start)
        self._guide.refresh()  # what is on came with the channels

    def _take_refreshed(self, note: str, channels: Sequence[Channel]) -> None:
        if not channels:  # what is fading away must not change its words
            self.explain_list(note)
        self._take_channels(channels)

    def _look_again(self) -> None:
        (self._look_for_channels or self.reload)()
