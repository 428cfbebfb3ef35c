"""Our own MPEG-2 transport stream muxer (ISO/IEC 13818-1)."""
