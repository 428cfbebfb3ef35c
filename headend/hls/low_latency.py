"""What low-latency media playlists say beside their parts (RFC 8216bis sections 4.4.3, 4.4.5)."""

_HOLD_BACK_TARGETS = 3
_LEAST_PART_HOLD_BACK_S = 1.0


def server_control(
    target_s: int, part_target_ms: int, *, blocks: bool, skip_until_s: int | None
) -> str:
    """EXT-X-SERVER-CONTROL (section 4.4.3.8); `part_target_ms` 0 where there are no parts."""
    said = [f"CAN-SKIP-UNTIL={skip_until_s}"] if skip_until_s is not None else []
    if blocks:
        said.append("CAN-BLOCK-RELOAD=YES")
        said.append(f"HOLD-BACK={_HOLD_BACK_TARGETS * target_s:.3f}")
    if part_target_ms:
        behind = max(_HOLD_BACK_TARGETS * part_target_ms / 1000, _LEAST_PART_HOLD_BACK_S)
        said.append(f"PART-HOLD-BACK={behind:.3f}")
    return f"#EXT-X-SERVER-CONTROL:{','.join(said)}"


def part_information(part_target_ms: int) -> str:
    """EXT-X-PART-INF (section 4.4.3.7)."""
    return f"#EXT-X-PART-INF:PART-TARGET={part_target_ms / 1000:.3f}"


def preload_hint(uri: str) -> str:
    """EXT-X-PRELOAD-HINT of the next part (section 4.4.5.3)."""
    return f'#EXT-X-PRELOAD-HINT:TYPE=PART,URI="{uri}"'


def rendition_report(uri: str, last_msn: int, last_part: int) -> str:
    """EXT-X-RENDITION-REPORT of a sibling (section 4.4.5.4)."""
    return f'#EXT-X-RENDITION-REPORT:URI="{uri}",LAST-MSN={last_msn},LAST-PART={last_part}'
