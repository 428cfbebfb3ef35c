"""Which Farol this is; a checkout has no package metadata to ask."""

VERSION = "0.1.0"
"""As pyproject.toml has it; a test holds the two together."""

USER_AGENT = f"Farol/{VERSION.rpartition('.')[0]}"
"""What servers are told, where a channel does not ask for another name."""
