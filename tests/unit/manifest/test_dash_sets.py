"""What becomes of AdaptationSets: thumbnails, winding, switching, families, properties, ranks."""

import pytest

from player.errors import ErrorCode, PlayerError
from player.model.presentation import Presentation, TileGrid, TrackKind
from player.model.sphere import WHOLE_SPHERE
from tests.unit.manifest.mpd_made import listed, only, static, video

TEMPLATE = '<SegmentTemplate media="$RepresentationID$-$Number$" duration="5"/>'
SWITCHING = "urn:mpeg:dash:adaptation-set-switching:2016"
TRICK = "http://dashif.org/guidelines/trickmode"


def rung(ident: str, codecs: str = "avc1.64001f", bandwidth: int = 1, inner: str = "") -> str:
    """A Representation."""
    return (
        f'<Representation id="{ident}" codecs="{codecs}" bandwidth="{bandwidth}">{inner}'
        "</Representation>"
    )


def group(ident: str, rungs: str, inner: str = "", more: str = 'mimeType="video/mp4"') -> str:
    """An AdaptationSet."""
    return f'<AdaptationSet id="{ident}" {more}>{inner}{TEMPLATE}{rungs}</AdaptationSet>'


def supplemental(scheme: str, value: str, kind: str = "Supplemental") -> str:
    """A property."""
    return f'<{kind}Property schemeIdUri="{scheme}" value="{value}"/>'


def names(found: Presentation) -> list[tuple[str, list[str]]]:
    """(track, its representations)."""
    return [(one.id, [each.id for each in one.representations]) for one in found.periods[0].tracks]


def test_thumbnails_are_images_in_a_grid() -> None:
    tiles = supplemental("http://dashif.org/guidelines/thumbnail_tile", "10x4", "Essential")
    found = static(
        group("t", rung("i", ""), tiles, 'mimeType="image/jpeg" width="1600" height="360"')
    )
    (track,) = found.periods[0].tracks
    assert track.kind is TrackKind.IMAGE
    assert track.representations[0].tiles == TileGrid(columns=10, rows=4)
    assert [one.resource.uri[-3:] for one in listed(found)] == ["i-1", "i-2"]
    broken = static(
        group("t", rung("i", ""), tiles.replace("10x4", "0x4"), 'mimeType="image/png"')
    )
    assert only(broken).tiles is None
    assert broken.warnings


def test_sets_for_winding_are_kept_apart() -> None:
    found = static(
        group("1", rung("v")) + group("2", rung("k"), supplemental(TRICK, "1", "Essential"))
    )
    assert names(found) == [("1", ["v"])]
    (winding,) = found.periods[0].trick_play
    assert (winding.id, winding.representations[0].id) == ("2", "k")
    with pytest.raises(PlayerError) as caught:
        static(group("2", rung("k"), supplemental(TRICK, "1", "Essential")))
    assert caught.value.failure.code is ErrorCode.MANIFEST_NO_TRACKS


def test_sets_that_may_be_switched_are_one_track() -> None:
    found = static(
        group("1", rung("a", bandwidth=3), supplemental(SWITCHING, "2, 3"))
        + group("2", rung("b", bandwidth=1), supplemental(SWITCHING, "1"))
        + group("3", rung("c", "hvc1.1.6.L93", 2), supplemental(SWITCHING, "1"))
        + group("4", rung("d", "avc3.64001f", 9))
    )
    assert names(found) == [("1", ["b", "a"]), ("3", ["c"]), ("4", ["d"])]


def test_languages_are_never_joined() -> None:
    sound = 'mimeType="audio/mp4" lang="{}"'
    found = static(
        group("1", rung("a", "mp4a.40.2"), supplemental(SWITCHING, "2"), sound.format("pt"))
        + group("2", rung("b", "mp4a.40.2"), supplemental(SWITCHING, "1"), sound.format("en"))
    )
    assert [one.language for one in found.periods[0].tracks] == ["pt", "en"]


