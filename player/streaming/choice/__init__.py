"""Which track, and which rung of it, for each segment."""
