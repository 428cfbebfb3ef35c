"""The loop that fetches one track, segment after segment."""
