"""The head of a rulebook: one function a key, as the table of terms names them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from rulebook import lexicon, model, numerals
from rulebook.builder.names import clean
from rulebook.exact import decimal
from rulebook.parser import passes, scanner
from rulebook.parser.effects import grade
from rulebook.parser.forms import Compared, Words
from rulebook.parser.outline import Part
from rulebook.parser.tokens import Text, Token


class HeadProblem(NamedTuple):
    """A code with its place in the file and the values of its wording."""

    code: str
    start: int
    end: int
    values: Mapping[str, object]


Place = Callable[[int, int], model.Span]
Fields = dict[str, Any]


def read_header(parts: Iterable[Part], place: Place) -> tuple[model.Header, list[HeadProblem]]:
    """The declarations of the head. An unknown key, a doubled one or a value that says nothing is a problem."""
    fields: Fields = {}
    problems: list[HeadProblem] = []
    lines: list[model.HeaderLine] = []
    keys = lexicon.terms()["header"]
    seen: dict[str, Part] = {}
    for part in parts:
        value = part.words.original.strip()
        lines.append(
            model.HeaderLine.made(
                key=part.mark, value=_with_points(part), comments=tuple(part.comments), span=place(part.start, part.end)
            )
        )
        meaning = keys.get(part.mark)
        if meaning is None:
            from difflib import get_close_matches

            close = get_close_matches(part.mark, list(keys), n=1, cutoff=0.5)
            problems.append(
                HeadProblem(
                    "RB221",
                    part.start,
                    part.end,
                    {"key": part.mark, "near": close[0] if close else "、".join(list(keys)[:6])},
                )
            )
            continue
        if meaning in seen or (meaning in ("title", "tasks") and "title" in fields):
            problems.append(HeadProblem("RB303", part.start, part.end, {"key": part.mark}))
            continue
        seen[meaning] = part
        if not KEYS[meaning](fields, part, value):
            problems.append(
                HeadProblem(
                    "RB222", part.start, part.end, {"key": part.mark, "value": value, "allowed": _allowed(meaning)}
                )
            )
    if "title" not in seen and "tasks" not in seen:
        problems.append(HeadProblem("RB223", 0, 0, {}))
    if fields.get("tasks"):
        fields.setdefault("not_applicable", "drop")
        if fields.pop("full", None) is not None:
            problems.append(HeadProblem("RB437", seen["full"].start, seen["full"].end, {"words": seen["full"].words.original.strip()}))
    elif "full" not in seen and not any(keys.get(str(problem.values.get("near"))) == "full" for problem in problems):
        problems.append(HeadProblem("RB224", 0, 0, {}))
    header = model.Header.made(title=fields.pop("title", ""), lines=tuple(lines), **fields)
    return header, problems


def _with_points(part: Part) -> str:
    return part.words.original.strip()


def _allowed(meaning: str) -> str:
    kind = {"bounds_or_more": "bounds", "bounds_or_less": "bounds", "bounds_within": "bounds"}.get(meaning, meaning)
    return "、".join(lexicon.terms().get(kind, {}))


def _title(fields: Fields, part: Part, value: str) -> bool:
    fields["title"] = value
    return bool(value)


def _tasks(fields: Fields, part: Part, value: str) -> bool:
    fields["tasks"] = True
    return _title(fields, part, value)


def _directory(fields: Fields, part: Part, value: str) -> bool:
    fields["directory"] = value
    return bool(value)


def _year(fields: Fields, part: Part, value: str) -> bool:
    match = lexicon.pattern("year").fullmatch(part.words.folded.strip())
    if match is not None:
        fields["year"] = int(match["year"])
    return match is not None


def _citation(fields: Fields, part: Part, value: str) -> bool:
    fields["citation"] = value
    return True


def _subjects(fields: Fields, part: Part, value: str) -> bool:
    fields["subjects"] = value
    return True


def _full(fields: Fields, part: Part, value: str) -> bool:
    try:
        match = lexicon.pattern("points_value").fullmatch(part.words.folded.strip())
        fields["full"] = decimal(match["number"] if match else "")
    except ValueError:
        return False
    return bool(fields["full"] > 0)


def _word(kind: str, field: str) -> Callable[[Fields, Part, str], bool]:
    def read(fields: Fields, part: Part, value: str) -> bool:
        meaning = lexicon.terms()[kind].get(part.words.folded.strip().rstrip("。"))
        if meaning is not None:
            fields[field] = meaning
        return meaning is not None

    return read


def _veto(fields: Fields, part: Part, value: str) -> bool:
    meaning = lexicon.terms()["veto"].get(part.words.folded.strip().rstrip("。"))
    fields["veto"] = model.Veto.made(outcome=meaning or "declared", words=value)
    return bool(value)


def _rounding(fields: Fields, part: Part, value: str) -> bool:
    folded = part.words.folded
    modes = [meaning for word, meaning in lexicon.terms()["rounding"].items() if word in folded]
    whole = lexicon.term("rounding_unit", "whole") in folded
    match = lexicon.pattern("places_value").search(folded)
    if len(modes) != 1 or whole == (match is not None):
        return False
    places = numerals.read(match["places"]) if match else None
    fields["rounding"] = model.Rounding.made(places=int(places or 0), mode=modes[0])
    return True


def _bounds(word: str) -> Callable[[Fields, Part, str], bool]:
    def read(fields: Fields, part: Part, value: str) -> bool:
        meaning = lexicon.terms()["bounds"].get(part.words.folded.strip().rstrip("。"))
        if meaning == "out":
            fields["excluding"] = (*fields.get("excluding", ()), word)
        return meaning is not None

    return read


def _grades(fields: Fields, part: Part, value: str) -> bool:
    """90分以上优秀，80分以上良好，…: from the best down, each ends where the one above begins."""
    rows: list[tuple[str, Compared, Compared | None]] = []
    tokens = passes.run(scanner.scan(part.words))
    row: list[Token] = []
    for token in [*tokens, Token("STOP", "；", 0, 0)]:
        if token.kind != "STOP":
            row.append(token)
            continue
        if not row or token.text == "：":
            continue
        pieces = grade(row)
        row = []
        if pieces is None:
            return False
        words = [p for p in pieces if isinstance(p, Words)]
        tests = [p for p in pieces if isinstance(p, Compared)]
        if len(words) != 1 or len(tests) not in (1, 2):
            return False
        rows.append((_text(part.words, words[0]), tests[0], tests[1] if len(tests) == 2 else None))
    excluding = fields.get("excluding", ())
    grades: list[model.Grade] = []
    above: model.Range | None = None
    for name, first, second in rows:
        within = _grade_range(first, second, excluding)
        if (
            within.high is None
            and above is not None
            and above.low is not None
            and within.low is not None
            and above.low > within.low
        ):
            within = model.Range.made(low=within.low, low_in=within.low_in, high=above.low, high_in=not above.low_in)
        grades.append(model.Grade.made(name=name, within=within))
        above = within
    fields["grades"] = tuple(grades)
    return bool(grades) and len({g.name for g in grades}) == len(grades)


def _text(words: Text, piece: Words) -> str:
    name = clean(words.original[piece.token.start : piece.token.end])
    return next((name[len(word) :] for word in lexicon.of_class("COPULA") if name.startswith(word) and len(name) > len(word)), name)


def _grade_range(first: Compared, second: Compared | None, excluding: tuple[str, ...]) -> model.Range:
    low, high = first, second or first
    if first.low is None and second is not None:
        low, high = second, first
    return model.Range.made(
        low=low.low,
        low_in=low.low_word not in ("out", *excluding),
        high=high.high,
        high_in=high.high_word not in ("out", *excluding),
    )


def _limits(fields: Fields, part: Part, value: str) -> bool:
    """扣完为止 · 最低0分: the total's own limits."""
    tokens = [token for token in passes.run(scanner.scan(part.words)) if token.kind != "STOP"]
    if len(tokens) == 1 and tokens[0].kind == "FLOOR":
        fields["limits"] = (model.Limit.made(kind="floor", scope="total", text=value),)
        return True
    if len(tokens) == 2 and tokens[0].kind in ("MOST", "MOST_GAINED", "MOST_LOST") and tokens[1].kind == "FIGURE":
        kind = tokens[0].kind.lower() if tokens[0].kind != "MOST" else "ceiling"
        fields["limits"] = (model.Limit.made(kind=kind, amount=tokens[1].numbers[0], scope="total", text=value),)
        return True
    return False


KEYS: dict[str, Callable[[Fields, Part, str], bool]] = {
    "title": _title,
    "tasks": _tasks,
    "directory": _directory,
    "year": _year,
    "citation": _citation,
    "subjects": _subjects,
    "full": _full,
    "not_supplied": _word("not_supplied", "not_supplied"),
    "not_applicable": _word("not_applicable", "not_applicable"),
    "veto": _veto,
    "grades": _grades,
    "rounding": _rounding,
    "partial": _word("partial", "partial"),
    "bounds_or_more": _bounds("or_more"),
    "bounds_or_less": _bounds("or_less"),
    "bounds_within": _bounds("or_less"),
    "limits": _limits,
}
"""Meaning of a head key → the function that reads its value; False where the value says nothing."""
