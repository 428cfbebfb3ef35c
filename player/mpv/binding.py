"""What python-mpv lacks: our own prototypes for the few libmpv functions that we call raw.

`mpv.backend[...]` gives a function object of its own each time, so these prototypes change
nothing for python-mpv.
"""

import ctypes
from collections.abc import Callable, Mapping
from enum import IntFlag
from typing import Any

import mpv

from player.mpv.feed import CANCELLED, ByteFeed
from player.mpv.file_feed import FileFeed

LOADING_FAILED = -13
"""MPV_ERROR_LOADING_FAILED: what the open callback says of a URI that it does not know."""

_Read = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint64)
_Seek = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64)
_Size = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p)
_Notice = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class _StreamInfo(ctypes.Structure):
    """mpv_stream_cb_info. `seek` and `size` stay NULL for an epoch: it cannot be gone back in."""

    _fields_ = (
        ("cookie", ctypes.c_void_p),
        ("read", _Read),
        ("seek", _Seek),
        ("size", _Size),
        ("close", _Notice),
        ("cancel", _Notice),
    )


_Open = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(_StreamInfo)
)


def _function(name: str, restype: Any, *argtypes: Any) -> Any:
    function = mpv.backend[name]
    function.restype = restype
    function.argtypes = argtypes
    return function


_stream_cb_add_ro = _function(
    "mpv_stream_cb_add_ro", ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p, _Open
)
_request_event = _function(
    "mpv_request_event", ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_int
)
_create = _function("mpv_create", ctypes.c_void_p)
_destroy = _function("mpv_terminate_destroy", None, ctypes.c_void_p)
_set_option = _function(
    "mpv_set_option_string", ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p
)

_SHUTDOWN = 1
_LAST_EVENT = 25


class StreamProtocol:
    """Lets one libmpv core open our feeds as `SCHEME://epoch/N`.

    The object must outlive the core: libmpv keeps the addresses of its callbacks. They run on
    libmpv's threads (open and read on a demuxer's, cancel on the core's), take no lock but the
    feed's own, and call nothing of libmpv.
    """

    def __init__(self, handle: Any, scheme: str) -> None:
        """Register `scheme` with the core of `handle`."""
        self._scheme = scheme
        self._feeds: dict[int, ByteFeed] = {}
        self._read = _Read(self._on_read)
        self._close = _Notice(self._on_close)
        self._cancel = _Notice(self._on_cancel)
        self._seek = _Seek(self._on_seek)
        self._size = _Size(self._on_size)
        self._open = _Open(self._on_open)
        if _stream_cb_add_ro(handle, scheme.encode(), None, self._open) < 0:
            raise RuntimeError(f"libmpv refused the protocol {scheme}")

    def add(self, number: int, feed: ByteFeed) -> str:
        """Offer `feed` under `number` (positive, never used twice) and give its URI."""
        self._feeds[number] = feed
        return f"{self._scheme}://epoch/{number}"

    def remove(self, number: int) -> None:
        """Withdraw a feed that libmpv no longer reads, or never opened; it is closed."""
        feed = self._feeds.pop(number, None)
        if feed is not None:
            feed.close()

    def close(self) -> None:
        """Close every feed: the core is gone."""
        for number in list(self._feeds):
            self.remove(number)

    def _on_open(self, _context: int | None, uri: bytes, info: Any) -> int:
        number = int(uri.rpartition(b"/")[2])
        feed = self._feeds.get(number)
        if feed is None or not feed.claim():
            return LOADING_FAILED
        stream = info.contents
        stream.cookie = number
        stream.read = self._read
        stream.close = self._close
        stream.cancel = self._cancel
        if isinstance(feed, FileFeed) and feed.size is not None:
            stream.seek, stream.size = self._seek, self._size
        return 0

    def _on_read(self, cookie: int, address: int, size: int) -> int:
        feed = self._feeds.get(cookie)
        return CANCELLED if feed is None else feed.read_into(address, size)

    def _on_seek(self, cookie: int, offset: int) -> int:
        feed = self._feeds.get(cookie)
        return feed.seek(offset) if isinstance(feed, FileFeed) else CANCELLED

    def _on_size(self, cookie: int) -> int:
        feed = self._feeds.get(cookie)
        return (isinstance(feed, FileFeed) and feed.size) or CANCELLED

    def _on_cancel(self, cookie: int) -> None:
        feed = self._feeds.get(cookie)
        if feed is not None:
            feed.cancel()

    def _on_close(self, cookie: int) -> None:
        self.remove(cookie)


class _RenderParam(ctypes.Structure):
    _fields_ = (("type", ctypes.c_int), ("data", ctypes.c_void_p))


class _FrameInfo(ctypes.Structure):
    _fields_ = (("flags", ctypes.c_uint64), ("target_time", ctypes.c_int64))


_NEXT_FRAME_INFO = 11
_render_info = _function(
    "mpv_render_context_get_info", ctypes.c_int, ctypes.c_void_p, _RenderParam
)


class NextFrame(IntFlag):
    """What a render context has to draw (mpv_render_frame_info_flag); nothing: 0.

    A REDRAW repeats the last picture with what lies over it, or, where a new output has no
    picture yet, black.
    """

    PRESENT = 1
    REDRAW = 2


def next_frame(context: Any) -> NextFrame:
    """Tell what a render context (its handle) has not drawn yet. Render thread."""
    info = _FrameInfo()
    address = ctypes.cast(ctypes.pointer(info), ctypes.c_void_p)
    _render_info(context, _RenderParam(_NEXT_FRAME_INFO, address))
    return NextFrame(info.flags & (NextFrame.PRESENT | NextFrame.REDRAW))


def silence_events(handle: Any) -> None:
    """Stop libmpv from queueing events on a handle whose queue nobody reads.

    python-mpv reads a second client's queue; the first one's would be full after some hundred
    zaps, and libmpv would log an error for it.
    """
    for event in range(_SHUTDOWN + 1, _LAST_EVENT + 1):
        _request_event(handle, event, 0)  # unknown numbers are refused, which is as good


def supported(options: Mapping[str, str], report: Callable[[str], None]) -> dict[str, str]:
    """Give those of `options` which the installed libmpv knows; `report` names the others.

    Raises RuntimeError where libmpv refuses to start at all.
    """
    probe = _create()
    if not probe:
        raise RuntimeError("libmpv does not start: LC_NUMERIC must be C (after Qt's start, too)")
    try:
        known = {}
        for name, value in options.items():
            if _set_option(probe, name.encode(), value.encode()) < 0:
                report(name)
            else:
                known[name] = value
        return known
    finally:
        _destroy(probe)


def decoder_names(core: mpv.MPV) -> frozenset[str]:
    """Give the codecs that a core decodes, as FFmpeg names them. Asks libmpv, some ms."""
    listed = core._get_property("decoder-list")
    return frozenset(entry["codec"] for entry in listed)
