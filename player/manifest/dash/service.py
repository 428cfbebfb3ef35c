"""What an MPD asks of its players: latency, reports, steering, clocks.

ISO/IEC 23009-1 5.8.4.11 and Annex K; ETSI TS 103 998.
"""

from collections.abc import Iterator

from player.manifest.addresses import Base, ForeignSchemeError
from player.manifest.dash.nodes import Node
from player.model.cmcd import ClientDataReporting, CmcdMode
from player.model.location import Steering
from player.model.notes import quoted
from player.model.presentation import LatencyRange, UtcTiming
from player.units import Micros

_CMCD = "urn:mpeg:dash:cta-5004"
_FETCHED_CLOCKS = ("http-head", "http-xsdate", "http-iso", "http-ntp")
_CLOCKS = ("direct", *_FETCHED_CLOCKS, "ntp", "sntp")
_UTC = "urn:mpeg:dash:utc:"
_LARGEST_LATENCY = 10**9


def service_of(root: Node) -> Node | None:
    """The ServiceDescription for us: one without a Scope, which names players of another kind.

    It may stand in the first period; one with a Latency is preferred.
    """
    levels = [root, *root.children("Period")][:2]
    ours = [
        one
        for level in levels
        for one in level.children("ServiceDescription")
        if one.child("Scope") is None
    ]
    return next((one for one in ours if one.child("Latency")), ours[0] if ours else None)


def target_latency(root: Node) -> Micros | None:
    """ServiceDescription's target, else suggestedPresentationDelay."""
    service = service_of(root)
    latency = service.child("Latency") if service else None
    told = _milliseconds(latency, "target") if latency else None
    return root.duration("suggestedPresentationDelay") if told is None else told


def latency_range(root: Node) -> LatencyRange:
    """The latencies and playback rates that are allowed (K.4.2)."""
    service = service_of(root)
    latency = service.child("Latency") if service else None
    speed = service.child("PlaybackRate") if service else None
    return LatencyRange(
        least=_milliseconds(latency, "min") if latency else None,
        most=_milliseconds(latency, "max") if latency else None,
        slowest=_rate(speed, "min") if speed else None,
        fastest=_rate(speed, "max") if speed else None,
    )


def _milliseconds(node: Node, name: str) -> Micros | None:
    value = node.integer(name)
    good = value is not None and 0 < value < _LARGEST_LATENCY
    return Micros(value * 1_000) if good and value is not None else None


def _rate(node: Node, name: str) -> float | None:
    value = node.number(name)
    return value if value is not None and 0.1 <= value <= 10 else None


def reporting(root: Node) -> ClientDataReporting | None:
    """ClientDataReporting by CMCD (CTA-5004); None where nothing is asked for."""
    service = service_of(root)
    asked = service.child("ClientDataReporting") if service else None
    if asked is None:
        return None
    for one in asked.children("CMCDParameters"):
        if not one.text("schemeIdUri").startswith(_CMCD):
            asked.warn("client data of an unknown kind are not reported")
            continue
        return ClientDataReporting(
            version=one.integer("version", 1) or 1,
            mode=CmcdMode.HEADERS if one.text("mode") == "header" else CmcdMode.QUERY,
            keys=frozenset(one.text("keys").replace(",", " ").split()),
            content_id=one.text("contentID"),
            session_id=one.text("sessionID"),
            locations=frozenset(asked.text("serviceLocations").replace(",", " ").split()),
        )
    return None


def steering(root: Node, url: str) -> Steering | None:
    """ContentSteering (ETSI TS 103 998 5), in the MPD or in its ServiceDescription."""
    service = service_of(root)
    levels = [root] if service is None else [root, service]
    for one in (found for level in levels for found in level.children("ContentSteering")):
        try:
            address = Base(url).join(one.content) if one.content else ""
        except ForeignSchemeError as refused:
            one.warn(f"ContentSteering was left out: {refused}")
            continue
        if address:
            return Steering(
                uri=address,
                default=tuple(one.text("defaultServiceLocation").split()),
                query_before_start=one.yes("queryBeforeStart"),
            )
    return None


def utc_timing(root: Node, url: str) -> tuple[UtcTiming, ...]:
    """The clocks, in the manifest's order; addresses are absolute, unknown kinds left out."""
    return tuple(found for one in root.children("UTCTiming") if (found := _clock(one, url)))


def _clock(node: Node, url: str) -> UtcTiming | None:
    scheme, value = node.text("schemeIdUri"), node.text("value") or node.content
    kind = scheme.lower().removeprefix(_UTC).partition(":")[0]
    if not scheme.lower().startswith(_UTC) or kind not in _CLOCKS:
        node.warn(f"a clock of an unknown kind: {quoted(scheme)}")
        return None
    if kind in _FETCHED_CLOCKS:
        value = " ".join(_addresses(node, value, url))
    return UtcTiming(scheme=scheme.lower(), value=value) if value else None


def _addresses(node: Node, value: str, url: str) -> Iterator[str]:
    base = Base(url)
    for one in value.split():
        try:
            yield base.join(one)
        except ForeignSchemeError as refused:
            node.warn(f"a clock's address was left out: {refused}")
