"""HLS writers (RFC 8216 and its second edition)."""
