"""A channel as a viewer knows it."""

from dataclasses import dataclass
from xml.sax.saxutils import escape

from headend.asset.model import Asset, Colours

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
    colours: Colours


def channel_of(asset: Asset) -> Channel:
    """The public face of one asset."""
    character, group = _CHARACTERS[(asset.number - 1) % len(_CHARACTERS)]
    return Channel(
        number=asset.number,
        id=f"farol-{asset.number}.demo",
        name=asset.name,
        group=group,
        character=character,
        colours=asset.colours,
    )


def initials(name: str) -> str:
    """The letters that stand for a name: two of them, or one and the name's own number."""
    words = name.split()
    if len(words) > 1 and words[-1].isdigit():
        return words[0][0].upper() + words[-1][:2]
    if len(words) > 1:
        return (words[0][0] + words[1][0]).upper()
    return name[:1].upper()


CAPITAL = 0.72
"""Height of a capital letter to the font's size; not every SVG reader knows baselines."""


def logo_svg(channel: Channel) -> str:
    """A rounded tile in the channel's colours with its initials."""
    colours, letters = channel.colours, initials(channel.name)
    size = 112 if len(letters) < 3 else 88
    baseline = 128 + round(size * CAPITAL / 2)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 256 256" width="256" height="256" '
        f'role="img"><title>{escape(channel.name)}</title>'
        '<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1">'
        f'<stop offset="0.2" stop-color="{colours.accent}" stop-opacity="0"/>'
        f'<stop offset="1" stop-color="{colours.accent}" stop-opacity="0.45"/>'
        "</linearGradient></defs>"
        f'<rect width="256" height="256" rx="48" fill="{colours.deep}"/>'
        '<rect width="256" height="256" rx="48" fill="url(#g)"/>'
        f'<text x="128" y="{baseline}" text-anchor="middle" '
        'font-family="Inter, system-ui, sans-serif" font-weight="700" '
        f'font-size="{size}" letter-spacing="-4" '
        f'fill="{colours.light}">{escape(letters)}</text>'
        "</svg>\n"
    )
