"""Manifests become Presentations here: HLS, DASH and a plain transport stream; pure, no I/O."""
