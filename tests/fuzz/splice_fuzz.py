"""Fuzz splice: `python -m tests.fuzz.splice_fuzz -runs=100000` (see tests.fuzz.driver)."""

from tests.fuzz.driver import fuzz

if __name__ == "__main__":
    fuzz("splice")
