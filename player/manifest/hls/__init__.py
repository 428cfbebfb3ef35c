"""HTTP Live Streaming (RFC 8216bis): playlists read line by line into Presentations."""
