"""Writes Common-Media-Client-Data as it goes over the wire (CTA-5004, CTA-5004-B). Pure.

Version 1: every key one value. Version 2: numbers that belong to an object type are inner lists,
and so are the paths of next objects and the codes of errors.
"""

from collections.abc import Mapping
from urllib.parse import quote

from player.model.cmcd import ClientData, ClientDataValue, CmcdMode

_SHARDS = {
    "CMCD-Object": "ab br d lab lb ot tab tb tpb",
    "CMCD-Request": "bl cs dfa dl ltc mtp nor nrr pb sn sta su tbl ts",
    "CMCD-Session": "cid msd sf sid st v",
    "CMCD-Status": "bg bs bsa bsd bsda cdn ec nr pr pt rtp",
}
_SHARD_OF = {key: shard for shard, keys in _SHARDS.items() for key in keys.split()}
_OWN_SHARD = "CMCD-Session"  # keys of somebody's own ("com.example-key")

_OLD = frozenset(
    {"bl", "br", "bs", "cid", "d", "dl", "mtp", "nor", "nrr", "ot", "pr", "rtp", "sf", "sid"}
    | {"st", "su", "tb", "v"}
)
"""The keys of version 1; version 2 has all but nrr, and more."""

_TOKENS = frozenset({"ot", "sf", "st", "sta"})
_HUNDREDS = frozenset({"bl", "dl", "mtp", "rtp", "tbl"})
_OF_OBJECT = frozenset({"ab", "br", "lab", "lb", "pb", "tab", "tb", "tpb"})
_LISTS = _OF_OBJECT | {"bl", "bsa", "bsd", "bsda", "mtp", "tbl"}
_WORDS = frozenset({"nor", "ec"})
_LONGEST = {"cid": 64, "sid": 64}
_MEDIA = frozenset({"a", "v", "av", "tt", "c", "o"})


def header_fields(data: ClientData) -> dict[str, str]:
    """The request headers that carry `data`; none where there is nothing to say."""
    shards: dict[str, list[str]] = {}
    for key, text in _pairs(data):
        shards.setdefault(_shard(key, data.version), []).append(text)
    return {shard: ",".join(texts) for shard, texts in shards.items()}


def with_query(uri: str, data: ClientData) -> str:
    """`uri` with `data` as its CMCD parameter, last of all; one that stands there goes."""
    text = ",".join(text for _, text in _pairs(data))
    if not text:
        return uri
    address, hash_mark, fragment = uri.partition("#")
    base, _, query = address.partition("?")
    kept = [pair for pair in query.split("&") if pair and not pair.startswith("CMCD=")]
    whole = "&".join([*kept, f"CMCD={quote(text, safe='')}"])
    return f"{base}?{whole}{hash_mark}{fragment}"


def placed(uri: str, data: ClientData | None) -> tuple[str, Mapping[str, str]]:
    """Where to ask and with which headers, so that the server is told `data`."""
    if data is None:
        return uri, {}
    if data.mode is CmcdMode.HEADERS:
        return uri, header_fields(data)
    return with_query(uri, data), {}


def _shard(key: str, version: int) -> str:
    if key == "pr" and version == 1:  # version 2 moved it to the status
        return "CMCD-Session"
    return _SHARD_OF.get(key, _OWN_SHARD)


def _pairs(data: ClientData) -> list[tuple[str, str]]:
    """Keys in the order of the alphabet, each with its text (CTA-5004 3.2)."""
    values = dict(data.values)
    if data.version > 1:
        values["v"] = data.version
    kind = str(values.get("ot", ""))
    found = []
    for key in sorted(values):
        text = _text(key, values[key], kind, data.version)
        if text is not None:
            found.append((key, text))
    return found


def _text(key: str, value: ClientDataValue, kind: str, version: int) -> str | None:
    """One pair; None where the key is of another version or its value needs no saying."""
    if not _speaks(key, version) or value is False or (key, value) in {("v", 1), ("pr", 1)}:
        return None
    if value is True:
        return key
    if version > 1 and key in _LISTS:
        typed = f";{kind}" if key in _OF_OBJECT and kind in _MEDIA else ""
        return f"{key}=({_bare(key, value)}{typed})"
    if key in _WORDS:
        words = (value,) if not isinstance(value, tuple) else value
        return _several(key, [str(one) for one in words], version)
    return f"{key}={_bare(key, value)}"


def _speaks(key: str, version: int) -> bool:
    if "-" in key:
        return True
    return key in _OLD if version == 1 else key in _SHARD_OF and key != "nrr"


def _several(key: str, words: list[str], version: int) -> str | None:
    written = [_quoted(quote(word, safe="") if key == "nor" else word) for word in words if word]
    if not written:
        return None
    return f"{key}={written[0]}" if version == 1 else f"{key}=({' '.join(written)})"


def _bare(key: str, value: ClientDataValue) -> str:
    if isinstance(value, str):
        return value if key in _TOKENS else _quoted(value[: _LONGEST.get(key, len(value))])
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    if isinstance(value, int):
        return str(round(value / 100) * 100 if key in _HUNDREDS else value)
    return " ".join(map(_quoted, value))


def _quoted(text: str) -> str:
    """A string of RFC 8941 3.3.3: printable ASCII, quotes and backslashes escaped."""
    plain = "".join(sign for sign in text if " " <= sign <= "~")
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
