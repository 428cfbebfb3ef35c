"""splice_insert as a splice_info_section (ANSI/SCTE 35 sections 9.6 and 9.7.3)."""

import struct

from headend.ts.psi import crc32_mpeg


def splice_insert(event: int, *, out: bool, duration_s: int = 0) -> bytes:
    """Out of the network or back in, at once, for the whole programme.

    With `duration_s` the break ends by itself.
    """
    flags = 0xDF if out else 0x5F  # out_of_network, whole programme, no duration, immediate
    command = struct.pack(">IBB", event & 0xFFFFFFFF, 0x7F, flags | (0x20 if duration_s else 0))
    if duration_s:
        command += (0xFE << 32 | duration_s * 90_000).to_bytes(5, "big")
    command += struct.pack(">HBB", 1, 0, 0)
    # protocol 0, not encrypted, no adjustment, tier 0xFFF, command type 5, no descriptors
    body = b"\0\0\0\0\0\0\0" + (0xFFF << 12 | len(command)).to_bytes(3, "big")
    body += b"\x05" + command + b"\0\0"
    head = struct.pack(">BH", 0xFC, 0x3000 | len(body) + 4)
    return head + body + crc32_mpeg(head + body).to_bytes(4, "big")
