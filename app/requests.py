"""From the command line to what the player is asked."""

import argparse

from player.api import PlayRequest
from player.model.cmcd import ClientDataReporting, CmcdMode
from player.ports import Route
from player.streaming.store.volumes import StoreLimits
from player.units import micros

TAG = "play"
"""The tag of what the command line asked to play."""


def play_request(options: argparse.Namespace) -> PlayRequest:
    """The request of `farol play`."""
    return PlayRequest(
        url=options.url,
        tag=TAG,
        headers=dict(options.header),
        start=None if options.start is None else micros(options.start),
        audio_language=options.audio_language or "",
        text_language=options.subtitles or "",
        abr=options.abr,
        max_height=options.max_height,
        max_bandwidth=options.max_bandwidth,
        keys=dict(options.key),
        reporting=_reporting(options),
        proxy=options.proxy or "",
        accepted_certificate=options.accept_certificate or "",
        max_connections=options.max_connections,
    )


def probe_request(options: argparse.Namespace) -> PlayRequest:
    """The request of `farol probe`."""
    return PlayRequest(
        url=options.url,
        headers=dict(options.header),
        proxy=options.proxy or "",
        accepted_certificate=options.accept_certificate or "",
    )


def route_of(options: argparse.Namespace) -> Route:
    """How the servers of all sources are reached that say nothing else."""
    return Route(proxy=options.proxy or "", certificate=options.accept_certificate or "")


def store_limits_of(options: argparse.Namespace) -> StoreLimits | None:
    """How much of what is watched is kept; None: nothing."""
    if not options.time_shift:
        return None
    return StoreLimits(duration=micros(options.time_shift * 60), size=options.time_shift_size)


def _reporting(options: argparse.Namespace) -> ClientDataReporting | None:
    if options.cmcd is None:
        return None
    return ClientDataReporting(version=options.cmcd_version, mode=CmcdMode(options.cmcd))
