"""Indicators: a clause that only names its target is compared by the machine, and the row below it holds the figures as printed."""

import re
from collections.abc import Callable, Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

from rulebook import lexicon, model
from rulebook.bounds import BOUNDS
from rulebook.builder.clause import Built, Problem
from rulebook.builder.names import clean
from rulebook.exact import decimal, normal, show
from rulebook.parser.outline import Part
from rulebook.parser.tokens import Text

Span = Callable[[int, int], model.Span]


class Target(NamedTuple):
    """What a figure is to reach: its name, its range, its unit, and the place of the words."""

    name: str
    within: model.Range
    unit: str
    start: int
    end: int


class Indicated(NamedTuple):
    """A clause with its target as a comparison, the rows below it, and what is wrong with them (places in the file)."""

    built: Built
    indicators: tuple[model.Indicator, ...]
    problems: tuple[Problem, ...]


def indicated(built: Built, text: Text, notes: Iterable[Part], span: Span) -> Indicated:
    """The clause with its rows read. One without a rule of its own whose words, or row, are a target is judged by its figure."""
    rows: list[model.Indicator] = []
    problems: list[Problem] = []
    for note in notes:
        if lexicon.terms()["outline"].get(note.mark) == "indicator":
            row, wrong = _row(note, span)
            rows += [row] if row is not None else []
            problems += wrong
    if not _is_judged(built) or any(one.kind == "frequency" for one in built.requirements):
        return Indicated(built, tuple(rows), tuple(problems))
    row = rows[0] if rows else None
    target = _target(text, row)
    if isinstance(target, Problem):
        return Indicated(built, tuple(rows), (*problems, target))
    if target is None and row is not None and row.target is not None:
        within = row.within or _towards(row.target)
        if within is None and not problems and row.target.span is not None:
            where = row.target.span
            problems.append(Problem("RB332", where.start, where.end, {"words": show(row.target.figure)}))
        name = clean(_words(text))
        target = Target(name, within, "", 0, len(text)) if within is not None and name else None
    return Indicated(built if target is None else _compared(built, text, target, span), tuple(rows), tuple(problems))


def _is_judged(built: Built) -> bool:
    return bool(built.rules) and all(isinstance(rule.effect, model.Judged) for rule in built.rules) and not built.unread


def _words(text: Text) -> str:
    return text.original.strip().rstrip("。；;.")


# --- the target


_TARGET, _CHANGE, _DENIED = lexicon.pattern("target"), lexicon.pattern("target_change"), lexicon.pattern("denied_end")
_SEVERAL, _YEAR = lexicon.pattern("several_figures"), lexicon.pattern("base_year")


def _target(text: Text, row: model.Indicator | None) -> Target | Problem | None:
    """The target that the clause's words are, and nothing else: 死亡人数不超过66, 申报率达到85%以上, 死亡人数较2010年下降10%以上.

    A problem where a change is measured from another year than that of the row's base. Several figures in one breath are no target.
    """
    folded = text.folded.strip().rstrip("。；")
    start = text.folded.find(folded)
    whole = start, start + len(folded)
    match = _CHANGE.fullmatch(folded)
    if match is not None and row is not None and row.base is not None:
        if not _is_named(match) or _DENIED.search(match["base"]):
            return None
        year = _YEAR.search(match["base"])
        if year is not None and row.base.year not in (None, int(year["year"])):
            return Problem("RB334", *text.span(start + match.start("base"), whole[1]), {"words": folded[match.start("base") :]})
        within = _relative(row.base.figure, match["way"], decimal(match["number"]), match["word"] or "", match["edge"] or "")
        name = clean(text.original[start + match.start("name") : start + match.end("name")])
        return Target(name, within, "", *whole) if within is not None and name else None
    match = _TARGET.fullmatch(folded)
    if match is None or not _is_named(match) or _DENIED.search(match["name"]):
        return None
    within = _range(match["word"], decimal(match["number"]), match["edge"] or "")
    unit = lexicon.terms()["percent"].get(match["unit"] or "", match["unit"] or "")
    name = clean(text.original[start + match.start("name") : start + match.end("name")])
    return Target(name, within, unit, *whole) if within is not None and name else None


def _is_named(match: re.Match[str]) -> bool:
    """True where a comparison is of one figure with one number."""
    return _is_number(match["number"]) and not _SEVERAL.search(match["name"])


def _is_number(words: str) -> bool:
    try:
        decimal(words)
    except ValueError:
        return False
    return True


def _range(word: str, figure: Decimal, edge: str) -> model.Range | None:
    """The range that a comparison states; None where its words say two things at once (不超过5以上)."""
    at_most, less = word in lexicon.of_class("AT_MOST"), word in lexicon.of_class("LESS")
    if edge and (edge in lexicon.of_class("OR_LESS")) != (at_most or less):
        return None
    if at_most or less:
        return model.Range.made(high=figure, high_in=at_most)
    return model.Range.made(low=figure, low_in=word in lexicon.of_class("AT_LEAST") or bool(edge))


def _relative(base: Decimal, way: str, percent: Decimal, word: str, edge: str) -> model.Range | None:
    """下降10%以上 of a base: the figure that is at most, or at least, so much, to four digits on its safe side."""
    falls = lexicon.terms()["change"][way] == "fall"
    figure = base * (100 - percent if falls else 100 + percent) / 100
    little = word in lexicon.of_class("AT_MOST") or edge in lexicon.of_class("OR_LESS")
    at_most = falls != little  # 下降10%以上: at most 90 %; 上升10%以内: at most 110 %
    exact = figure.quantize(Decimal(1).scaleb(-BOUNDS.decimals), ROUND_FLOOR if at_most else ROUND_CEILING)
    return model.Range.made(high=normal(exact)) if at_most else model.Range.made(low=normal(exact))


