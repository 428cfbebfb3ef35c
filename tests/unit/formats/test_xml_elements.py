"""Strangers' XML: one rule for what is read, what is noted, and what is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.formats.xml_elements import (
    RefusedXmlError,
    XmlError,
    is_blank,
    line_of,
    local_name,
    read_document,
    utf8,
)
from player.model.notes import Notes

ENTITIES = '<!DOCTYPE a [<!ENTITY e "EXPANDED">]><a b="&e;"/>'


@pytest.mark.parametrize(
    "body",
    [
        ENTITIES.encode(),
        ENTITIES.encode("utf-16"),
        ENTITIES.encode("utf-16-le"),
        b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a [+ADwAIQ-ENTITY e "x">]><a/>',
    ],
)
def test_entities_are_refused_however_they_are_written(body: bytes) -> None:
    with pytest.raises(XmlError):
        read_document(body, Notes(), largest=1_000)


def test_what_is_too_large_is_refused_unread() -> None:
    with pytest.raises(RefusedXmlError, match="5 bytes, above 4"):
        read_document(b"<a/> ", Notes(), largest=4)


@pytest.mark.parametrize("body", [b"", b"plain", b"\x00\x00", b"<"])
def test_what_is_no_xml_is_not_refused_but_unreadable(body: bytes) -> None:
    with pytest.raises(XmlError) as caught:
        read_document(body, Notes(), largest=1_000)
    assert not isinstance(caught.value, RefusedXmlError)


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16"])
def test_marks_and_codes(code: str) -> None:
    text = f'<?xml version="1.0" encoding="{code.removesuffix("-sig")}"?>\n<a>é</a>'
    assert read_document(text.encode(code), Notes(), largest=1_000).text == "é"
    assert is_blank("\n ".encode("utf-8-sig"))
    assert not is_blank(text.encode(code))


def test_faults_become_notes_with_their_line() -> None:
    notes = Notes()
    root = read_document(b"<a>\n<x:b/>\n</a>", notes, largest=1_000)
    assert [local_name(str(one.tag)) for one in root] == ["b"]
    assert [line_of(one) for one in root] == [2]
    assert [one.line for one in notes.taken()] == [2]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_an_element_or_the_one_error(body: bytes) -> None:
    utf8(body)
    try:
        read_document(b"<a>" + body, Notes(), largest=1_000)
    except XmlError:
        return
