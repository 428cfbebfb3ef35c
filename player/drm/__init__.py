"""Reads protection signalling, and turns licences into keys without doing any I/O."""
