"""SpoolFetch: the catalogue's downloads, through the engine's fetcher, into files."""

from collections.abc import Mapping
from pathlib import Path

import anyio

from catalog.sources import FetchedFile, FetchError
from player.errors import PlayerError
from player.model.resource import Resource
from player.ports import ByteFetcher, FetchRequest, RequestKind

LARGEST = 2 << 30
"""Bytes after which a download is no list and no guide."""


class SpoolFetch:
    """Implements `catalog.sources.Fetch`. Engine loop."""

    def __init__(self, fetcher: ByteFetcher) -> None:
        """Download through `fetcher`."""
        self._fetcher = fetcher

    async def fetch(self, url: str, headers: Mapping[str, str], into: Path) -> FetchedFile:
        """See `Fetch.fetch`."""
        request = FetchRequest(
            resource=Resource(uri=url), kind=RequestKind.OTHER, headers=headers, by_viewer=True
        )
        try:
            async with self._fetcher.open(request) as response:
                async with await anyio.open_file(into, "wb") as file:
                    size = 0
                    async for chunk in response.chunks():
                        size += len(chunk)
                        if size > LARGEST:
                            raise FetchError("it is far larger than any list or guide")
                        await file.write(chunk)
                return FetchedFile(path=into, content_type=response.content_type)
        except PlayerError as failed:
            raise FetchError(failed.failure.sentence) from failed
