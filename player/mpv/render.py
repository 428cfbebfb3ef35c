"""mpv's picture in an OpenGL framebuffer of the host's, without Qt."""

import ctypes
from collections.abc import Callable
from typing import Any

import mpv

from player.mpv.binding import NextFrame, next_frame

Target = tuple[int, int, int]


class RenderSurface:
    """The render context of one libmpv core; see `player.ports.VideoSurface`.

    Order: `create` before the sink's first epoch (libmpv has no picture output until then),
    `free` before the sink's `close` (libmpv aborts the program otherwise). `create`, `render`,
    `swapped` and `free` run on the render thread with the host's OpenGL context current;
    `blank`, `unblank`, `invalidate`, `expect` and `arrived` on any. `on_frame` is called on
    libmpv's threads and must do no more than ask the host for a redraw.

    Not used, on purpose: ADVANCED_CONTROL. With it libmpv's core waits for the render thread,
    which stands still while the window is hidden.
    """

    def __init__(self, core: mpv.MPV, *, flip_y: bool = False) -> None:
        """Prepare a surface on `core`; `flip_y` only where row 0 of the FBO is the lowest.

        The texture of a QQuickFramebufferObject is shown with row 0 on top: no flip.
        """
        self._core = core
        self._flip_y = flip_y
        self._context: mpv.MpvRenderContext | None = None
        self._proc_address: Any = None  # libmpv keeps its address only
        self._on_frame: Callable[[], None] = _nothing
        self._eraser: _Eraser | None = None
        self._drawn: Target | None = None
        self._blank = False
        self._expecting = False

    @property
    def alive(self) -> bool:
        """Whether a render context exists."""
        return self._context is not None

    def create(
        self,
        get_proc_address: Callable[[bytes], int],
        on_frame: Callable[[], None],
        *,
        x11_display: int = 0,
        wl_display: int = 0,
    ) -> None:
        """Make the context in the current OpenGL context; see `VideoSurface.create`.

        The displays let hardware decoders hand their surfaces over without a copy.
        """
        displays = {"x11_display": x11_display, "wl_display": wl_display}
        self._proc_address = mpv.MpvGlGetProcAddressFn(lambda _, name: get_proc_address(name))
        self._context = mpv.MpvRenderContext(
            self._core,
            "opengl",
            opengl_init_params={"get_proc_address": self._proc_address},
            **{name: display for name, display in displays.items() if display},
        )
        self._eraser = _Eraser(get_proc_address)
        self._drawn = None
        self._on_frame = on_frame
        self._context.update_cb = on_frame

    def render(self, fbo: int, width: int, height: int) -> None:
        """Draw the newest frame, unless `fbo` holds it already.

        Between two epochs libmpv asks for a redraw without having a frame, or with one that has
        no picture, and would draw black: what is drawn stays until there is something new.
        """
        context = self._context
        if context is None:
            return
        target = (fbo, width, height)
        pending = next_frame(context.handle) if context.update() else NextFrame(0)
        if self._drawn == target:
            if not pending:
                return
            if self._expecting and NextFrame.REDRAW in pending:
                self._pass_over(context)
                return
        self._drawn = target
        if self._blank:
            self._erase(fbo)
        else:
            self._draw(context, fbo, width, height)

    def swapped(self) -> None:
        """Tell mpv that a frame reached the screen."""
        if self._context is not None:
            self._context.report_swap()

    def free(self) -> None:
        """Give the context up; twice is harmless."""
        if self._context is not None:
            self._context.free()
        self._context = self._eraser = self._proc_address = None
        self._on_frame = _nothing

    def invalidate(self) -> None:
        """The framebuffer object is new, its name and size perhaps are not: draw it again."""
        self._drawn = None

    def blank(self) -> None:
        """Show black from now on, whatever libmpv still holds."""
        self._blank = True
        self.invalidate()
        self._on_frame()

    def unblank(self) -> None:
        """Show pictures again; what is on the screen stays until the first one."""
        self._blank = False

    def expect(self) -> None:
        """An epoch is on its way: until it has `arrived`, only new pictures are drawn."""
        self._expecting = True

    def arrived(self) -> None:
        """The newest epoch shows its pictures."""
        self._expecting = False

    def _draw(self, context: mpv.MpvRenderContext, fbo: int, width: int, height: int) -> None:
        context.render(
            opengl_fbo={"fbo": fbo, "w": width, "h": height},
            flip_y=self._flip_y,
            block_for_target_time=False,
        )

    def _pass_over(self, context: mpv.MpvRenderContext) -> None:
        """Take a frame without drawing it; left there, it would hold up the next for 0.2 s."""
        context.render(skip_rendering=True, block_for_target_time=False)

    def _erase(self, fbo: int) -> None:
        if self._eraser is not None:
            self._eraser.erase(fbo)


class _Eraser:
    """Fills a framebuffer with black; three functions of OpenGL, from 2.0 and ES 2.0 on."""

    _FRAMEBUFFER = 0x8D40
    _COLOR_BUFFER_BIT = 0x4000

    def __init__(self, get_proc_address: Callable[[bytes], int]) -> None:
        """Look the functions up in the current context."""
        word, real = ctypes.c_uint, ctypes.c_float
        self._bind = ctypes.CFUNCTYPE(None, word, word)(get_proc_address(b"glBindFramebuffer"))
        self._clear = ctypes.CFUNCTYPE(None, word)(get_proc_address(b"glClear"))
        self._color = ctypes.CFUNCTYPE(None, real, real, real, real)(
            get_proc_address(b"glClearColor")
        )

    def erase(self, fbo: int) -> None:
        """Paint `fbo` black, in the current context."""
        self._bind(self._FRAMEBUFFER, fbo)
        self._color(0.0, 0.0, 0.0, 1.0)
        self._clear(self._COLOR_BUFFER_BIT)


def _nothing() -> None:
    """Nobody is to be told."""
