"""The streaming engine: from a URL to bytes that libmpv plays; knows no Qt and no catalogue."""
