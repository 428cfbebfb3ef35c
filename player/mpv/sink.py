"""libmpv as the engine's MediaSink."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import mpv

from player.clock import Clock, SystemClock
from player.errors import ErrorCode, Failure
from player.mpv.binding import StreamProtocol, decoder_names, silence_events, supported
from player.mpv.epochs import Epochs
from player.mpv.events import EventPump
from player.mpv.failures import failure, stream_failure, url_failure
from player.mpv.feed import ByteFeed
from player.mpv.file_feed import FileFeed
from player.mpv.inquest import Inquest
from player.mpv.log import redacted
from player.mpv.render import RenderSurface
from player.mpv.settings import SinkOptions, core_options
from player.mpv.source import encoded, file_options, openable, stream_options, url_options
from player.mpv.translate import BrokeOff, EndReason, Output, Unplaced
from player.ports import (
    EpochStart,
    FileReader,
    SinkEvent,
    SinkListener,
    SinkState,
    SinkStatus,
)
from player.units import ByteCount

SCHEME = "farol"


class MpvSink:
    """One libmpv core behind a byte feed; see `player.ports.MediaSink`.

    Threads: every method belongs to the engine thread and returns at once, for libmpv's core is
    only asked asynchronously and keeps the order asked in; the constructor, `screenshot`
    (some 10 ms each) and `close` (a few ms) block. libmpv's events arrive on python-mpv's thread,
    are translated there and reach `listener` through `post`, which must run what it is given in
    the engine thread, in order, and must not block. The order at the end of the program: `stop`,
    `surface.free()` on the render thread, `close`.

    What is said of an epoch that was replaced, stopped or has failed is dropped. An epoch's
    number is used once in the life of a sink.
    """

    def __init__(
        self,
        options: SinkOptions,
        post: Callable[[Callable[[], None]], None],
        listener: SinkListener | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Make the core. `listener` may be set later, before the first epoch."""
        self.listener = listener
        self._post = post
        self._closed = False
        self._epochs = Epochs()
        self._pump = EventPump(
            self._from_events,
            self._epochs.is_finished,
            options.log,
            self._redact,
            clock or SystemClock(),
        )
        self._core = self._make_core(options)
        self._decoders = decoder_names(self._core)
        self._hardware = self._decoding = core_options(options)["hwdec"]
        silence_events(self._core.handle)
        self._protocol = StreamProtocol(self._core.handle, SCHEME)
        self._inquest = Inquest(self._ask, lambda: self._pump.told, self._post, self._judge)
        self._pump.attach(self._core)
        self.surface = RenderSurface(self._core)

    # ---- MediaSink ---------------------------------------------------------------------------

    def open(self, start: EpochStart) -> None:
        """Begin an epoch; see `MediaSink.open`. An appended one leaves the pause as it is."""
        uri = self._offer(start, ByteFeed())
        options = stream_options(start.start, interlaced=start.interlaced, stills=start.stills)
        self._load(start, uri, options)

    def open_file(self, start: EpochStart, reader: FileReader) -> None:
        """Let libmpv demux what `reader` brings; see `MediaSink.open_file`."""

        def wanted(offset: ByteCount, ticket: int) -> None:
            self._post(lambda: seek(offset, ticket))

        def seek(offset: ByteCount, ticket: int) -> None:
            if self._epochs.feed(start.epoch) is feed and feed.move(ticket):
                reader.seek(offset)

        def read(upto: ByteCount) -> None:
            self._post(lambda: told(upto))

        def told(upto: ByteCount) -> None:
            if self._epochs.feed(start.epoch) is feed:
                reader.read(upto)

        feed = FileFeed(reader.size, wanted, read)
        self._load(start, self._offer(start, feed), file_options(start.start))

    def open_url(self, start: EpochStart, url: str, headers: Mapping[str, str]) -> None:
        """Let libmpv read `url` itself; see `MediaSink.open_url`.

        FAILED with input.unsupported-scheme for what `source.openable` forbids.
        """
        self._make_room(start)
        self._epochs.begin_at(start.epoch, url)
        if not openable(url):
            refused = failure(ErrorCode.INPUT_UNSUPPORTED_SCHEME, uri=redacted(url, url))
            self._post(lambda: self._fail(start.epoch, refused))
            return
        options = url_options(url, headers, start.start, references=start.references)
        self._load(start, url, options)

    def feed(self, epoch: int, data: bytes) -> None:
        """Append bytes to an epoch's stream; they are kept, not copied."""
        feed = self._epochs.feed(epoch)
        if feed is not None:
            feed.append(data)

    def finish(self, epoch: int) -> None:
        """No more bytes: play what is there, then ENDED."""
        feed = self._epochs.feed(epoch)
        if feed is not None:
            feed.finish()

    def set_paused(self, paused: bool) -> None:  # noqa: FBT001 - as MediaSink has it
        """Pause or go on."""
        self._set("pause", "yes" if paused else "no")

    def set_speed(self, speed: float) -> None:
        """Set the playback rate, pitch kept."""
        self._set("speed", f"{speed:.6f}")

    def step_frame(self, *, forward: bool) -> None:
        """While paused: show the next picture, or in a file the one before."""
        self._command("frame-step" if forward else "frame-back-step")

    def set_volume(self, percent: int) -> None:
        """Set the volume, 0..100."""
        self._set("volume", str(min(max(percent, 0), 100)))

    def set_muted(self, muted: bool) -> None:  # noqa: FBT001 - as MediaSink has it
        """Mute or unmute."""
        self._set("mute", "yes" if muted else "no")

    def decoders(self) -> frozenset[str]:
        """What the installed libmpv decodes, by FFmpeg's names."""
        return self._decoders

    def set_hardware_decoding(self, enabled: bool) -> None:  # noqa: FBT001 - as MediaSink has it
        """Let hardware decode where it can, or software alone; libmpv changes over at once."""
        wanted = self._hardware if enabled else "no"
        if wanted != self._decoding:  # told the same, libmpv opens its decoder anew
            self._decoding = wanted
            self._set("hwdec", wanted)

    def stop(self) -> None:
        """Drop all epochs and show black."""
        self._epochs.drop_all()
        self._command("stop")
        self.surface.blank()

    # ---- end ---------------------------------------------------------------------------------

    def screenshot(self, path: Path) -> bool:
        """Write the picture that stands, at its own size, as PNG; False where there is none.

        Blocks for some 10 ms: for the program's main thread, at the end of a run.
        """
        try:
            self._core.command("screenshot-to-file", str(path), "video")
        except (SystemError, OSError):
            return False
        return path.exists()

    def close(self) -> None:
        """Destroy the core; twice is harmless. Raises RuntimeError while the surface is alive.

        libmpv aborts the whole program when it goes before its render context. The event thread
        ends within: nothing that it runs waits for us, and no feed blocks any more.
        """
        if self._closed:
            return
        if self.surface.alive:
            raise RuntimeError("free the render surface before closing the sink")
        self._closed = True
        self._pump.silence()
        self._epochs.drop_all()
        self._core.terminate()
        self._protocol.close()

    # ---- within ------------------------------------------------------------------------------

    def _make_core(self, options: SinkOptions) -> mpv.MPV:
        wanted = core_options(options)
        known = supported(wanted, lambda name: options.log("debug", "farol", f"no {name}"))
        return mpv.MPV(log_handler=self._pump.on_log, loglevel="warn", **known)

    def _offer(self, start: EpochStart, feed: ByteFeed) -> str:
        """Begin an epoch of these bytes, and give the name that libmpv opens them by."""
        self._make_room(start)
        return self._protocol.add(self._epochs.begin(start.epoch, feed), feed)

    def _make_room(self, start: EpochStart) -> None:
        if not start.append:
            self._epochs.drop_all()
            self.set_paused(start.paused)
            self.surface.unblank()
        self.surface.expect()

    def _load(self, start: EpochStart, uri: str, options: Mapping[str, str]) -> None:
        self._command(
            "loadfile",
            url=uri,
            flags="append-play" if start.append else "replace",
            options=encoded(options),
            callback=lambda error, result: self._pump.on_loaded(start.epoch, error, result),
        )

    def _set(self, name: str, value: str) -> None:
        self._command("set", name, value)

    def _command(self, name: str, *args: str, **named: Any) -> None:
        if not self._closed:
            self._core.command_async(name, *args, **named)

    def _redact(self, text: str) -> str:
        # Event thread.
        return redacted(text, *self._epochs.addresses)

    def _from_events(self, output: Output) -> None:
        """Take what the event thread has to say to the engine thread."""
        if not self._closed:
            self._post(lambda: self._deliver(output))

    def _deliver(self, output: Output) -> None:
        if self._closed or output.epoch not in self._epochs or self.listener is None:
            return
        if isinstance(output, SinkStatus):
            self.listener.on_sink_status(output)
        elif isinstance(output, BrokeOff):
            self._explain(output)
        elif isinstance(output, Unplaced):
            self._locate(output.epoch)
        else:
            for serial in self._epochs.sweep(output.epoch):
                self._protocol.remove(serial)
            if output.state is SinkState.FIRST_PICTURE:
                self._arrive(output.epoch)
            elif output.state is SinkState.ENDED:
                self._epochs.end(output.epoch)
            self.listener.on_sink_event(output)

    def _arrive(self, epoch: int) -> None:
        """Forget the epochs before, and ask where this one is: libmpv tells changes only."""
        if self._epochs.arrive(epoch):
            self.surface.arrived()
        self._locate(epoch)

    def _locate(self, epoch: int) -> None:
        self._command(
            "expand-text",
            "${=time-pos}",
            callback=lambda error, told: self._pump.on_located(epoch, error, told),
        )

    def _explain(self, broke: BrokeOff) -> None:
        if broke.reason == EndReason.REDIRECT:
            self._command("stop")  # a list: libmpv would follow where it leads
        self._inquest.open(broke)

    def _ask(self, answered: Callable[[], None]) -> None:
        self._command("ignore", callback=lambda *_: None if self._closed else answered())

    def _judge(self, broke: BrokeOff, told: str) -> None:
        self._fail(broke.epoch, self._failure(broke, told))

    def _failure(self, broke: BrokeOff, told: str) -> Failure:
        address = self._epochs.address(broke.epoch)
        if address is None:
            return stream_failure(broke.error, told)
        return url_failure(broke.error, told, redacted(address, address))

    def _fail(self, epoch: int, why: Failure) -> None:
        if epoch not in self._epochs:
            return
        self._epochs.drop(epoch)
        if self.listener is not None:
            event = SinkEvent(epoch=epoch, state=SinkState.FAILED, failure=why)
            self.listener.on_sink_event(event)
