"""Who answers for it, out of the words of papers: （责任单位：甲、乙） · （甲牵头，乙配合） · 〔各部门分工负责〕 · a line 牵头单位：甲；责任单位：乙.

Only what is written is read: names stay as they stand, and what a shared head or a group means is left to a directory of units.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

from rulebook import lexicon
from rulebook.bounds import BOUNDS
from rulebook.parser.reader import signal
from rulebook.parser.tokens import Text

Role = Literal["lead", "answer", "support"]
ROLES: tuple[Role, ...] = ("lead", "answer", "support")
MISPRINTS = 5
"""Of so many names before a verb one may end otherwise than units do: papers drop a last character."""
LONGEST = 1_500
"""Code points of an annotation; what is longer is prose."""


class Named(NamedTuple):
    """Units with the role that the words give them. `open`: 等 says that there are others."""

    role: Role
    names: tuple[str, ...]
    open: bool = False


class Annotation(NamedTuple):
    """A bracket that says who answers, with its place in the text; no units where it says so and names none."""

    start: int
    end: int
    named: tuple[Named, ...]


def annotations(text: Text) -> list[Annotation]:
    """Every bracket of the text that says who answers, in order; of nested ones the outermost that reads."""
    if not any(mark in text.folded for mark in _OPENING) or not any(word in text.folded for word in _hints()):
        return []
    found: list[Annotation] = []
    for start, end in _brackets(text.folded):
        if end - start > LONGEST or (found and start < found[-1].end) or signal(text.folded[start:end]):
            continue  # （责任单位：甲，缺一项扣1分）: what moves points is no name
        inner = text.part(start + 1, end - 1)
        named = read(inner)
        if named is None and text.folded[start] == _ALONE and text.folded[:start].rstrip().endswith(("。", "；")):
            named = _bare(inner)
        if named is not None:
            found.append(Annotation(start, end, named))
    return found


def read(text: Text) -> tuple[Named, ...] | None:
    """What words say of who answers: labels with names behind them, or names with a verb behind them. None where they say nothing of it."""
    labelled = list(_labels(text))
    if labelled:
        return tuple(one for role, value in labelled if role is not None for one in _valued(text.part(*value), role))
    return _acting(text, None)


def labelled(text: Text) -> bool:
    """True where the words begin with a label: 牵头单位：…"""
    return next(_labels(text), None) is not None


def valued(text: Text, key: str) -> tuple[Named, ...]:
    """What a line says behind its key: `牵头单位：` 甲；责任单位：乙. Nothing where it names nobody."""
    role = _role(key)
    first = next((match.start() for match in _label().finditer(text.folded)), len(text))
    head = () if role is None else _valued(text.part(0, first), role)
    rest = read(text.part(first, len(text))) if first < len(text) else ()
    return (*head, *(rest or ()))


def named(text: Text) -> tuple[Named, ...]:
    """Who answers as a cell of a column says it: names alone, or as in a bracket."""
    return read(text) or _valued(text, "answer")


def without(text: Text, found: list[Annotation]) -> Text:
    """The text with the annotations taken out; what is left knows its places still."""
    at, kept = 0, []
    for one in found:
        kept.append((at, one.start))
        at = one.end
    kept.append((at, len(text)))
    return Text(
        "".join(text.folded[a:b] for a, b in kept),
        tuple(place for a, b in kept for place in text.places[a:b]),
        "".join(text.original[a:b] for a, b in kept),
    )


def on_one_line(words: str) -> str:
    """The words of a cell without line breaks: a broken name is put together, names on lines of their own are parted."""
    made = ""
    lines = [line.strip() for line in words.split("\n") if line.strip()]
    for number, line in enumerate(lines):
        rest = Text.of("\n".join(lines[number:])).folded
        before = Text.of(made).folded
        apart = made and not before.endswith(tuple(_SEPARATORS)) and not _broken(re.split(f"[{_SEPARATORS}]", before)[-1], rest)
        made += ("、" if apart else "") + line
    return made


_SEPARATORS = "、，；。："


def beside(text: Text, other: Text) -> Text:
    """One text, the other right behind it."""
    return Text(text.folded + other.folded, (*text.places, *other.places), text.original + other.original)


def trailing(text: Text) -> int | None:
    """Where the annotations begin that end the text; None where none does."""
    end = len(text.folded.rstrip("。；， \n"))
    start = None
    for one in reversed(annotations(text)):
        if one.end != end:
            break
        start = one.start
        end = len(text.folded[:start].rstrip("。；， \n"))
    return start


def _bare(text: Text) -> tuple[Named, ...] | None:
    """Units alone, in a bracket of their own behind a sentence: 〔各成员单位〕; None where one does not look like a unit."""
    names, is_open = split(text)
    return (Named("answer", names, is_open),) if names and all(_is_unit(name) and len(name) > 3 for name in names) else None


# --- brackets

BRACKETS = "（〔［([【"
"""What a bracket opens with, as authors write it."""
_OPENING, _CLOSING = "（〔［", "）〕］"
_ALONE = "〔"
"""The bracket in which units may stand alone."""


def _brackets(folded: str) -> list[tuple[int, int]]:
    """The bracketed stretches, brackets included, by where they open."""
    open_at: list[int] = []
    found: list[tuple[int, int]] = []
    for at, character in enumerate(folded):
        if character in _OPENING:
            open_at.append(at)
        elif character in _CLOSING and open_at:
            found.append((open_at.pop(), at + 1))
    return sorted(found)


@cache
def _hints() -> tuple[str, ...]:
    """Words of which one stands in whatever says who answers."""
    terms = lexicon.terms()
    several = {*terms["duty_label"], *terms["duty_verb"], _ALONE}
    return tuple(word for word in several if not any(other != word and other in word for other in several))


# --- labels


@cache
def _label() -> re.Pattern[str]:
    """A label with its colon; one that is not known parts values all the same (完成时限：6月底前)."""
    words = "|".join(map(re.escape, sorted(lexicon.terms()["duty_label"], key=len, reverse=True)))
    return re.compile(rf"(?:(?<=[，；。、\s])|^)\s{{0,8}}(?:(?P<known>{words})|(?P<other>[^：，；。、\s（）]{{2,8}}))\s{{0,8}}：")


def _labels(text: Text) -> Iterator[tuple[Role | None, tuple[int, int]]]:
    """Role and place of each value, where the words begin with a label that is known; no role for other labels."""
    matches = list(_label().finditer(text.folded))
    if not matches or text.folded[: matches[0].start()].strip() or matches[0]["known"] is None:
        return
    for match, after in zip(matches, [*matches[1:], None], strict=True):
        yield _role(match["known"]), (match.end(), after.start() if after is not None else len(text))


def _role(key: str | None) -> Role | None:
    meaning = lexicon.terms()["duty_label"].get(key or "")
    return meaning if meaning in ROLES else None


def _valued(text: Text, role: Role) -> tuple[Named, ...]:
    """The names behind a label; verbs among them part roles (责任单位：甲牵头，乙配合)."""
    acting = _acting(text, role)
    if acting is not None:
        return acting
    names, is_open = split(text)
    return (Named(role, names, is_open),) if names else ()


# --- verbs


@cache
def _verb() -> re.Pattern[str]:
    """A verb with how it is done before it, at the end of a list of names: 按职责分工负责."""

    def any_of(kind: str) -> str:
        return "|".join(map(re.escape, sorted(lexicon.terms()[kind], key=len, reverse=True)))

    return re.compile(rf"(?:{any_of('duty_manner')}){{0,4}}(?P<verb>{any_of('duty_verb')})(?:{any_of('duty_verb')}){{0,2}}(?=[，；、。\s]|$)")


def _acting(text: Text, role: Role | None) -> tuple[Named, ...] | None:
    """Names, each list with the verb behind it; None where there is no verb, or something else than names before one.

    What follows behind a full stop, or says by when (年底前完成), is a remark. Behind a label (`role`) names without a verb have that of the label.
    """
    found: list[Named] = []
    at = 0
    for match in _verb().finditer(text.folded):
        if found and "。" in text.folded[at : match.start()]:
            break
        if not text.folded[at : match.start()].strip("，；、。 \n"):
            at = match.end()  # 牵头、负责: the first verb has said it
            continue
        made = _doing(text.part(at, match.start()), lexicon.terms()["duty_verb"][match["verb"]], role is not None)
        if made is None:
            return None
        found += made
        at = match.end()
    rest = text.folded[at:].lstrip()
    if not found:
        return None
    remark = rest.strip("，；、。 \n")
    if not remark or rest.startswith("。") or remark.endswith(tuple(lexicon.terms()["duty_remark"])):
        return tuple(found)
    if role is None:
        return None
    names, is_open = split(text.part(at, len(text)))
    return (*found, Named(role, names, is_open))


def _doing(text: Text, meaning: str, certain: bool) -> list[Named] | None:
    """The names before a verb; those before 会同 lead."""
    joint = next((word for word in lexicon.terms()["duty_with"] if word in text.folded), None)
    if joint is not None:
        at = text.folded.index(joint)
        parts = [(text.part(0, at), "lead"), (text.part(at + len(joint), len(text)), meaning)]
    else:
        parts = [(text, meaning)]
    found: list[Named] = []
    for part, role in parts:
        names, is_open = split(part)
        odd = sum(not _is_unit(name) for name in names)
        if not names or not (certain or odd * MISPRINTS <= len(names)):
            return None
        found.append(Named(role, names, is_open))  # type: ignore[arg-type]
    return found


def _is_unit(name: str) -> bool:
    """True for words that end as the names of units do."""
    folded = Text.of(name).folded
    return folded.endswith(("）", "〉", "〕")) or any(folded.endswith(tail) for tail in lexicon.terms()["unit_tail"])


# --- names


def split(text: Text) -> tuple[tuple[str, ...], bool]:
    """The names of a list as written, and whether 等 leaves it open. Brackets hold a name together: 各县（市、区）人民政府."""
    found: list[str] = []
    is_open = False
    for start, end in _stretches(text.folded):
        if end - start > 4 * BOUNDS.name_length:
            continue  # no name is as long
        for part in _conjoined(text.part(start, end)):
            name, tail, more = _opened(part)
            is_open = is_open or more
            found += [written for one in (name, tail) if (written := _written(one))]
    return tuple(dict.fromkeys(found)), is_open


def _stretches(folded: str) -> Iterator[tuple[int, int]]:
    """The stretches between separators outside of brackets. A line that breaks a name goes on with it."""
    start = level = 0
    for at, character in enumerate(folded):
        level += (character in "（〔［〈") - (character in "）〕］〉")
        if level > 0:
            continue
        if character in "、，；。" or (character.isspace() and not _broken(folded[start:at], folded[at + 1 : at + 1 + BOUNDS.name_length])):
            yield start, at
            start = at + 1
    yield start, len(folded)


def _broken(before: str, after: str) -> bool:
    """True where a blank or a line's end stands inside a name: before it nothing that ends as a unit does, or only such an end behind it."""
    next_name = re.split(r"[、，；。\s]", after.lstrip(), maxsplit=1)[0]
    tails = lexicon.terms()["unit_tail"]
    return bool(before.strip()) and bool(next_name) and (next_name in tails or not _is_unit(before.strip()))


