"""EXT-X-MAP below EXT-X-KEY (RFC 8216bis 4.4.4.4): its section is encrypted as well."""

from player.manifest.face import parse
from player.model.presentation import ManifestFormat, Presentation
from player.model.segment import ListedIndex, Segment
from player.units import micros

URL = "https://tv.example/m.m3u8"
NOW = micros(1_700_000_000)
IV = "0x" + "0b" * 16


def read(*tags: str) -> Presentation:
    text = "\n".join(["#EXTM3U", "#EXT-X-TARGETDURATION:4", *tags, "#EXT-X-ENDLIST", ""])
    return parse(text.encode(), url=URL, now=NOW, format=ManifestFormat.HLS)


def segments(found: Presentation) -> tuple[Segment, ...]:
    index = found.periods[0].tracks[0].representations[0].index
    assert isinstance(index, ListedIndex)
    return index.segments


MAP, PIECE = '#EXT-X-MAP:URI="i.mp4"', "#EXTINF:4,\n{}.m4s"


def test_the_key_in_force_at_the_map_is_its_own() -> None:
    first, second = segments(
        read(
            f'#EXT-X-KEY:METHOD=AES-128,URI="k1",IV={IV}', MAP, PIECE.format("a"),
            '#EXT-X-KEY:METHOD=AES-128,URI="k2"', PIECE.format("b"),
        )
    )  # fmt: skip
    for one in (first, second):
        assert one.init_protection is not None
        assert one.init_protection.licence_uri == "https://tv.example/k1"
        assert one.init_protection.iv == b"\x0b" * 16
    assert second.protection[0].licence_uri == "https://tv.example/k2"


def test_a_map_above_the_keys_is_clear() -> None:
    (only,) = segments(read(MAP, f'#EXT-X-KEY:METHOD=AES-128,URI="k",IV={IV}', PIECE.format("a")))
    assert only.protection
    assert only.init_protection is None


def test_a_map_below_no_method_is_clear() -> None:
    (only,) = segments(
        read('#EXT-X-KEY:METHOD=AES-128,URI="k"', "#EXT-X-KEY:METHOD=NONE", MAP, PIECE.format("a"))
    )
    assert only.init_protection is None


def test_keys_of_samples_leave_the_map_clear() -> None:
    key = f'#EXT-X-KEY:METHOD=SAMPLE-AES,URI="k",IV={IV}'
    assert segments(read(key, MAP, PIECE.format("a")))[0].init_protection is None


def test_a_missing_iv_is_noted_and_is_zero() -> None:
    """It has no sequence number, so the IV is required; hls.js and Shaka take zero."""
    found = read('#EXT-X-KEY:METHOD=AES-128,URI="k"', MAP, PIECE.format("a"))
    told = segments(found)[0].init_protection
    assert told is not None
    assert told.iv == bytes(16)
    assert [one.line for one in found.warnings] == [4]
