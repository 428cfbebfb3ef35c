"""The page: what all controllers made of all lines; one file that needs nothing else. Pure."""

from collections.abc import Iterable, Sequence
from html import escape
from statistics import median

from bench.abr import live_report
from bench.abr.chart import Scale, by_line, colours, gaps, session
from bench.abr.contest import OURS, Outcome, Trail
from bench.abr.live_contest import LiveOutcome
from bench.abr.live_report import cells as live_cells
from bench.abr.score import Figures
from bench.abr.style import STYLE
from bench.abr.summary import Bars, Summary
from bench.abr.tables import COLUMNS, cells, figures, legend, verdict

_LEGEND = (
    "<p class=note>Filled: what the line carries. Line: the rung on the screen, Mbit/s over"
    " seconds. Red: the picture stands. Below: what is buffered, or how far behind it is.</p>"
)
_BARS = ("margin", "gap closed", "stalled vs bola", "change vs dynamic")
_MEANING = (
    "<p class=note>margin: the score of ours over the best of the others. gap closed: what that is"
    " of the way from the best of them to the optimum; the goal is a half. stalled vs bola:"
    " rebuffering more or less than BOLA's, in points of the time; change vs dynamic: mean change"
    " more or less than DYNAMIC's, in kbit/s; the goal of both is 0. Red: missed.</p>"
)


def page(found: Sequence[Summary], live: Sequence[LiveOutcome]) -> str:
    """Write the page."""
    parts = [_head(found, live), *(_family(one) for one in found)]
    if live:
        parts.append(_live(live))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Rate adaptation</title><style>{STYLE}</style></head>"
        f"<body><main>{''.join(parts)}</main></body></html>\n"
    )


def _head(found: Sequence[Summary], live: Sequence[LiveOutcome]) -> str:
    missed = sum(len(one.bars.missed) for one in found if one.bars)
    missed += sum(len(live_report.missed(one)) for one in live)
    sessions = sum(one.lines * len(one.rows) for one in found)
    films = f"{sessions} film{'s' * (sessions != 1)}"
    said = "All bars are met." if not missed else f"{missed} bars are missed."
    names = [row.name for row in found[0].rows] if found else []
    return (
        f"<header><h1>Rate adaptation</h1><p class=lead>{said}</p>"
        f"<p>{films} at virtual time, by the player's own controllers, beside the best"
        " session that anybody could have had who knew the line. The score is QoE_lin (Yin et"
        " al., SIGCOMM 2015): for each segment its Mbit/s, less every change of rate, less the top"
        f" rate for each second of waiting.</p>{_key(names)}{_overview(found)}</header>"
    )


def _key(names: Sequence[str]) -> str:
    spots = (
        f'<span><i style="background:{tint}"></i>{escape(name)}</span>'
        for name, tint in colours(names).items()
    )
    return f"<p class=key>{''.join(spots)}</p>"


def _overview(found: Sequence[Summary]) -> str:
    if not found:
        return ""
    names = [row.name for row in found[0].rows]
    head = _cells(["family", "buffer", "lines", *names, "optimum", *_BARS], "th")
    rows = "".join(f"<tr>{_overview_row(one)}</tr>" for one in found)
    return (
        f"<div class=wide><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        + (_MEANING if any(one.bars for one in found) else "")
    )


def _overview_row(one: Summary) -> str:
    link = f'<td><a href="#{one.family}-{one.key}">{escape(one.family)}</a></td>'
    best = max(row.figures.qoe for row in one.rows)
    scores = "".join(
        f'<td class="{_class(row.name, best=row.figures.qoe == best)}">{row.figures.qoe:.3f}</td>'
        for row in one.rows
    )
    first = _cells([f"{one.buffer_s:g} s", f"{one.lines}"])
    return f"{link}{first}{scores}<td class=faint>{one.best.qoe:.3f}</td>{_bars(one.bars)}"


def _class(name: str, *, best: bool) -> str:
    return " ".join(["ours"] * (name == OURS) + ["best"] * best)


def _bars(bars: Bars | None) -> str:
    if bars is None:
        return _cells(["", "", "", ""])
    closed, over = bars.closed, bars.rebuffer_over_bola
    change = bars.change_over_dynamic
    told = (
        (f"{bars.margin:+.3f}", "score"),
        ("" if closed is None else f"{100 * closed:.0f} %", "gap"),
        ("" if over is None else f"{100 * over:+.3f} %", "rebuffering"),
        ("" if change is None else f"{change:+.1f}", "change"),
    )
    missed = " ".join(bars.missed)
    return "".join(
        f'<td class="{"missed" if mark in missed else "met"}">{text}</td>' for text, mark in told
    )


def _family(one: Summary) -> str:
    lines = f"{one.lines} line{'s' * (one.lines != 1)}"
    title = f"{escape(one.family)} <small>{one.buffer_s:g} s of buffer, {lines}</small>"
    tone = "missed" if one.bars and one.bars.missed else "met"
    return (
        f'<section id="{one.family}-{one.key}"><h2>{title}</h2>'
        f"<p class={tone}>{escape(verdict(one))}</p>{_figures(one)}"
        f"<h3>Score lost to the optimum</h3>{gaps(one)}"
        "<h3>Line by line</h3><p class=note>Score lost on each line, at the right the optimum's"
        f" own. The axis is a square root's: what is near the optimum is drawn wide.</p>"
        f"{by_line(one)}{''.join(_sessions(why, o) for why, o in chosen(one))}</section>"
    )


