"""Content steering: asks a server again and again which places to prefer."""

import logging
from typing import Protocol
from urllib.parse import urlencode, urlsplit, urlunsplit

import anyio

from player.errors import PlayerError
from player.manifest.steering import PathwayClone, SteeringManifest, parse_steering
from player.model.presentation import ManifestFormat, Presentation
from player.model.resource import Resource
from player.ports import RequestKind
from player.streaming.fetch.parts import EngineParts, Source, read_answer
from player.units import Micros, micros, seconds

LOG = logging.getLogger("farol.engine")

USUAL = micros(300)
"""How long to wait after a failure, before there was any answer (RFC 8216bis 7.2)."""

SHORTEST = micros(5)
LONGEST = micros(86_400)

GONE = 410
"""The server asks for nothing more to be asked in this session (RFC 8216bis 7.3)."""


class Steered(Protocol):
    """Whose places are steered: the presentation store."""

    @property
    def presentation(self) -> Presentation:
        """The newest manifest."""
        ...

    def clone(self, clones: tuple[PathwayClone, ...]) -> None:
        """Take places in that are made of others."""
        ...

    def steer(self, names: tuple[str, ...]) -> None:
        """Take another order."""
        ...

    def playing_location(self) -> str:
        """The name of the place that is fetched from now."""
        ...


class ContentSteering:
    """The loop of one session (RFC 8216bis 7; DASH: ETSI TS 103 998). Engine thread only.

    Errors keep the last word: whatever was steered stays until there is another answer.
    """

    def __init__(self, steered: Steered, parts: EngineParts, source: Source) -> None:
        """Ask where the presentation's `steering` says."""
        told = steered.presentation.steering
        self._uri = told.uri if told else ""
        self._first = told.default[0] if told and told.default else ""
        self._steered = steered
        self._parts = parts
        self._source = source
        self._pause = USUAL
        self._asked_once = self._over = False

    async def run(self) -> None:
        """Ask until the server wants no more questions; what was asked before the start holds."""
        while not self._over:
            if self._asked_once:
                await anyio.sleep(seconds(self._pause))
            await self.ask()

    async def ask(self) -> None:
        """Ask once, and obey. Never raises."""
        self._asked_once, uri = True, self._question()
        try:
            answer = await read_answer(
                self._parts, self._source.request(Resource(uri=uri), RequestKind.LIST)
            )
            told = parse_steering(answer.body, url=answer.url)
        except PlayerError as failed:
            self._failed(failed)
            return
        self._take(told)

    def _take(self, told: SteeringManifest) -> None:
        self._uri = told.reload_uri or self._uri
        self._pause = min(max(told.ttl, SHORTEST), LONGEST)
        if told.clones:
            self._steered.clone(told.clones)
        names = ", ".join(told.priority)
        LOG.info("steering answered: %s, again in %d s", names, self._pause // 1_000_000)
        self._steered.steer(told.priority)

    def _failed(self, failed: PlayerError) -> None:
        failure = failed.failure
        if failure.status == GONE:
            LOG.info("steering over: the server wants no more questions")
            self._over = True
            return
        asked = Micros(failure.retry_after or 0)
        self._pause = min(max(asked, self._pause, SHORTEST), LONGEST)
        LOG.warning(
            "steering failed code=%s status=%s: the last word holds, again in %d s",
            failure.code, failure.status, self._pause // 1_000_000,
        )  # fmt: skip

    def _question(self) -> str:
        """The address with where we are, or begin, and what the line carries (7.2.2)."""
        dash = self._steered.presentation.format is ManifestFormat.DASH
        prefix = "_DASH_" if dash else "_HLS_"
        location = self._steered.playing_location() or self._first
        throughput = self._parts.estimator.estimate
        told = {f"{prefix}pathway": location} if location else {}
        if throughput:
            told[f"{prefix}throughput"] = str(throughput)
        parts = urlsplit(self._uri)
        query = "&".join(filter(None, [parts.query, urlencode(told)]))
        return urlunsplit(parts._replace(query=query))
