"""Getting bytes: from where, how often again, into which cache, and when enough is there."""
