"""Channels, guide, films: sources and the stores. Knows neither Qt nor the player."""
