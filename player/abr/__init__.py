"""Decides which rung the next segment comes from. Pure: no await, no clock, no I/O."""
