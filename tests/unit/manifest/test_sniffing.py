"""What bodies are, by bytes, type and name."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.manifest.sniff import sniff
from player.model.presentation import ManifestFormat

HLS, DASH, TS = ManifestFormat.HLS, ManifestFormat.DASH, ManifestFormat.TS
MP4 = b"\x00\x00\x00\x18ftypiso6"
PACKET = b"\x47\x40\x00\x10" + bytes(184)


@pytest.mark.parametrize(
    ("head", "content_type", "url", "told"),
    [
        (b"#EXTM3U\n", "", "", HLS),
        (b"\xef\xbb\xbf#EXTM3U", "text/html", "a.mpd", HLS),
        ("\ufeff#EXTM3U\n".encode("utf-16-le"), "", "", HLS),
        (b"\n\n  #EXTM3U", "", "", HLS),
        (b"# made by hand\n#EXTM3U\n", "", "", HLS),
        (b'<?xml version="1.0"?>\n<!-- x --><MPD xmlns="u">', "", "", DASH),
        (b'<ns:MPD type="static">', "text/plain", "", DASH),
        (PACKET * 3, "", "", TS),
        (PACKET * 2, "", "", TS),
        (bytes(4) + (PACKET + bytes(4)) * 3, "", "", TS),
        ((PACKET + bytes(16)) * 4, "application/octet-stream", "", TS),
        (b"\x00\x01\x02" + PACKET * 5, "", "", TS),
        (b"\x00\x01junk", "video/mp2t; x=y", "", TS),
        (b"hello", "application/vnd.apple.mpegurl", "", HLS),
        (b"hello", "", "http://a.example/x.m3u8?y=z.mpd", HLS),
        (b"hello", "", "http://a.example/x.TS", TS),
        (b"<html><head>", "application/vnd.apple.mpegurl", "x.m3u8", None),
        (b"<!DOCTYPE html><p><MPD>", "", "x.mpd", None),
        (b"<SmoothStreamingMedia>", "application/dash+xml", "", None),
        (MP4, "video/mp2t", "x.m3u8", None),
        (b"", "application/dash+xml", "x.mpd", None),
        (b"  \r\n", "", "x.mpd", None),
        (b"hello", "text/plain", "http://[bad", None),
        (b"\x1a\x45\xdf\xa3", "", "a.ts", None),
    ],
)
def test_sniff(head: bytes, content_type: str, url: str, told: ManifestFormat | None) -> None:
    assert sniff(head, content_type=content_type, url=url) is told


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=1_000), st.text(max_size=30), st.text(max_size=30))
def test_sniff_never_fails(head: bytes, content_type: str, url: str) -> None:
    sniff(head, content_type=content_type, url=url)
