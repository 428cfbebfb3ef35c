"""The C library's allocator: what is free there goes back to the system."""

import ctypes
from contextlib import suppress


def give_memory_back() -> None:
    """Return to the system what was freed and is still held. Any thread.

    Every libmpv has threads of its own, and glibc keeps what each of them used in an arena of its
    own, for threads that may come (malloc_trim(3), mallopt(3)). Some 40 ms after a picture was
    closed. Other C libraries have no such call, and nothing is done there.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
