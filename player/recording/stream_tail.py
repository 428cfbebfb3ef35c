"""The end of a piece that breaks off: without what is not whole, or all of it again. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from player.formats.transport_packets import PACKET, begins, payload, pes_pts, pid_of
from player.media.unwrap import signed

_HEAD = 6


def without_torn(
    packets: Sequence[bytes], lead: int, media: frozenset[int]
) -> tuple[list[bytes], int]:
    """The packets up to where all pictures are there in the order of showing, and its length.

    That is before the last picture that is later than all before it: those that are shown before
    it follow it, and perhaps never came (ISO/IEC 13818-1 2.4.3.7: PTS and DTS). Of the other
    `media` no unit is left that is not whole; they tell how long they are. `lead` is the
    pictures' PID; the length is in 90 kHz ticks from the first one on.
    """
    pictures = list(_pictures(packets, lead))
    if not pictures:
        return list(packets), 0
    ahead = [(at, time) for at, time, is_newest in pictures if is_newest]
    last, until = ahead[-1]
    shown = sorted({time for at, time, _ in pictures if at < last})
    if shown:
        step = min((b - a for a, b in pairwise(shown)), default=until - shown[-1])
        until = min(shown[-1] + step, until)
    kept = list(packets[:last])
    torn = _torn(kept, media - {lead})
    return [one for at, one in enumerate(kept) if at not in torn], until


def _pictures(packets: Sequence[bytes], lead: int) -> Iterator[tuple[int, int, bool]]:
    """Where each picture begins, its time since the first, whether it is the latest so far."""
    first: int | None = None
    newest = -1
    for at, packet in enumerate(packets):
        if pid_of(packet) != lead or not begins(packet):
            continue
        stamp = pes_pts(payload(packet))
        if stamp is None:
            continue
        first = stamp if first is None else first
        time = signed(stamp - first)
        yield at, time, time > newest
        newest = max(newest, time)


def _torn(packets: Sequence[bytes], pids: Iterable[int]) -> set[int]:
    """Where the packets of units lie that end too early."""
    torn: set[int] = set()
    for pid in pids:
        start = _last_start(packets, pid)
        if start is not None:
            places = [at for at in range(start, len(packets)) if pid_of(packets[at]) == pid]
            if not _is_whole(b"".join(payload(packets[at]) for at in places)):
                torn.update(places)
    return torn


def _last_start(packets: Sequence[bytes], pid: int) -> int | None:
    for at in reversed(range(len(packets))):
        if pid_of(packets[at]) == pid and begins(packets[at]):
            return at
    return None


def _is_whole(unit: bytes) -> bool:
    length = int.from_bytes(unit[4:_HEAD], "big")
    return length > 0 and len(unit) == _HEAD + length


def begin_alike(one: bytes, other: bytes) -> bool:
    """Whether two pieces begin with the same picture, as far as its first packet tells."""
    first = _first_unit(one)
    return bool(first) and first == _first_unit(other)


def _first_unit(data: bytes) -> bytes:
    for at in range(0, len(data), PACKET):
        packet = data[at : at + PACKET]
        if begins(packet) and pes_pts(body := payload(packet)) is not None:
            return body
    return b""
