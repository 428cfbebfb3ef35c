"""What may be on the screen: the view-models of all that lies over the picture."""

from dataclasses import dataclass
from enum import Enum, auto

from ui.banner import BannerViewModel
from ui.break_line import BreakViewModel
from ui.channel_list import ChannelListModel
from ui.live import LiveViewModel
from ui.look_around import LookAroundViewModel
from ui.menu import MenuModel
from ui.multi_view import MultiViewModel
from ui.number_entry import NumberEntryViewModel
from ui.recording import RecordingViewModel
from ui.trick import TrickViewModel
from ui.volume import VolumeViewModel


class Overlay(Enum):
    """What lies over the picture and takes the arrows; one at a time."""

    NONE = auto()
    LIST = auto()
    QUALITY = auto()
    AUDIO = auto()
    SUBTITLES = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Screens:
    """The view-models that the shell directs."""

    live: LiveViewModel
    banner: BannerViewModel
    breaks: BreakViewModel
    channels: ChannelListModel
    number: NumberEntryViewModel
    quality: MenuModel
    audio: MenuModel
    subtitles: MenuModel
    volume: VolumeViewModel
    look: LookAroundViewModel
    trick: TrickViewModel
    recording: RecordingViewModel
    multi: MultiViewModel
