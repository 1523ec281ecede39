"""Passes over measured figures: places in a ranking, ranges, comparisons, and numbers with their units."""

from itertools import pairwise

from rulebook import lexicon, numerals
from rulebook.parser.passes.kinds import (
    ADVERBS,
    CAPS,
    COMPARATORS,
    COMPLETE,
    MEASURES,
    VERBS,
    Tokens,
    compared,
    first,
    is_words,
    kind_at,
    text_at,
)
from rulebook.parser.tokens import Token


def join_included(tokens: Tokens) -> Tokens:
    """90分以上（含90分）: the brackets say again what 以上 says; 90分以上（不含90分） says that it is more; 超过95%（含） is 95% or more."""
    out: Tokens = []
    for index, token in enumerate(tokens):
        before = out[-1] if out else None
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        beyond = next((n for n in range(len(out) - 3, len(out) - 1) if n >= 0 and first(out[n], _STRICT)), None)
        if token.kind != "INCLUDED" or before is None:
            said = before is not None and before.kind == "INCLUDED"  # 80分（不含）以下
            out[-1:] = [token._replace(text=before.text + token.text, start=before.start)] if said and before else [*out[-1:], token]
        elif after is not None and (after.has("OR_MORE") or after.has("OR_LESS")):
            out.append(token)
        elif before.has("OR_MORE") or before.has("OR_LESS"):
            out[-1] = before._replace(text=before.text + token.text, end=token.end)
        elif beyond is not None and kind_at(out, beyond + 1) in _ENDS and not lexicon.pattern("excluded").match(token.text):
            kind = lexicon.terms()["and_equal"][first(out[beyond], _STRICT)]
            out[beyond] = out[beyond]._replace(classes=((kind, ""),))
            out[-1] = before._replace(end=token.end)
        else:
            out.append(token.as_text())
    return out


_STRICT = frozenset({"MORE", "LESS"})
_ENDS = frozenset({"NUM", "FIGURE"})


def choose_ranks(tokens: Tokens) -> Tokens:
    """第3名, 前5名, 第6-10名: a place in a ranking is a figure that bands compare; 前 is at most, 第 exactly."""
    out: Tokens = []
    index = 0
    placed = False
    tokens = _spelled(tokens)
    while index < len(tokens):
        token = tokens[index]
        opens = token.text in lexicon.terms()["rank"] or token.text.endswith(tuple(lexicon.terms()["ranks_in"]))
        numbers = tokens[index + 1 : index + 6]
        listed = "".join(before.text for before in out[-2:]).endswith(tuple(lexicon.terms()["ranks_in"]))
        listed = listed or (placed and bool(out) and out[-1].kind == "STOP")
        said = lexicon.terms()["rank"].get(token.text, "")
        if said and numbers and numbers[0].kind == "NUM" and "".join(before.text for before in out[-2:]).endswith(tuple(lexicon.terms()["rank_back"])):
            out += [token.as_text(), numbers[0].as_text()]  # 倒数第3名 is no third place
            index += 2
            continue
        moved = _places_moved(tokens, index) if out and out[-1].has("EACH") else None
        if moved is not None:
            out[-1:] = [out[-1].of("EACH"), *moved[0]]
            index = moved[1]
            continue
        if said and listed and numbers and numbers[0].kind == "NUM":
            after = numbers[1] if len(numbers) > 1 else None  # 排名前6加3分, 排名第1的得3分
            if after is None or after.kind in VERBS | COMPLETE | {"STOP"} or first(after, VERBS) or after.text in lexicon.terms()["particle"]:
                out.append(token._replace(kind=said, classes=()))
                out.append(numbers[0]._replace(kind="QUANTITY", value=next(iter(lexicon.terms()["rank_unit"]))))
                placed = True
                index += 2
                continue
        if opens and numbers and numbers[0].kind == "NUM":
            last = 1
            while last + 1 < len(numbers) and numbers[last].text in lexicon.of_class("DASH"):
                last += (
                    2
                    if numbers[last + 1].kind == "NUM"
                    else 3
                    if numbers[last + 1].text in lexicon.terms()["rank"]
                    else 9
                )
            if last < len(numbers) and numbers[last].text in lexicon.terms()["rank_unit"] and last <= 4:
                ends = [t for t in numbers[:last] if t.kind == "NUM"]
                unit = numbers[last]
                kind = lexicon.terms()["rank"].get(token.text, "")
                if not kind and (len(ends) == 1 or unit.text != lexicon.term("rank_unit", unit.text)):
                    out.append(token)
                    index += 1
                    continue
                if not kind:
                    out.append(token)
                after = tokens[index + last + 2] if index + last + 2 < len(tokens) else None
                if len(ends) == 1 and kind == "EQUAL" and after is not None and after.text in lexicon.terms()["rank_onward"]:
                    out.append(ends[0]._replace(kind="QUANTITY", start=token.start, end=unit.end, value=unit.text))
                    out.append(after._replace(kind="OR_MORE", classes=()))  # 第7名及以后
                    index += last + 3
                    continue
                if len(ends) == 1:
                    out.append(token._replace(kind=kind, classes=()))
                    out.append(ends[0]._replace(kind="QUANTITY", end=unit.end, value=unit.text))
                else:
                    low = ends[0]._replace(kind="QUANTITY", value=unit.text)
                    out += [low._replace(start=token.start) if kind else low, Token("DASH", "-", low.end, low.end)]
                    out.append(ends[1]._replace(kind="QUANTITY", end=unit.end, value=unit.text))
                index += last + 2
                continue
        out.append(token)
        index += 1
    return out


