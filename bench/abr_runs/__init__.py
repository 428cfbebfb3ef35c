"""Rate adaptation for real: a film, lines in user space, players on them, and what they showed."""
