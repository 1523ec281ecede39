"""How much official text is read right: labelled clauses in, three figures out (read right, refused, misread in silence).

    python benchmarks/reading.py FILE…  [--show wrong,refused] [--store FOLDER]

A file `*.lab` holds clauses with the rules a person read in them, in the notation of benchmarks/README.md. A `*.tsv` table holds a clause a
row and its labels in a file beside the benchmark, found by row number (`--labels`). A clause counts as read right only where every rule and
every limit agree: effect, basis, units, figures, limits. `--store` keeps every reading and tells which have changed since the last run.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from rulebook import lexicon, numerals
from rulebook.cli.sentence import read_clause
from rulebook.source import fold


@dataclass(frozen=True)
class Labelled:
    """A clause, its field, and the readings a person found right: each a set of lines of the notation."""

    field: str
    number: int
    text: str
    readings: tuple[tuple[str, ...], ...]


def labelled(path: Path) -> Iterator[Labelled]:
    """The clauses of a `.lab` file."""
    field, text, start = "", "", 0
    lines: list[str] = []
    for number, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), ""], 1):
        if line.startswith("## "):
            field = line[3:].strip()
        elif line.startswith("> "):
            text, lines, start = line[2:], [], number
        elif line.strip():
            lines.append(line.strip())
        elif text:
            yield Labelled(field, start, text, tuple(_readings(lines)))
            text = ""


def _readings(lines: list[str]) -> Iterator[tuple[str, ...]]:
    yield tuple(line for line in lines if not line.startswith("or:"))
    for line in lines:
        if line.startswith("or:"):
            yield tuple(part.strip() for part in line[3:].split("&"))


def table(path: Path, labels: Path) -> Iterator[Labelled]:
    """The clauses of a table whose labels stand in another file, by row number: `> 12` opens the labels of row 12."""
    known = {clause.text: clause for clause in labelled(labels)}
    header, *rows = path.read_text(encoding="utf-8").split("\n")
    place = header.split("\t").index("clause")
    for number, row in enumerate(rows, 1):
        if row and str(number) in known:
            cells = row.split("\t")
            yield Labelled(cells[0], number, cells[place], known[str(number)].readings)


# --- a reading in the notation


def told(shape: dict[str, Any]) -> tuple[str, ...]:
    """What was read, one line a rule and a limit."""
    if shape["status"] in ("unread", "ambiguous"):
        return ("refuse",)
    rules = [_rule(rule) for rule in shape["rules"] if rule["effect"] != "judged"]
    limits = [
        f"limit {limit['kind']}" + (f" {limit['amount']}" if limit["amount"] else "") for limit in shape["limits"]
    ]
    return tuple(rules + limits) or ("prose",)


def _amount(amount: Any) -> str:
    if isinstance(amount, dict):
        return f"{amount['low']}..{amount['high']}"
    return "/".join(_amount(one) for one in amount) if isinstance(amount, list) else str(amount)


def _end(number: str | None) -> str:
    return "" if number is None else number


def _row(row: dict[str, Any]) -> str:
    within = row["within"]
    condition = f"{_end(within['low'])}~{_end(within['high'])}" if within else (row["label"] or "else")
    return f"{condition}:{'none' if row['outcome'] == 'no_effect' else _amount(row['outcome'])}"


def _rule(rule: dict[str, Any]) -> str:
    effect: str = rule["effect"]
    if effect == "bands":
        gives = "" if rule.get("gives", "earn") == "earn" else f"{rule['gives']} "
        return f"bands {gives}" + "; ".join(_row(row) for row in rule["rows"])
    if effect == "ladder":
        return "ladder " + "; ".join(f"{rung['first']}:{rung['amount']}" for rung in rule["rungs"])
    if effect == "scale":
        return f"scale {rule['factor']}"
    if effect in ("veto", "stated"):
        return effect
    if effect == "no_effect":
        return "no_effect once"
    if effect == "proportion":
        return f"proportion {_amount(rule['amount'])}"
    per = f"/{rule['per']}" if rule["per"] != 1 else ""
    basis = rule["basis"]
    if basis in ("count", "time"):
        basis += f"[{','.join(rule['units'])}]{per}"
    elif basis == "step":
        basis = f"step[{rule['step']['size']}{rule['step']['unit']}]"
    words = [effect, basis] + ([_amount(rule["amount"])] if effect != "zero" else [])
    if rule.get("each_of"):
        words.append("each=" + "、".join(rule["each_of"]))
    words += ["add_on"] if rule.get("add_on") else []
    words += ["total"] if rule.get("target") == "total" else []
    return " ".join(words)


# --- do two readings agree


def agree(read: tuple[str, ...], label: tuple[str, ...]) -> bool:
    """True where both hold the same rules and limits. A table whose rows are the clause's own words has its outcomes compared alone."""
    spoken = not any("~" in line for line in read if line.startswith("bands"))
    meant = +_keys(label, spoken=spoken)
    return any(+_keys(tuple(line.replace("distinct", word) for line in read), spoken=spoken) == meant for word in _DISTINCT)