def _places_moved(tokens: Tokens, index: int) -> tuple[Tokens, int] | None:
    """降低一个名次, 后退1位 behind 每: a direction and so many places in a ranking, and where the words behind them begin."""
    turns = lexicon.terms()["rank_moves"].get(tokens[index].text, "")
    if not turns or kind_at(tokens, index + 1) != "NUM":
        return None
    last = index + 2
    generic = last + 1 < len(tokens) and ("MEASURE", "generic") in tokens[last].classes
    last += generic
    units = lexicon.terms()["rank_unit"]
    if text_at(tokens, last) not in units:
        return None
    unit = units[tokens[last].text]
    number = tokens[index + 1]._replace(kind="QUANTITY", end=tokens[last].end, value=unit, classes=())
    return [tokens[index]._replace(kind=turns, classes=()), number], last + 1


def _spelled(tokens: Tokens) -> Tokens:
    """第四至六名, 第四名至第六名, 排名第一的: the first place of a range is a number like the last, and says 名 once."""
    out = _run_together(_placed(tokens))
    dashes = lexicon.of_class("DASH")
    for index, token in enumerate(out):
        after = out[index + 1 : index + 4]
        if token.text not in lexicon.terms()["rank"] or len(after) < 2:
            continue
        number = numerals.read(after[0].text) if after[0].kind == "TEXT" else None
        if number is not None and after[1].text in dashes:
            out[index + 1] = after[0]._replace(kind="NUM", numbers=(number,), classes=())
        if after[0].kind == "NUM" and len(after) > 2 and after[1].text in lexicon.terms()["rank_unit"] and after[2].text in dashes:
            out[index + 2] = after[1]._replace(kind="", text="")
    return [token for token in out if token.kind or token.text]


