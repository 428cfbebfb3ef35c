"""Refreshing a source: list, guides, import."""

from collections.abc import Mapping
from pathlib import Path

import anyio
import pytest

from catalog.import_job import CatalogImportError, ImportJob, ImportReport
from catalog.model import SourceIdentity
from catalog.sources import FetchedFile, FetchError, Source, refresh_source
from catalog.store.importer import run_import
from catalog.store.reader import GuideReader

LIST = """#EXTM3U x-tvg-url="guide.xml,http://other.example/broken.xml"
#EXTINF:-1 tvg-id="a",A
live/a.m3u8
"""
GUIDE = '<tv><programme start="20260101" channel="a"><title>T</title></programme></tv>'
URL = "http://host.example/tv/list.m3u?token=s3cret"


class FakeFetch:
    """Serves files from memory and notes what was asked."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files
        self.asked: list[tuple[str, Mapping[str, str]]] = []

    async def fetch(self, url: str, headers: Mapping[str, str], into: Path) -> FetchedFile:
        self.asked.append((url, headers))
        if url not in self.files:
            raise FetchError("the server says 404")
        await anyio.Path(into).write_text(self.files[url])
        return FetchedFile(path=into)


async def import_here(job: ImportJob) -> ImportReport:
    return run_import(job, lambda _: None)


def source(location: str) -> Source:
    return Source(
        identity=SourceIdentity(id="s", name="S", location=location),
        headers={"User-Agent": "VLC", "Authorization": "s3cret"},
    )


def refresh(chosen: Source, fetch: FakeFetch, folder: Path) -> ImportReport:
    async def run() -> ImportReport:
        return await refresh_source(
            chosen, fetch=fetch, spool=folder, into=folder / "guide.db", run_import=import_here
        )

    return anyio.run(run)


def test_list_and_guides_are_loaded_and_a_failing_guide_is_a_warning(tmp_path: Path) -> None:
    fetch = FakeFetch({URL: LIST, "http://host.example/tv/guide.xml": GUIDE})
    report = refresh(source(URL), fetch, tmp_path)
    assert (report.channels, report.programmes, report.matched) == (1, 1, 1)
    assert ["404" in warning.text for warning in report.warnings] == [True]
    reader = GuideReader(tmp_path / "guide.db")
    assert reader.channels()[0].url == "http://host.example/tv/live/a.m3u8"
    reader.close()


def test_credentials_go_to_the_sources_own_host_only(tmp_path: Path) -> None:
    fetch = FakeFetch({URL: LIST})
    refresh(source(URL), fetch, tmp_path)
    asked = dict(fetch.asked)
    assert "Authorization" in asked["http://host.example/tv/guide.xml"]
    assert asked["http://other.example/broken.xml"] == {"User-Agent": "VLC"}
    assert "s3cret" not in repr(source(URL))


def test_credentials_do_not_leave_tls(tmp_path: Path) -> None:
    address = "https://host.example/list.m3u"
    fetch = FakeFetch({address: '#EXTM3U x-tvg-url="http://host.example/guide.xml"\n'})
    refresh(source(address), fetch, tmp_path)
    assert dict(fetch.asked)["http://host.example/guide.xml"] == {"User-Agent": "VLC"}


def test_a_guide_without_a_real_address_is_a_warning(tmp_path: Path) -> None:
    text = LIST.replace("http://other.example/broken.xml", "http://[::1")
    for location, listed in ((URL, {URL: text}), (str(tmp_path / "my.m3u"), {})):
        (tmp_path / "my.m3u").write_text(text)
        report = refresh(source(location), FakeFetch(listed), tmp_path)
        assert report.channels == 1
        assert any("cannot be right" in warning.text for warning in report.warnings)


def test_a_local_list_needs_no_download(tmp_path: Path) -> None:
    path = tmp_path / "my list.m3u"
    path.write_text(LIST.replace(",http://other.example/broken.xml", ""))
    (tmp_path / "guide.xml").write_text(GUIDE)
    for location in (str(path), path.as_uri()):
        fetch = FakeFetch({})
        report = refresh(source(location), fetch, tmp_path)
        assert (report.matched, report.warnings, fetch.asked) == (1, (), [])


def test_no_list_is_a_sentence(tmp_path: Path) -> None:
    for location in (URL, str(tmp_path / "absent.m3u"), "http://[::1", "file://[::1"):
        with pytest.raises(CatalogImportError, match="The list could not be read"):
            refresh(source(location), FakeFetch({}), tmp_path)
