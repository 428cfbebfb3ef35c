"""libmpv behind the engine's MediaSink and VideoSurface; the only room that imports `mpv`."""
