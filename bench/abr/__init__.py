"""The judge of rate adaptation: the player's own controllers at virtual time, over known lines."""
