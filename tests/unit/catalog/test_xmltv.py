"""Guides, well-formed and not."""

import gzip
import io
import json
import lzma
import tarfile
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.compression import UnreadableFileError
from catalog.xmltv import GuideChannel, GuideEntry, XmltvReader
from catalog.xmltv_cut import MAX_ELEMENT
from catalog.xmltv_time import parse_time

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
GOOD = '<programme start="20260101000000 +0000" channel="a"><title>Good</title></programme>'


def read(text: str | bytes) -> list[GuideChannel | GuideEntry]:
    data = text.encode() if isinstance(text, str) else text
    return list(XmltvReader().read(io.BytesIO(data)))


def entries(text: str | bytes) -> list[GuideEntry]:
    return [item for item in read(text) if isinstance(item, GuideEntry)]


def programme(body: str) -> GuideEntry:
    (entry,) = entries(f'<tv><programme start="2026010100" channel="a">{body}</programme></tv>')
    return entry


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus beside the checkout")
def test_reads_the_corpus_as_its_source_expects() -> None:
    expected = json.loads((CORPUS / "expected/xmltv/epg-parser/basic.json").read_text())
    found = list(XmltvReader().read_file(CORPUS / "xmltv/epg-parser/basic.xml"))
    channels = [item for item in found if isinstance(item, GuideChannel)]
    programmes = [item for item in found if isinstance(item, GuideEntry)]
    for channel, stated in zip(channels, expected["channels"], strict=True):
        assert channel.id == stated["id"]
        assert list(channel.names) == [name["value"] for name in stated["displayName"]]
    for entry, stated in zip(programmes, expected["programs"], strict=True):
        assert entry.start == datetime.fromisoformat(stated["start"]).timestamp()
        assert entry.stop == datetime.fromisoformat(stated["stop"]).timestamp()
        assert entry.channel == stated["channel"]
        assert entry.title == "".join(title["value"] for title in stated["title"][:1])
        assert list(entry.categories) == [value["value"] for value in stated["category"]]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus beside the checkout")
@pytest.mark.parametrize("path", sorted((CORPUS / "xmltv").rglob("*.*ml*")), ids=lambda p: p.name)
def test_loses_no_programme_of_real_guides(path: Path) -> None:
    raw = path.read_bytes()
    raw = gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw
    reader = XmltvReader()
    found = [item for item in reader.read_file(path) if isinstance(item, GuideEntry)]
    assert len(found) == raw.count(b"<programme ")
    assert reader.warnings == []


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("20080715003000 -0600", "2008-07-15T06:30:00+00:00"),
        ("20260525064200 +0530", "2026-05-25T01:12:00+00:00"),
        ("20260525064200 -0030", "2026-05-25T07:12:00+00:00"),
        ("20260525064200", "2026-05-25T06:42:00+00:00"),
        ("20260525064200 Z ", "2026-05-25T06:42:00+00:00"),
        ("202505260642", "2025-05-26T06:42:00+00:00"),
        ("2025052606", "2025-05-26T06:00:00+00:00"),
        ("20250526", "2025-05-26T00:00:00+00:00"),
        (" 202505260642 +0100  ", "2025-05-26T05:42:00+00:00"),
        ("20250526064200+01:00", "2025-05-26T05:42:00+00:00"),
        ("20250526064200 BST", "2025-05-26T05:42:00+00:00"),
        ("20250526064200 UTC+2", "2025-05-26T04:42:00+00:00"),
        ("2025-05-26T06:42:00Z", "2025-05-26T06:42:00+00:00"),
    ],
)
def test_times(text: str, iso: str) -> None:
    assert parse_time(text) == datetime.fromisoformat(iso).timestamp()


@pytest.mark.parametrize("text", ["", "soon", "2025", "20251345", "20250230000000", "99"])
def test_no_times(text: str) -> None:
    assert parse_time(text) is None


def packed(kind: str, data: bytes) -> bytes:
    target = io.BytesIO()
    if kind == "gz":
        return gzip.compress(data)
    if kind == "xz":
        return lzma.compress(data)
    if kind == "zip":
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("readme.txt", "hello")
            archive.writestr("guide.xml", data)
    if kind.startswith("tar"):
        with tarfile.open(fileobj=target, mode="w:gz" if kind == "tar.gz" else "w") as archive:
            info = tarfile.TarInfo("guide.xml")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return target.getvalue() or data


