"""The part of an H.265 sequence parameter set that only stands in the way of the VUI."""

from player.media.bits import BitReader

_MOST_SETS = 64
_MOST_PICTURES = 16


def skip_to_vui(bits: BitReader, layers: int) -> None:
    """Pass from behind the bit depths up to vui_parameters_present_flag (23008-2 7.3.2.2.1)."""
    order_bits = bits.ue() + 4
    for _ in range(layers if bits.u(1) else 1):
        _pass_numbers(bits, 3)
    _pass_numbers(bits, 6)
    if bits.u(1) and bits.u(1):
        _skip_scaling_lists(bits)
    bits.skip(2)
    if bits.u(1):
        bits.skip(8)
        _pass_numbers(bits, 2)
        bits.skip(1)
    _skip_reference_sets(bits)
    if bits.u(1):
        for _ in range(min(bits.ue(), 32)):
            bits.skip(order_bits + 1)
    bits.skip(2)


def _pass_numbers(bits: BitReader, count: int) -> None:
    for _ in range(count):
        bits.ue()


def _skip_scaling_lists(bits: BitReader) -> None:
    """Pass over scaling_list_data() (7.3.4)."""
    for size in range(4):
        for _ in range(0, 6, 3 if size == 3 else 1):
            if not bits.u(1):
                bits.ue()
                continue
            _pass_numbers(bits, min(64, 1 << (4 + 2 * size)) + (size > 1))


def _skip_reference_sets(bits: BitReader) -> None:
    before = 0
    for index in range(min(bits.ue(), _MOST_SETS)):
        before = _reference_set(bits, index, before)


def _reference_set(bits: BitReader, index: int, before: int) -> int:
    """Pass over st_ref_pic_set() (7.3.7); gives how many pictures it names."""
    if index and bits.u(1):
        bits.skip(1)
        bits.ue()
        # used_by_curr_pic_flag, or use_delta_flag where that is not set.
        return sum(bits.u(1) or bits.u(1) for _ in range(before + 1))
    count = min(bits.ue(), _MOST_PICTURES) + min(bits.ue(), _MOST_PICTURES)
    for _ in range(count):
        bits.ue()
        bits.skip(1)
    return count
