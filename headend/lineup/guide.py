"""What is on: the same on every node, from nothing but the channel and the day (UTC)."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from lxml import etree

from headend.lineup.channel import Channel
from headend.lineup.programmes import GENRES, Show

DAYS_BEFORE, DAYS_AFTER = 1, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """One broadcast; times are UTC and lie on the half hour."""

    start: datetime
    stop: datetime
    show: Show


def programmes(channel: Channel, day: date) -> list[Programme]:
    """The channel's whole day from 00:00 to 24:00 UTC, without a gap."""
    # A seed of text is hashed by random itself, not by hash(): the same in every process.
    dice = random.Random(f"{channel.id} {day.isoformat()}")  # noqa: S311  (a schedule, no secret)
    start = datetime.combine(day, time(), UTC)
    midnight = start + timedelta(days=1)
    planned: list[Programme] = []
    while start < midnight:
        show = _choose(dice, channel, start, [programme.show for programme in planned[-4:]])
        stop = min(start + timedelta(minutes=dice.choice(show.minutes)), _cut(channel, start))
        planned.append(Programme(start=start, stop=stop, show=show))
        start = stop
    return planned


def _cut(channel: Channel, start: datetime) -> datetime:
    """Where a programme must end: at the next fixed show, or at midnight."""
    minute = start.hour * 60 + start.minute
    fixed = (time for show in GENRES[channel.character] for time in show.fixed if time > minute)
    return start + timedelta(minutes=min(fixed, default=24 * 60) - minute)


def _choose(
    dice: random.Random, channel: Channel, start: datetime, recent: Sequence[Show]
) -> Show:
    """A show that fits the hour and was not on just before."""
    shows = GENRES[channel.character]
    fixed = [show for show in shows if start.hour * 60 + start.minute in show.fixed]
    if fixed:
        return fixed[0]
    fitting = [show for show in shows if not show.fixed and start.hour in show.hours]
    return dice.choice([show for show in fitting if show not in recent] or fitting)


def now_and_next(channel: Channel, now_ms: int) -> tuple[Programme, Programme]:
    """What runs at `now_ms` and what follows."""
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    today = [*programmes(channel, now.date()), *programmes(channel, _later(now.date(), 1))]
    index = next(i for i, programme in enumerate(today) if programme.stop > now)
    return today[index], today[index + 1]


def _later(day: date, days: int) -> date:
    return day + timedelta(days=days)


def guide_xml(channels: Sequence[Channel], *, base: str, now_ms: int) -> bytes:
    """The guide from yesterday to six days ahead as XMLTV; `base` is the headend's URL."""
    today = datetime.fromtimestamp(now_ms / 1000, UTC).date()
    root = etree.Element("tv")
    root.set("source-info-name", "Farol headend")
    root.set("generator-info-name", "farol-headend")
    for channel in channels:
        element = etree.SubElement(root, "channel", id=channel.id)
        etree.SubElement(element, "display-name", lang="pt").text = channel.name
        etree.SubElement(element, "display-name").text = str(channel.number)
        etree.SubElement(element, "icon", src=f"{base}logo/{channel.number}.svg")
    for channel in channels:
        for programme in _all_days(channel, today):
            _programme(root, channel, programme)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _all_days(channel: Channel, today: date) -> Iterator[Programme]:
    for offset in range(-DAYS_BEFORE, DAYS_AFTER + 1):
        yield from programmes(channel, _later(today, offset))


def _programme(root: etree._Element, channel: Channel, programme: Programme) -> None:
    element = etree.SubElement(root, "programme")
    element.set("start", f"{programme.start:%Y%m%d%H%M%S} +0000")
    element.set("stop", f"{programme.stop:%Y%m%d%H%M%S} +0000")
    element.set("channel", channel.id)
    etree.SubElement(element, "title", lang="pt").text = programme.show.title
    etree.SubElement(element, "desc", lang="pt").text = programme.show.description
    etree.SubElement(element, "category", lang="pt").text = programme.show.category
