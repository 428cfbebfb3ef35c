"""Our own WebM writer, for DASH in WebM."""
