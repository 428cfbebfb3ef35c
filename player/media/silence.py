"""Frames that say nothing, to fill holes in the sound with."""

from player.model.sample import StreamHead

_SINGLE, _PAIR, _LOW_FREQUENCY, _END = 0, 1, 3, 7
_ELEMENTS = {
    # The raw data blocks of channelConfiguration (ISO/IEC 14496-3 table 1.19).
    1: (_SINGLE,),
    2: (_PAIR,),
    3: (_SINGLE, _PAIR),
    4: (_SINGLE, _PAIR, _SINGLE),
    5: (_SINGLE, _PAIR, _PAIR),
    6: (_SINGLE, _PAIR, _PAIR, _LOW_FREQUENCY),
    7: (_SINGLE, _PAIR, _PAIR, _PAIR, _LOW_FREQUENCY),
}


def silent_frame(head: StreamHead) -> bytes:
    """One frame of silence in a stream's codec; b"" where we know of none.

    AAC: a raw data block without a coded band (ISO/IEC 14496-3 4.4.2.1); the same bits say
    nothing at every sample rate, with and without SBR.
    """
    if head.codec != "aac" or len(head.config) < 2:
        return b""
    layout = head.config[1] >> 3 & 15
    elements = _ELEMENTS.get(layout)
    if elements is None:
        return b""
    counts = dict.fromkeys((_SINGLE, _PAIR, _LOW_FREQUENCY), 0)
    bits = ""
    for element in elements:
        bits += f"{element:03b}{counts[element]:04b}" + _silent_element(element)
        counts[element] += 1
    bits += f"{_END:03b}"
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def _silent_element(element: int) -> str:
    # ics_info: reserved bit, long window, sine shape, max_sfb 0, no prediction.
    info = "0" + "00" + "0" + "000000" + "0"
    # global_gain, then no pulses, no noise shaping, no gain control.
    gain, tools = f"{100:08b}", "000"
    if element == _PAIR:
        return "1" + info + "00" + (gain + tools) * 2
    return gain + info + tools
