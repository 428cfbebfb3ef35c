"""Test-card channels: drawing, encoding ladders and the cache of finished loops."""