def _compared(built: Built, text: Text, target: Target, span: Span) -> Built:
    """The clause judged by its figure: not met where that lies outside the range. It may still be judged by a person."""
    place = span(*text.span(target.start, target.end))
    words = text.original[target.start : target.end].strip()
    asked = [one for one in built.requirements if one.kind != "threshold"]
    asked.append(
        model.Requirement.made(kind="threshold", within=target.within, unit=target.unit, name=target.name, text=words, span=place)
    )
    name = target.name[: BOUNDS.name_length]
    high = Decimal(BOUNDS.count)  # a rate of completion may be beyond 100 %
    best = show(min(max(_nearest(target.within), Decimal(0)), high))
    fact = model.Fact.made(name=name, type="number", unit=target.unit, low=Decimal(0), high=high, best=best, span=place)
    rule = built.rules[0].model_copy(
        update={"triggers": tuple(model.Test.made(fact=name, within=outside) for outside in _outside(target.within))}
    )
    undated = (one.model_copy(update={"requirement": None, "also": ()}) for one in built.facts)  # a date is no figure
    return built._replace(rules=(rule,), requirements=tuple(asked), facts=(*undated, fact))


def _nearest(within: model.Range) -> Decimal:
    """The figure that just reaches a target."""
    little = Decimal(1).scaleb(-BOUNDS.decimals)
    if within.high is not None:
        return within.high if within.high_in else within.high - little
    low = within.low or Decimal(0)
    return low if within.low_in else low + little


def _outside(within: model.Range) -> list[model.Range]:
    """What lies below and above a range."""
    found = []
    if within.low is not None:
        found.append(model.Range.made(high=within.low, high_in=not within.low_in))
    if within.high is not None:
        found.append(model.Range.made(low=within.high, low_in=not within.high_in))
    return found


# --- the row


_POINT, _PRINTED = lexicon.pattern("indicator_point"), lexicon.pattern("indicator_change")


def _row(note: Part, span: Span) -> tuple[model.Indicator | None, list[Problem]]:
    """2010年基期 0.437；2015年目标 0.35，下降20%，年均4%；2015年实际 0.169，下降63.64%, as printed."""
    points: dict[str, model.Point] = {}
    within = None
    problems: list[Problem] = []
    text = note.words
    position = 0
    for piece in text.folded.split("；"):
        start, end = position, position + len(piece)
        position = end + 1
        if not piece.strip(" 。"):
            continue
        made = _point(text, start, end, span)
        if made is None or made[0] in points:
            where = text.span(start, end)
            keys = "、".join(_printed_keys())
            problems.append(Problem("RB331", *where, {"words": text.original[start:end].strip(), "keys": keys}))
            continue
        key, point, word = made
        points[key] = point
        if key == "target" and word:
            within = _range(word, point.figure, "")
    if not points and not problems:
        problems.append(Problem("RB331", note.start, note.end, {"words": text.original.strip(), "keys": "、".join(_printed_keys())}))
    base = points.get("base")
    for point in (points[key] for key in ("target", "actual") if key in points):
        for one in point.printed:
            years = base is not None and point.year is not None and base.year is not None and point.year > base.year
            where = (one.span.start, one.span.end) if one.span is not None else (note.start, note.end)
            if base is None:
                problems.append(Problem("RB334", *where, {"words": one.text}))
            elif one.yearly and not years:
                problems.append(Problem("RB333", *where, {"words": one.text}))
    words = text.original.strip()
    row = model.Indicator.made(**points, within=within, text=words, span=span(note.start, note.end))
    return (row if points else None), problems


def _printed_keys() -> list[str]:
    keys = lexicon.terms()["indicator"]
    return [next(word for word, meaning in keys.items() if meaning == kind) for kind in ("base", "target", "actual")]


def _towards(target: model.Point | None) -> model.Range | None:
    """The range of a bare target: at most where 下降 stands beside it, at least where 上升; None where nothing says which."""
    ways = {one.way for one in target.printed} if target is not None else set()
    if target is None or len(ways) != 1:
        return None
    return model.Range.made(high=target.figure) if "fall" in ways else model.Range.made(low=target.figure)


def _point(text: Text, start: int, end: int, span: Span) -> tuple[str, model.Point, str] | None:
    """One figure with what is printed beside it; None where it does not read."""
    folded = text.folded[start:end]
    first, *rest = folded.split("，")
    match = _POINT.fullmatch(first)
    if match is None or not _is_number(match["number"]):
        return None
    printed: list[model.Printed] = []
    at, way = start + len(first), ""
    for piece in rest:
        at += 1
        found = _PRINTED.fullmatch(piece)
        way = lexicon.terms()["change"].get(found["way"] or "", way) if found is not None else ""
        if found is None or not way or not _is_number(found["number"]):
            return None  # 年均4%: of a fall, or a rise?
        where = (at + len(piece) - len(piece.lstrip()), at + len(piece.rstrip(" 。")))
        places = len(found["number"].partition(".")[2])
        words = text.original[slice(*where)]
        printed.append(
            model.Printed.made(
                way=way, percent=decimal(found["number"]), places=places, yearly=bool(found["yearly"]), text=words, span=span(*text.span(*where))
            )
        )
        at += len(piece)
    key = lexicon.terms()["indicator"][match["key"]]
    year = int(match["year"]) if match["year"] else None
    point = model.Point.made(figure=decimal(match["number"]), year=year, printed=tuple(printed), span=span(*text.span(start, end)))
    return key, point, match["word"] or ""