@pytest.mark.parametrize("kind", ["plain", "gz", "xz", "zip", "tar", "tar.gz"])
def test_packing_is_told_by_the_first_bytes(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "guide.xml"
    path.write_bytes(packed(kind, f"<tv>{GOOD * 50}</tv>".encode()))
    assert len(list(XmltvReader().read_file(path))) == 50


def test_a_cut_off_file_gives_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "guide.gz"
    body = "".join(GOOD.replace("Good", f"Good {i * 7919}") for i in range(5000))
    data = gzip.compress(f"<tv>{body}</tv>".encode())
    path.write_bytes(data[: len(data) // 2])
    reader = XmltvReader()
    assert len(list(reader.read_file(path))) > 1000
    assert "cut off" in reader.warnings[0].text


def test_a_cut_off_archive_gives_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "guide.tar"
    data = packed("tar", f"<tv>{GOOD * 5000}</tv>".encode())
    path.write_bytes(data[: len(data) // 2])
    reader = XmltvReader()
    assert len(list(reader.read_file(path))) > 500
    assert "cut off" in reader.warnings[0].text


def test_a_packing_that_cannot_be_read_is_said_to_be_that(tmp_path: Path) -> None:
    empty, strange = io.BytesIO(), bytearray(packed("zip", GOOD.encode()))
    with zipfile.ZipFile(empty, "w"):
        pass
    entry = strange.rindex(b"PK\x01\x02")
    strange[entry + 10 : entry + 12] = b"\x63\0"  # the method of packing: 99
    for data in (b"PK\x03\x04" + empty.getvalue(), bytes(strange)):
        path = tmp_path / "guide.zip"
        path.write_bytes(data)
        with pytest.raises(UnreadableFileError):
            list(XmltvReader().read_file(path))


def test_text_as_strangers_write_it() -> None:
    entry = programme(
        "<title lang='de'>Tom &amp; Jerry &nbsp;&eacute; AT&T</title><title>Other</title>"
        "<desc>One<br>two &lt;b&gt;bold&lt;/b&gt; &amp;quot;x&amp;quot; \x07 1 < 2</desc>"
        "<sub-title><![CDATA[Raw <i>&</i>]]></sub-title><!-- <category>no</category> -->"
        "<category>News</category><category>News</category><category/><category>World</category>"
    )
    assert entry.title == "Tom & Jerry \xa0é AT&T"
    assert entry.subtitle == "Raw &"
    assert entry.description == 'One\ntwo bold "x"  1 < 2'
    assert entry.categories == ("News", "World")


def test_an_unclosed_field_costs_nothing_else() -> None:
    entry = programme("<desc>a<br>b<title>T</title><category>C</category>")
    assert (entry.description, entry.title, entry.categories) == ("a\nb", "T", ("C",))


def test_junk_comments_and_doctypes_around_the_elements() -> None:
    text = (
        "PHP Warning: x\n<?xml version='1.0'?><!DOCTYPE tv [<!ENTITY a SYSTEM 'file:///etc/passwd'>"
        "<!ENTITY b '&a;&a;'>]><tv><!-- "
        + GOOD
        + " -->"
        + GOOD.replace("Good", "&b;")
        + "<programmes/>"
    )
    assert [entry.title for entry in entries(text)] == ["&b;"]


def test_an_unclosed_programme_costs_itself_at_most() -> None:
    broken = '<programme start="20260101" channel="b"><title>Half'
    assert [entry.title for entry in entries(f"<tv>{GOOD}{broken}{GOOD}{broken}")] == [
        "Good", "Half", "Good", "Half",
    ]  # fmt: skip


def test_more_unclosed_tags_than_a_tree_could_be_deep() -> None:
    body = (
        '<programme start="20260101" channel="b"><title>T</title><desc>a<br>b</desc></programme>'
    )
    assert len(entries("<tv>" + body * 3000 + "</tv>")) == 3000


def test_oversized_elements_are_left_out() -> None:
    huge = (
        f'<programme start="20260101" channel="b"><desc>{"x" * MAX_ELEMENT * 3}</desc></programme>'
    )
    reader = XmltvReader()
    found = list(reader.read(io.BytesIO(f"<tv>{GOOD}{huge}{GOOD}</tv>".encode())))
    assert [entry.title for entry in found if isinstance(entry, GuideEntry)] == ["Good", "Good"]
    assert "too large" in reader.warnings[0].text


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16"])
def test_encodings(encoding: str) -> None:
    body = GOOD.replace("Good", "Télé à côté")
    text = f'<?xml version="1.0" encoding="{encoding}"?><tv>{body}</tv>'
    assert entries(text.encode(encoding))[0].title == "Télé à côté"


def test_no_time_or_no_channel_is_counted() -> None:
    reader = XmltvReader()
    assert list(reader.read(io.BytesIO(b"<tv><programme channel='a'/><channel/></tv>"))) == []
    assert reader.warnings[0].text.startswith("2 elements")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_never_raises_on_bytes(data: bytes) -> None:
    read(data)
    read(b"<tv>" + data + GOOD.encode())


PIECES = st.sampled_from(
    ["<programme", ' start="20260101"', ' channel="a"', ">", "/>", "<title>", "</title>", "<desc",
     "</programme>", "<![CDATA[", "]]>", "&", "&#xD800;", "&#99999999999;", "\x00", "<br>", "'"]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_a_broken_programme_never_costs_the_good_ones(bad: str) -> None:
    found = entries(f"<tv>{GOOD}{bad}{GOOD}</tv>")
    assert [entry.title for entry in found].count("Good") >= 2


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "<a",
        "<title>",
        "<title><b>",
        "<![CDATA[",
        "<!--",
        "&",
        "<programme ",
        "<channel><programme>",
        "' ",
    ],
)
def test_huge_nonsense_takes_linear_time(piece: str) -> None:
    huge = piece * (250_000 // len(piece))
    text = f'<tv><programme start="20260101" channel="b"{huge}>{huge}</programme>{GOOD}{GOOD}</tv>'
    if piece != "<!--":
        assert entries(text)[-1].title == "Good"
    else:
        entries(text)


def test_an_unpacked_file_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.compression.MAX_UNPACKED", 1 << 20)
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(GOOD.encode() + bytes(16 << 20)))
    reader = XmltvReader()
    assert len(list(reader.read_file(path))) == 1
    assert "too large" in reader.warnings[0].text
