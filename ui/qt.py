"""What Qt must be told before the first window, and right after the application exists."""

import locale
import os

from PySide6.QtGui import QFontDatabase, QGuiApplication, QIcon
from PySide6.QtQuick import QQuickWindow, QSGRendererInterface

import resources

_FAMILY = "Inter"
_WEIGHTS = ("Regular", "Medium", "SemiBold", "Bold")


def prepare_qt(arguments: list[str] | None = None) -> QGuiApplication:
    """Make the application as Farol needs it, or take the one that is there; main thread.

    Qt Quick renders in the main thread ("basic" loop): with a render thread of its own, calls
    such as `hide` wait for it while they hold the GIL, and it waits for the GIL to run our
    renderer (measured: a deadlock within seconds). Each picture needs the main thread anyway.
    OpenGL is chosen before the first window, since libmpv's render context needs it; LC_NUMERIC
    goes back to C after Qt has set the viewer's locale, since libmpv refuses any other.
    """
    os.environ["QSG_RENDER_LOOP"] = "basic"
    QQuickWindow.setGraphicsApi(QSGRendererInterface.GraphicsApi.OpenGL)
    QQuickWindow.setTextRenderType(QQuickWindow.TextRenderType.NativeTextRendering)
    application = QGuiApplication.instance() or QGuiApplication(arguments or ["farol"])
    locale.setlocale(locale.LC_NUMERIC, "C")
    if not isinstance(application, QGuiApplication):
        raise TypeError("a window needs a QGuiApplication")
    _dress(application)
    return application


def _dress(application: QGuiApplication) -> None:
    for weight in _WEIGHTS:
        QFontDatabase.addApplicationFont(str(resources.path("fonts", f"{_FAMILY}-{weight}.otf")))
    application.setApplicationName("farol")
    application.setApplicationDisplayName("Farol")
    application.setDesktopFileName("farol")
    application.setWindowIcon(QIcon(str(resources.path("icons", "farol.svg"))))
