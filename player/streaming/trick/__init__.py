"""Trick play: other speeds, single pictures, pictures alone as fast as one can look at them."""
