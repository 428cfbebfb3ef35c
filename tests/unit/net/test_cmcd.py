"""Client data on the wire, against the examples of CTA-5004 (6) and CTA-5004-B (8.1)."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.model.cmcd import ClientData, ClientDataValue, CmcdMode
from player.net.cmcd import header_fields, placed, with_query

SID = "6e2fb550-c457-11e9-bb97-0800200c9a66"
FULL: dict[str, ClientDataValue] = {
    "bl": 21_300, "br": 3200, "bs": True, "cid": "faec5fc2-ac30-11ea-bb37-0242ac130002",
    "d": 4004, "dl": 18_500, "mtp": 48_100, "nor": "../300kbps/track.m4v", "nrr": "12323-48763",
    "ot": "v", "pr": 1.08, "rtp": 12_000, "sf": "d", "sid": SID, "st": "v", "su": True,
    "tb": 6000, "v": 1,
}  # fmt: skip


@pytest.mark.parametrize(
    ("values", "query"),
    [
        ({"sid": SID}, f"CMCD=sid%3D%22{SID}%22"),
        (
            {
                "br": 3200, "bs": True, "d": 4004, "mtp": 25_432, "ot": "v", "rtp": 15_000,
                "sid": SID, "tb": 6000,
            },
            "CMCD=br%3D3200%2Cbs%2Cd%3D4004%2Cmtp%3D25400%2Cot%3Dv%2Crtp%3D15000"
            f"%2Csid%3D%22{SID}%22%2Ctb%3D6000",
        ),
        ({"bs": True, "su": True}, "CMCD=bs%2Csu"),
        (
            {"d": 4004, "com.example-myNumericKey": 500, "com.example-myStringKey": "myValue"},
            "CMCD=com.example-myNumericKey%3D500%2Ccom.example-myStringKey%3D%22myValue%22"
            "%2Cd%3D4004",
        ),
        (
            {"nor": "../300kbps/segment35.m4v", "sid": SID},
            f"CMCD=nor%3D%22..%252F300kbps%252Fsegment35.m4v%22%2Csid%3D%22{SID}%22",
        ),
        (
            {"nrr": "12323-48763", "sid": SID},
            f"CMCD=nrr%3D%2212323-48763%22%2Csid%3D%22{SID}%22",
        ),
    ],
)  # fmt: skip
def test_the_examples_of_version_1(values: dict[str, ClientDataValue], query: str) -> None:
    assert with_query("http://h/a", ClientData(values=values)) == f"http://h/a?{query}"


def test_the_whole_of_version_1_in_headers() -> None:
    assert header_fields(ClientData(values=FULL, mode=CmcdMode.HEADERS)) == {
        "CMCD-Request": 'bl=21300,dl=18500,mtp=48100,nor="..%2F300kbps%2Ftrack.m4v",'
        'nrr="12323-48763",su',
        "CMCD-Object": "br=3200,d=4004,ot=v,tb=6000",
        "CMCD-Status": "bs,rtp=12000",
        "CMCD-Session": 'cid="faec5fc2-ac30-11ea-bb37-0242ac130002",pr=1.08,sf=d,'
        f'sid="{SID}",st=v',
    }


def test_an_example_of_version_2() -> None:
    data = ClientData(
        version=2,
        mode=CmcdMode.HEADERS,
        values={
            "bl": 2000, "br": 3000, "cid": "content-id-123", "d": 4000, "dl": 1000, "mtp": 15_000,
            "nor": ("next-seg.mp4",), "ot": "v", "rtp": 12_000, "sf": "d",
            "sid": "session-id-123", "st": "v", "sta": "p", "tb": 6000,
        },
    )  # fmt: skip
    assert header_fields(data) == {
        "CMCD-Request": 'bl=(2000),dl=1000,mtp=(15000),nor=("next-seg.mp4"),sta=p',
        "CMCD-Object": "br=(3000;v),d=4000,ot=v,tb=(6000;v)",
        "CMCD-Status": "rtp=12000",
        "CMCD-Session": 'cid="content-id-123",sf=d,sid="session-id-123",st=v,v=2',
    }


def test_errors_and_next_objects_of_version_2_are_lists() -> None:
    values: dict[str, ClientDataValue] = {
        "ec": ("DRM_NOT_SUPPORTED", "PLAYBACK_FAILED"),
        "nor": ("seg-1.m4v", "seg-2.m4v"),
        "nrr": "1-2",
    }
    fields = header_fields(ClientData(version=2, values=values))
    assert fields == {
        "CMCD-Request": 'nor=("seg-1.m4v" "seg-2.m4v")',
        "CMCD-Session": "v=2",
        "CMCD-Status": 'ec=("DRM_NOT_SUPPORTED" "PLAYBACK_FAILED")',
    }


def test_what_version_1_does_not_know_is_not_told() -> None:
    values: dict[str, ClientDataValue] = {"msd": 5, "ltc": 6, "bs": False, "pr": 1.0, "nor": ""}
    assert header_fields(ClientData(values=values)) == {}
    assert with_query("http://h/a?x=1", ClientData(values=values)) == "http://h/a?x=1"


def test_an_address_keeps_its_query_and_its_fragment() -> None:
    data = ClientData(values={"bs": True})
    assert with_query("http://h/a?t=1&CMCD=su#z", data) == "http://h/a?t=1&CMCD=bs#z"


def test_mode_and_none_decide_where_it_goes() -> None:
    asked = ClientData(values={"su": True}, mode=CmcdMode.HEADERS)
    assert placed("http://h/a", None) == ("http://h/a", {})
    assert placed("http://h/a", asked) == ("http://h/a", {"CMCD-Request": "su"})
    assert placed("http://h/a", ClientData(values={"su": True})) == ("http://h/a?CMCD=su", {})
    assert "secret" not in repr(ClientData(values={"sid": "secret"}))


@given(st.text(max_size=80), st.sampled_from([1, 2]))
def test_no_content_id_breaks_out_of_its_quotes(text: str, version: int) -> None:
    fields = header_fields(ClientData(version=version, values={"cid": text, "su": True}))
    assert all(one.isascii() and one.isprintable() for one in fields.values())
    (query,) = parse_qs(urlsplit(with_query("http://h/", ClientData(values={"cid": text}))).query)
    assert query == "CMCD"
