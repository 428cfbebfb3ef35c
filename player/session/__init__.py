"""The player's top floor: what outlives a channel, and the session that is one."""
