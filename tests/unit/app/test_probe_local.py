"""`farol probe` of files of this machine: judged by their bytes, and never without bounds."""

import json
from pathlib import Path

import av
import numpy as np
import pytest

from app.main import main
from app.probe import MOST_ROWS, MOST_SERVICES, extras
from player.session.survey import MOST_INDEXES

PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n1.ts\n#EXTINF:4,\n2.ts\n#EXT-X-ENDLIST\n"


@pytest.mark.parametrize("name", ["media_playlist", "list.txt", "list.m3u8"])
def test_a_playlist_is_one_whatever_its_name(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_text(PLAYLIST, encoding="utf-8")
    assert main(["probe", "--json", str(tmp_path / name)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["format"], told["duration"]) == ("hls", 10)


def test_a_master_of_a_thousand_variants_is_not_asked_for_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rungs = [f"#EXT-X-STREAM-INF:BANDWIDTH={i + 1000}\nv{i}.m3u8\n" for i in range(1000)]
    master = tmp_path / "master.m3u8"
    master.write_text("#EXTM3U\n" + "".join(rungs), encoding="utf-8")
    assert main(["probe", "--json", str(master)]) == 0
    warnings = [one["text"] for one in json.loads(capsys.readouterr().out)["warnings"]]
    assert f"only the first {MOST_INDEXES} of 1000 playlists were asked for" in warnings
    assert len([text for text in warnings if "cannot be read" in text]) == MOST_INDEXES
    assert main(["probe", str(master)]) == 0
    assert f"and {1000 - MOST_ROWS} more" in capsys.readouterr().out


def _film(path: Path) -> None:
    with av.open(str(path), "w", format="mpegts") as out:
        out.metadata.update(service_name="Canal [b]Um\x1b[2J", service_provider="Öst")
        video = out.add_stream("mpeg2video", rate=25)
        video.width, video.height, video.pix_fmt = 320, 240, "yuv420p"
        sounds = [out.add_stream("mp2", rate=48000, layout="stereo") for _ in range(2)]
        for sound, language in zip(sounds, ("por", "eng"), strict=True):
            sound.metadata["language"] = language
        for number in range(150):
            picture = av.VideoFrame.from_ndarray(np.full((240, 320, 3), number, np.uint8))
            picture.pts = number
            out.mux(video.encode(picture))
            for sound in sounds:
                silence = np.zeros((1, 2 * 1920), np.int16)
                frame = av.AudioFrame.from_ndarray(silence, format="s16", layout="stereo")
                frame.sample_rate, frame.pts = 48000, number * 1920
                out.mux(sound.encode(frame))
        out.mux(video.encode(None))
        for sound in sounds:
            out.mux(sound.encode(None))


def test_a_transport_stream_tells_its_tracks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _film(tmp_path / "film")
    assert main(["probe", "--json", str(tmp_path / "film")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["format"], told["type"]) == ("ts", "vod")
    tracks = told["periods"][0]["tracks"]
    assert [(one["kind"], one["language"]) for one in tracks] == [
        ("video", ""),
        ("audio", "por"),
        ("audio", "eng"),
    ]
    picture = tracks[0]["representations"][0]
    assert (picture["width"], picture["height"], picture["codecs"]) == (320, 240, "mpeg2video")
    assert picture["bandwidth"] > 100_000
    assert tracks[1]["representations"][0]["codecs"] == "mp2"


def test_a_transport_stream_tells_its_services(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _film(tmp_path / "film")
    assert main(["probe", "--json", str(tmp_path / "film")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["services"] == [{"id": 1, "name": "Canal [b]Um[2J", "provider": "Öst"}]
    assert main(["probe", str(tmp_path / "film")]) == 0
    assert "service: Canal [b]Um[2J (Öst)" in capsys.readouterr().out


def test_a_person_is_shown_the_first_services() -> None:
    one = {"id": 1, "name": "", "provider": ""}
    lines = extras({"periods": [], "services": [one] * (MOST_SERVICES + 1)})
    assert lines[-1].startswith("services: number 1, number 1")
    assert lines[-1].endswith(" and 1 more")


def test_what_is_no_transport_stream_after_all_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "noise.ts").write_bytes((b"\x47\x1f\xff\x10" + bytes(184)) * 400)
    assert main(["probe", str(tmp_path / "noise.ts")]) in (0, 4)
    told = capsys.readouterr()
    assert "Traceback" not in told.err
