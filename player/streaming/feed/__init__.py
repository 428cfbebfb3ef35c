"""From cached bytes to libmpv's stream: samples in one order, on one timeline."""
