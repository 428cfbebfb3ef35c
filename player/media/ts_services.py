"""The services of a transport stream, as its PAT and its SDT tell them."""

from player.formats.program_tables import read_programs
from player.formats.service_tables import MOST_SERVICES, SDT_PID, read_sdt
from player.formats.transport_packets import pid_of
from player.media.ts_packets import SectionJoiner
from player.media.ts_sync import PacketSync
from player.model.service import Service

_SCRAMBLED = 0xC0


class ServiceReader:
    """Reads beside a demuxer, from the same bytes; one stream, one thread at a time.

    An SDT often names more than there is: who takes one programme out of a multiplex leaves it
    as it was. What the PAT does not list is left out then, unless it lists none of them.
    """

    def __init__(self) -> None:
        """Begin before the first byte."""
        self._packets = PacketSync()
        self._sections = {0: SectionJoiner(), SDT_PID: SectionJoiner()}
        self._programs: frozenset[int] = frozenset()
        self._services: dict[int, Service] = {}

    @property
    def services(self) -> tuple[Service, ...]:
        """What is known by now, by number."""
        found = [self._services[number] for number in sorted(self._services)]
        listed = [one for one in found if one.id in self._programs]
        return tuple(listed or found)

    def feed(self, data: bytes) -> None:
        """Take more bytes, which may begin anywhere. Never raises."""
        for packet in self._packets.push(data):
            joiner = self._sections.get(pid_of(packet))
            if joiner is None or packet[3] & _SCRAMBLED:
                continue
            for section in joiner.feed(packet):
                self._take(section)

    def _take(self, section: bytes) -> None:
        programs = frozenset(number for number, _ in read_programs(section))
        self._programs = programs or self._programs
        for one in read_sdt(section):
            if one.id in self._services or len(self._services) < MOST_SERVICES:
                self._services[one.id] = one
