"""The cache of loops: kept, checked, mended, and never half written."""

from multiprocessing import active_children
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headend.asset import store
from headend.asset.captions import make_captions
from headend.asset.jobs import Job
from headend.asset.ladder import recipe_key
from headend.asset.loopfile import DamagedLoopError, read_loop, write_loop
from headend.asset.model import ProgressReport
from headend.asset.store import ensure_assets
from headend.asset.workers import EncoderError, run_jobs

Reports = list[ProgressReport]


@pytest.fixture
def _only_captions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Channels of two captions only: the same processes, without the minutes of encoding."""
    monkeypatch.setattr(store, "rendition_steps", lambda _: {"t-en": 1, "t-pt": 1})
    monkeypatch.setattr(store, "_cores", lambda: 1)


def files(directory: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in directory.rglob("*.loop")}


def parts(directory: Path) -> list[Path]:
    return list(directory.glob("part-*"))


def nothing(_report: ProgressReport) -> None:
    return


@pytest.mark.usefixtures("_only_captions")
def test_first_call_makes_and_second_call_only_loads(tmp_path: Path) -> None:
    reports: Reports = []
    first = ensure_assets(tmp_path / "cache", 2, progress=reports.append)
    made = files(tmp_path)
    again: Reports = []
    second = ensure_assets(tmp_path / "cache", 2, progress=again.append)
    assert [asset.number for asset in first] == [1, 2]
    assert [asset.name for asset in first] == ["Farol 1", "Farol 2"]
    assert [rendition.id for rendition in first[1].renditions] == ["t-en", "t-pt"]
    assert first == second
    assert files(tmp_path) == made
    assert parts(tmp_path / "cache") == []
    counts = [report.done for report in reports[:-1]]
    assert counts == sorted(counts)
    assert reports[-1].done == reports[-1].total
    assert len(again) == 1
    assert active_children() == []


@pytest.mark.usefixtures("_only_captions")
def test_a_damaged_file_is_noticed_and_made_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    good = ensure_assets(tmp_path, 1, progress=nothing)
    path = next(tmp_path.rglob("ch01-t-en.loop"))
    whole = path.read_bytes()
    path.unlink()  # not truncated in place: the first assets still look at it
    path.write_bytes(whole[:-3])
    with caplog.at_level("WARNING"):
        mended = ensure_assets(tmp_path, 1, progress=nothing)
    assert "ch01-t-en.loop is damaged" in caplog.text
    caplog.clear()
    assert path.read_bytes() == whole
    assert mended == good
    assert bytes(mended[0].renditions[0].data) == bytes(good[0].renditions[0].data)


@pytest.mark.usefixtures("_only_captions")
def test_another_recipe_is_another_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ensure_assets(tmp_path, 1, progress=nothing)
    monkeypatch.setattr(store, "recipe_key", lambda _: "changed")
    ensure_assets(tmp_path, 1, progress=nothing)
    assert len(list(tmp_path.rglob("ch01-t-en.loop"))) == 2


@pytest.mark.usefixtures("_only_captions")
def test_shorter_segments_are_another_cache_and_the_usual_one_is_as_it_was(tmp_path: Path) -> None:
    usual = ensure_assets(tmp_path, 1, progress=nothing)
    short = ensure_assets(tmp_path, 1, progress=nothing, segment_s=1)
    assert (usual[0].segment_s, short[0].segment_s) == (2, 1)
    assert len(list(tmp_path.rglob("ch01-t-en.loop"))) == 2
    assert recipe_key(2) == recipe_key() != recipe_key(1)


@pytest.mark.usefixtures("_only_captions")
def test_an_interrupt_ends_the_workers_and_leaves_no_half_file(tmp_path: Path) -> None:
    def interrupt(report: ProgressReport) -> None:
        if report.done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ensure_assets(tmp_path, 9, progress=interrupt)
    assert parts(tmp_path) == []
    assert active_children() == []
    kept = files(tmp_path)
    assert len(kept) < 18
    ensure_assets(tmp_path, 9, progress=nothing)
    assert kept.items() <= files(tmp_path).items()


@pytest.mark.parametrize("channels", [0, 100])
def test_number_of_channels_is_checked(tmp_path: Path, channels: int) -> None:
    with pytest.raises(ValueError, match="1 to 99"):
        ensure_assets(tmp_path, channels, progress=nothing)


def job(directory: Path, rendition: str = "t-en", channel: int = 1) -> Job:
    return Job(
        channel=channel,
        rendition=rendition,
        steps=1,
        part=directory / f"{rendition}.part",
        target=directory / f"{rendition}.loop",
    )


def test_a_failing_encoder_is_an_error_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"channel 1, t-en failed: No such file or directory"):
        run_jobs([job(tmp_path / "nowhere")], 1, done=lambda _job, _steps: None)
    assert active_children() == []


def test_a_vanished_encoder_is_an_error(tmp_path: Path) -> None:
    def kill(_job: Job, _steps: int) -> None:
        for child in active_children():
            child.terminate()

    jobs = [job(tmp_path), job(tmp_path, "a-en"), job(tmp_path, "a-pt")]
    with pytest.raises(EncoderError, match=r"the encoder of channel 1, .* ended"):
        run_jobs(jobs, 1, done=kill)


@pytest.fixture(scope="module")
def loop_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("loop") / "a.loop"
    write_loop(path, make_captions(4, "pt"))
    return path.read_bytes()


def test_a_loop_file_gives_back_what_was_written(tmp_path: Path) -> None:
    made = make_captions(4, "pt")
    write_loop(tmp_path / "a.loop", made)
    read = read_loop(tmp_path / "a.loop")
    assert read.samples == made.samples
    assert bytes(read.data) == made.payload
    assert read.data.readonly
    assert (read.name, read.language, read.codecs) == ("Português", "pt", "wvtt")


@given(where=st.floats(0, 0.999), how=st.integers(1, 255), cut=st.booleans())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_damage_is_noticed(
    tmp_path: Path, loop_bytes: bytes, where: float, how: int, cut: bool
) -> None:
    place = int(where * len(loop_bytes))
    damaged = bytearray(loop_bytes)
    damaged[place] ^= how
    path = tmp_path / "b.loop"
    path.write_bytes(loop_bytes[:place] if cut else bytes(damaged))
    with pytest.raises(DamagedLoopError):
        read_loop(path)
