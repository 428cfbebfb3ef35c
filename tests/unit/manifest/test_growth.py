"""Four times the document is not much more than four times the work, whatever it repeats."""

import struct
from collections.abc import Callable

import pytest

from player.errors import PlayerError
from player.manifest.dash.sidx import SidxContext, resolve_sidx
from player.manifest.face import parse, patch
from player.model.presentation import ManifestFormat, Presentation
from player.model.resource import Resource
from player.units import Micros
from tests.unit.growth import STEEP, growth

URL = "https://tv.example/a/list"
NOW = Micros(0)
_SEGMENT = "#EXTINF:6,\n1.ts\n"


def _hls(repeated: Callable[[int], str], rest: str = "") -> Callable[[int], bytes]:
    """A playlist that holds `repeated(0)`, `repeated(1)` and so on above `rest`."""
    return lambda count: f"#EXTM3U\n{''.join(map(repeated, range(count)))}{rest}".encode()


def _run_of(text: str, behind: str = "") -> Callable[[int], bytes]:
    return lambda count: f"#EXTM3U\n{text * count}{behind}".encode()


def _sound(place: int) -> str:
    return f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="g{place}",NAME="n{place}",URI="{place}.m3u8"\n'


def _variant(place: int) -> str:
    return f'#EXT-X-STREAM-INF:BANDWIDTH={place + 1},AUDIO="g{place}"\nv{place}.m3u8\n'


PLAYLISTS = {
    "letters": (_run_of("a", f"\n{_SEGMENT}"), 50_000),
    "letters-of-a-tag": (lambda n: f"#EXTM3U\n#EXT-X-MAP:{'a' * n}\n{_SEGMENT}".encode(), 1_000),
    "blanks-of-a-tag": (
        lambda n: f"#EXTM3U\n#EXT-X-MAP:A=x,{' ' * n}!\n{_SEGMENT}".encode(),
        1_000,
    ),
    "blank-lines": (_run_of("\n", _SEGMENT), 1_000),
    "sounds-and-variants": (_hls(lambda n: _sound(n) + _variant(n)), 60),
    "sounds-of-one-group": (
        _hls(
            lambda n: _sound(n).replace(f'"g{n}"', '"g"') + _variant(n).replace(f'"g{n}"', '"g"')
        ),
        60,
    ),
    "redundant-streams": (
        _hls(lambda n: f"#EXT-X-STREAM-INF:BANDWIDTH=1\nv{n}.m3u8\n"),
        250,
    ),
    "session-data": (
        _hls(lambda n: f'#EXT-X-SESSION-DATA:DATA-ID="{n}",VALUE="x"\n', _variant(0)),
        400,
    ),
    "key-formats": (
        _hls(lambda n: f'#EXT-X-KEY:METHOD=AES-128,KEYFORMAT="{n}",URI="k"\n{_SEGMENT}'),
        400,
    ),
    "segments": (_hls(lambda n: f"#EXTINF:6,\n{n}.ts\n"), 2_000),
    "dates": (
        _hls(
            lambda n: f'#EXT-X-DATERANGE:ID="{n}",START-DATE="2024-01-01T00:00:00Z"\n',
            f"#EXT-X-PROGRAM-DATE-TIME:2024-01-01T00:00:00Z\n{_SEGMENT}",
        ),
        200,
    ),
    "variables": (
        lambda n: (
            f'#EXTM3U\n#EXT-X-DEFINE:NAME="a",VALUE="{"x" * 25 * n}"\n'.encode()
            + b"#EXTINF:6,\n{$a}.ts\n" * n
        ),
        400,
    ),
}


@pytest.mark.parametrize("kind", PLAYLISTS)
def test_playlists(kind: str) -> None:
    made, count = PLAYLISTS[kind]
    assert growth(_hls_read, made, count) < STEEP


def _hls_read(body: bytes) -> Presentation | None:
    return _read(body, ManifestFormat.HLS)


def _read(body: bytes, told: ManifestFormat) -> Presentation | None:
    try:
        return parse(body, url=URL, now=NOW, format=told)
    except PlayerError:
        return None


_TEMPLATE = '<SegmentTemplate media="$Number$" duration="2"/>'


def _mpd(above: str, inside: Callable[[int], str], below: str = "") -> Callable[[int], bytes]:
    """An MPD of one period that holds `inside(0)`, `inside(1)` and so on."""
    return lambda count: (
        '<MPD type="static" mediaPresentationDuration="PT10S"><Period>'
        f"{above}{''.join(map(inside, range(count)))}{below}</Period></MPD>"
    ).encode()


def _rung(place: int, inside: str = "") -> str:
    return f'<Representation id="{place}" bandwidth="1">{inside}</Representation>'


def _set(inside: str, ident: str = "s") -> str:
    return f'<AdaptationSet id="{ident}" mimeType="video/mp4">{inside}</AdaptationSet>'


_OPEN = f'<AdaptationSet mimeType="video/mp4">{_TEMPLATE}'
_SHUT = "</AdaptationSet>"


def _switched(place: int) -> str:
    scheme = "urn:mpeg:dash:adaptation-set-switching:2016"
    linked = f'<SupplementalProperty schemeIdUri="{scheme}" value="s{place + 1}"/>'
    return _set(f"{linked}{_TEMPLATE}{_rung(place)}", f"s{place}")


