"""Fuzz stream: `python -m tests.fuzz.stream_fuzz -runs=100000` (see tests.fuzz.driver)."""

from tests.fuzz.driver import fuzz

if __name__ == "__main__":
    fuzz("stream")
