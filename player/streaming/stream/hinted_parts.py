"""HintedParts: what a list says will be next, asked for before it is there."""

import logging

import anyio
from anyio.abc import TaskGroup

from player.errors import PlayerError
from player.model.resource import Resource
from player.model.segment import Part
from player.streaming.fetch.segment_loader import HELD, Errand, SegmentLoader
from player.streaming.fetch.wake import Wake
from player.units import micros, seconds

LOG = logging.getLogger("farol.engine")

PATIENCE = micros(2)
"""How long bytes may take that are there by the list's word."""


class _Hinted:
    """One request that the server holds until it has what is asked for."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        self.body = bytearray()
        self.whole = self.failed = False
        self.scope = anyio.CancelScope()

    def holds(self, part: Part) -> bool:
        """Whether a part is, or will be, among its bytes."""
        own, wanted = self.resource.byte_range, part.resource.byte_range
        if self.failed or part.resource.uri != self.resource.uri:
            return False
        if wanted is None or own is None:
            return wanted is own or (own is None and wanted is not None)
        return own.offset <= wanted.offset and wanted.last <= own.last

    def cut(self, part: Part) -> bytes | None:
        """The part's bytes, None while they are on their way."""
        own, wanted = self.resource.byte_range, part.resource.byte_range
        if wanted is None:
            return bytes(self.body) if self.whole else None
        at = wanted.offset - (own.offset if own else 0)
        found = bytes(self.body[at : at + wanted.length])
        return found if len(found) == wanted.length else None


class HintedParts:
    """The hints of one segment in the making (RFC 8216bis 4.4.5.3). Engine thread only.

    A hint is a guess: its bytes count once the list names the part. `news` rings when one of
    them has come, or was refused.
    """

    def __init__(self, loader: SegmentLoader, errand: Errand, group: TaskGroup) -> None:
        """Begin without any; requests run in `group`."""
        self._loader = loader
        self._errand = errand
        self._group = group
        self._hints: list[_Hinted] = []
        self.news = Wake()

    def keep(self, hint: Resource | None) -> None:
        """Ask for what the newest list hints at."""
        if hint is None or any(one.resource == hint for one in self._hints):
            return
        hinted = _Hinted(hint)
        self._hints.append(hinted)
        self._group.start_soon(self._ask, hinted)

    async def take(self, part: Part) -> bytes | None:
        """The bytes of a part that is listed now, if it was hinted at; else None.

        What was hinted at before that part, and came to nothing, is given up.
        """
        found = next((one for one in self._hints if one.holds(part)), None)
        if found is None:
            self._give_up()
            return None
        with anyio.move_on_after(seconds(PATIENCE)):
            while (body := found.cut(part)) is None and not (found.failed or found.whole):
                await self.news.wait()
            if body:
                return body
        found.scope.cancel()
        self._hints.remove(found)
        return None

    def _give_up(self) -> None:
        """A server may change its mind (6.2.2): all but the newest hint was wrong."""
        for one in self._hints[:-1]:
            one.scope.cancel()
            LOG.info("hint came to nothing")
        del self._hints[:-1]

    async def _ask(self, hinted: _Hinted) -> None:
        def came(chunk: bytes) -> None:
            hinted.body += chunk
            self.news.notify()

        with hinted.scope:
            try:
                await self._loader.stream(hinted.resource, self._errand, came, held=HELD)
                hinted.whole = True
            except PlayerError as failed:
                LOG.info("hint not had code=%s", failed.failure.code)
                hinted.failed = True
            self.news.notify()