def _described(name: str) -> Callable[[int], bytes]:
    """As many descriptors of the set as it has representations."""

    def made(count: int) -> bytes:
        told = f'<{name} schemeIdUri="urn:uuid:1" value="1"/>' * count
        return _mpd(_OPEN + told, _rung, _SHUT)(count)

    return made


def _offset(place: int) -> str:
    return _rung(place, f'<SegmentTemplate startNumber="{place}"/>')


def _timelines(count: int) -> bytes:
    """Every representation counts otherwise over the same timeline."""
    lines = '<S t="0" d="1"/>' + '<S d="1"/>' * count
    shared = f'<SegmentTemplate media="$Number$"><SegmentTimeline>{lines}</SegmentTimeline>'
    head = f'<AdaptationSet mimeType="video/mp4">{shared}</SegmentTemplate>'
    return _mpd(head, _offset, _SHUT)(count)


def _lists(count: int) -> bytes:
    """Every representation has the addresses that its set lists."""
    urls = '<SegmentURL media="a"/>' * count
    head = f'<AdaptationSet mimeType="video/mp4"><SegmentList duration="1">{urls}</SegmentList>'
    return _mpd(head, _rung, _SHUT)(count)


MPDS = {
    "representations": (_mpd(_OPEN, _rung, _SHUT), 150),
    "representations-of-one-id": (_mpd(_OPEN, lambda _: _rung(0), _SHUT), 150),
    "sets": (_mpd("", lambda n: _set(_TEMPLATE + _rung(n), f"{n}")), 100),
    "sets-of-one-id": (_mpd("", lambda n: _set(_TEMPLATE + _rung(n))), 100),
    "sets-switched": (_mpd("", _switched), 100),
    "properties": (_described("SupplementalProperty"), 100),
    "protections": (_described("ContentProtection"), 100),
    "channels": (_described("AudioChannelConfiguration"), 100),
    "periods": (
        _mpd("", lambda n: f"</Period><Period>{_set(_TEMPLATE + _rung(n))}"),
        100,
    ),
    "timelines": (_timelines, 120),
    "lists": (_lists, 120),
    "base-urls": (_mpd("", lambda n: f"<BaseURL>{n}/</BaseURL>", _set(_TEMPLATE + _rung(0))), 300),
    "captions": (
        _mpd(
            f"{_OPEN}{_rung(0)}",
            lambda _: '<Accessibility schemeIdUri="urn:scte:dash:cc:cea-608:2015" value="CC1"/>',
            _SHUT,
        ),
        300,
    ),
    "events": (
        _mpd(
            f'{_set(_TEMPLATE + _rung(0))}<EventStream schemeIdUri="a">',
            lambda n: f'<Event id="{n}" presentationTime="{n}"/>',
            "</EventStream>",
        ),
        200,
    ),
}


@pytest.mark.parametrize("kind", MPDS)
def test_mpds(kind: str) -> None:
    made, count = MPDS[kind]
    assert growth(_mpd_read, made, count) < STEEP


def _mpd_read(body: bytes) -> Presentation | None:
    return _read(body, ManifestFormat.DASH)


_LIVE = (
    'type="dynamic" publishTime="2020-01-01T00:00:00Z" minimumUpdatePeriod="PT2S" '
    'availabilityStartTime="2020-01-01T00:00:00Z"'
)


def _patched(count: int) -> tuple[Presentation, bytes]:
    lines = '<S d="2"/>' * count
    line = f'<SegmentTemplate media="$Time$"><SegmentTimeline>{lines}</SegmentTimeline>'
    whole = (
        f'<MPD id="m" {_LIVE}><PatchLocation>p</PatchLocation><Period id="1" start="PT0S">'
        f"{_set(f'{line}</SegmentTemplate>{_rung(0)}')}</Period></MPD>"
    )
    selector = "/MPD/Period[1]/AdaptationSet[1]/SegmentTemplate/SegmentTimeline/S[7]/@d"
    change = f'<replace sel="{selector}">2</replace>' * count
    body = f'<Patch mpdId="m" originalPublishTime="2020-01-01T00:00:00Z">{change}</Patch>'
    found = _read(whole.encode(), ManifestFormat.DASH)
    assert found is not None
    return found, body.encode()


def test_patches() -> None:
    def work(given: tuple[Presentation, bytes]) -> Presentation | None:
        try:
            return patch(given[0], given[1], url=URL)
        except PlayerError:
            return None

    assert growth(work, _patched, 700) < STEEP


def _sidx_chain(count: int) -> bytes:
    """Boxes that each list some media, and lead to the box behind them."""
    body = b""
    for _ in range(count):
        references = [(max(len(body), 1), bool(body)), *[(1, False)] * 200]
        told = b"".join(
            struct.pack(">III", size | nested << 31, 1, 0) for size, nested in references
        )
        head = struct.pack(">IIIIHH", 1, 1, 0, 0, 0, len(references))
        size = 12 + len(head) + len(told)
        body = struct.pack(">I", size) + b"sidx" + bytes(4) + head + told + body
    return body


def test_chains_of_sidx_boxes() -> None:
    context = SidxContext(media=URL, apart=False, init=None, start=NOW, end=None, media_offset=NOW)
    source = Resource(uri=URL)
    assert growth(lambda body: resolve_sidx(body, source, context), _sidx_chain, 40) < STEEP
