"""Notices when a transport stream becomes another one: libav's reader cannot follow that."""

from player.formats.program_tables import ProgramStream, read_pat, read_pmt
from player.formats.transport_packets import PACKET, SYNC_BYTE, begins, payload
from player.media.ts_packets import BLOCK, find_packets

_PAT_PID = 0
_MEDIA = frozenset({"video", "audio"})


class ProgramWatch:
    """Cuts the bytes of a run where all its streams move to other PIDs, or a kind is added.

    Joins without a word in the playlist (another source takes over, an advert is spliced in) do
    the one, pictures that begin where there was sound alone the other. PyAV passes over streams
    that appear late, and libav holds the last picture of the old ones back to the end, so that
    the bytes from there on need a reader of their own. Tables that change while a PID goes on (a
    second sound, a descriptor) cut nothing: they would cut a picture in two. An incomplete packet
    at the end waits for the rest of it; bytes that do not begin with a packet pass unwatched.
    Tables: ISO/IEC 13818-1 2.4.4.3 (PAT), 2.4.4.8 (PMT).
    """

    def __init__(self) -> None:
        """Start before the first byte."""
        self._tail = b""
        self._off = False
        self._pmt_pids: frozenset[int] = frozenset()
        self._streams: tuple[ProgramStream, ...] = ()

    def split(self, data: bytes) -> list[bytes]:
        """Give `data` in pieces; each but the first begins with a new table."""
        if self._off:
            return [data]
        buffer, self._tail = self._tail + data, b""
        if buffer[:1] not in (b"", b"\x47"):
            self._off = True
            return [buffer]
        end = len(buffer) // PACKET * PACKET
        self._tail = buffer[end:]
        return self._pieces(buffer, end)

    def rest(self) -> bytes:
        """Give what was kept waiting, at the end of the run."""
        tail, self._tail = self._tail, b""
        return tail

    def _pieces(self, buffer: bytes, end: int) -> list[bytes]:
        pieces: list[bytes] = []
        begin = 0
        for block in range(0, end, BLOCK):
            at = self._next_table(buffer, block, min(block + BLOCK, end))
            while at is not None:
                if self._moved(_section(buffer[at : at + PACKET])):
                    pieces.append(buffer[begin:at])
                    begin = at
                at = self._next_table(buffer, at + PACKET, min(block + BLOCK, end))
        return [*pieces, buffer[begin:end]]

    def _next_table(self, buffer: bytes, begin: int, end: int) -> int | None:
        # With several programmes only the PAT is watched: nobody knows which one libav reads.
        watched = (_PAT_PID, *self._pmt_pids) if len(self._pmt_pids) == 1 else (_PAT_PID,)
        for place in find_packets(buffer[begin:end], watched):
            packet = buffer[begin + place : begin + place + 2]
            if packet[0] == SYNC_BYTE and begins(packet):
                return begin + place
        return None

    def _moved(self, section: bytes) -> bool:
        """Take a table; tell whether what it lists needs another reader."""
        pmt_pids, streams = frozenset(read_pat(section)), read_pmt(section)
        if pmt_pids:
            before, self._pmt_pids = self._pmt_pids, pmt_pids
            moved = bool(before) and before.isdisjoint(pmt_pids)
            if moved:
                self._streams = ()
            return moved
        if streams:
            known, self._streams = self._streams, streams
            return bool(known) and _needs_another(known, streams)
        return False


def _needs_another(before: tuple[ProgramStream, ...], after: tuple[ProgramStream, ...]) -> bool:
    """Whether all PIDs are new, or a kind is, or the pictures' codec."""
    if {one.pid for one in before}.isdisjoint(one.pid for one in after):
        return True
    if ({one.kind for one in after} - {one.kind for one in before}) & _MEDIA:
        return True
    types = {one.pid: one.type for one in before if one.kind == "video"}
    return any(types.get(one.pid, one.type) != one.type for one in after)


def _section(packet: bytes) -> bytes:
    """Give the section that begins in `packet`, without its CRC; b"" unless whole and current."""
    data = payload(packet)
    section = data[1 + data[0] :] if data else b""
    if len(section) < 12 or not section[5] & 1:
        return b""
    length = (section[1] & 15) << 8 | section[2]
    return section[: 3 + length - 4] if 12 <= 3 + length <= len(section) else b""
