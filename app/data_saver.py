"""DataSaver: whether data are saved: by the viewer's word, or where the line is metered."""

import logging
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from PySide6.QtNetwork import QNetworkInformation

LOG = logging.getLogger("farol.app")


class SaverSetting(StrEnum):
    """When data are saved; `AUTO`: on a line that is paid by the byte."""

    AUTO = "auto"
    NEVER = "never"
    ALWAYS = "always"


class MeteredLine(Protocol):
    """Who knows whether the line is paid by the byte. Qt thread."""

    def watch(self, then: Callable[[bool], None]) -> None:
        """Call `then` with what is known now, if anything is, and with every change."""
        ...


class SystemLine:
    """Implements `MeteredLine` by what the system says (NetworkManager, Windows, Android).

    Where it says nothing, as without NetworkManager, `then` is never called.
    """

    def watch(self, then: Callable[[bool], None]) -> None:
        """See `MeteredLine.watch`; QNetworkInformation lives as long as the application."""
        if not QNetworkInformation.loadBackendByFeatures(QNetworkInformation.Feature.Metered):
            LOG.info("nobody knows whether the line is metered")
            return
        network = QNetworkInformation.instance()
        network.isMeteredChanged.connect(then)
        then(network.isMetered())


class DataSaver:
    """Tells `save` whether data are to be saved, at first and whenever that changes. Qt thread."""

    def __init__(self, setting: SaverSetting, save: Callable[[bool], None]) -> None:
        """Begin with nothing told: nothing is saved then."""
        self._setting = setting
        self._save = save
        self._told = False

    def start(self, line: MeteredLine) -> None:
        """Look at the line where the setting leaves it to that."""
        if self._setting is SaverSetting.AUTO:
            line.watch(self._tell)
        else:
            self._tell(self._setting is SaverSetting.ALWAYS)

    def _tell(self, saving: bool) -> None:  # noqa: FBT001 - a signal's argument
        if saving != self._told:
            self._told = saving
            LOG.info("data saver %s (%s)", "on" if saving else "off", self._setting)
            self._save(saving)
