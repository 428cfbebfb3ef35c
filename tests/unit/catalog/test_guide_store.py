"""guide.db: built beside the old one, swapped in whole, read while that happens."""

import itertools
import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.import_job import CatalogImportError, ImportJob, Progress
from catalog.importer import decode_line, encode_job
from catalog.model import SourceIdentity
from catalog.store.importer import run_import
from catalog.store.reader import GuideDamagedError, GuideReader
from catalog.store.settle import StatedTime, corrections

ROOT = Path(__file__).parents[3]
SOURCE = SourceIdentity(id="src", name="Mine", location="http://host.example/list.m3u")
LIST = """#EXTM3U
#EXTINF:-1 tvg-id="a" group-title="News;World" tvg-logo="http://l/a.png" catchup="shift",A
#EXTVLCOPT:http-user-agent=VLC
http://h/a
#EXTINF:-1 tvg-id="a" tvg-shift="1",A +1
http://h/a1
#EXTINF:-1 radio="true",Unknown
http://h/u
"""
GUIDE = """<tv>
<channel id="a"><display-name>A</display-name></channel>
<channel id="a"><display-name>Also A</display-name></channel>
<programme start="19700101010000" stop="19700101013000" channel="a"><title>One</title>
<desc>About</desc><category>News</category></programme>
<programme start="19700101013000" channel="a"><title>Two</title></programme>
<programme start="19700101030000" stop="19700101040000" channel="a"><title>Four</title></programme>
<programme start="19700101020000" stop="19700101050000" channel="a"><title>Three</title>
</programme>
<programme start="19700101013000" channel="a"><title>Two again</title></programme>
</tv>"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "list.m3u").write_text(LIST)
    (tmp_path / "guide.xml").write_text(GUIDE)
    return tmp_path


def job_of(folder: Path, *guides: str) -> ImportJob:
    return ImportJob(
        list_path=folder / "list.m3u",
        guide_paths=tuple(folder / guide for guide in guides),
        into=folder / "guide.db",
        source=SOURCE,
    )


def build(folder: Path, *guides: str) -> GuideReader:
    run_import(job_of(folder, *guides), lambda _: None)
    return GuideReader(folder / "guide.db")


def test_what_was_imported_is_read_back(files: Path) -> None:
    reader = build(files, "guide.xml")
    first, second, third = reader.channels()
    assert (first.name, first.number, first.groups) == ("A", "1", ("News", "World"))
    assert first.headers == {"User-Agent": "VLC"}
    assert first.catchup is not None
    assert (second.guide_shift, third.radio) == (3600, True)
    (one,) = reader.programmes(first.id, 3600, 5400)
    assert (one.title, one.description, one.categories) == ("One", "About", ("News",))
    reader.close()


def test_a_schedule_has_neither_gaps_nor_overlaps_nor_duplicates(files: Path) -> None:
    reader = build(files, "guide.xml")
    identity = reader.channels()[0].id
    found = [(p.title, p.start, p.stop) for p in reader.programmes(identity, 0, 99_999)]
    assert found == [
        ("One", 3600, 5400),
        ("Two", 5400, 7200),
        ("Three", 7200, 10_800),
        ("Four", 10_800, 14_400),
    ]
    reader.close()


def test_now_and_next_follow_the_channels_shift(files: Path) -> None:
    reader = build(files, "guide.xml")
    first, second, third = (channel.id for channel in reader.channels())
    answer = reader.now_next(5400)
    assert answer[first].now is not None
    assert answer[first].now.title == "Two"
    assert answer[first].next is not None
    assert answer[first].next.title == "Three"
    assert answer[second].now is None
    assert answer[second].next is not None
    assert (answer[second].next.title, answer[second].next.start) == ("One", 7200)
    assert third not in answer
    assert set(reader.now_next(5400, [second])) == {second}
    assert reader.now_next(99_999) == {}
    reader.close()


def test_a_window_holds_what_touches_it(files: Path) -> None:
    reader = build(files, "guide.xml")
    first, second, _ = (channel.id for channel in reader.channels())
    assert [p.title for p in reader.programmes(first, 5399, 7200)] == ["One", "Two"]
    assert [p.title for p in reader.programmes(first, 5400, 7201)] == ["Two", "Three"]
    assert [p.title for p in reader.programmes(second, 9000, 9001)] == ["Two"]
    assert reader.programmes("unknown", 0, 99_999) == []
    reader.close()


def test_the_first_guide_that_tells_of_a_channel_wins(files: Path) -> None:
    (files / "late.xml").write_text(
        '<tv><programme start="19700101010000" channel="a"><title>Late</title></programme>'
        '<programme start="19700101010000" channel="b"><title>B</title></programme></tv>'
    )
    progress: list[Progress] = []
    job = job_of(files, "guide.xml", "late.xml", "absent.xml")
    report = run_import(job, progress.append)
    assert (report.channels, report.programmes, report.matched) == (3, 5, 2)
    assert "could not be read" in report.warnings[0].text
    assert {"channels", "programmes", "index"} == {step.phase for step in progress}


def test_titles_can_be_searched_without_accents(files: Path) -> None:
    (files / "guide.xml").write_text(
        '<tv><programme start="19700101" channel="a"><title>Télévision</title></programme></tv>'
    )
    build(files, "guide.xml").close()
    database = sqlite3.connect(files / "guide.db")
    select = "SELECT count(*) FROM title_index WHERE title_index MATCH 'TELEV*'"
    assert database.execute(select).fetchone() == (1,)
    database.close()


def test_a_reader_sees_the_swap(files: Path) -> None:
    reader = build(files)
    assert len(reader.channels()) == 3
    (files / "list.m3u").write_text("#EXTM3U\n#EXTINF:-1,New\nhttp://h/n\n")
    build(files).close()
    assert [channel.name for channel in reader.channels()] == ["New"]
    reader.close()


def test_no_file_and_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "guide.db"
    reader = GuideReader(path)
    assert reader.channels() == []
    assert reader.now_next(0) == {}
    assert not path.exists()
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(GuideDamagedError):
        reader.channels()


@pytest.mark.parametrize("text", ["<html><body>Not found</body></html>", "", '{"error": 1}'])
def test_what_is_no_list_leaves_the_old_guide(files: Path, text: str) -> None:
    reader = build(files, "guide.xml")
    (files / "list.m3u").write_text(text)
    with pytest.raises(CatalogImportError, match="not a list"):
        build(files)
    assert len(reader.channels()) == 3
    assert sorted(path.name for path in files.iterdir()) == ["guide.db", "guide.xml", "list.m3u"]
    reader.close()


def process(folder: Path) -> tuple["subprocess.Popen[str]", str]:
    command = [sys.executable, "-m", "catalog.importer"]
    running = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    return running, encode_job(job_of(folder, "guide.xml"))


def test_the_process_tells_its_progress_and_reports(files: Path) -> None:
    running, job = process(files)
    lines = running.communicate(job, timeout=60)[0].splitlines()
    assert running.returncode == 0
    assert all(isinstance(decode_line(line), Progress) for line in lines[:-1])
    assert json.loads(lines[-1])["report"]["programmes"] == 4


def test_the_process_fails_with_a_sentence(files: Path) -> None:
    (files / "list.m3u").unlink()
    running, job = process(files)
    (line,) = running.communicate(job, timeout=60)[0].splitlines()
    assert running.returncode == 1
    with pytest.raises(CatalogImportError, match="could not be imported"):
        decode_line(line)
    running, _ = process(files)
    assert "error" in json.loads(running.communicate("nonsense", timeout=60)[0])
    assert running.returncode == 2


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
@pytest.mark.parametrize("after", [1, 3, 6])
def test_a_killed_import_leaves_the_old_guide_whole(files: Path, after: int) -> None:
    build(files, "guide.xml").close()
    old = (files / "guide.db").read_bytes()
    entries = (f"#EXTINF:-1,C{i}\nhttp://h/{i}\n" for i in range(20_000))
    (files / "list.m3u").write_text("#EXTM3U\n" + "".join(entries))
    running, job = process(files)
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write(job)
    running.stdin.close()
    for _ in range(after):
        running.stdout.readline()
    running.send_signal(signal.SIGKILL)
    running.wait(60)
    running.stdout.close()
    assert (files / "guide.db").read_bytes() == old
    reader = build(files, "guide.xml")
    assert len(reader.channels()) == 20_000
    assert not list(files.glob(".guide.db*"))
    reader.close()


TIMES = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 50), st.one_of(st.none(), st.integers(0, 60)))
)


@given(TIMES)
def test_any_schedule_settles(stated: list[tuple[int, int, int | None]]) -> None:
    rows = sorted((guide, start, row, stop) for row, (guide, start, stop) in enumerate(stated))
    times = [StatedTime(row, guide, start, stop) for guide, start, row, stop in rows]
    changed = {change.row: change.stop for change in corrections(times)}
    settled = [(t.guide, t.start, changed.get(t.row, t.stop)) for t in times]
    kept = [(guide, start, stop) for guide, start, stop in settled if stop is not None]
    assert {(t.guide, t.start) for t in times} == {(guide, start) for guide, start, _ in kept}
    assert all(start < stop for _, start, stop in kept)
    for (guide, _, stop), (other, start, _) in itertools.pairwise(kept):
        assert guide != other or stop <= start