_DISTINCT = ("once", "highest_only")
"""The notation has no word of its own for 同一问题不重复扣分 and 同一项目取最高, where it says what counts as one."""


def _keys(lines: tuple[str, ...], *, spoken: bool) -> Counter[tuple[Any, ...]]:
    """The keys of all lines. Consequences count once; rows without a figure in their condition are the same as separate rules."""
    keys: Counter[tuple[Any, ...]] = Counter()
    for line in lines:
        kind, _, rest = line.strip().partition(" ")
        gives, _, rows = rest.partition(" ")
        if (
            kind == "bands"
            and gives in ("deduct", "award")
            and not any(_figures(_said(_split(row)[0])) for row in rows.split(";"))
        ):
            for outcome in (_split(row)[1] for row in rows.split(";")):
                if outcome == "none":
                    keys[key("no_effect once")] += 1
                else:
                    low = outcome.startswith("-")
                    keys[
                        key(
                            f"{'deduct' if low else gives} once {outcome.lstrip('-')}"
                            if outcome != "0"
                            else "zero once"
                        )
                    ] += 1
        elif kind == "bands" and gives in (
            "deduct",
            "award",
        ):  # a row that takes all is a zero, one that takes nothing is none
            kept = [row for row in rows.split(";") if _split(row)[1] not in ("0", "none")]
            keys[key(f"bands {gives} {';'.join(kept)}")] += 1
            keys[key("zero once")] += sum(_split(row)[1] == "0" for row in rows.split(";"))
        elif kind == "veto" or line.startswith("limit floor"):
            keys[key(line)] = 1
        elif kind == "bands" and spoken and sorted(_split(row)[1] == "0" for row in rest.split(";")) == [False, True]:
            keys.update(key(f"earn once {_split(row)[1]}" if _split(row)[1] != "0" else "zero once") for row in rest.split(";"))
        else:
            one = key(line)
            if kind == "bands" and spoken:
                one = (*one[:2], frozenset(Counter(outcome for (_, outcome), times in one[2] for _ in range(times)).items()))
            keys[one] += 1
    return keys


def _split(row: str) -> tuple[str, str]:
    condition, _, outcome = row.strip().rpartition(":")
    return condition, outcome.strip()


def key(line: str) -> tuple[Any, ...]:
    """A line of the notation reduced to what must agree."""
    line = line.strip()
    if line.startswith(("prose", "refuse")):
        return (line.split(":")[0].split()[0],)
    kind, _, rest = line.partition(" ")
    if kind == "bands":
        gives = next((word for word in ("deduct", "award") if rest.startswith(word + " ")), "earn")
        rows = [row for row in rest.removeprefix(f"{gives} ").split(";") if row.strip() != "else:none"]
        return (kind, gives, frozenset(Counter(_band(row) for row in rows).items()))
    if kind == "ladder":
        return (kind, tuple(tuple(map(_figures, row.split(":"))) for row in rest.split(";")))
    if kind in ("veto", "stated", "no_effect"):
        return (kind,)
    if kind == "scale":
        return (kind, _figures(rest))
    if kind == "proportion":
        return (kind,)
    if kind == "limit":
        return (kind, rest.split()[0], _figures(rest))
    words = rest.split()
    basis = _basis(words[0])
    if kind == "zero":
        return (kind,)  # 3项以上不得分 compares a count as 低于60%不得分 compares a rate
    flags = frozenset(word.partition("=")[0] for word in words[2:] if not word.startswith("step"))
    amount = words[1] if len(words) > 1 else ""
    parts = tuple(_number(part.rpartition("=")[2]) for part in re.split("[,，/;]", amount))
    if len(parts) > 1 and len(set(parts)) == 1:
        parts, flags = parts[:1], flags | {"each"}  # 各得1分, told name by name
    return (kind, basis, parts, flags - {"add_on"})


def _number(text: str) -> Any:
    low, dots, high = text.partition("..")
    return tuple(_figures(low + " " + high)) if dots else (_figures(text) or (text,)) + (("%",) if "%" in text else ())


def _figures(text: str) -> tuple[Any, ...]:
    return tuple(Decimal(figure) for figure in re.findall(r"[0-9]+(?:\.[0-9]+)?", text))


def _said(condition: str) -> str:
    """第一名 and 两次 with figures, as a reading tells them."""
    return _SPOKEN.sub(lambda match: str(numerals.read(match.group())), condition)


_SPOKEN = re.compile("[一二两三四五六七八九十]{1,3}(?=[次项处个人天名位件])")


def _band(row: str) -> tuple[Any, ...]:
    condition, _, outcome = row.strip().rpartition(":")
    outcome = outcome.strip()
    figures = frozenset(_figures(_said(condition)))
    return (
        figures - {Decimal(0)} or figures,  # 5%以内扣1分: nothing is no fault
        "full" if "full" in outcome else "none" if "none" in outcome else _figures(outcome),
    )


