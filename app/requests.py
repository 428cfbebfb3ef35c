"""From the command line to what the player is asked."""

import argparse

from player.api import PlayRequest
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
        audio_language=options.audio_language,
        abr=options.abr,
        max_height=options.max_height,
        keys=dict(options.key),
    )
