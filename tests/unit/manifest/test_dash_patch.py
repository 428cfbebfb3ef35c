"""MPD patches: applied to the last MPD, or refused so that it is loaded whole."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.errors import ErrorCode, PlayerError
from player.manifest.bounds import MOST_ELEMENTS
from player.manifest.dump import describe
from player.manifest.face import parse, patch, refresh
from player.model.presentation import ManifestFormat, Presentation
from player.units import Micros, micros
from tests.unit.manifest.mpd_made import NOW, URL, brief

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "dash" / "livesim2-patch"
MPD = """<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" id="m" type="dynamic"
 availabilityStartTime="2023-11-14T22:13:20Z" publishTime="2023-11-14T22:15:00Z"
 minimumUpdatePeriod="PT2S"><PatchLocation ttl="60">p.mpp?t=1</PatchLocation>
<Period id="a" start="PT0S"><AdaptationSet id="1" mimeType="video/mp4">
<SegmentTemplate media="$Time$" timescale="1"><SegmentTimeline><S t="90" d="2"/><S d="2" r="2"/>
</SegmentTimeline></SegmentTemplate><Representation id="v" bandwidth="5"/></AdaptationSet></Period>
</MPD>"""
LINE = "/MPD/Period[@id='a']/AdaptationSet[@id='1']/SegmentTemplate/SegmentTimeline"


def whole(text: str = MPD) -> Presentation:
    """The MPD before the patch."""
    return parse(text.encode(), url=URL, now=NOW, format=ManifestFormat.DASH)


def patch_of(inner: str, mpd_id: str = "m", since: str = "2023-11-14T22:15:00Z") -> bytes:
    """A patch document."""
    return (
        f'<Patch xmlns="urn:mpeg:dash:schema:mpd-patch:2020" mpdId="{mpd_id}" '
        f'originalPublishTime="{since}" publishTime="2023-11-14T22:15:02Z">'
        '<replace sel="/MPD/@publishTime">2023-11-14T22:15:02Z</replace>'
        f"{inner}</Patch>"
    ).encode()


def apply(inner: str) -> Presentation:
    """The MPD after a patch of `inner`."""
    return patch(whole(), patch_of(inner), url=f"{URL}p")


def test_the_patch_is_named_with_its_end() -> None:
    found = whole()
    assert found.patch == "https://tv.example/d/p.mpp?t=1"
    assert found.patch_until == micros(1_700_000_160)
    assert "document" not in repr(found)
    plain = whole(MPD.replace("PatchLocation", "Other"))
    assert (plain.patch, plain.document) == ("", None)


def test_segments_come_and_go() -> None:
    before = whole()
    fresh = patch(
        before,
        patch_of(
            f'<remove sel="{LINE}/S[1]"/><add sel="{LINE}" pos="prepend"><S t="92" d="2"/></add>'
            f'<replace sel="{LINE}/S[2]"><S d="2" r="1"/></replace>'
            f'<add sel="{LINE}"><S d="3"/></add>'
            f'<add sel="{LINE}/S[3]" type="@r">1</add>'
            '<replace sel="/MPD/PatchLocation[1]"><PatchLocation ttl="60">p.mpp?t=2'
            "</PatchLocation></replace>"
        ),
        url=f"{URL}p",
    )
    after = refresh(before, fresh)
    assert [one[:3] for one in brief(after)] == [
        (2, 92, 2), (3, 94, 2), (4, 96, 2), (5, 98, 3), (6, 101, 3),
    ]  # fmt: skip
    assert after.patch.endswith("t=2")
    assert after.published == micros(1_700_000_102)
    assert [one[1] for one in brief(before)] == [90, 92, 94, 96]  # the old one is untouched


def test_periods_attributes_and_text() -> None:
    found = apply(
        '<add sel="/MPD/Period[@id=&quot;a&quot;]" pos="after"><Period id="b" start="PT200S">'
        '<AdaptationSet mimeType="video/mp4"><SegmentTemplate media="$Number$" duration="2"/>'
        '<Representation id="w" bandwidth="1"/></AdaptationSet></Period></add>'
        '<add sel="/MPD/Period[2]" pos="before"><Period id="x" start="PT150S"/></add>'
        "<remove sel=\"/MPD/Period[@id='x']\"/>"
        '<replace sel="/MPD/PatchLocation/text()">q.mpp</replace>'
        '<remove sel="/MPD/@minimumUpdatePeriod"/>'
        "<replace sel=\"/MPD/Period[1]/AdaptationSet[SegmentTemplate='']/@id\">2</replace>"
    )
    assert [one.id for one in found.periods] == ["a", "b"]
    assert (found.patch[-5:], found.reload_after) == ("q.mpp", None)


@pytest.mark.parametrize(
    "inner",
    [
        "<remove sel=\"/MPD/Period[@id='z']\"/>",
        '<remove sel="/MPD/Period[9]"/>',
        '<remove sel="/MPD/Period[position()=1]"/>',
        '<remove sel="//S"/>',
        '<remove sel=""/>',
        '<remove sel="/MPD"/>',
        '<remove sel="/MPD/@nothing"/>',
        '<remove sel="/MPD/@id/x"/>',
        f'<remove sel="{LINE}/S"/>',
        f'<add sel="{LINE}" pos="after"/>',
        f'<replace sel="{LINE}/S[1]"/>',
        '<add sel="/MPD" pos="after"><x/></add>',
    ],
)
def test_what_does_not_fit_is_refused(inner: str) -> None:
    with pytest.raises(PlayerError) as caught:
        apply(inner)
    assert caught.value.failure.code is ErrorCode.MANIFEST_INVALID
    assert "line" in caught.value.failure.cause


def test_a_patch_for_something_else_is_refused() -> None:
    for body in (
        patch_of("", mpd_id="other"),
        patch_of("", since="2023-11-14T22:14:00Z"),
        patch_of("", since=""),
        b"<Other/>",
    ):
        with pytest.raises(PlayerError) as caught:
            patch(whole(), body, url=URL)
        assert caught.value.failure.code is ErrorCode.MANIFEST_INVALID
    with pytest.raises(PlayerError):
        patch(whole(MPD.replace("PatchLocation", "Other")), patch_of(""), url=URL)
    with pytest.raises(PlayerError):
        patch(whole(), b"", url=URL)


def test_a_server_may_answer_with_the_whole() -> None:
    found = patch(whole(), MPD.replace('id="a"', 'id="n"').encode(), url=URL)
    assert found.periods[0].id == "n"


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["add", "replace", "remove"]),
    st.text(alphabet="/MPD@id[]='1aS*.()\"Period", max_size=30),
    st.sampled_from(["", "prepend", "before", "after", "@x"]),
)
def test_any_selector(kind: str, selector: str, pos: str) -> None:
    text = selector.replace('"', "&quot;").replace("'", "&apos;")
    try:
        found = apply(f'<{kind} sel="{text}" pos="{pos}"><S t="1" d="1"/></{kind}>')
    except PlayerError:
        return
    describe(found, NOW)


def test_ten_thousand_entries_are_patched_in_no_time() -> None:
    entries = "".join(f'<S t="{one * 3}" d="2"/>' for one in range(10_000))
    found = whole(MPD.replace('<S t="90" d="2"/><S d="2" r="2"/>', entries))
    body = patch_of(f'<remove sel="{LINE}/S[1]"/><add sel="{LINE}"><S t="40000" d="2"/></add>')
    began = time.perf_counter()
    after = patch(found, body, url=URL)
    assert time.perf_counter() - began < 2
    assert len(brief(after)) == 10_000


def test_a_document_beyond_measure_is_not_kept() -> None:
    entries = "".join(f'<S t="{one * 3}" d="2"/>' for one in range(MOST_ELEMENTS))
    found = whole(MPD.replace('<S t="90" d="2"/><S d="2" r="2"/>', entries))
    assert (found.patch, found.document) == ("", None)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the checkout")
def test_a_patch_of_livesim() -> None:
    """Their patch leads to what it takes away; put that back, and it must apply to the letter."""
    now = Micros(1_716_563_524_000_000)
    path = CORPUS / "segtimeline_multiper_after_full_min.mpd"
    form = ManifestFormat.DASH
    last = parse(path.read_bytes(), url="https://l.example/m.mpd", now=now, format=form)
    assert last.patch.startswith("https://l.example/patch/livesim2/")
    body = (CORPUS / "segtimeline_multiper_patch_after_full_min.mpp").read_bytes()
    with pytest.raises(PlayerError):
        patch(last, body, url=last.patch)  # it is the one that led here
    first = path.read_bytes().replace(b"2024-05-24T15:12:04Z", b"2024-05-24T15:12:00Z")
    before = parse(first, url="https://l.example/m.mpd", now=now, format=form)
    after = patch(before, body, url=last.patch)
    assert after.published == last.published
    assert [one.id for one in after.periods] == [one.id for one in before.periods]
