"""What is told to whom, and what only once."""

from player.model.cmcd import ClientDataReporting, ClientDataValue, CmcdMode
from player.model.presentation import ManifestFormat, TrackKind
from player.model.resource import ByteRange, Resource
from player.ports import RequestKind
from player.streaming.fetch.client_data import ClientDataSession, RequestFacts, client_data_of
from player.streaming.fetch.parts import Source
from player.units import BitsPerSecond, ByteCount, micros

HERE = Resource(uri="http://h/live/v1/7.seg")
NEXT = Resource(uri="http://h/live/v1/8.seg")
FACTS = RequestFacts(
    kinds=frozenset({TrackKind.VIDEO}),
    bandwidth=BitsPerSecond(1_500_400),
    lowest=BitsPerSecond(400_000),
    top=BitsPerSecond(4_000_000),
    duration=micros(6),
    buffered=micros(12.34),
    throughput=BitsPerSecond(8_120_000),
    live=True,
    following=NEXT,
    location="alpha",
)


def _session(**more: object) -> ClientDataSession:
    reporting = ClientDataReporting(**more)  # type: ignore[arg-type]
    return ClientDataSession(reporting, format=ManifestFormat.HLS, sid="s-1")


def _values(
    session: ClientDataSession,
    kind: RequestKind = RequestKind.SEGMENT,
    facts: RequestFacts | None = FACTS,
) -> dict[str, ClientDataValue]:
    data = session.data(HERE, kind, facts)
    assert data is not None
    return dict(data.values)


def test_nobody_is_told_anything_who_does_not_ask() -> None:
    assert client_data_of(None, None, format=ManifestFormat.HLS, sid="s") is None
    assert Source(url="http://h/").request(HERE, RequestKind.SEGMENT, FACTS).report is None


def test_a_segments_request_tells_all_that_is_known() -> None:
    assert _values(_session(content_id="c")) == {
        "sid": "s-1", "cid": "c", "sf": "h", "ot": "v", "st": "l", "pr": 1.0, "br": 1500,
        "tb": 4000, "lb": 400, "rtp": 7502, "d": 6000, "bl": 12_340, "dl": 12_340, "mtp": 8120,
        "nor": "8.seg", "su": True, "bs": False, "cdn": "alpha",
    }  # fmt: skip


def test_a_playlists_request_tells_of_the_session_alone() -> None:
    values = _values(_session(), RequestKind.MANIFEST, None)
    assert {"ot": "m", "sid": "s-1"}.items() <= values.items()
    assert not {"br", "bl", "d", "nor"} & set(values)
    assert _values(_session(), RequestKind.INIT)["ot"] == "i"


def test_the_clock_is_asked_without_a_word() -> None:
    assert _session().data(HERE, RequestKind.TIME, None) is None


def test_starvation_is_told_once_and_urgency_until_the_picture_runs() -> None:
    session = _session(version=2)
    session.started(after=micros(0.3))
    first = _values(session)
    assert (first["su"], first["msd"]) == (False, 300)
    assert "msd" not in _values(session)
    session.starved()
    assert (_values(session)["bs"], _values(session)["bs"]) == (True, False)
    assert _values(session)["su"] is True
    session.started()
    assert _values(session)["su"] is False
    session.restarted()
    assert _values(session)["su"] is True
    session.failed("network.timeout")
    assert _values(session)["ec"] == ("network.timeout",)
    assert "ec" not in _values(session)


def test_only_what_is_asked_for_is_told_and_only_there() -> None:
    chosen = _session(keys=frozenset({"sid", "br"}), mode=CmcdMode.HEADERS)
    assert set(_values(chosen)) == {"sid", "br"}
    elsewhere = _session(locations=frozenset({"beta"}))
    assert elsewhere.data(HERE, RequestKind.SEGMENT, FACTS) is None


def test_the_sources_wish_comes_before_the_manifests() -> None:
    asked = client_data_of(
        ClientDataReporting(session_id="mine"),
        ClientDataReporting(content_id="x"),
        format=ManifestFormat.DASH,
        sid="s",
    )
    assert asked is not None
    assert _values(asked)["sid"] == "mine"
    assert _values(asked)["sf"] == "d"
    assert "mine" not in repr(asked)


def test_the_next_part_of_one_file_is_told_as_a_range() -> None:
    part = Resource(
        uri=HERE.uri, byte_range=ByteRange(offset=ByteCount(100), length=ByteCount(50))
    )
    values = _values(_session(), facts=RequestFacts(following=part))
    assert values["nrr"] == "100-149"
    assert "nor" not in values
    far = RequestFacts(following=Resource(uri="http://elsewhere/8.seg"))
    assert "nor" not in _values(_session(), facts=far)
