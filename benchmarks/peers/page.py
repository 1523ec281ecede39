"""The table in docs/reference/peers.md, and what it says of where rulebook loses."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.peers.engines import EVERY, OURS, TITLES, YARDSTICK

BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
HEAD = ("engine", "version", "how", "import ms", "load ms", "one record, G", "many, × G's rate", "memory MB", "exact")
Figures = dict[str, Any]


def number(value: float) -> str:
    """Two digits that count, three from ten on."""
    if value >= 1000:
        return f"{float(f'{value:.2g}'):,.0f}"
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"


def memory(found: Figures) -> float:
    """What importing, loading and scoring take, over the data."""
    return max(0.0, float(found["held_mb"])) + max(0.0, float(found["scoring_mb"]))


def share(found: Figures) -> str:
    """How many totals are the number itself."""
    said = "all" if found["exact"] == found["compared"] else f"{100 * found['exact'] / found['compared']:.0f} %"
    return f"{said} of {found['compared']:,}"


def wrong(found: Figures) -> int:
    """How many totals are not even right to a hundredth."""
    return int(found["compared"] - found["near"] + found.get("rows", 0) - found.get("many_right", 0))


def sound(found: Figures) -> bool:
    """Whether every total was the number itself."""
    return bool(found["exact"] == found["compared"]) and not wrong(found)


def row(name: str, found: Figures) -> str:
    """A line of the table."""
    if "error" in found:
        cells = [TITLES[name], str(found.get("version", "—")), f"**does not run**: {found['error'].replace('|', '/')}", *["—"] * 6]
    else:
        exact = share(found) + (f"; {wrong(found):,} wrong" if wrong(found) else "")
        cells = [TITLES[name], found["version"], found["way"], number(found["import_ms"]), number(found["load_ms"])]
        cells += [number(found["one_g"]), number(found["many_g"]), number(memory(found)), exact]
    return f"| {' | '.join(cells)} |"


@dataclass(frozen=True)
class Contest:
    """A discipline: which of ours takes part, by what figure, whether more is better, and whether only those that take many records at once count."""

    words: str
    ours: str
    figure: Callable[[Figures], float]
    unit: str
    more: bool = False
    columns: bool = False


CONTESTS = (
    Contest("reading the rubric, from text, and a first score", "rulebook_trusted", lambda found: float(found["load_ms"]), " ms"),
    Contest("the same from the cache", "rulebook_compiled", lambda found: float(found["load_ms"]), " ms"),
    Contest("the total of one record, nothing else", "rulebook_trusted", lambda found: float(found["one_g"]), " G"),
    Contest("one record with everything checked and a ledger, against totals alone", "rulebook_compiled", lambda found: float(found["one_g"]), " G"),
    Contest("one record in a table", "rulebook_columns", lambda found: float(found["one_g"]), " G", columns=True),
    Contest("many records in a table", "rulebook_columns", lambda found: float(found["many_g"]), " × G's rate", more=True),
    Contest("memory, one record after the other", "rulebook_compiled", memory, " MB"),
    Contest("memory over the data, tables", "rulebook_columns", memory, " MB", columns=True),
)
SHOWN = 3
EVEN = 1.1
"""What is within a tenth is no lead."""


def behind(figures: dict[str, Figures], one: Contest) -> str:
    """Who is ahead of ours, the best first, with their figures; empty where nobody is."""
    own = one.figure(figures[one.ours])
    others = {name: one.figure(found) for name, found in figures.items() if name not in OURS and "error" not in found and ("rows" in found or not one.columns)}
    better = [name for name, value in others.items() if (value > own * EVEN if one.more else value * EVEN < own)]
    better.sort(key=lambda name: others[name], reverse=one.more)
    said = [f"{TITLES[name]} {number(others[name])}" for name in better[:SHOWN]]
    rest = f" and {len(better) - SHOWN} more" if len(better) > SHOWN else ""
    return f"{number(own)}{one.unit}, behind {', '.join(said)}{rest}" if better else ""


def losses(figures: dict[str, Figures]) -> list[str]:
    """A line for each discipline in which somebody is ahead, and one that names those in which nobody is."""
    held = [one for one in CONTESTS if "error" not in figures.get(one.ours, {"error": ""})]
    said = {one: behind(figures, one) for one in held}
    even = "; ".join(f"{one.words} ({number(one.figure(figures[one.ours]))}{one.unit})" for one in held if not said[one])
    return [*(f"- {one.words}: {better}" for one, better in said.items() if better), *([f"- nobody is ahead in: {even}"] if even else [])]


def measured(figures: dict[str, Figures], told: str) -> str:
    """The part of the page that a run writes."""
    g = figures[YARDSTICK]
    lines = [f"{told}; G took {g['one_us']:.1f} µs a record.", "", f"| {' | '.join(HEAD)} |", f"|{'---|' * 3}{'---:|' * 6}"]
    lines += [row(name, figures[name]) for name in EVERY if name in figures]
    return "\n".join([*lines, "", "Where rulebook loses:", "", *losses(figures)])


def write(page: Path, text: str) -> None:
    """The page holds that text between its marks, and everything else as before. Raises ValueError where the marks are missing."""
    before = page.read_text(encoding="utf-8")
    found = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    if not found.search(before):
        raise ValueError(f"{page} has no {BEGIN} … {END}")
    new = page.with_suffix(".new")
    new.write_text(found.sub(lambda _: f"{BEGIN}\n{text}\n{END}", before), encoding="utf-8")
    new.replace(page)
