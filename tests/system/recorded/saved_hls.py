"""A film of the headend as a recording's folder: its segments as files, its playlists beside."""

import re
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urljoin

Lines = list[str]


def save(master: str, into: Path, *, height: int, change: Callable[[str, Lines], Lines]) -> Path:
    """Save the rung of `height` with all sounds and subtitles; `change` may edit a playlist.

    It is called with the playlist's name and lines. Gives the multivariant playlist's path.
    """
    into.mkdir(parents=True, exist_ok=True)
    out: Lines = []
    lines = iter(_text(master).splitlines())
    for told in lines:
        line: str = told
        if line.startswith("#EXT-X-STREAM-INF"):
            rung = next(lines)
            if f"x{height}" in line:
                name = _playlist(urljoin(master, rung), into, change)
                out += [line, name]
        elif line.startswith("#EXT-X-MEDIA:"):
            address = re.search(r'URI="([^"]+)"', line)
            if address:
                name = _playlist(urljoin(master, address[1]), into, change)
                line = line.replace(address[0], f'URI="{name}"')
            out.append(line)
        elif not line.startswith("#EXT-X-I-FRAME"):
            out.append(line)
    path = into / "recording.m3u8"
    path.write_text("\n".join(out) + "\n")
    return path


def gap_at(numbers: Sequence[int]) -> Callable[[str, Lines], Lines]:
    """Mark these segments of all playlists as not there (EXT-X-GAP)."""

    def change(_: str, lines: Lines) -> Lines:
        out: Lines = []
        seen = -1
        for line in lines:
            if line.startswith("#EXTINF"):
                seen += 1
                out += ["#EXT-X-GAP"] if seen in numbers else []
            out.append(line)
        return out

    return change


def _playlist(address: str, into: Path, change: Callable[[str, Lines], Lines]) -> str:
    name = re.sub(r"[^a-z0-9.]+", "-", address.partition("/vod/")[2].partition("?")[0])
    folder = into / name.removesuffix(".m3u8")
    folder.mkdir(exist_ok=True)
    lines = change(name, _text(address).splitlines())
    out = [_saved(line, address, folder) for line in lines]
    (into / name).write_text("\n".join(out) + "\n")
    return name


def _saved(line: str, base: str, folder: Path) -> str:
    found = re.search(r'URI="([^"]+)"', line)
    if line.startswith("#EXT-X-MAP") and found:
        return line.replace(found[1], _file(urljoin(base, found[1]), folder))
    return line if line.startswith("#") or not line else _file(urljoin(base, line), folder)


def _file(address: str, folder: Path) -> str:
    name = address.partition("?")[0].rpartition("/")[2]
    with urllib.request.urlopen(address) as answer:  # noqa: S310 - the headend's own
        (folder / name).write_bytes(answer.read())
    return f"{folder.name}/{name}"


def _text(address: str) -> str:
    with urllib.request.urlopen(address) as answer:  # noqa: S310 - the headend's own
        text: str = answer.read().decode()
    return text
