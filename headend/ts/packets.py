"""Transport packets: 188 bytes each, stuffed to the brim (ISO/IEC 13818-1 clause 2.4.3)."""

import numpy as np

PACKET = 188
_BODY = PACKET - 4
_PCR_FIELD = 8  # adaptation_field_length, flags and six bytes of PCR


def packet_count(size: int, *, pcr: bool) -> int:
    """How many packets `packetize` makes of `size` bytes."""
    return -(-(size + (_PCR_FIELD if pcr else 0)) // _BODY)


def packetize(
    pid: int, payload: bytes, counter: int, *, pcr: int | None = None, key: bool = False
) -> bytes:
    """One PES packet or section, cut into transport packets.

    Args:
        pid: packet identifier (13 bit).
        payload: a whole PES packet, or a section with its pointer field.
        counter: continuity counter of the first packet; only its low four bits count.
        pcr: programme clock reference to carry in the first packet, in 90 kHz ticks.
        key: whether a decoder may start here; seen only together with a PCR.
    """
    field = b"" if pcr is None else _pcr_field(pcr, key=key)
    count = packet_count(len(payload), pcr=pcr is not None)
    packets = np.empty((count, PACKET), dtype=np.uint8)
    packets[:, 0] = 0x47
    packets[:, 1] = pid >> 8
    packets[0, 1] |= 0x40
    packets[:, 2] = pid & 0xFF
    packets[:, 3] = 0x10 | (np.arange(counter, counter + count) & 15)
    room = count * _BODY - len(payload) - len(field)
    if count == 1:
        field = _stuffed(field, room)
        _fill(packets[0], field, payload)
        return packets.tobytes()
    first = _BODY - len(field)
    last = _BODY - room
    _fill(packets[0], field, payload[:first])
    _fill(packets[-1], _stuffed(b"", room), payload[len(payload) - last :])
    middle = np.frombuffer(payload, np.uint8, count=(count - 2) * _BODY, offset=first)
    packets[1:-1, 4:] = middle.reshape(count - 2, _BODY)
    return packets.tobytes()


def _fill(packet: "np.ndarray[tuple[int], np.dtype[np.uint8]]", field: bytes, body: bytes) -> None:
    if field:
        packet[3] |= 0x20
    packet[4:] = np.frombuffer(field + body, np.uint8)


def _pcr_field(pcr: int, *, key: bool) -> bytes:
    """An adaptation field with a PCR whose extension is zero (clause 2.4.3.4)."""
    base = pcr % (1 << 33)
    return bytes([7, 0x50 if key else 0x10]) + (base << 15 | 0x7E00).to_bytes(6, "big")


def _stuffed(field: bytes, room: int) -> bytes:
    """The adaptation field made `room` bytes longer."""
    if not room:
        return field
    if not field:
        return bytes([room - 1]) + (b"\0" + b"\xff" * (room - 2) if room > 1 else b"")
    return bytes([field[0] + room]) + field[1:] + b"\xff" * room
