"""The end of a piece that breaks off: without what is not whole, or all of it again. Pure."""

from collections.abc import Sequence

from player.formats.transport_packets import PACKET, begins, payload, pes_pts, pid_of

_HEAD = 6


def without_torn(packets: Sequence[bytes], lead: int, media: frozenset[int]) -> list[bytes]:
    """The packets up to the last picture, and of the other `media` no unit that is not whole.

    `lead` is the pictures' PID: nobody can tell whether the last one is whole, for what comes
    from beyond a hole may already lie behind it. Other units tell how long they are (PES packet
    length, ISO/IEC 13818-1 2.4.3.7).
    """
    last = _last_start(packets, lead)
    kept = list(packets if last is None else packets[:last])
    torn: set[int] = set()
    for pid in media - {lead}:
        start = _last_start(kept, pid)
        if start is not None:
            places = [at for at in range(start, len(kept)) if pid_of(kept[at]) == pid]
            if not _is_whole(b"".join(payload(kept[at]) for at in places)):
                torn.update(places)
    return [one for at, one in enumerate(kept) if at not in torn]


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
