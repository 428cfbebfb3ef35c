"""A channel as a viewer knows it."""

from dataclasses import dataclass
from xml.sax.saxutils import escape

from headend.asset.model import Asset

# What each number broadcasts; later numbers begin again. Keys of programmes.GENRES.
_CHARACTERS = (
    ("geral", "Generalistas"),
    ("cultura", "Generalistas"),
    ("geral", "Generalistas"),
    ("regiao", "Regionais"),
    ("noticias", "Notícias"),
    ("desporto", "Desporto"),
    ("cinema", "Cinema"),
    ("infantil", "Infantil"),
    ("musica", "Música"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One line of the line-up; `id` joins M3U and XMLTV, `character` picks its programmes."""

    number: int
    id: str
    name: str
    group: str
    character: str
    colour: str


def channel_of(asset: Asset) -> Channel:
    """The public face of one asset."""
    character, group = _CHARACTERS[(asset.number - 1) % len(_CHARACTERS)]
    return Channel(
        number=asset.number,
        id=f"farol-{asset.number}.demo",
        name=asset.name,
        group=group,
        character=character,
        colour=asset.colours.accent,
    )


def initials(name: str) -> str:
    """At most two letters or figures that stand for a name."""
    words = name.split()
    if len(words) > 1:
        return (words[0][0] + words[1][0]).upper()
    return name[:1].upper()


def logo_svg(channel: Channel) -> str:
    """A rounded tile in the channel's colour with its initials, whichever of black or white reads
    better on it (WCAG 2.2 relative luminance)."""
    ink = "#0A0D14" if _luminance(channel.colour) > 0.36 else "#FFFFFF"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 256 256" width="256" height="256" '
        f'role="img"><title>{escape(channel.name)}</title>'
        f'<rect width="256" height="256" rx="48" fill="{channel.colour}"/>'
        '<text x="128" y="130" text-anchor="middle" dominant-baseline="central" '
        'font-family="Inter, system-ui, sans-serif" font-weight="700" font-size="112" '
        f'letter-spacing="-4" fill="{ink}">{escape(initials(channel.name))}</text></svg>\n'
    )


def _luminance(colour: str) -> float:
    parts = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