def test_codec_families_in_one_set_are_told_apart() -> None:
    found = static(
        group("1", rung("a", "avc1.4d", 2) + rung("h", "hev1.1", 1) + rung("b", "avc3.4d", 1))
        + group("2", rung("l", "mp4a.40.2") + rung("e", "ec-3") + rung("s", "mp4a.40.5")
                + rung("m", "mp4a.6B"), "", 'mimeType="audio/mp4"')
    )  # fmt: skip
    assert names(found) == [
        ("1", ["b", "a"]), ("1-hvc1", ["h"]), ("2", ["l", "s"]), ("2-ec-3", ["e"]),
        ("2-mp4a.6b", ["m"]),
    ]  # fmt: skip


def test_what_is_preferred_comes_first() -> None:
    found = static(
        group("1", rung("a"), more='mimeType="video/mp4" selectionPriority="1"')
        + group("2", rung("b", "hvc1.1"), more='mimeType="video/mp4" selectionPriority="5"')
        + group("3", rung("c", "av01.0"))
    )
    assert [one[0] for one in names(found)] == ["2", "1", "3"]


def test_quality_ranking_is_a_score() -> None:
    text = group("1", "".join(rung(one, bandwidth=place) for place, one in enumerate("abc", 1)))
    for ident, ranking in (("a", "2"), ("b", "0")):
        text = text.replace(f'id="{ident}"', f'id="{ident}" qualityRanking="{ranking}"')
    low, high, untold = static(text).periods[0].tracks[0].representations
    assert low.score is not None
    assert high.score is not None
    assert high.score > low.score > 0
    assert untold.score is None


def test_unknown_essential_properties_leave_it_out() -> None:
    foreign = supplemental("urn:x:holograms", "1", "Essential")
    found = static(
        group("1", rung("a"), foreign)
        + group("2", rung("b", inner=foreign) + rung("c", bandwidth=2))
        + group("3", rung("d"), supplemental("urn:x:holograms", "1"))
    )
    assert names(found) == [("2", ["c"]), ("3", ["d"])]
    said = [one for one in found.warnings if "holograms" in one.text]
    assert len(said) == 2 or all(one.line for one in said)


def test_one_known_alternative_is_enough() -> None:
    both = (
        '<EssentialProperty id="x" schemeIdUri="urn:x:holograms" value="1"/>'
        f'<EssentialProperty id="x" schemeIdUri="{SWITCHING}" value="9"/>'
    )
    assert names(static(group("1", rung("a"), both))) == [("1", ["a"])]


@pytest.mark.parametrize(
    ("value", "good"),
    [("0,0,0,1,1,1,1", True), ("1,0,0,1,1,2,2", False), ("0", True)],
)
def test_a_part_of_the_picture_is_not_the_picture(value: str, good: bool) -> None:
    part = supplemental("urn:mpeg:dash:srd:2014", value, "Essential")
    found = static(group("1", rung("a"), part) + group("2", rung("b")))
    assert len(found.periods[0].tracks) == 1 + good


@pytest.mark.parametrize(
    ("kinds", "wanted"),
    [((16,), "PQ"), ((18,), "HLG"), ((14, 18), "HLG"), ((1,), "SDR"), ((99,), "")],
)
def test_video_range_by_transfer_characteristics(kinds: tuple[int, ...], wanted: str) -> None:
    told = "".join(
        supplemental("urn:mpeg:mpegB:cicp:TransferCharacteristics", str(one), "Essential")
        for one in kinds
    )
    assert only(static(group("1", rung("a"), told))).video_range == wanted


def test_a_missing_bandwidth_is_told_with_its_line() -> None:
    found = static(video(TEMPLATE).replace('bandwidth="5"', "\n"))
    assert only(found).bandwidth == 0
    assert any("bandwidth" in one.text and one.line for one in found.warnings)


@pytest.mark.parametrize("kind", ["Essential", "Supplemental"])
def test_how_pictures_lie_around_the_viewer(kind: str) -> None:
    projection = (
        f'<{kind}Property schemeIdUri="urn:mpeg:mpegI:omaf:2017:pf" '
        'xmlns:omaf="urn:mpeg:mpegI:omaf:2017" omaf:projection_type="{}"/>'
    )
    told = static(group("a", rung("v"), projection.format("0")))
    assert only(told).sphere == WHOLE_SPHERE
    cubes = group("a", rung("v"), projection.format("1"))
    if kind == "Essential":
        with pytest.raises(PlayerError):
            static(cubes)
    else:
        assert only(static(cubes)).sphere is None
