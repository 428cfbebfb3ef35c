"""Findings: what `dev.py doctor` has to say about one thing each. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

OLDEST_CLIENT_API = (2, 0)
"""libmpv 0.35's; older ones lack what the sink uses."""

PLAIN_TEXT = ("PlaintextKeyring", "keyrings.alt")
NO_BACKEND = ("fail.Keyring", "null.Keyring")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One row: `state` is "ok", "missing" (Farol cannot run) or "note" (it can)."""

    name: str
    state: str
    text: str


def python_finding(version: tuple[int, int, int]) -> Finding:
    """Judge the Python that runs this."""
    good = (3, 11) <= version[:2] <= (3, 13)
    text = ".".join(str(number) for number in version)
    return Finding(name="Python", state="ok" if good else "missing", text=text)


def libmpv_finding(api: int | None) -> Finding:
    """Judge what mpv_client_api_version() gave; None: no libmpv was found."""
    if api is None:
        return Finding(name="libmpv", state="missing", text="not found; dev.py run installs it")
    version = (api >> 16, api & 0xFFFF)
    good = version >= OLDEST_CLIENT_API
    text = f"client API {version[0]}.{version[1]}" + ("" if good else ", too old: 2.0 is needed")
    return Finding(name="libmpv", state="ok" if good else "missing", text=text)


def keyring_finding(name: str) -> Finding:
    """Judge where passwords of sources would be kept."""
    if any(word in name for word in NO_BACKEND):
        text = f"{name}: none here, passwords are not kept"
        return Finding(name="keyring", state="note", text=text)
    if any(word in name for word in PLAIN_TEXT):
        return Finding(name="keyring", state="note", text=f"{name}: keeps them as plain text!")
    return Finding(name="keyring", state="ok", text=name)


def gl_finding(renderer: str) -> Finding:
    """Judge the OpenGL renderer; software ones work, at a price."""
    if not renderer:
        return Finding(name="OpenGL", state="missing", text="no context could be made")
    slow = any(word in renderer.lower() for word in ("llvmpipe", "softpipe", "swrast"))
    text = renderer + (" (software: high resolutions may drop frames)" if slow else "")
    return Finding(name="OpenGL", state="note" if slow else "ok", text=text)


def decoder_finding(decoders: frozenset[str]) -> Finding:
    """Judge what libmpv can decode, by codec."""
    wanted = ("h264", "hevc", "vp9", "av1", "aac", "ac3", "eac3", "opus", "mp3")
    there = [name for name in wanted if name in decoders]
    lost = [name for name in wanted if name not in decoders]
    text = " ".join(there) + (f"; not: {' '.join(lost)}" if lost else "")
    needed = {"h264", "aac"} <= decoders
    state = "missing" if not needed else "note" if lost else "ok"
    return Finding(name="decoders", state=state, text=text)


def tool_findings(found: Mapping[str, str | None]) -> list[Finding]:
    """Name the outside programs that only the tests want."""
    return [
        Finding(name=name, state="ok" if path else "note", text=path or "not found; tests only")
        for name, path in found.items()
    ]


def can_run(findings: list[Finding]) -> bool:
    """Whether nothing that Farol needs is missing."""
    return all(finding.state != "missing" for finding in findings)
