"""The origin: an ASGI application that answers with manifests, segments, line-up and guide."""