def _conjoined(text: Text) -> Iterator[Text]:
    """The names that 和, 及, 与 join, where what follows begins as a name does: 应急局及各有关部门, but 经济和信息化局."""
    at = 0
    for match in _joint().finditer(text.folded):
        if text.folded[at : match.start()].strip():
            yield text.part(at, match.start())
            at = match.end()
    yield text.part(at, len(text))


@cache
def _joint() -> re.Pattern[str]:
    def any_of(kind: str) -> str:
        return "|".join(map(re.escape, sorted(lexicon.terms()[kind], key=len, reverse=True)))

    return re.compile(rf"(?:{any_of('duty_and')})(?=(?:{any_of('unit_head')}))(?!{any_of('unit_inner')})")


def _opened(text: Text) -> tuple[Text, Text, bool]:
    """The name without 等; the words behind it where they name somebody themselves (等各负有…职责的部门); whether the list is left open."""
    at = text.folded.find(_and_others(), 1)
    while at > 0:
        rest = text.folded[at + 1 :].strip()
        if _vague().fullmatch(rest):
            return text.part(0, at), text.part(0, 0), True
        heads = lexicon.terms()["unit_head"]
        if any(rest.startswith(head) for head in heads) or (at > 1 and _is_unit(text.folded[:at]) and _is_unit(rest)):
            return text.part(0, at), text.part(at + 1, len(text)), True
        at = text.folded.find(_and_others(), at + 1)
    return text, text.part(0, 0), False


def _and_others() -> str:
    return lexicon.term("duty_others", "others")


@cache
def _vague() -> re.Pattern[str]:
    """What says no more than that there are others: 等有关部门单位."""
    return re.compile("(?:" + "|".join(map(re.escape, lexicon.terms()["duty_vague"])) + "){0,6}")


def _written(text: Text) -> str:
    """A name in one line, without what only opens or closes it."""
    words = _BROKEN.sub("", " ".join(text.original.split())).strip("：:.·—-*\"'“”‘’ ")
    for opening in lexicon.terms()["duty_opening"]:
        if Text.of(words).folded.startswith(opening) and len(words) > len(opening) + 1:
            words = words[len(opening) :]
    named = words != _and_others() and len(words) <= BOUNDS.name_length and any(c.isalpha() for c in words)
    return words if named else ""


_BROKEN = re.compile(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])")
"""A blank between two Chinese characters: a broken line left it."""