def _placed(tokens: Tokens) -> Tokens:
    """排名第一的, 名列前三: in a ranking, a spelled place without 名 is a number like any other, and so is the next: 第二的."""
    out: Tokens = []
    ranks = lexicon.terms()["rank"]
    seen = False
    for token in tokens:
        listed = seen and len(out) > 1 and out[-1].text in ranks and out[-2].kind == "STOP"
        listed = listed or "".join(before.text for before in out[-3:]).rstrip("".join(ranks)).endswith(tuple(lexicon.terms()["ranks_in"]))
        match = lexicon.pattern("placed").fullmatch(token.text) if token.kind == "TEXT" and listed else None
        number = numerals.read(match["number"]) if match else None
        if match is None or number is None:
            out.append(token)
            continue
        seen = True
        start, end = (token.start + at for at in match.span("number"))
        if match["rank"]:
            out.append(Token("TEXT", match["rank"], token.start, start))
        out.append(Token("NUM", match["number"], start, end, numbers=(number,)))
        if end < token.end:
            out.append(Token("TEXT", token.text[end - token.start :], end, token.end))
    return out


def _run_together(tokens: Tokens) -> Tokens:
    """第2名、第3名, 第二、三名: places that follow each other are a range; others stay, and no figure is both."""
    out: Tokens = []
    at = 0
    while at < len(tokens):
        places, end = _places(tokens, at)
        numbers = [place.numbers[0] for place in places]
        if len(places) > 1 and all(b - a == 1 for a, b in pairwise(numbers)):
            first, last = places[0], places[-1]
            dash = Token("WORD", "-", first.end, last.start, classes=(("DASH", ""),))
            out += [tokens[at], first, dash, last, tokens[end - 1]]
            at = end
        else:
            out.append(tokens[at])
            at += 1
    return out


def _places(tokens: Tokens, at: int) -> tuple[Tokens, int]:
    """The numbers of the places that are listed from 第 on, and where the list ends; none where no 名 ends it."""
    rank, units, beside = (lexicon.terms()[name] for name in ("rank", "rank_unit", "beside"))
    found: Tokens = []
    end = last = at
    listed = rank.get(text_at(tokens, at)) == "EQUAL"
    while listed:
        at += rank.get(text_at(tokens, at)) == "EQUAL"
        number = _read(tokens[at]) if at < len(tokens) else None
        if number is None:
            break
        found.append(number)
        last = at + 1
        if text_at(tokens, last) in units:
            end = last = last + 1
        listed = text_at(tokens, last) in beside
        at = last + 1
    return found if end == last else [], end


def _read(token: Token) -> Token | None:
    number = numerals.read(token.text) if token.kind == "TEXT" else None
    return token if token.kind == "NUM" else token._replace(kind="NUM", numbers=(number,)) if number is not None else None


def choose_included(tokens: Tokens) -> Tokens:
    """3起批评（含）: the figure itself is in, so it is where the range begins."""
    included = lexicon.term("included", "in")
    out: Tokens = []
    for index, token in enumerate(tokens):
        out.append(token)
        counted = len(out) > 1 and out[-2].kind == "NUM" and token.kind == "MEASURE"
        words = [t.text for t in tokens[index + 1 : index + 7] if t.kind != "STOP" or t.text in included]
        if counted and included in "".join(words)[: len(included) + 4] and kind_at(tokens, index + 1) != "OR_MORE":
            out.append(Token("OR_MORE", "", token.end, token.end))
    return out


_GOVERNING = VERBS | CAPS
_COMPARING = COMPARATORS | {"LOWER", "HIGHER", "EQUAL"}
_ACTING = VERBS | {"ZERO", "NO_EFFECT"}


def _acts(tokens: Tokens, index: int) -> bool:
    """True where an effect stands at a place, or right behind 的 there."""
    linked = text_at(tokens, index) in lexicon.terms()["particle"] and kind_at(tokens, index) not in _ACTING
    return kind_at(tokens, index + 1 if linked else index) in _ACTING


_TIMES = frozenset({"TIME_UNIT"})


