"""Reads what the head of an answer tells of time and version (RFC 9110). Pure."""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from player.model.cmcd import ClientDataReporting, CmcdMode
from player.ports import AnswerHead
from player.units import MICROS_PER_SECOND, Micros

_LONGEST_AGE = 86_400

_ASKS = "farol-cmcd"
"""By this our own headend asks for client data where the manifest cannot (HLS); ADR 16."""

_VERSIONS = {"v=1": 1, "v=2": 2}


def answer_head(headers: Mapping[str, str]) -> AnswerHead:
    """Date with Age (RFC 9111 5.1: a cache's copy is that much older), ETag, Content-Encoding.

    And whether our own headend asks for client data.
    """
    return AnswerHead(
        date=_date(headers.get("date", ""), headers.get("age", "")),
        validator=_strong(headers.get("etag", "")),
        packed=headers.get("content-encoding", "identity").strip().lower() != "identity",
        reporting=_reporting(headers.get(_ASKS, "")),
        partial="content-range" in headers,
    )


def _reporting(text: str) -> ClientDataReporting | None:
    version = _VERSIONS.get(text.strip())
    if version is None:
        return None
    return ClientDataReporting(version=version, mode=CmcdMode.HEADERS)


def _date(text: str, age: str) -> Micros | None:
    try:
        when = round(parsedate_to_datetime(text).timestamp())
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    known = age.isascii() and age.isdigit() and len(age) < 7
    older = min(int(age), _LONGEST_AGE) if known else 0
    return Micros((when + older) * MICROS_PER_SECOND)


def _strong(tag: str) -> str:
    """A weak tag names no bytes (RFC 9110 8.8.1); what is no tag at all cannot be sent back."""
    whole = len(tag) >= 2 and tag[0] == tag[-1] == '"' and tag.isascii() and tag.isprintable()
    return tag if whole else ""