def _measure(unit: str) -> str:
    """The measure word of a unit: 一个网点 may be labelled 网点 or 个, 每项工作 项工作 or 项. What is counted is the same."""
    unit = _SAME.get(unit, unit)
    if unit in lexicon.of_class("NOUN"):
        return "个"
    return next((unit[:n] for n in range(len(unit), 0, -1) if _is_measure(unit[:n])), "个")


def _is_measure(word: str) -> bool:
    entries = lexicon.words().get(word, ())
    return any(entry == ("MEASURE", "") or entry[0] in ("TIME_UNIT", "STEP_UNIT") for entry in entries)


_SAME = {"个百分点": "%", "百分点": "%", "人/次": "人次", "人数": "人"}


def _basis(word: str) -> tuple[Any, ...]:
    match = re.fullmatch(r"(\w+)(?:\[([^\]]*)\])?(?:/([0-9.]+))?", word)
    if match is None:
        return (word,)
    kind, units, per = match.groups()
    if kind == "step":
        size = _figures(units or "")
        unit = re.sub(r"[0-9.\s]", "", units or "")
        if "%" in unit or "百分点" in unit or not unit or not size:
            return (kind, size)
        return ("count", frozenset({fold(_SAME.get(unit, unit))}), size[0])
    units = fold(units or "")  # 條 and 条 are one unit
    names = frozenset(_measure(unit.strip()) for unit in re.split("[,，/]", units or "") if unit.strip())
    return ("count" if kind in ("count", "time") else kind, names, Decimal(per or 1))


# --- the figure


def judge(clause: Labelled, read: tuple[str, ...]) -> str:
    """right, refused or wrong."""
    if any(agree(read, reading) for reading in clause.readings):
        return "right"
    return "refused" if read == ("refuse",) else "wrong"


@dataclass(frozen=True)
class Judged:
    """A clause as it read now: the lines of its reading, whether they are right, and what was said against it."""

    clause: Labelled
    read: tuple[str, ...]
    verdict: str
    refusals: tuple[str, ...]


def judged(clauses: Iterable[Labelled]) -> Iterator[Judged]:
    """Reads every clause and judges the reading."""
    for clause in clauses:
        shape, diagnostics = read_clause(clause.text.replace("<br/>", "\n"), "zh")
        read = told(shape)
        refusals = tuple(f"{one.code}「{one.words}」" for one in diagnostics)
        yield Judged(clause, read, judge(clause, read), refusals)


def figure(name: str, verdicts: Iterable[str]) -> str:
    """One line: how many clauses, and how many of them right, refused, wrong."""
    tally = Counter(verdicts)
    total = tally.total() or 1
    shares = (f"{one} {tally[one]} ({100 * tally[one] / total:.1f} %)" for one in ("right", "refused", "wrong"))
    return f"{name}: {tally.total()} clauses  {'  '.join(shares)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--labels", type=Path, default=Path(__file__).parent / "readings" / "sample.labels")
    parser.add_argument("--show", default="", help="wrong, refused, right: print these clauses with both readings")
    parser.add_argument("--store", type=Path, help="folder in which every reading is kept")
    options = parser.parse_args()
    shown = set(options.show.split(","))
    for path in options.files:
        clauses = table(path, options.labels) if path.suffix == ".tsv" else labelled(path)
        found = list(judged(clauses))
        for one in found:
            if one.verdict in shown:
                print(f"--- {one.verdict} {path.name}:{one.clause.number} {one.clause.text}")
                print("    label:", " | ".join(one.clause.readings[0]))
                print("    read: ", " | ".join(one.read), *one.refusals)
        print(figure(path.name, (one.verdict for one in found)))
        if options.store:
            kept = options.store / f"{path.stem}.json"
            for line in changes(kept, found):
                print(line, file=sys.stderr)
            store(kept, found)


Stored = dict[str, list[str]]
"""Clause → verdict and the lines of its reading."""


def store(path: Path, found: Iterable[Judged]) -> None:
    """Writes every reading, a line a clause."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = (f"{_json(one.clause.text)}: {_json([one.verdict, *one.read])}" for one in found)
    path.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def stored(path: Path) -> Stored:
    """What `store` wrote; nothing where there is no such file."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def changes(path: Path, found: Iterable[Judged]) -> Iterator[str]:
    """What has changed for the worse: a reading that was right, or one that is wrong now."""
    before = stored(path)
    for one in found:
        was, now = before.get(one.clause.text), [one.verdict, *one.read]
        if was is not None and was != now and (was[0] == "right" or one.verdict == "wrong"):
            yield f"  changed: {one.clause.text}\n    was {' | '.join(was)}\n    is  {' | '.join(now)}"


if __name__ == "__main__":
    main()
