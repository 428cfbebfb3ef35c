"""`farol` with its window: composes player, catalogue and scene, and takes them down again."""

import argparse
import logging
import signal
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QTimer

from app.catalog_host import CatalogHost, OneChannel
from app.console import complain
from app.paths import find_paths
from app.play_run import PlayRun, RunOptions
from app.player_host import HostOptions, PlayerHost
from app.qt_calls import QtCalls
from app.requests import TAG, play_request
from app.spool_fetch import SpoolFetch
from catalog.import_job import CatalogImportError
from catalog.model import Channel
from player.api import Command, Play, PlayerEvent, PlayerSnapshot, PlayRequest
from player.clock import SystemClock
from player.net.masking import mask_url
from ui.bridge import PlayerBridge
from ui.qt import prepare_qt
from ui.window import MainWindow, WindowOptions
