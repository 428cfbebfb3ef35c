"""Thumbnails for QML: `image://thumbnails/N`, rounded and scaled by Qt's image reader threads."""

from collections import OrderedDict
from threading import Lock

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QImage, QPainter
from PySide6.QtQml import QQmlImageProviderBase
from PySide6.QtQuick import QQuickImageProvider

from player.model.thumbnail import Thumbnail

NAME = "thumbnails"

_KEPT = 8
_RADIUS = 0.03
"""Of the picture's width."""


class ThumbnailImages(QQuickImageProvider):
    """Holds the newest few; `put` in the Qt thread, read in Qt's image readers."""

    def __init__(self) -> None:
        """Begin with none."""
        kind, flag = QQmlImageProviderBase.ImageType.Image, QQmlImageProviderBase.Flag
        super().__init__(kind, flag.ForceAsynchronousImageLoading)
        self._kept: OrderedDict[str, Thumbnail] = OrderedDict()
        self._guard = Lock()
        self._count = 0

    def put(self, image: Thumbnail) -> str:
        """Keep one; gives the address under which QML finds it for a while."""
        with self._guard:
            self._count += 1
            self._kept[str(self._count)] = image
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return f"image://{NAME}/{self._count}"

    def requestImage(self, name: str, size: QSize, wanted: QSize) -> QImage:
        """Qt asks for a picture; an empty one where it is gone already."""
        del size  # cannot be told from Python
        with self._guard:
            kept = self._kept.get(name)
        return QImage() if kept is None else rounded(kept, wanted)


def rounded(kept: Thumbnail, wanted: QSize) -> QImage:
    """A picture with round corners, of the size that is wanted where any is; any thread."""
    form = QImage.Format.Format_RGB888
    pixels = QImage(kept.rgb, kept.width, kept.height, kept.width * 3, form)
    if wanted.width() > 0 and wanted.height() > 0:
        smooth = Qt.TransformationMode.SmoothTransformation
        pixels = pixels.scaled(wanted, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    made = QImage(pixels.size(), QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(pixels))
    radius = _RADIUS * made.width()
    painter.drawRoundedRect(QRectF(made.rect()), radius, radius)
    painter.end()
    return made
