"""The picture in the scene: a `VideoSurface` drawn into a framebuffer object of Qt Quick."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QNativeInterface, QOffscreenSurface, QOpenGLContext
from PySide6.QtOpenGL import QOpenGLFramebufferObject
from PySide6.QtQml import QmlElement
from PySide6.QtQuick import QQuickFramebufferObject, QQuickWindow

from player.model.sphere import Sphere
from player.ports import VideoSurface
from ui.look import Look
from ui.sphere_pass import SpherePass

QML_IMPORT_NAME = "Farol.Ui"
QML_IMPORT_MAJOR_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """A frame of so many pixels that lies around the viewer, and where he looks."""

    sphere: Sphere
    look: Look
    frame: QSize


class _Output:
    """A surface's life in Qt Quick's OpenGL context: made with the first frame, freed once."""

    def __init__(self, surface: VideoSurface, *, on_frame: Callable[[], None]) -> None:
        self._surface = surface
        self._on_frame = on_frame
        self._context: QOpenGLContext | None = None
        self._over = False
        self._pass = SpherePass()
        self.around: Around | None = None

    @property
    def live(self) -> bool:
        """Whether it can be drawn."""
        return self._context is not None and not self._over

    def ensure(self) -> bool:
        """Make the render context in the current OpenGL context; says whether it was just now."""
        if self._context is not None or self._over:
            return False
        x11, wayland = _displays()
        self._surface.create(_proc_address, self._on_frame, x11_display=x11, wl_display=wayland)
        self._context = QOpenGLContext.currentContext()
        return True

    def invalidate(self) -> None:
        if self.live:
            self._surface.invalidate()

    def render(self, fbo: int, size: QSize) -> None:
        if not self.live:
            return
        around = self.around
        if around is None:
            self._surface.render(fbo, size.width(), size.height())
            return
        frame, whole, new = self._pass.frame(around.frame)
        if new:
            self._surface.invalidate()
        self._surface.render(frame, whole.width(), whole.height())
        self._pass.draw(fbo, size, around.sphere, around.look)

    def swapped(self) -> None:
        if self.live:
            self._surface.swapped()

    def free(self) -> None:
        """Free the surface; its OpenGL context is current."""
        if self.live:
            self._surface.free()
            self._pass.free()
        self._over = True

    def free_now(self) -> None:
        """Free the surface whatever the window does, in its context on a surface of our own."""
        if self._context is None or self._over:
            self._over = True
            return
        ground = QOffscreenSurface()
        ground.setFormat(self._context.format())
        ground.create()
        self._context.makeCurrent(ground)
        self.free()
        self._context.doneCurrent()


class _Renderer(QQuickFramebufferObject.Renderer):
    """Draws the surface; Qt calls it where it renders and resets the OpenGL state after."""

    def __init__(self, output: Callable[[], _Output | None], on_ready: Callable[[], None]) -> None:
        super().__init__()
        self._find = output
        self._on_ready = on_ready

    def createFramebufferObject(self, size: QSize) -> QOpenGLFramebufferObject:
        """Let Qt make it: one made in Python is collected while Qt still draws into it."""
        output = self._find()
        if output is not None:
            output.invalidate()
        return super().createFramebufferObject(size)

    def render(self) -> None:
        """Draw the newest frame, in the size of the framebuffer in pixels."""
        output = self._find()
        if output is None:
            return
        if output.ensure():
            self._on_ready()
        fbo = self.framebufferObject()
        output.render(fbo.handle(), fbo.size())


@QmlElement
class VideoItem(QQuickFramebufferObject):
    """Shows a `VideoSurface`. Row 0 of the framebuffer is the top: draw without flipping.

    `surfaceReady` comes once, in the Qt thread, when the render context stands: only then may
    libmpv load something. `detach` frees it, before mpv is destroyed. Rendering happens in the
    Qt thread (`ui.qt.prepare_qt` chooses the basic render loop); frames are announced on any.
    """

    surfaceReady = Signal()
    _frame = Signal()
    _made = Signal()

    def __init__(self) -> None:
        """Make it without a surface: black."""
        super().__init__()
        self._output: _Output | None = None
        self._window: QQuickWindow | None = None
        self._renderer: _Renderer | None = None
        self._frame.connect(self._redraw, Qt.ConnectionType.QueuedConnection)
        self._made.connect(self.surfaceReady, Qt.ConnectionType.QueuedConnection)

    def attach(self, surface: VideoSurface, window: QQuickWindow) -> None:
        """Show `surface` in `window`; another one only once the former is detached."""
        output = _Output(surface, on_frame=self._frame.emit)
        self._output = output
        self._window = window
        direct = Qt.ConnectionType.DirectConnection
        window.frameSwapped.connect(output.swapped, direct)
        window.sceneGraphInvalidated.connect(output.free, direct)

    def look_around(self, around: Around | None) -> None:
        """Show what is seen from inside the picture; None: the picture as it is. Qt thread."""
        if self._output is not None and self._output.around != around:
            self._output.around = around
            self.update()

    def detach(self) -> None:
        """Free the surface, also of a hidden window, and return when that is done; Qt thread."""
        output, self._output = self._output, None
        if output is not None and self._window is not None:
            self._window.frameSwapped.disconnect(output.swapped)
            self._window.sceneGraphInvalidated.disconnect(output.free)
            output.free_now()

    def createRenderer(self) -> QQuickFramebufferObject.Renderer:
        """Make the renderer; kept here as well, since Qt holds no Python reference."""
        self._renderer = _Renderer(lambda: self._output, self._made.emit)
        return self._renderer

    @Slot()
    def _redraw(self) -> None:
        self.update()


def _proc_address(name: bytes) -> int:
    return QOpenGLContext.currentContext().getProcAddress(name)


def _displays() -> tuple[int, int]:
    """Give the X11 and the Wayland display, for hardware decoding; 0 where it is the other."""
    native = QGuiApplication.instance().nativeInterface()  # type: ignore[union-attr]
    x11 = native.display() if isinstance(native, QNativeInterface.QX11Application) else 0
    wayland = native.display() if isinstance(native, QNativeInterface.QWaylandApplication) else 0
    return x11, wayland
