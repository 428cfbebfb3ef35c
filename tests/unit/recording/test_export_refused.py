"""What is not exported: protected and damaged recordings, and over a file that is there."""

import pytest

from player.errors import ErrorCode, PlayerError
from player.media.remux import subrip
from player.model.cue import Cue, CueSpan
from player.recording.export import export
from player.units import Micros

HEAD = "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:2\n"
PIECE = "#EXTINF:2,\n0.ts\n#EXT-X-ENDLIST\n"


def refused(tmp_path, text: str) -> PlayerError:
    playlist, target = tmp_path / "recording.m3u8", tmp_path / "out.mkv"
    playlist.write_text(text)
    with pytest.raises(PlayerError) as raised:
        export(playlist, target, now=Micros(0))
    assert not list(tmp_path.glob("out.mkv*"))
    return raised.value


@pytest.mark.parametrize(
    "key",
    [
        '#EXT-X-KEY:METHOD=AES-128,URI="k.key"\n',
        '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://k",KEYFORMAT="com.apple.streamingkeydelivery"\n',
    ],
)
def test_a_protected_recording_is_not_exported(tmp_path, key):
    failure = refused(tmp_path, HEAD + key + PIECE).failure
    assert failure.code is ErrorCode.DRM_UNSUPPORTED
    assert "protected" in failure.sentence


@pytest.mark.parametrize("entry", [b"encv", b"enca"])
@pytest.mark.parametrize("apart", [True, False])
def test_one_whose_media_alone_say_that_they_are_protected_is_not_exported(tmp_path, entry, apart):
    head = b"\0\0\0\x20ftypiso6" + bytes(20) + entry
    (tmp_path / "0.m4s").write_bytes((b"" if apart else head) + bytes(8) + b"mdat")
    (tmp_path / "i.mp4").write_bytes(head)
    init = '#EXT-X-MAP:URI="i.mp4"\n' if apart else ""
    text = HEAD + init + PIECE.replace("0.ts", "0.m4s")
    assert refused(tmp_path, text).failure.code is ErrorCode.DRM_UNSUPPORTED


def test_a_recording_names_no_file_outside_of_its_folder(tmp_path):
    (tmp_path / "r").mkdir()
    outside = HEAD + "#EXTINF:2,\n../secret.ts\n#EXT-X-ENDLIST\n"
    (tmp_path / "secret.ts").write_bytes(b"\x47" + bytes(187))
    assert refused(tmp_path / "r", outside).failure.code is ErrorCode.MEDIA_INVALID


@pytest.mark.parametrize("text", ["", "<html>", HEAD + "#EXT-X-ENDLIST\n", HEAD + PIECE])
def test_where_nothing_can_be_read_nothing_is_written(tmp_path, text):
    assert refused(tmp_path, text).failure.category in {"media", "manifest"}


def test_a_file_that_is_there_stays(tmp_path):
    target = tmp_path / "out.mkv"
    target.write_bytes(b"mine")
    with pytest.raises(PlayerError, match="already something"):
        export(tmp_path / "recording.m3u8", target, now=Micros(0))
    assert target.read_bytes() == b"mine"


def test_subrip_keeps_what_it_has_words_for():
    lines = (
        (CueSpan(text="Who "), CueSpan(text="is", italic=True, bold=True), CueSpan(text=" it?")),
        (CueSpan(text=" ", italic=True), CueSpan(text="Me.", underline=True, color="#ff0000ff")),
    )
    cue = Cue(start=Micros(0), end=Micros(1), lines=lines)
    assert subrip(cue) == "Who <b><i>is</i></b> it?\n <u>Me.</u>"
