"""What the names of codecs, media types and file endings tell about bytes not yet seen."""

from player.model.presentation import Container, TrackKind

_VIDEO = (
    "avc1", "avc2", "avc3", "avc4", "hvc1", "hev1", "dvh1", "dvhe", "dva1", "dvav", "dav1",
    "av01", "vp8", "vp08", "vp9", "vp09", "mp4v", "vvc1", "vvi1", "mjpg", "jpeg", "encv", "lvc1",
    "evc1", "theora",
)  # fmt: skip
_AUDIO = (
    "mp4a", "ac-3", "ec-3", "ac-4", "opus", "flac", "alac", "vorbis", "mp3",
    "dtsc", "dtse", "dtsh", "dtsl", "dtsx", "dtsy", "mhm1", "mhm2", "mha1", "mha2", "samr",
    "sawb", "speex", "wma", "a3ds", "iamf", "enca", "alaw", "ulaw",
)  # fmt: skip
_TEXT = (
    "stpp", "wvtt", "tx3g", "c608", "c708", "sbtt", "stxt", "webvtt", "ttml", "imsc1", "vtt",
)  # fmt: skip
_KINDS = (
    dict.fromkeys(_VIDEO, TrackKind.VIDEO)
    | dict.fromkeys(_AUDIO, TrackKind.AUDIO)
    | dict.fromkeys(_TEXT, TrackKind.TEXT)
)
_FAMILIES = {
    "avc2": "avc1", "avc3": "avc1", "avc4": "avc1", "hev1": "hvc1", "vp8": "vp08", "vp9": "vp09",
    "dvhe": "dvh1", "dvav": "dva1",
}  # fmt: skip
_OBJECT_TYPES = {
    "mp4a.40.34": "mp3", "mp4a.69": "mp3", "mp4a.6b": "mp3", "mp4a.a5": "ac-3", "mp4a.a6": "ec-3",
    "mp4a.a9": "dtsc", "mp4a.ad": "opus",
}  # fmt: skip
_ENDINGS = {
    "ts": Container.TS, "m2ts": Container.TS, "mts": Container.TS, "tsv": Container.TS,
    "mp4": Container.FMP4, "m4s": Container.FMP4, "m4v": Container.FMP4, "m4a": Container.FMP4,
    "m4f": Container.FMP4, "cmfv": Container.FMP4, "cmfa": Container.FMP4, "cmft": Container.FMP4,
    "mp4a": Container.FMP4, "mp4v": Container.FMP4, "aac": Container.PACKED_AUDIO,
    "ac3": Container.PACKED_AUDIO, "ec3": Container.PACKED_AUDIO, "mp3": Container.PACKED_AUDIO,
    "webm": Container.WEBM, "vtt": Container.WEBVTT, "webvtt": Container.WEBVTT,
    "ttml": Container.TTML, "jpg": Container.IMAGE, "jpeg": Container.IMAGE,
    "png": Container.IMAGE,
}  # fmt: skip
_MEDIA_TYPES = {
    "video/mp4": Container.FMP4, "audio/mp4": Container.FMP4, "application/mp4": Container.FMP4,
    "text/mp4": Container.FMP4, "video/webm": Container.WEBM, "audio/webm": Container.WEBM,
    "video/mp2t": Container.TS, "audio/mp2t": Container.TS, "text/vtt": Container.WEBVTT,
    "application/ttml+xml": Container.TTML, "audio/aac": Container.PACKED_AUDIO,
}  # fmt: skip


def codec_list(codecs: str) -> tuple[str, ...]:
    """Split a CODECS value (RFC 6381) into its entries."""
    return tuple(one.strip() for one in codecs.split(",") if one.strip())


def kind_of(codec: str) -> TrackKind | None:
    """Tell whether one codec is video, audio or text; None where nobody knows."""
    return _KINDS.get(codec.partition(".")[0].lower())


def kinds_of(codecs: str) -> frozenset[TrackKind]:
    """Give the kinds of all known codecs in a CODECS value."""
    return frozenset(kind for one in codec_list(codecs) if (kind := kind_of(one)))


def family_of(codecs: str) -> str:
    """Name the decoder that the video of a CODECS value needs; "" where it has none."""
    for one in codec_list(codecs):
        if kind_of(one) is TrackKind.VIDEO:
            head = one.partition(".")[0].lower()
            return _FAMILIES.get(head, head)
    return ""


def audio_family_of(codecs: str) -> str:
    """Name the decoder that the first sound of a CODECS value needs; "" where it has none.

    AAC of every profile is one; object types in MP4 that are other codecs go by their own names.
    """
    for one in codec_list(codecs):
        if kind_of(one) is TrackKind.AUDIO:
            name = one.lower()
            return _OBJECT_TYPES.get(name, name.partition(".")[0])
    return ""


def container_of_uri(uri: str) -> Container:
    """Guess the container from an address's ending."""
    path = uri.partition("#")[0].partition("?")[0]
    return _ENDINGS.get(path.rpartition(".")[2].lower(), Container.UNKNOWN)


def container_of_type(media_type: str) -> Container:
    """Tell the container from a media type."""
    if media_type.startswith("image/"):
        return Container.IMAGE
    return _MEDIA_TYPES.get(media_type, Container.UNKNOWN)
