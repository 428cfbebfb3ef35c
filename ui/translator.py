"""Translations, read straight from the .ts files: nothing to build, nothing to get stale."""

import logging
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QFile, QIODevice, QLocale, QTranslator, QXmlStreamReader

import resources

_log = logging.getLogger(__name__)


class TsTranslator(QTranslator):
    """Looks strings up by context and source text. Called by Qt in the Qt thread."""

    def __init__(self, texts: dict[tuple[str, str], str]) -> None:
        """Take the texts by (context, source)."""
        super().__init__()
        self._texts = texts

    def isEmpty(self) -> bool:
        """See QTranslator."""
        return not self._texts

    def translate(
        self, context: str, source: str, _disambiguation: str | None = None, _n: int = -1
    ) -> str:
        """See QTranslator; a text without a translation stays in English."""
        return self._texts.get((context, source), source)


def translator(language: str) -> TsTranslator | None:
    """Give the translator for a BCP 47 tag ("" is the system's), None where English serves."""
    tag = language or QLocale.system().name()
    file = resources.path("translations", f"farol_{tag[:2].lower()}.ts")
    return TsTranslator(dict(read(file))) if file.is_file() else None


def read(path: Path) -> Iterator[tuple[tuple[str, str], str]]:
    """Read a Qt Linguist file: ((context, source), translation)."""
    file = QFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        _log.warning("translations: cannot read %s", path.name)
        return
    yield from _messages(QXmlStreamReader(file))
    file.close()


def _messages(xml: QXmlStreamReader) -> Iterator[tuple[tuple[str, str], str]]:
    context = source = ""
    while not xml.atEnd():
        if xml.readNext() is not QXmlStreamReader.TokenType.StartElement:
            continue
        if xml.name() == "name":
            context = xml.readElementText()
        elif xml.name() == "source":
            source = xml.readElementText()
        elif xml.name() == "translation" and (text := xml.readElementText()):
            yield (context, source), text
