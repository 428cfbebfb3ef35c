"""Subtitles in transport streams: a stream for each service, several of which may share a PID."""

from player.formats.program_tables import TextService
from player.media.ts_private import PrivatePes
from player.model.presentation import TrackKind
from player.model.sample import StreamHead

_FIRST, _STEP = 50, 3
"""Below lie the text streams that libav numbers (PGS)."""
_DVB_START, _DVB_END = b"\x20\x00", b"\xff"


class TextServices:
    """Makes heads and sample data of text packets; a service keeps its number for good."""

    def __init__(self) -> None:
        """Start with no service known."""
        self._heads: dict[TextService, StreamHead] = {}

    def take(self, found: PrivatePes) -> list[tuple[StreamHead, bytes]]:
        """Give what a packet is for each of its services.

        Teletext (ETSI EN 300 472 4): the payload as it is. DVB subtitles (EN 300 743 6): the
        segments alone, as Matroska holds them.
        """
        services = found.stream.services
        return [(self._head(one), _data(one.codec, found.pes.data)) for one in services]

    def _head(self, service: TextService) -> StreamHead:
        if service not in self._heads:
            self._heads[service] = StreamHead(
                stream=_FIRST + _STEP * len(self._heads),
                kind=TrackKind.TEXT,
                codec=service.codec,
                config=service.config,
                language=service.language,
                service=service.service,
            )
        return self._heads[service]


def _data(codec: str, payload: bytes) -> bytes:
    if codec != "dvbsub":
        return payload
    return payload.removeprefix(_DVB_START).removesuffix(_DVB_END)
