"""One programme of video and audio, muxed segment by segment without any memory.

The continuity counter of a packet is its count since the epoch, modulo 16; how many packets each
segment of the loop has is counted once. Segments made in any order, by any node, therefore join
without an error, and the endless stream is nothing but segments in a row.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from headend.language import iso_639_2
from headend.live.timeline import MediaSegment, RenditionTimeline
from headend.ts import pes, psi
from headend.ts.packets import PACKET, packet_count, packetize

CLOCK_HZ = 90_000
PTS_OFFSET = 126_000  # 1.4 s: nothing is negative at time zero, reordering and PCR lead included
_PCR_LEAD = 63_000  # the clock runs 0.7 s before the decoding it announces
_TABLES_EVERY = 10  # units with a clock between two sets of tables: 0.4 s at 25 frames/s
_FRAMES_PER_PES = 4


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

    Give it video, audio or both; the clock rides on the video if there is one.
    """

    def __init__(
        self, name: str, video: RenditionTimeline | None, audio: RenditionTimeline | None
    ) -> None:
        timelines = [timeline for timeline in (video, audio) if timeline is not None]
        self.segments_per_loop = timelines[0].segments_per_loop
        self._video, self._audio = video, audio
        self._tables = (
            (psi.PAT_PID, psi.pat()),
            (psi.SDT_PID, psi.sdt(name)),
            (psi.PMT_PID, psi.pmt(self._streams())),
        )
        self._sets = pes.parameter_sets(video.rendition.codec_config) if video else b""
        self._counted: list[dict[int, int]] | None = None

    def _streams(self) -> tuple[psi.ElementaryStream, ...]:
        rows = []
        if self._video:
            rows.append(psi.ElementaryStream(stream_type=psi.STREAM_H264, pid=psi.VIDEO_PID))
        if self._audio:
            language = iso_639_2(self._audio.rendition.language)
            rows.append(
                psi.ElementaryStream(
                    stream_type=psi.STREAM_AAC, pid=psi.AUDIO_PID, language=language
                )
            )
        return tuple(rows)

    def segment(self, number: int) -> bytes:
        """Segment `number` since the epoch; begins with tables and a key frame."""
        return b"".join(data for _, data in self.paced(number))

    def paced(self, number: int) -> Iterator[tuple[int, bytes]]:
        """The same bytes piece by piece, each with its decoding time (90 kHz, epoch)."""
        counters = self._counters(number)
        for unit in self._units(number):
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
                for unit in self._units(number):
                    totals[unit.pid] += unit.packets
                counted.append(dict(totals))
            self._counted = counted
        return self._counted

    def _units(self, number: int) -> Iterator[_Unit]:
        """Video and audio by time, with the tables before every tenth unit that has a clock."""
        video = list(self._video_units(self._video, number)) if self._video else []
        audio = list(self._audio_units(self._audio, number)) if self._audio else []
        clocks = 0
        for unit in sorted(video + audio, key=lambda unit: unit.time):
            if unit.pcr is not None:
                if clocks % _TABLES_EVERY == 0:
                    yield from self._table_units(unit.time)
                clocks += 1
            yield unit

    def _table_units(self, time: int) -> Iterator[_Unit]:
        for pid, section in self._tables:
            yield _Unit(pid=pid, payload=section, time=time)

    def _video_units(self, timeline: RenditionTimeline, number: int) -> Iterator[_Unit]:
        segment = timeline.segment(number)
        for sample in segment.samples:
            dts = sample.dts + segment.shift
            unit = pes.annex_b(timeline.payload(sample), self._sets if sample.key else b"")
            stamped = sample.pts + segment.shift + PTS_OFFSET
            yield _Unit(
                pid=psi.VIDEO_PID,
                payload=pes.pes(pes.VIDEO_STREAM, unit, stamped, dts + PTS_OFFSET),
                time=dts,
                pcr=dts + PTS_OFFSET - _PCR_LEAD,
                key=sample.key,
            )

    def _audio_units(self, timeline: RenditionTimeline, number: int) -> Iterator[_Unit]:
        segment = timeline.segment(number)
        for index in range(0, len(segment.samples), _FRAMES_PER_PES):
            yield self._audio_unit(timeline, segment, index)

    def _audio_unit(self, timeline: RenditionTimeline, segment: MediaSegment, index: int) -> _Unit:
        samples = segment.samples[index : index + _FRAMES_PER_PES]
        time = (samples[0].pts + segment.shift) * CLOCK_HZ // timeline.rendition.timescale
        frames = pes.adts(timeline.rendition, (timeline.payload(sample) for sample in samples))
        return _Unit(
            pid=psi.AUDIO_PID,
            payload=pes.pes(pes.AUDIO_STREAM, frames, time + PTS_OFFSET, time + PTS_OFFSET),
            time=time,
            pcr=None if self._video else time + PTS_OFFSET - _PCR_LEAD,
            key=True,
        )
