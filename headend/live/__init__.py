"""Stateless live: which segments exist is computed, never stored."""