def join_quantities(tokens: Tokens) -> Tokens:
    """A number with its unit beside a comparator or a direction is one quantity; so are both ends of a range."""
    out: Tokens = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        before = out[-1].kind if out else ""
        if (
            token.kind == "FIGURE"
            and before not in _GOVERNING
            and (before in _COMPARING or compared(tokens, index + 1))
        ):
            out.append(token._replace(kind="QUANTITY", value=lexicon.term("name_unit", "points")))
            index += 1
            continue
        included = text_at(tokens, index + 1) == lexicon.term("included", "in") and text_at(tokens, index + 2) in lexicon.of_class("DASH")
        if token.kind == "FIGURE" and before not in _GOVERNING and included and kind_at(tokens, index + 3) == "FIGURE" and _acts(tokens, index + 4):
            points = lexicon.term("name_unit", "points")  # 85分（含）至95分得8分
            low, high = (one._replace(kind="QUANTITY", value=points) for one in (token, tokens[index + 3]))
            out += [low, Token("DASH", "-", low.end, high.start), high]
            index += 4
            continue
        if token.kind == "RANGE" and before not in _GOVERNING and _acts(tokens, index + 1):  # 60-65分 扣4分
            points = lexicon.term("name_unit", "points")
            low, high = (token._replace(kind="QUANTITY", value=points, numbers=(end,)) for end in token.numbers)
            out += [low, Token("DASH", "-", token.end, token.end), high]
            index += 1
            continue
        if token.kind == "NUM":
            unit = tokens[index + 1] if index + 1 < len(tokens) and tokens[index + 1].kind in MEASURES else None
            ends = index + (2 if unit else 1)
            rhythm = text_at(tokens, ends) in lexicon.terms()["per"] and ends + 1 < len(tokens)
            rhythm = rhythm and "TIME_UNIT" in (tokens[ends + 1].kind, first(tokens[ends + 1], _TIMES))
            if unit is not None and rhythm and kind_at(tokens, ends + 2) not in VERBS:  # 少于1次/年: so often is a word of the condition
                out += [token.as_text() for token in tokens[index : ends + 2]]
                index = ends + 2
                continue
            stepped = unit is not None and unit.kind == "STEP_UNIT"
            inside = text_at(tokens, ends) == lexicon.term("included", "in")
            if inside and text_at(tokens, ends + 1) in lexicon.of_class("DASH"):
                unit = tokens[ends]._replace(text=unit.text if unit else "")  # 70%（含）-80%
                ends += 1
            ranged = kind_at(tokens, ends) not in VERBS and text_at(tokens, ends) in lexicon.of_class("DASH")
            ranged = ranged and kind_at(tokens, ends + 1) in ("NUM", "FIGURE")
            dashed = bool(out) and out[-1].kind in ("DASH", "SEP")
            if before in _COMPARING or compared(tokens, ends) or stepped or ranged or dashed:
                end = unit.end if unit else token.end
                text = token.text + (unit.text if unit else "")
                if before == "AT_MOST" and kind_at(tokens, ends) == "OR_LESS":  # 控制在30%以内 says it twice
                    end = tokens[ends].end
                    ends += 1
                named = unit.value if unit is not None and unit.kind == "TIME_UNIT" and unit.text.endswith(unit.value) else ""  # 个月 is 月
                out.append(token._replace(kind="QUANTITY", text=text, end=end, value=named or (unit.text if unit else "")))
                index = ends
                continue
        if before == "QUANTITY" and token.text in lexicon.of_class("DASH"):
            out.append(token._replace(kind="DASH", classes=()))
            index += 1
            continue
        if before == "QUANTITY" and token.text == "、" and index + 1 < len(tokens) and tokens[index + 1].kind == "NUM":
            out.append(token._replace(kind="SEP"))
            index += 1
            continue
        out.append(token)
        index += 1
    return out


def _compares_something(tokens: Tokens, index: int) -> bool:
    """True where a figure follows in the phrase."""
    for token in tokens[index + 1 : index + 8]:
        if token.kind == "QUANTITY":
            return True
        if token.kind in ("STOP", "EACH", "FIND", "LACK", "NUM"):
            return False
    return False


