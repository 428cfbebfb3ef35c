"""What `farol` answers to a shell."""

from enum import IntEnum

from player.errors import UNREACHABLE, ErrorCategory, ErrorCode, Failure


class ExitStatus(IntEnum):
    """Exit statuses, as the manual lists them."""

    PLAYED = 0
    BAD_ARGUMENTS = 2
    UNREACHABLE = 3
    UNPLAYABLE = 4


_UNWRITTEN = frozenset({ErrorCode.STORE_FAILED, ErrorCode.OUTPUT_FAILED})


def status_of(failure: Failure) -> ExitStatus:
    """The exit status that tells a shell what `failure` was."""
    if failure.category is ErrorCategory.INPUT and not failure.misled:
        return ExitStatus.BAD_ARGUMENTS
    if failure.code in UNREACHABLE:
        return ExitStatus.UNREACHABLE
    return ExitStatus.UNPLAYABLE


def recording_status_of(failure: Failure) -> ExitStatus:
    """The same of a recording or an export: what cannot be written here is the machine's."""
    if failure.code in _UNWRITTEN:
        return ExitStatus.BAD_ARGUMENTS
    return status_of(failure)
