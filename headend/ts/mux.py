"""One programme of video and audio, muxed segment by segment without any memory.

The continuity counter of a packet is its count since the epoch, modulo 16; how many packets each
segment of the loop has is counted once. Segments made in any order, by any node, therefore join
without an error, and the endless stream is nothing but segments in a row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from headend.asset.model import Rendition
from headend.language import iso_639_2
from headend.live.timeline import MediaSegment, RenditionTimeline
from headend.ts import framing, id3, pes, psi
from headend.ts.packets import PACKET, packet_count, packetize

CLOCK_HZ = 90_000
PTS_OFFSET = 126_000  # 1.4 s: nothing is negative at time zero, reordering and PCR lead included
_PCR_LEAD = 63_000  # the clock runs 0.7 s before the decoding it announces
_TABLES_EVERY = 10  # units with a clock between two sets of tables: 0.4 s at 25 frames/s
_FRAMES_PER_PES = 4
_TELETEXT_HEAD = 45  # EN 300 472 clause 4.2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unit:
    """What becomes one run of packets on one PID; times in 90 kHz since the epoch."""

    pid: int
    payload: bytes
    time: int
    pcr: int | None = None
    key: bool = False

    @property
    def packets(self) -> int:
        return packet_count(len(self.payload), pcr=self.pcr is not None)


class TsMuxer:
    """Makes any segment of one programme as transport packets.

    Give it video, audio or both; the clock rides on the video if there is one. `texts` are
    teletext and DVB subtitles, each sample a PES payload. With `titles` each segment begins with
    an ID3 tag that says its name and number. All that takes a `shift_s` moves the time stamps by
    that many seconds and nothing else.
    """

    def __init__(
        self,
        name: str,
        video: RenditionTimeline | None,
        audio: RenditionTimeline | None,
        *,
        texts: Sequence[RenditionTimeline] = (),
        titles: bool = False,
    ) -> None:
        timelines = [timeline for timeline in (video, audio) if timeline is not None]
        self.segments_per_loop = timelines[0].segments_per_loop
        self._segment_ticks = (
            timelines[0].segment_ticks * CLOCK_HZ // timelines[0].rendition.timescale
        )
        self._name, self._titles = name, titles
        self._video, self._audio, self._texts = video, audio, texts
        self._tables = (
            (psi.PAT_PID, psi.pat()),
            (psi.SDT_PID, psi.sdt(name)),
            (psi.PMT_PID, psi.pmt(self._streams(), id3.POINTER if titles else b"")),
        )
        self._sets = framing.parameter_sets(video.rendition) if video else b""
        self._counted: list[dict[int, int]] | None = None

    def _streams(self) -> tuple[psi.ElementaryStream, ...]:
        rows = []
        if self._video:
            kind = psi.STREAM_TYPES[self._video.rendition.codec]
            rows.append(psi.ElementaryStream(stream_type=kind, pid=psi.VIDEO_PID))
        if self._audio:
            rows.append(_audio_row(self._audio.rendition))
        rows += [text_row(line.rendition, index) for index, line in enumerate(self._texts)]
        if self._titles:
            rows.append(
                psi.ElementaryStream(
                    stream_type=psi.STREAM_METADATA, pid=psi.ID3_PID, descriptors=id3.DESCRIPTOR
                )
            )
        return tuple(rows)

    def segment(self, number: int, *, shift_s: int = 0) -> bytes:
        """Segment `number` since the epoch; begins with tables and a key frame."""
        return b"".join(data for _, data in self.paced(number, shift_s=shift_s))

    def key_frame_size(self, number: int) -> int:
        """How many bytes from its start hold the tables and the whole key frame."""
        packets = 0
        for unit in self._units(number, 0):
            packets += unit.packets
            if unit.pid == psi.VIDEO_PID:
                break
        return PACKET * packets

    def paced(self, number: int, *, shift_s: int = 0) -> Iterator[tuple[int, bytes]]:
        """The same bytes piece by piece, each with its decoding time (90 kHz, epoch)."""
        counters = self._counters(number)
        for unit in self._units(number, shift_s * CLOCK_HZ):
            first = counters[unit.pid]
            counters[unit.pid] = first + unit.packets
            yield (
                unit.time,
                packetize(unit.pid, unit.payload, first & 15, pcr=unit.pcr, key=unit.key),
            )

    def segment_size(self, number: int) -> int:
        """How many bytes the segment has."""
        counted = self._count()
        index = number % self.segments_per_loop
        before, after = counted[index], counted[index + 1]
        return PACKET * sum(after[pid] - before[pid] for pid in after)

    def _counters(self, number: int) -> dict[int, int]:
        """Packets on each PID from the epoch to the start of the segment."""
        counted = self._count()
        loop, index = divmod(number, self.segments_per_loop)
        return {pid: loop * total + counted[index][pid] for pid, total in counted[-1].items()}

    def _count(self) -> list[dict[int, int]]:
        """Packets on each PID before each segment of the loop, and in the whole loop."""
        if self._counted is None:
            totals = dict.fromkeys((pid for pid, _ in self._tables), 0) | dict.fromkeys(
                (stream.pid for stream in self._streams()), 0
            )
            counted = [dict(totals)]
            for number in range(self.segments_per_loop):
                for unit in self._units(number, 0):
                    totals[unit.pid] += unit.packets
                counted.append(dict(totals))
            self._counted = counted
        return self._counted

    def _units(self, number: int, shift: int) -> Iterator[_Unit]:
        """All by time, with the tables before every tenth unit that has a clock."""
        units = list(self._video_units(self._video, number, shift)) if self._video else []
        if self._audio:
            units += self._audio_units(self._audio, number, shift)
        for index, line in enumerate(self._texts):
            units += text_units(line, number, shift + PTS_OFFSET, psi.TEXT_PID + index)
        if self._titles:
            units.append(self._title_unit(number, shift))
        clocks = 0
        for unit in sorted(units, key=lambda unit: unit.time):
            if unit.pcr is not None:
                if clocks % _TABLES_EVERY == 0:
                    yield from self._table_units(unit.time)
                clocks += 1
            yield unit

    def _table_units(self, time: int) -> Iterator[_Unit]:
        for pid, section in self._tables:
            yield _Unit(pid=pid, payload=section, time=time)

    def _title_unit(self, number: int, shift: int) -> _Unit:
        """The tag stands with the first picture of its segment."""
        time = number * self._segment_ticks
        stamp = time + shift + PTS_OFFSET
        # As long in every loop, or the counted packets would not hold.
        words = id3.tag(id3.text_frame(b"TIT2", f"{self._name} {number:012}"))
        return _Unit(
            pid=psi.ID3_PID, payload=pes.pes(pes.PRIVATE_STREAM, words, stamp, stamp), time=time
        )

    def _video_units(
        self, timeline: RenditionTimeline, number: int, shift: int
    ) -> Iterator[_Unit]:
        segment = timeline.segment(number)
        offset = shift + PTS_OFFSET
        for sample in segment.samples:
            dts = sample.dts + segment.shift
            payload = timeline.payload(sample)
            unit = framing.access_unit(
                timeline.rendition, payload, self._sets if sample.key else b""
            )
            stamped = sample.pts + segment.shift + offset
            yield _Unit(
                pid=psi.VIDEO_PID,
                payload=pes.pes(pes.VIDEO_STREAM, unit, stamped, dts + offset),
                time=dts,
                pcr=dts + offset - _PCR_LEAD,
                key=sample.key,
            )

    def _audio_units(
        self, timeline: RenditionTimeline, number: int, shift: int
    ) -> Iterator[_Unit]:
        segment = timeline.segment(number)
        for index in range(0, len(segment.samples), _FRAMES_PER_PES):
            yield self._audio_unit(timeline, segment, index, shift + PTS_OFFSET)

    def _audio_unit(
        self, timeline: RenditionTimeline, segment: MediaSegment, index: int, offset: int
    ) -> _Unit:
        rendition = timeline.rendition
        samples = segment.samples[index : index + _FRAMES_PER_PES]
        time = (samples[0].pts + segment.shift) * CLOCK_HZ // rendition.timescale
        frames = framing.audio_frames(rendition, map(timeline.payload, samples))
        stamp = time + offset
        return _Unit(
            pid=psi.AUDIO_PID,
            payload=pes.pes(framing.stream_id(rendition), frames, stamp, stamp),
            time=time,
            pcr=None if self._video else stamp - _PCR_LEAD,
            key=True,
        )


def _audio_row(rendition: Rendition) -> psi.ElementaryStream:
    return psi.ElementaryStream(
        stream_type=psi.STREAM_TYPES[rendition.codec],
        pid=psi.AUDIO_PID,
        language=iso_639_2(rendition.language),
        descriptors=framing.registration(rendition),
    )


def text_row(rendition: Rendition, index: int) -> psi.ElementaryStream:
    """A private stream with the descriptor that its asset carries as `codec_config`."""
    return psi.ElementaryStream(
        stream_type=psi.STREAM_PRIVATE,
        pid=psi.TEXT_PID + index,
        descriptors=rendition.codec_config,
    )


def text_units(timeline: RenditionTimeline, number: int, offset: int, pid: int) -> Iterator[_Unit]:
    """Subtitles as PES packets; their samples are ready payloads (EN 300 743, EN 300 472)."""
    segment = timeline.segment(number)
    for sample in segment.samples:
        time = (sample.pts + segment.shift) * CLOCK_HZ // timeline.rendition.timescale
        stamp = time + offset
        packet = pes.pes(
            pes.PRIVATE_STREAM,
            bytes(timeline.payload(sample)),
            stamp,
            stamp,
            head_size=_TELETEXT_HEAD if timeline.rendition.codec == "teletext" else 0,
        )
        yield _Unit(pid=pid, payload=packet, time=time)
