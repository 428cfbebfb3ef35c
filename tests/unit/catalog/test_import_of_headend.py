"""What the bundled headend says is what the catalogue understands: two readings of one wire."""

from pathlib import Path

from catalog.import_job import ImportJob
from catalog.model import SourceIdentity
from catalog.store.importer import run_import
from catalog.store.reader import GuideReader
from headend.asset.model import Colours
from headend.lineup.channel import Channel
from headend.lineup.guide import guide_xml, now_and_next
from headend.lineup.m3u import lineup_m3u

BASE = "http://headend.invalid/"
NOW_MS = 1_795_361_075_500
COLOURS = Colours(night="#000000", deep="#111111", accent="#eeeeee", light="#ffffff")
CHANNELS = [
    Channel(
        number=number,
        id=f"farol-{number}.demo",
        name=f"Farol & Mar {number}",
        group="Geral",
        character="geral",
        colours=COLOURS,
    )
    for number in range(1, 9)
]


def test_lineup_and_guide_arrive_whole(tmp_path: Path) -> None:
    listing, guide = tmp_path / "lineup.m3u", tmp_path / "guide.xml"
    listing.write_text(lineup_m3u(CHANNELS, base=BASE, stream_format="mixed"), "utf-8")
    guide.write_bytes(guide_xml(CHANNELS, base=BASE, now_ms=NOW_MS))
    source = SourceIdentity(id="demo", name="Demo", location=BASE + "lineup.m3u")
    job = ImportJob(
        list_path=listing, guide_paths=(guide,), into=tmp_path / "guide.db", source=source
    )
    report = run_import(job, lambda _: None)
    assert (report.channels, report.matched, report.warnings) == (8, 8, ())
    reader = GuideReader(tmp_path / "guide.db")
    found = reader.channels()
    on_now = reader.now_next(NOW_MS // 1000)
    for channel, stated in zip(found, CHANNELS, strict=True):
        assert (channel.number, channel.name) == (str(stated.number), stated.name)
        assert channel.guide_id == stated.id
        now, following = now_and_next(stated, NOW_MS)
        answer = on_now[channel.id]
        assert answer.now is not None
        assert answer.next is not None
        assert (answer.now.title, answer.next.title) == (
            now.show.title,
            following.show.title,
        )
        assert (answer.now.start, answer.now.stop) == (
            now.start.timestamp(),
            now.stop.timestamp(),
        )
        assert len(reader.programmes(channel.id, 0, 1 << 40)) > 7 * 10
    reader.close()
