"""Logs on stderr: quiet for a viewer, every decision for a tester."""

import logging

FORMAT = "%(asctime)s %(levelname).1s %(name)s %(message)s"
NOISY = ("httpx", "httpcore", "hpack", "h2", "asyncio")
"""Libraries that write whole addresses into their logs; theirs stay out of ours."""


def set_up_logs(*, verbose: int) -> None:
    """Warnings by default, decisions with one `-v`, everything of ours with two."""
    level = {0: logging.WARNING, 1: logging.INFO}.get(verbose, logging.DEBUG)
    logging.basicConfig(level=level, format=FORMAT)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.CRITICAL)
