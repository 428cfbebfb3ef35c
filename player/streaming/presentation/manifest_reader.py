"""A manifest with its remote elements (xlink onLoad, ISO/IEC 23009-1 5.5)."""

import logging
from functools import partial

import anyio

from player.errors import PlayerError
from player.manifest.face import parse
from player.model.presentation import ManifestFormat, Presentation
from player.model.resource import Resource
from player.ports import RequestKind
from player.streaming.fetch.parts import Reach, Source, read_all

LOG = logging.getLogger("farol.engine")

ROUNDS = 3
"""A remote element may hold others; deeper than this it is a loop."""

MOST_LINKS = 32
"""Remote elements fetched for one manifest."""

LARGEST_LINK = 4 << 20
"""Bytes of one remote element."""


async def read_manifest(
    parts: Reach,
    source: Source,
    body: bytes,
    *,
    url: str,
    format: ManifestFormat,  # noqa: A002 - the model's word
) -> Presentation:
    """Parse a manifest in a worker, and fetch what it leaves to other addresses.

    What cannot be had is left out (5.5.3: resolve to zero), with a line in the log. Raises
    PlayerError (manifest.*).
    """
    remote: dict[str, bytes] = {}
    for _ in range(ROUNDS):
        work = partial(
            parse, body, url=url, now=parts.clock.utc(), format=format, remote=dict(remote)
        )
        presentation = await parts.worker(work)
        lacking = [link for link in presentation.links if link not in remote]
        if not lacking:
            return presentation
        await _fetch(lacking[: MOST_LINKS - len(remote)], remote, parts, source)
        remote |= dict.fromkeys((link for link in lacking if link not in remote), b"")
    LOG.warning("remote elements lead to others without end: left out")
    return presentation


async def _fetch(links: list[str], remote: dict[str, bytes], parts: Reach, source: Source) -> None:
    async def load(link: str) -> None:
        try:
            request = source.request(Resource(uri=link), RequestKind.MANIFEST)
            _, body = await read_all(parts, request)
        except PlayerError as failed:
            LOG.warning("remote element left out code=%s", failed.failure.code)
            body = b""
        remote[link] = body if len(body) <= LARGEST_LINK else b""

    async with anyio.create_task_group() as group:
        for link in links:
            group.start_soon(load, link)
