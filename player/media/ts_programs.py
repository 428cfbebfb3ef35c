"""Notices when a transport stream becomes another one: libav's reader cannot follow that."""

_PACKET = 188
_PAT_PID = 0
_NONE = 0x1FFF


class ProgramWatch:
    """Cuts the bytes of a run where all its streams move to other PIDs.

    Joins without a word in the playlist (another source takes over, an advert is spliced in) do
    that. PyAV passes over streams that appear late, and libav holds the last picture of the old
    ones back to the end, so that the bytes from there on need a reader of their own. Tables that
    change while a PID goes on (a stream more, a descriptor) cut nothing: they would cut a picture
    in two. An incomplete packet at the end waits for the rest of it; bytes that do not begin with
    a packet pass unwatched. Tables: ISO/IEC 13818-1 2.4.4.3 (PAT), 2.4.4.8 (PMT).
    """

    def __init__(self) -> None:
        """Start before the first byte."""
        self._tail = b""
        self._off = False
        self._pmt_pids: frozenset[int] = frozenset()
        self._stream_pids: frozenset[int] = frozenset()

    def split(self, data: bytes) -> list[bytes]:
        """Give `data` in pieces; each but the first begins with a new table."""
        if self._off:
            return [data]
        buffer, self._tail = self._tail + data, b""
        if buffer[:1] not in (b"", b"\x47"):
            self._off = True
            return [buffer]
        end = len(buffer) // _PACKET * _PACKET
        self._tail = buffer[end:]
        return self._pieces(buffer, end)

    def rest(self) -> bytes:
        """Give what was kept waiting, at the end of the run."""
        tail, self._tail = self._tail, b""
        return tail

    def _pieces(self, buffer: bytes, end: int) -> list[bytes]:
        pieces: list[bytes] = []
        begin = at = 0
        while (at := self._next_table(buffer, at, end)) < end:
            if self._moved(_section(buffer[at : at + _PACKET])):
                pieces.append(buffer[begin:at])
                begin = at
            at += _PACKET
        return [*pieces, buffer[begin:end]]

    def _next_table(self, buffer: bytes, at: int, end: int) -> int:
        # With several programmes only the PAT is watched: nobody knows which one libav reads.
        (pmt_pid,) = self._pmt_pids if len(self._pmt_pids) == 1 else (_NONE,)
        return min(_packet_start(buffer, at, end, pid) for pid in (_PAT_PID, pmt_pid))

    def _moved(self, section: bytes) -> bool:
        """Take a table; tell whether everything lies elsewhere than before."""
        if section[:1] == b"\x00":
            before, self._pmt_pids = self._pmt_pids, _programs(section) or self._pmt_pids
            moved = bool(before) and before.isdisjoint(self._pmt_pids)
            if moved:
                self._stream_pids = frozenset()
            return moved
        if section[:1] == b"\x02":
            before, self._stream_pids = self._stream_pids, _streams(section) or self._stream_pids
            return bool(before) and before.isdisjoint(self._stream_pids)
        return False


def _packet_start(buffer: bytes, at: int, end: int, pid: int) -> int:
    """Find the next packet in which a unit of `pid` begins; `end` where there is none."""
    mark = bytes((0x47, 0x40 | pid >> 8, pid & 0xFF))
    while (found := buffer.find(mark, at, end)) >= 0:
        if found % _PACKET == 0:
            return found
        at = found + 1
    return end


def _section(packet: bytes) -> bytes:
    """Give the section that begins in `packet`, without its CRC; b"" unless whole and current."""
    at = 5 + packet[4] if packet[3] & 0x20 else 4
    if not packet[3] & 0x10 or at >= _PACKET:
        return b""
    section = packet[at + 1 + packet[at] :]
    if len(section) < 12 or not section[5] & 1:
        return b""
    length = (section[1] & 15) << 8 | section[2]
    return section[: 3 + length - 4] if 12 <= 3 + length <= len(section) else b""


def _programs(section: bytes) -> frozenset[int]:
    entries = (section[at : at + 4] for at in range(8, len(section) - 3, 4))
    return frozenset(_pid(entry[2:]) for entry in entries if entry[:2] != b"\x00\x00")


def _streams(section: bytes) -> frozenset[int]:
    pids = set()
    at = 12 + (int.from_bytes(section[10:12], "big") & 0xFFF)
    while at + 5 <= len(section):
        pids.add(_pid(section[at + 1 : at + 3]))
        at += 5 + (int.from_bytes(section[at + 3 : at + 5], "big") & 0xFFF)
    return frozenset(pids)


def _pid(field: bytes) -> int:
    return int.from_bytes(field, "big") & 0x1FFF
