"""What a viewer got, counted from the player's own events. Pure."""
