"""Logs on stderr: quiet for a viewer, every decision for a tester."""

import logging

FORMAT = "%(asctime)s %(levelname).1s %(name)s %(message)s"
NOISY = ("httpx", "httpcore", "hpack", "h2", "asyncio")
"""Libraries that write whole addresses into their logs; theirs stay out of ours."""


def set_up_logs(*, verbose: int) -> None:
    """Only our own faults by default, decisions with one `-v`, everything of ours with two.

    What goes wrong with a channel is told to the viewer in a sentence; libmpv's own words about
    it are for a tester.
    """
    level = {0: logging.ERROR, 1: logging.INFO}.get(verbose, logging.DEBUG)
    logging.basicConfig(level=level, format=FORMAT)
    if not verbose:
        logging.getLogger("player.mpv").setLevel(logging.CRITICAL)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.CRITICAL)