def join_standards(tokens: Tokens) -> Tokens:
    """每低于90%1个百分点: the figure from which on each step counts, and the step."""
    out = list(tokens)
    for index in range(len(out) - 3):
        each, turn, edge, size = out[index : index + 4]
        percents = edge.value in _PERCENT and size.value in _PERCENT
        if [each.kind, edge.kind, size.kind] != ["EACH", "QUANTITY", "QUANTITY"] or turn.kind not in _PASSING or not percents or edge.end != size.start:
            continue
        if size.numbers[0] < edge.numbers[0]:
            at = size.start
            out[index : index + 4] = [
                turn._replace(kind=_PASSING[turn.kind], start=each.start), edge,
                each._replace(start=at, end=at), turn._replace(start=at, end=at), size._replace(value=edge.value),
            ]  # fmt: skip
    return out


_PERCENT = lexicon.terms()["percent"]
_PASSING = {"LOWER": "LESS", "HIGHER": "MORE"}


def name_sizes(tokens: Tokens) -> Tokens:
    """60岁以上老人体检率低于70%: before a rate that is compared, an age or a size says of whom."""
    out = list(tokens)
    for index, token in enumerate(out):
        if token.kind != "QUANTITY" or token.value not in lexicon.terms()["describing"] or kind_at(out, index + 1) not in ("OR_MORE", "OR_LESS"):
            continue
        end = index + 2
        while end < len(out) and is_words(out[end]):
            end += 1
        words = "".join(one.text for one in out[index + 2 : end])
        if kind_at(out, end) in COMPARATORS | {"EACH"} and lexicon.pattern("rate_name").search(words):
            out[index : index + 2] = [one.as_text() for one in out[index : index + 2]]
    return out


def settle_quantities(tokens: Tokens) -> Tokens:
    """逾期3天及以上: a word of lack or delay before a comparison is its name. 1.8m的围挡: a bare quantity amid words is one of them."""
    out = list(tokens)
    for index, token in enumerate(out):
        if token.kind in COMPARATORS and not _compares_something(out, index):
            out[index] = token.as_text()  # 达到三级标准
            continue
        if token.kind == "AT_LEAST" and [kind_at(out, index + n) for n in (1, 2, 3)] == [
            "QUANTITY",
            "DASH",
            "QUANTITY",
        ]:
            out[index] = token.as_text()  # 达到90%-99%
            continue
        if token.kind != "QUANTITY":
            continue
        before = out[index - 1] if index else None
        after = out[index + 1] if index + 1 < len(out) else None
        each = index > 1 and out[index - 2].kind == "EACH"
        other = kind_at(out, index + 1) == "DASH" and kind_at(out, index + 2) == "QUANTITY" and out[index + 2].value
        factor = lexicon.scaled(other, token.value) if other and token.value else None
        if factor is not None and factor != 1:  # 30分钟至1小时
            last = out[index + 2]
            out[index + 2] = last._replace(value=token.value, numbers=tuple(number * factor for number in last.numbers))
        elif other and token.value and other != token.value:  # 1周至1个月
            out[index], out[index + 1], out[index + 2] = (t.as_text() for t in out[index : index + 3])
            continue
        late = before is not None and before.kind in ("OVERDUE", "LACK", "FIND") and not each
        if late and before is not None and kind_at(out, index + 1) in ("OR_MORE", "OR_LESS", "DASH"):
            out[index - 1] = before.as_text()
            continue
        lone = before is None or before.kind not in COMPARATORS | {
            "DASH",
            "SEP",
            "EACH",
            "LOWER",
            "HIGHER",
            "LACK",
            "EQUAL",
        }
        lone = lone and not any(
            t.kind in ("EACH", "LESS", "MORE", "AT_LEAST", "AT_MOST") for t in out[max(0, index - 3) : index]
        )
        goes_on = after is not None and (after.kind == "TEXT" or bool(after.classes))
        goes_on = goes_on and after is not None and not first(after, ADVERBS | {"OR_MORE", "OR_LESS", "DASH"})
        particle = after is not None and after.text.rstrip() in lexicon.terms()["particle"]
        if lone and goes_on and not particle:
            out[index] = token.as_text()
    return out
