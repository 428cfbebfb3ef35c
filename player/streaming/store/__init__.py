"""What was watched, on the disk: a bounded ring of segments as they came (ADR 24)."""
