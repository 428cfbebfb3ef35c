"""Fetches bytes once and says what the line did; the only room that knows HTTP."""
