"""Splice messages of every carrier become marks, and marks breaks."""

from base64 import b64encode

import pytest

from player.model.event import BreakKind, BreakMark, SpliceKind, SpliceMark, TimedEvent
from player.streaming.presentation.splices import breaks_of, marks_of
from player.units import Micros, micros
from tests.unit.formats.splices_made import insert, segmentation, time_signal

SCTE = "urn:scte:scte35:"
AT = micros(100)
SIGNAL = time_signal(5, segmentation(3, 0x34, duration=2_700_000), segmentation(9, 0x10))


def _event(scheme: str, data: bytes = b"", **more: object) -> TimedEvent:
    return TimedEvent(scheme=scheme, id="e", start=AT, data=data, **more)  # type: ignore[arg-type]


def _range(data: bytes = b"", duration: float | None = None, **told: str) -> TimedEvent:
    attributes = tuple((name.replace("_", "-"), value) for name, value in told.items())
    lasts = None if duration is None else micros(duration)
    return _event("", data, attributes=attributes, duration=lasts)


def _out(name: str, duration: float | None, number: int | None = None) -> SpliceMark:
    lasts = None if duration is None else micros(duration)
    return SpliceMark(id=name, kind=SpliceKind.OUT, start=AT, duration=lasts, type=number)


@pytest.mark.parametrize(
    ("event", "marks"),
    [
        (_event(f"{SCTE}2013:bin", insert(7)), [_out("7", 10)]),
        (_event(f"{SCTE}2014:xml+bin", SIGNAL), [_out("3", 30, 0x34)]),
        (
            _event(
                f"{SCTE}2014:xml+bin",
                b"<s:Signal><s:Binary> " + b64encode(SIGNAL) + b"</s:Binary></s:Signal>",
            ),
            [_out("3", 30, 0x34)],
        ),
        (
            _event(
                f"{SCTE}2013:xml",
                b'<s:SpliceInfoSection xmlns:s="x"><s:SpliceInsert spliceEventId="4"'
                b' outOfNetworkIndicator="true"><s:BreakDuration autoReturn="true"'
                b' duration="1350000"/></s:SpliceInsert></s:SpliceInfoSection>',
            ),
            [_out("4", 15)],
        ),
        (
            _event(
                f"{SCTE}2013:xml",
                b'<SpliceInfoSection><TimeSignal/><SegmentationDescriptor segmentationTypeId="48"'
                b' segmentationEventId="5" segmentationDuration="900000"/>'
                b'<SegmentationDescriptor segmentationTypeId="x"/></SpliceInfoSection>',
            ),
            [_out("5", 10, 0x30)],
        ),
        (_range(SIGNAL, SCTE35_OUT="0xFC"), [_out("e", 30, 0x34)]),
        (_range(PLANNED_DURATION="12.5", SCTE35_OUT="0xFC"), [_out("e", 12.5)]),
        (_range(insert(8), SCTE35_CMD="0xFC"), [_out("8", 10)]),
    ],
)
def test_the_way_out(event: TimedEvent, marks: list[SpliceMark]) -> None:
    assert list(marks_of(event)) == marks


def test_the_way_out_and_back_of_one_range() -> None:
    out, back = marks_of(_range(duration=10, SCTE35_OUT="0xFC", SCTE35_IN="0xFC"))
    assert out == _out("e", 10)
    assert back == SpliceMark(id="e", kind=SpliceKind.IN, start=micros(110))


@pytest.mark.parametrize("data", [insert(7, out=False), time_signal(1, segmentation(7, 0x35))])
def test_the_way_back(data: bytes) -> None:
    (mark,) = marks_of(_event(f"{SCTE}2013:bin", data))
    assert (mark.id, mark.kind, mark.duration) == ("7", SpliceKind.IN, None)


@pytest.mark.parametrize(
    "event",
    [
        _event("urn:x", insert(7)),
        _event(f"{SCTE}2013:bin", b"\xfc nonsense"),
        _event(f"{SCTE}2013:bin", insert(7, cancelled=True)),
        _event(f"{SCTE}2013:bin", time_signal(1, segmentation(7, 0x34, cancelled=True))),
        _event(f"{SCTE}2013:bin", time_signal(1, segmentation(7, 0x38))),
        _event(f"{SCTE}2013:xml", b"<a"),
        _event(f"{SCTE}2013:xml", b""),
        _event(f"{SCTE}2013:xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        _event(f"{SCTE}2014:xml+bin", b"<Binary>~</Binary>"),
        _range(CLASS="x"),
    ],
)
def test_what_says_nothing_of_breaks(event: TimedEvent) -> None:
    assert marks_of(event) == ()


# ---- breaks --------------------------------------------------------------------------------


def _mark(name: str, start: float, lasts: float | None = None, *, out: bool = True) -> SpliceMark:
    return SpliceMark(
        id=name,
        kind=SpliceKind.OUT if out else SpliceKind.IN,
        start=micros(start),
        duration=None if lasts is None else micros(lasts),
    )


def _told(*marks: SpliceMark) -> list[tuple[str, float, float | None]]:
    return [
        (one.id, one.start / 1e6, None if one.end is None else one.end / 1e6)
        for one in breaks_of(marks)
    ]


def test_breaks_of_marks() -> None:
    back = _mark("a", 22, out=False)
    assert _told(_mark("a", 10, 30), back) == [("a", 10, 22)], "the word itself counts"
    assert _told(_mark("a", 10, 30)) == [("a", 10, 40)]
    assert _told(_mark("b", 10), back) == [("b", 10, 22)], "of another name"
    assert _told(_mark("b", 10, 5), back) == [("b", 10, 15)]
    assert _told(_mark("a", 10)) == [("a", 10, None)]
    assert _told(back) == []
    assert breaks_of([]) == ()


def test_what_lies_inside_a_break_is_part_of_it() -> None:
    marks = [_mark("pod", 10, 60), _mark("1", 10, 30), _mark("2", 40, 30), _mark("x", 70, 10)]
    assert _told(*marks, marks[0]) == [("pod", 10, 70), ("x", 70, 80)]
    assert breaks_of(marks)[0] == BreakMark(
        id="pod", start=micros(10), end=Micros(70_000_000), kind=BreakKind.SPLICE
    )
