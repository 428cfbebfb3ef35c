"""Client data (CMCD) on its way: where it is asked for, and nowhere else."""

import re
from urllib.parse import parse_qs

import anyio
import httpx
import pytest

from player.model.cmcd import ClientDataReporting, CmcdMode
from tests.fakes.origin import FakeOrigin
from tests.fakes.virtual import VirtualClock, at_virtual_time
from tests.virtual.rig import URL, player_rig

Told = list[tuple[str, str, dict[str, str]]]


def _listening(told: Told, asks: str = "", **channel: object) -> object:
    """An origin that writes down what it is told: path, query, CMCD headers; it `asks` for it."""

    def network(clock: VirtualClock) -> httpx.AsyncBaseTransport:
        origin = FakeOrigin(clock, **channel)  # type: ignore[arg-type]

        async def answer(request: httpx.Request) -> httpx.Response:
            own = {name: text for name, text in request.headers.items() if "cmcd" in name}
            told.append((request.url.path, request.url.query.decode(), own))
            found = await origin.answer(request)
            found.headers.update({"farol-cmcd": asks} if asks else {})
            return found

        return httpx.MockTransport(answer)

    return network


def _play(told: Told, reporting: ClientDataReporting | None, asks: str = "") -> None:
    async def scenario() -> None:
        network = _listening(told, asks, vod=6, samples=6)
        async with player_rig(network) as rig:  # type: ignore[arg-type]
            rig.play(URL, reporting=reporting)
            await anyio.sleep(20)
        assert rig.fatal == []

    at_virtual_time(scenario)


def test_who_does_not_ask_is_told_nothing() -> None:
    told: Told = []
    _play(told, None)
    assert told
    assert all((query, own) == ("", {}) for _, query, own in told)


def test_each_request_for_media_tells_of_one_session_in_the_query() -> None:
    told: Told = []
    _play(told, ClientDataReporting(content_id="film-1"))
    segments = [parse_qs(query)["CMCD"][0] for path, query, _ in told if path.endswith(".seg")]
    assert len(segments) > 8
    names = {found[1] for one in segments if (found := re.search(r'sid="(\w+)"', one))}
    assert len(names) == 1, "one session"
    assert all('cid="film-1"' in one and "sf=h" in one and "st=v" in one for one in segments)
    assert any(re.search(r"br=4000,.*d=6000,.*ot=v,.*tb=4000", one) for one in segments)
    assert "su" in segments[0].split(",")
    assert "su" not in segments[-1].split(","), "nothing is urgent while the picture runs"
    lists = [query for path, query, _ in told if path in {"/v1.m3u8", "/a1.m3u8"}]
    assert lists
    assert all("ot%3Dm" in query for query in lists)


@pytest.mark.parametrize("version", [1, 2])
def test_headers_are_told_apart_by_what_they_tell_of(version: int) -> None:
    told: Told = []
    _play(told, ClientDataReporting(version=version, mode=CmcdMode.HEADERS))
    media = [own for path, query, own in told if path.startswith("/v1/") and not query]
    assert media
    assert {"cmcd-object", "cmcd-request", "cmcd-session"} <= set(media[0])
    assert media[0]["cmcd-object"].startswith("br=(400;v)" if version == 2 else "br=400,")


def test_our_own_headend_is_told_in_headers_because_it_asks() -> None:
    told: Told = []
    _play(told, None, asks="v=1")
    assert told[0] == ("/master.m3u8", "", {})
    media = [own for path, query, own in told if path.endswith(".seg") and not query]
    assert len(media) > 8
    assert all("sid=" in own["cmcd-session"] for own in media)