def _figures(one: Summary) -> str:
    head = _cells(["controller", *COLUMNS], "th")
    rows = sorted(one.rows, key=lambda row: -row.figures.qoe)
    body = "".join(
        f'<tr class="{_class(row.name, best=False)}">{_cells(cells(row))}</tr>' for row in rows
    )
    body = (
        f"<tr>{_cells(('optimum', *figures(one.best), '100 %', '100 %'))}</tr>{body}"
        f"<tr>{_cells(('the lowest rung', *figures(one.floor), '', '0 %'))}</tr>"
    )
    return (
        f"<p class=note>{escape(legend())}.</p><div class=wide>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def chosen(one: Summary) -> list[tuple[str, Outcome]]:
    """The lines that are worth looking at: a usual one, and the one that goes worst for ours."""
    if one.bars is None:
        return [("the first", one.outcomes[0])]
    margins = {number: _margin(outcome) for number, outcome in enumerate(one.outcomes)}
    middle = median(margins.values())
    usual = min(margins, key=lambda number: abs(margins[number] - middle))
    worst = min(margins, key=margins.__getitem__)
    found = [(f"a usual one, {margins[usual]:+.3f}", one.outcomes[usual])]
    if worst != usual:
        found.append((f"the worst for {OURS}, {margins[worst]:+.3f}", one.outcomes[worst]))
    return found


def _margin(outcome: Outcome) -> float:
    named = [told.qoe for name, told in outcome.figures.items() if name != OURS]
    return outcome.figures[OURS].qoe - max(named)


def _sessions(why: str, outcome: Outcome) -> str:
    told = colours(list(outcome.figures))
    highest = _highest(outcome.trails.values(), outcome.rates)
    strips = "".join(
        f'<h4 style="color:{told[name]}">{escape(name)} <small>{figures.qoe:.3f},'
        f" {figures.mean_kbps:.0f} kbit/s, {100 * figures.rebuffer_share:.2f} % rebuffering,"
        f" {figures.switches:g} switches, {outcome.trails[name].abandoned} given up,"
        f" {outcome.trails[name].replaced} replaced</small></h4>"
        + session(
            outcome.drawn,
            outcome.trails[name],
            Scale(outcome.rates, highest, "buffer", outcome.buffer_s),
            told[name],
        )
        for name, figures in _best_first(outcome)
    )
    return (
        f"<details><summary>{escape(outcome.line)} <small>{escape(why)}</small></summary>"
        f"{_LEGEND}{strips}</details>"
    )


def _highest(trails: Iterable[Trail], rates: Sequence[float]) -> float:
    """How high a strip needs to be, in Mbit/s: for the best rung shown, and the next."""
    shown = max((rate for one in trails for _, rate in one.shown), default=rates[0])
    return next((rate for rate in rates if rate > shown), 1.2 * shown) * 1.05


def _best_first(outcome: Outcome) -> list[tuple[str, Figures]]:
    return sorted(outcome.figures.items(), key=lambda one: -one[1].qoe)


def _live(found: Sequence[LiveOutcome]) -> str:
    head = _cells(["scene", "controller", *live_report.COLUMNS], "th")
    body = "".join(_live_rows(one) for one in found)
    return (
        "<section id=live><h2>live <small>parts and whole segments, at their targets</small></h2>"
        "<p class=note>The constant line carries 1.5 times the top rung; the others have the"
        " shapes of the ACM MMSys 2020 grand challenge. Red: a bar of the issue is missed.</p>"
        f"<div class=wide><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        f"{''.join(_live_sessions(one) for one in found)}</section>"
    )


def _live_rows(one: LiveOutcome) -> str:
    rows = sorted(one.figures.items(), key=lambda told: -told[1].qoe)
    drawn = []
    for number, (name, told) in enumerate(rows):
        tone = _class(name, best=False)
        if name == OURS and live_report.missed(one):
            tone = "missed"
        head = f"{one.name}, {one.target_s:g} s" if number == 0 else ""
        texts = "".join(
            f'<td class="{tone}">{escape(text)}</td>' for text in (name, *live_cells(told))
        )
        first = ' class="first"' if number == 0 else ""
        drawn.append(f"<tr{first}><td>{escape(head)}</td>{texts}</tr>")
    return "".join(drawn)


def _live_sessions(one: LiveOutcome) -> str:
    told = colours(list(one.figures))
    highest = _highest(one.trails.values(), one.rates)
    scale = Scale(one.rates, highest, "latency", 2.5 * one.target_s)
    strips = "".join(
        f'<h4 style="color:{told[name]}">{escape(name)} <small>{figures.stalls:g} stalls,'
        f" {figures.latency_s:.2f} s behind, {figures.mean_kbps:.0f} kbit/s,"
        f" {figures.jumps:g} jumps</small></h4>"
        + session(one.drawn, one.trails[name], scale, told[name])
        for name, figures in one.figures.items()
    )
    why = "; ".join(live_report.missed(one))
    return (
        f"<details><summary>{escape(one.name)} <small>{escape(why)}</small></summary>"
        f"{_LEGEND}{strips}</details>"
    )


def _cells(texts: Iterable[str], tag: str = "td") -> str:
    return "".join(f"<{tag}>{escape(text)}</{tag}>" for text in texts)
