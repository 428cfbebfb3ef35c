"""The engine of one tuned channel: what to fetch, when to feed, what to do when it fails."""
