"""An IPTV headend in a box: acquisition, packaging, origin, edges; shares only the wire."""
