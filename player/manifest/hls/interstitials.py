"""Interstitials (RFC 8216bis Appendix D): date ranges that name another programme to show."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from player.manifest import failures
from player.manifest.addresses import Base, ForeignSchemeError
from player.manifest.bounds import MOST_ASSETS
from player.manifest.hls.dates import DateRange, duration_of
from player.manifest.times import LONGEST, decimal_seconds
from player.model.event import Interstitial, SkipControl
from player.model.notes import Notes, quoted
from player.units import Micros, micros, seconds

CLASS = "com.apple.hls.interstitial"


_SKIP = "X-SKIP-CONTROL-"


class Asset(NamedTuple):
    """One programme of an asset list; `duration` None where it tells none."""

    uri: str
    duration: Micros | None


class AssetList(NamedTuple):
    """What X-ASSET-LIST led to; `skip` overrides the date range's own, where it is told."""

    assets: tuple[Asset, ...]
    skip: SkipControl | None = None


def interstitials_of(
    ranges: Sequence[DateRange], base: Base, notes: Notes
) -> tuple[Interstitial, ...]:
    """The interstitials among date ranges, sorted by start; addresses are made absolute."""
    found = [_interstitial(one, base, notes) for one in ranges if one.scheme == CLASS]
    return tuple(sorted((one for one in found if one), key=lambda one: one.start))


def _interstitial(one: DateRange, base: Base, notes: Notes) -> Interstitial | None:
    told = one.told
    uri = _address(told.get("X-ASSET-URI", ""), base, notes)
    listed = "" if uri else _address(told.get("X-ASSET-LIST", ""), base, notes)
    if not uri and not listed:
        notes.warn(0, f"interstitial {quoted(one.id)} names nothing to play")
        return None
    limit = _seconds(one, "X-PLAYOUT-LIMIT", notes)
    return Interstitial(
        id=one.id,
        start=one.start,
        duration=duration_of(one, None, notes),
        asset_uri=uri,
        asset_list_uri=listed,
        resume_offset=_seconds(one, "X-RESUME-OFFSET", notes),
        playout_limit=limit if limit is None or limit > 0 else None,
        cue=_words(told.get("CUE", "")),
        restrict=_words(told.get("X-RESTRICT", "")),
        snap=_words(told.get("X-SNAP", "")),
        skip=_skip(one, notes),
    )


def _skip(one: DateRange, notes: Notes) -> SkipControl | None:
    """Appendix D.3: without any of its attributes no button is shown."""
    if not any(name.startswith(_SKIP) for name in one.told):
        return None
    return SkipControl(
        offset=_seconds(one, f"{_SKIP}OFFSET", notes) or Micros(0),
        duration=_seconds(one, f"{_SKIP}DURATION", notes),
        label=one.told.get(f"{_SKIP}LABEL-ID", ""),
    )


def _address(uri: str, base: Base, notes: Notes) -> str:
    try:
        return base.join(uri) if uri else ""
    except ForeignSchemeError as refused:
        notes.warn(0, f"an interstitial's address was left out: {refused}")
        return ""


def _seconds(one: DateRange, name: str, notes: Notes) -> Micros | None:
    raw = one.told.get(name, "")
    found = decimal_seconds(raw) if raw else None
    if raw and found is None:
        notes.warn(0, f"{name} of {quoted(one.id)} is unreadable: {quoted(raw)}")
    return found


def _words(text: str) -> frozenset[str]:
    return frozenset(one.strip().upper() for one in text.split(",") if one.strip())


def read_asset_list(body: bytes, *, url: str, notes: Notes | None = None) -> AssetList:
    """Read the JSON that X-ASSET-LIST leads to (Appendix D.2); `url` is where it came from.

    Entries without a usable address are noted and left out. Raises PlayerError
    (manifest.invalid) where it is no asset list at all.
    """
    notes = notes or Notes()
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as bad:
        raise failures.invalid("the asset list is no JSON") from bad
    listed = told.get("ASSETS") if isinstance(told, dict) else None
    if not isinstance(listed, list):
        raise failures.invalid("the asset list holds no ASSETS")
    base = Base(url)
    if len(listed) > MOST_ASSETS:
        notes.warn(0, f"{len(listed)} entries of an asset list; {MOST_ASSETS} are kept")
    found = [_asset(one, base, notes) for one in listed[:MOST_ASSETS]]
    return AssetList(tuple(one for one in found if one), _told_skip(told.get("SKIP-CONTROL")))


def _told_skip(entry: Any) -> SkipControl | None:
    if not isinstance(entry, dict):
        return None
    label = entry.get("LABEL-ID")
    return SkipControl(
        offset=_usable(entry.get("OFFSET")) or Micros(0),
        duration=_usable(entry.get("DURATION")),
        label=label if isinstance(label, str) else "",
    )


def _usable(length: Any) -> Micros | None:
    usable = isinstance(length, int | float) and 0 <= length <= seconds(LONGEST)
    return micros(length) if usable else None


def _asset(entry: Any, base: Base, notes: Notes) -> Asset | None:
    uri = entry.get("URI") if isinstance(entry, dict) else None
    address = _address(uri, base, notes) if isinstance(uri, str) else ""
    if not address:
        notes.warn(0, "an entry of the asset list has no address that may be played")
        return None
    return Asset(uri=address, duration=_usable(entry.get("DURATION")))
