"""NoPictures: the place of libmpv where nobody watches."""

from collections.abc import Mapping

from player.ports import EpochStart, FileReader


class NoPictures:
    """Implements `MediaSink`: takes everything, shows nothing. Any thread."""

    def open(self, start: EpochStart) -> None:
        """See `MediaSink.open`."""

    def open_url(self, start: EpochStart, url: str, headers: Mapping[str, str]) -> None:
        """See `MediaSink.open_url`."""

    def open_file(self, start: EpochStart, reader: FileReader) -> None:
        """See `MediaSink.open_file`."""

    def feed(self, epoch: int, data: bytes) -> None:
        """See `MediaSink.feed`."""

    def finish(self, epoch: int) -> None:
        """See `MediaSink.finish`."""

    def set_paused(self, paused: bool) -> None:  # noqa: FBT001 - as the port has it
        """See `MediaSink.set_paused`."""

    def set_speed(self, speed: float) -> None:
        """See `MediaSink.set_speed`."""

    def step_frame(self, *, forward: bool) -> None:
        """See `MediaSink.step_frame`."""

    def set_volume(self, percent: int) -> None:
        """See `MediaSink.set_volume`."""

    def set_muted(self, muted: bool) -> None:  # noqa: FBT001 - as the port has it
        """See `MediaSink.set_muted`."""

    def decoders(self) -> frozenset[str]:
        """See `MediaSink.decoders`: whoever plays the recording knows his own."""
        return frozenset()

    def set_hardware_decoding(self, enabled: bool) -> None:  # noqa: FBT001 - as the port has it
        """See `MediaSink.set_hardware_decoding`."""

    def stop(self) -> None:
        """See `MediaSink.stop`."""
