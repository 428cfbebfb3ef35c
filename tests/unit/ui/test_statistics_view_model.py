"""The statistics panel: what it counts, and when it begins anew."""

from player.api import Recovered
from player.errors import ErrorCode
from player.units import Micros
from tests.ui.ui_fakes import snapshot
from ui.statistics import StatisticsViewModel, labels


def recovered(tag="channel-1"):
    code = ErrorCode.NETWORK_HTTP_STATUS
    return Recovered(at=Micros(0), tag=tag, code=code, decision="retry in 0.5 s")


def fact(panel, name):
    return panel.values[labels().index(name)]


def recoveries(panel):
    return fact(panel, "Recoveries")


def test_recoveries_of_this_channel_are_counted(live):
    panel = StatisticsViewModel(live)
    for event in (recovered(), recovered(), recovered("channel-2")):
        panel.on_event(event)
    assert recoveries(panel) == "2"
    live.zap(1)
    assert recoveries(panel) == "0"


def test_a_zap_begins_new_histories(live):
    panel = StatisticsViewModel(live)
    live.on_snapshot(snapshot())
    live.on_snapshot(snapshot())
    assert panel.buffer != []
    live.zap(1)
    assert panel.buffer == []
    assert panel.labels == labels()


def test_what_becomes_of_high_dynamic_range_is_said(live):
    panel = StatisticsViewModel(live)
    live.on_snapshot(snapshot(width=3840, height=2160, video_range="PQ"))
    assert fact(panel, "Picture").endswith("PQ, shown as SDR")
    live.on_snapshot(snapshot(width=3840, height=2160))
    assert "SDR" not in fact(panel, "Picture")
