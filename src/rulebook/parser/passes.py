"""The token passes: named, ordered, one thing each. A word means something only beside its partner; alone it is text."""

from collections.abc import Callable

from rulebook import lexicon, numerals
from rulebook.parser.tokens import Token

Tokens = list[Token]

VERBS, CAPS, COMPLETE, WORTH = (lexicon.role(name) for name in ("verb", "cap", "complete", "worth"))
COMPARATORS, ADVERBS = (lexicon.role(name) for name in ("comparator", "adverb"))
AMOUNTS = frozenset({"FIGURE", "RANGE", "LIST", "SHARE"})
MEASURES = ("MEASURE", "TIME_UNIT", "STEP_UNIT")


def choose_governing(tokens: Tokens) -> Tokens:
    """A verb or a cap is one only where an amount follows it, fillers between; else its other class, or text."""
    out: Tokens = []
    several = sum(token.has("COPULA") and _amount_after(tokens, n) for n, token in enumerate(tokens)) > 1
    for index, token in enumerate(tokens):
        kind = _first(token, VERBS | CAPS | WORTH)
        fills = bool(out) and out[-1].kind in VERBS | CAPS
        if token.has("COPULA") and _amount_after(tokens, index) and (several or (out and out[-1].has("RESPECTIVELY"))):
            out.append(token._replace(kind="EARN", classes=()))
            continue
        if kind and _amount_after(tokens, index) and not (kind in WORTH and fills):
            out.append(token.of(kind))
        else:
            out.append(token)
    return out


def choose_complete(tokens: Tokens) -> Tokens:
    """Words that move points by themselves (不得分, 扣完为止) are chosen; a veto needs 实行 or 予以 before it, or stands for itself."""
    out: Tokens = []
    for index, token in enumerate(tokens):
        kind = _first(token, COMPLETE)
        inside = bool(out) and out[-1].kind != "STOP" and _ends_phrase(tokens, index)
        if token.has("WHOLE") and inside:  # 全勤满分
            out.append(token._replace(kind="FULL", classes=()))
        elif kind:
            out.append(token.of(kind))
        elif token.has("VETO"):
            veto = token.of("VETO")
            before = tokens[index - 1] if index else None
            opens = before is None or before.kind == "STOP"  # …的，一票否决
            governed = (
                veto.value != "declared"
                or opens
                or (before is not None and (before.has("GOVERN") or before.has("OWN")))
            )
            acts = governed and _ends_phrase(tokens, index) and not _costs(tokens, index + 1)
            out.append(veto if acts else token.as_text())
        elif token.kind == "VETO" and (not _ends_phrase(tokens, index) or _costs(tokens, index + 1)):
            out.append(token.as_text())
        else:
            out.append(token)
    return out


def _ends_phrase(tokens: Tokens, index: int) -> bool:
    return index + 1 == len(tokens) or tokens[index + 1].kind == "STOP"


def _costs(tokens: Tokens, index: int) -> bool:
    """True where what follows a comma is an effect without a condition of its own: 考核不合格，扣5分 is a deduction."""
    if index + 1 >= len(tokens) or tokens[index].text != "，":
        return False
    after = tokens[index + 1]
    return after.kind in VERBS | COMPLETE or bool(_first(after, VERBS | {"EACH"} | COMPLETE))


def choose_open(tokens: Tokens) -> Tokens:
    """酌情扣分，最多扣3分: an effect that a person gives, bounded by the limit that stands next."""
    out: Tokens = []
    for index, token in enumerate(tokens):
        kind = lexicon.terms()["open"].get(token.text, "")
        if kind and token.kind not in VERBS and _ends_phrase(tokens, index) and _given(tokens, index):
            out.append(token._replace(kind="OPEN", value=kind, classes=()))
        else:
            out.append(token)
    return out


def _given(tokens: Tokens, index: int) -> bool:
    """True where 酌情 stands before and a limit with a figure follows in the sentence."""
    before = index - 1
    while before >= 0 and _first(tokens[before], ADVERBS - {"DISCRETION"}):
        before -= 1
    if before < 0 or not tokens[before].has("DISCRETION"):
        return False
    for token in tokens[index + 1 :]:
        if token.kind in CAPS:
            return True
        if token.kind in VERBS | COMPLETE | WORTH or (token.kind == "STOP" and token.text in "。；\n"):
            return False
    return False


def choose_caps(tokens: Tokens) -> Tokens:
    """（但不能高于2分）: a comparison that is all its brackets say bounds what stands before them."""
    out = list(tokens)
    for index, token in enumerate(out):
        if token.kind != "FIGURE" or not token.text or index < 2 or index + 1 >= len(out) or out[index + 1].text != "）":
            continue
        opens = out[index - 2].text == "（" or (out[index - 2].kind == "TEXT" and len(out[index - 2].text) < 2 and index > 2 and out[index - 3].text == "（")
        if opens and out[index - 1].has("AT_MOST"):
            out[index - 1] = out[index - 1]._replace(kind="MOST", classes=())
    return out


def choose_worth(tokens: Tokens) -> Tokens:
    """（5分）, 满分5分, 制度建设5分：, and a figure that stands alone say what something is worth; several beside each other are earned."""
    out: Tokens = []
    moved = any(token.kind in VERBS | CAPS or token.kind == "OPEN" for token in tokens)
    moved = moved or any(token.kind in COMPLETE - {"ZERO"} for token in tokens)
    figures = [n for n, token in enumerate(tokens) if _is_bare(tokens, n)]
    marks = [n for n in figures if n == 0 or tokens[n - 1].kind == "STOP"]
    labels = [n for n in figures if n not in marks]
    earned = not moved and len(figures) > 1 and (not labels or not marks or len(labels) > 1)
    graded = [n for n in labels if is_grade(_label(tokens, n))]
    for index, token in enumerate(tokens):
        if index in figures:
            after = tokens[index + 1].text if index + 1 < len(tokens) else ""
            heads = after in ("：", "（") and index in labels and index not in graded
            if index in marks or heads or (not moved and len(figures) == 1):
                kind = "EARN" if earned and not heads else "WORTH"
                out.append(Token(kind, "", token.start, token.start))
            elif earned or len(graded) > 1:
                out.append(Token("EARN", "", token.start, token.start))
        elif token.kind == "RANGE" and out and out[-1].text == "（" and _text(tokens, index + 1) == "）":
            out.append(Token("EARN", "", token.start, token.start))  # （1-5分）: a person gives the figure
        out.append(token)
        if token.kind == "FIGURE" and len(out) > 1 and out[-2].kind == "WORTH" and _kind(tokens, index + 1) == "FLOOR":
            out.append(Token("STOP", "，", token.end, token.end))  # 本项20分扣完为止
    return out


def _is_bare(tokens: Tokens, index: int) -> bool:
    """True for a figure that no word governs, at the end of its phrase."""
    if tokens[index].kind != "FIGURE" or not _ends_phrase(tokens, index):
        return False
    before = tokens[index - 1] if index else None
    if before is None or (before.kind == "STOP" and before.text != "、"):
        return True
    if before.end == tokens[index].start and before.text[-1:].isascii() and before.text[-1:].isalnum():
        return False  # 13T6分 is damaged
    if before.text[-1:] in _OPERATORS:
        return False  # 加+1分 says two things at once, 难度×5分 is a formula
    if before.has("OR_MORE") or before.has("OR_LESS") or before.has("STEP_UNIT"):
        return True
    plain = before.kind == "TEXT" or (bool(before.classes) and not _first(before, COMPARATORS | CAPS | VERBS | {"DASH"}))
    return plain and not _first(before, frozenset(MEASURES))


_OPERATORS = frozenset("+-×*=÷/→")


def _label(tokens: Tokens, index: int) -> str:
    """The words before a figure, back to the last stop."""
    start = index
    while start and tokens[start - 1].kind != "STOP":
        start -= 1
    return "".join(token.text for token in tokens[start:index])


def is_grade(label: str) -> bool:
    """True for 优秀, 较差者, 国家级, 一等奖: one of several grades, of which exactly one is given."""
    return lexicon.pattern("grade").fullmatch(label.strip().rstrip("".join(lexicon.terms()["particle"]))) is not None


def _kind(tokens: Tokens, index: int) -> str:
    return tokens[index].kind if index < len(tokens) else ""


def _text(tokens: Tokens, index: int) -> str:
    return tokens[index].text if index < len(tokens) else ""


def choose_ranks(tokens: Tokens) -> Tokens:
    """第3名, 前5名, 第6-10名: a place in a ranking is a figure that bands compare; 前 is at most, 第 exactly."""
    out: Tokens = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        opens = token.text in lexicon.terms()["rank"] or token.text.endswith(tuple(lexicon.terms()["ranks_in"]))
        numbers = tokens[index + 1 : index + 5]
        if opens and numbers and numbers[0].kind == "NUM":
            last = 1
            while last + 1 < len(numbers) and numbers[last].text in lexicon.of_class("DASH"):
                last += 2 if numbers[last + 1].kind == "NUM" else 3 if numbers[last + 1].text in lexicon.terms()["rank"] else 9
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


def choose_nouns(tokens: Tokens) -> Tokens:
    """每床位扣2分, 每个标段扣1分: a few unknown words between 每 and an effect are what is counted."""
    out: Tokens = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        before = out[-1] if out else None
        one = before is not None and before.kind == "NUM" and len(out) > 1 and out[-2].has("EACH")
        each = before is not None and (before.has("EACH") or one) and not any(token.has(kind) for kind in MEASURES)
        if before is not None and (each or _generic(tokens, index)):
            end, words = index, ""
            while end < len(tokens) and end < index + 4 and _is_plain(tokens[end]):
                words += tokens[end].text
                end += 1
            touches = end < len(tokens) and (tokens[end].kind in VERBS or tokens[end].has("EACH") or (
                tokens[end].text == "，" and end + 1 < len(tokens) and tokens[end + 1].kind in VERBS
            ))
            if end > index and touches and len(words) <= 5 and not set(words) & _NO_NOUN:
                kind = "MEASURE" if before.has("EACH") or one else "NOUN"
                words = words[1:] if before.has("EACH") and len(words) > 1 and words[0] == lexicon.term("one", "1") else words
                out.append(Token(kind, words, token.start, tokens[end - 1].end, value="noun"))
                index = end
                continue
        out.append(token)
        index += 1
    return out


_NO_NOUN = frozenset(lexicon.terms()["negation"]) | frozenset(lexicon.terms()["no_noun"])


def _generic(tokens: Tokens, index: int) -> bool:
    """True right after 每个 or 一个."""
    if index < 2 or not any(entry == ("MEASURE", "generic") for entry in tokens[index - 1].classes):
        return False
    back = 3 if tokens[index - 2].kind == "NUM" and index > 2 else 2
    return tokens[index - back].has("EACH")


def _is_plain(token: Token) -> bool:
    movers = VERBS | CAPS | COMPLETE | AMOUNTS | {"NUM", "STOP", "OPAQUE", "VETO", "WORTH"}
    return token.kind not in movers and not _first(token, COMPLETE | COMPARATORS | ADVERBS | {"PERIOD", "LOWER", "HIGHER", "EACH"})


def choose_inherited(tokens: Tokens) -> Tokens:
    """国家级加3分，省级2分，市级1分: names that follow an effect in its sentence, with a figure and no verb, take its verb and its count."""
    out: Tokens = []
    verb: Token | None = None
    counted: Tokens = []
    for index, token in enumerate(tokens):
        if token.kind in VERBS:
            verb, counted = token, _count_before(out)
        elif (token.kind == "STOP" and token.text not in "，、）") or token.kind in CAPS | COMPLETE | WORTH or token.kind == "VETO":
            verb = None
        elif token.kind in ("FIGURE", "RANGE") and verb is not None and out:
            named = out[-1].kind == "TEXT" or (out[-1].classes and not _first(out[-1], COMPARATORS | WORTH))
            named = named and not set(_label(out, len(out))) & _NO_NAME
            if named and out[-1].end <= token.start and _ends_phrase_or_list(tokens, index) and _follows(out):
                out += [t._replace(start=token.start, end=token.start) for t in counted]
                out.append(Token(verb.kind, "", token.start, token.start, value="inherited"))
        out.append(token)
    return out


_NO_NAME = frozenset(lexicon.terms()["no_name"])


def _count_before(out: Tokens) -> Tokens:
    """每次 right before an effect."""
    for back in range(1, min(4, len(out)) + 1):
        token = out[-back]
        if token.has("EACH"):
            return out[-back:]
        if not (token.has("MEASURE") or token.has("TIME_UNIT") or token.kind == "NUM"):
            break
    return []


def _ends_phrase_or_list(tokens: Tokens, index: int) -> bool:
    return _ends_phrase(tokens, index)


def _follows(out: Tokens) -> bool:
    """True where nothing but one separator and the name stands between the amount before and here."""
    stops = 0
    for token in reversed(out):
        if token.kind in AMOUNTS:
            return stops == 1
        if token.kind == "STOP":
            stops += 1
        elif token.kind in VERBS | CAPS | COMPLETE or token.kind == "NUM":
            return False
    return False


def choose_numbered(tokens: Tokens) -> Tokens:
    """每, measure words, comparators and directions are kept where a number or 每 stands beside them."""
    out: Tokens = []
    for index, token in enumerate(tokens):
        if not token.classes and token.text != "/":
            out.append(token)
            continue
        before = out[-1] if out else None
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        rated = len(out) > 1 and out[-2].kind == "SLASH" and out[-1].kind in ("MEASURE", "TIME_UNIT")
        near = next((t for t in reversed(out[-3:]) if t.kind in ("EACH", "STOP", "NUM")), None)
        each_near = near is not None and near.kind == "EACH"
        looks = token.has("EACH") or token.has("AT_LEAST") or each_near
        out.append(_numbered(token, before, after, looks and _number_ahead(tokens, index), rated, each_near))
    return out


def _number_ahead(tokens: Tokens, index: int) -> bool:
    """True where a number follows in the same phrase, nothing but a few plain words before it."""
    room = 10
    for token in tokens[index + 1 : index + 9]:
        if token.kind == "NUM":
            return True
        room -= len(token.text)
        if token.kind == "STOP" or room < 0:
            return False
    return False


def _numbered(
    token: Token, before: Token | None, after: Token | None, number_ahead: bool, rated: bool, each_near: bool
) -> Token:
    if (
        token.text == "/"
        and before is not None
        and (before.kind in AMOUNTS or rated or before.kind == "MEASURE")
        and after is not None
        and (after.has("MEASURE") or after.has("TIME_UNIT") or after.kind == "NUM")
    ):
        return token._replace(kind="SLASH", classes=())
    if not token.classes:
        return token
    if before is not None and before.kind == "SLASH":
        for kind in ("MEASURE", "TIME_UNIT"):
            if token.has(kind):
                return token.of(kind)
    counted = before is not None and before.kind in ("NUM", "EACH", "LACK", "FIND", "OVERDUE")
    number_next = after is not None and (after.kind == "NUM" or after.kind in AMOUNTS)
    each_before = before is not None and before.kind == "EACH"
    if counted and before is not None and (before.kind in ("NUM", "EACH") or _each_word(before)):
        for kind in MEASURES:
            if token.has(kind):
                return token.of(kind)
    if before is not None and before.kind == "MEASURE" and before.value == "generic" and token.has("NOUN"):
        return token.of("NOUN")
    if before is not None and before.kind == "MEASURE" and token.has("MEASURE") and token.has("SECOND"):
        return token.of("MEASURE")
    if token.has("EACH") and number_ahead:
        return token.of("EACH")
    if (
        token.has("EACH")
        and after is not None
        and (
            after.kind == "NUM" or any(after.has(k) for k in (*MEASURES, "LACK", "FIND", "LOWER", "HIGHER", "OVERDUE"))
        )
    ):
        return token.of("EACH")
    if each_before and number_next:
        for kind in ("LOWER", "HIGHER", "LACK", "FIND", "OVERDUE"):
            if token.has(kind):
                return token.of(kind)
    if each_near and number_ahead:
        for kind in ("LOWER", "HIGHER"):
            if token.has(kind):
                return token.of(kind)
    flipped = lexicon.terms()["flipped"].get(token.text, "")
    if flipped and not number_next and before is not None and before.kind in ("NUM", *MEASURES):
        return token._replace(kind=flipped, classes=())
    if number_next:
        for kind in ("LACK", "FIND", "OVERDUE", "LESS", "AT_LEAST", "MORE", "AT_MOST", "EQUAL"):
            if token.has(kind):
                return token.of(kind)
    if token.has("OVERDUE") and after is not None and (after.has("EACH") or after.has("PERIOD")):
        return token.of("OVERDUE")
    if each_before and after is not None and any(after.has(k) for k in MEASURES):
        for kind in ("LACK", "FIND", "OVERDUE"):
            if token.has(kind):
                return token.of(kind)._replace(value="each")
    if token.has("AT_LEAST") and number_ahead:
        return token.of("AT_LEAST")
    if before is not None and (before.kind in MEASURES or before.kind in ("NUM", "NOUN", *AMOUNTS)):
        for kind in ("OR_MORE", "OR_LESS", "ONWARD"):
            if token.has(kind):
                return token.of(kind)
    if token.has("ORDINAL") and after is not None and (after.kind == "NUM" or after.has("MEASURE")):
        return token.of("ORDINAL")
    if before is not None and before.kind == "ORDINAL" and token.has("MEASURE"):
        return token.of("MEASURE")
    if token.has("PERIOD"):
        return token.of("PERIOD")
    return token


def _each_word(token: Token) -> bool:
    return token.value == "each"


def split_bound(tokens: Tokens) -> Tokens:
    """一起扣2分: right before an effect, and first in its phrase, 一起 is one of what 起 counts."""
    out: Tokens = []
    for index, token in enumerate(tokens):
        starts = not out or out[-1].kind in ("STOP", "FIND") or out[-1].has("FIND")
        bound = token.has("BINDING") and token.text in lexicon.terms()["bound"]
        number = numerals.read(token.text[:1]) if bound and starts else None
        if number is not None and _kind(tokens, index + 1) in VERBS | COMPLETE:
            cut = token.start + 1
            out.append(Token("NUM", token.text[:1], token.start, cut, numbers=(number,)))
            out.append(Token("MEASURE", token.text[1:], cut, token.end))
        else:
            out.append(token)
    return out


def choose_rates(tokens: Tokens) -> Tokens:
    """按次扣0.5分, 按10平方米扣1分: 按 and a measure right before an effect counts like 每."""
    out = list(tokens)
    for index, token in enumerate(tokens):
        if not token.has("BY"):
            continue
        at = index + 1
        if at < len(tokens) and tokens[at].kind == "NUM":
            at += 1
        measures = next((k for k in MEASURES if at < len(tokens) and (tokens[at].kind == k or tokens[at].has(k))), "")
        if measures and at + 1 < len(tokens) and tokens[at + 1].kind in VERBS:
            out[index] = token._replace(kind="EACH", classes=())
            out[at] = tokens[at].of(measures) if tokens[at].classes else tokens[at]
    return out


def choose_bare(tokens: Tokens) -> Tokens:
    """1项1分, 每项1分: a figure right after a count that is all its phrase says is earned, though no verb says so."""
    out: Tokens = []
    for index, token in enumerate(tokens):
        if token.kind == "FIGURE" and out and out[-1].kind == "MEASURE" and _ends_phrase(tokens, index):
            start = next((n for n in range(len(out) - 1, -1, -1) if out[n].kind == "STOP"), -1)
            if all(before.kind in ("EACH", "NUM", "MEASURE", "NOUN") for before in out[start + 1 :]):
                out.append(Token("EARN", "", token.start, token.start))
        out.append(token)
    return out


def choose_period(tokens: Tokens) -> Tokens:
    """每天 right before an effect counts days; elsewhere it is the rhythm of a requirement."""
    out: Tokens = []
    for index, token in enumerate(tokens):
        if token.kind == "PERIOD" and token.text[:1] in lexicon.of_class("EACH"):
            rest = index + 1
            while rest < len(tokens) and (tokens[rest].kind in ADVERBS or _first(tokens[rest], ADVERBS)):
                rest += 1
            if rest < len(tokens) and tokens[rest].text == "，":
                rest += 1
            if rest < len(tokens) and (tokens[rest].kind in VERBS or tokens[rest].kind in COMPLETE):
                out.append(Token("EACH", token.text[:1], token.start, token.start + 1))
                unit = token.text[1:]
                value = dict(lexicon.words().get(unit, ())).get("TIME_UNIT", "")
                out.append(Token("TIME_UNIT", unit, token.start + 1, token.end, value))
                continue
        out.append(token)
    return out


def choose_near(tokens: Tokens) -> Tokens:
    """一把手制度, 旷课1节课处理: a number and a measure amid the words of a phrase count nothing, unless what follows says what is wrong."""
    out = list(tokens)
    for index, token in enumerate(out):
        after = out[index + 1] if index + 1 < len(out) else None
        if token.kind != "NUM" or after is None or after.kind not in ("MEASURE", "TIME_UNIT"):
            continue
        before = out[index - 1] if index else None
        rest = out[index + 2 :]
        if any(token.kind == "EACH" or token.kind == "LACK" for token in out[max(0, index - 3) : index]):
            continue
        amid = before is not None and _is_words(before) and bool(rest) and _is_words(rest[0])
        opens = next((n for n in range(index, -1, -1) if n == 0 or out[n - 1].kind == "STOP"), 0)
        taken = out[opens].text.startswith(tuple(lexicon.terms()["takes"]))
        taken = taken and any(word in token.text for token in rest[:4] for word in lexicon.terms()["taken"])
        names = after.text in lexicon.terms()["naming"] or taken
        named = not token.text.isascii() or after.kind == "TIME_UNIT"
        several = token.numbers[0] != 1 and named and bool(rest) and (_is_words(rest[0]) or rest[0].kind == "EACH")
        several = several and rest[0].text[:1] not in _DENIALS and not _finds(out, index)
        if several or (amid and names):  # 三包期, 三级教育, 30分钟内: part of a name
            out[index], out[index + 1] = token.as_text(), after.as_text()
    return out


_DENIALS = frozenset(lexicon.terms()["negation"])


def _finds(tokens: Tokens, index: int) -> bool:
    """True where 发现 or 缺 stands before a number."""
    return index > 0 and tokens[index - 1].kind in ("FIND", "LACK", "OVERDUE")


def _is_words(token: Token) -> bool:
    if token.kind in ("TEXT", "OPAQUE", "BINDING"):
        return True
    return bool(token.classes) and not _first(token, COMPARATORS | ADVERBS | {"OR_MORE", "OR_LESS", "EACH", "OR", "DASH"})


def join_quantities(tokens: Tokens) -> Tokens:
    """A number with its unit beside a comparator or a direction is one quantity; so are both ends of a range."""
    out: Tokens = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        before = out[-1].kind if out else ""
        if (
            token.kind == "FIGURE"
            and before not in VERBS | CAPS
            and (before in COMPARATORS or _compared(tokens, index + 1))
        ):
            out.append(token._replace(kind="QUANTITY", value=lexicon.term("name_unit", "points")))
            index += 1
            continue
        acts = _kind(tokens, index + 1) in VERBS | {"ZERO", "NO_EFFECT"}
        if token.kind == "RANGE" and before not in VERBS | CAPS and acts:  # 60-65分 扣4分
            points = lexicon.term("name_unit", "points")
            low, high = (token._replace(kind="QUANTITY", value=points, numbers=(end,)) for end in token.numbers)
            out += [low, Token("DASH", "-", token.end, token.end), high]
            index += 1
            continue
        if token.kind == "NUM":
            unit = tokens[index + 1] if index + 1 < len(tokens) and tokens[index + 1].kind in MEASURES else None
            ends = index + (2 if unit else 1)
            stepped = unit is not None and unit.kind == "STEP_UNIT"
            inside = "".join(t.text for t in tokens[ends : ends + 3]) == lexicon.term("included", "in")
            if inside and _text(tokens, ends + 3) in lexicon.of_class("DASH"):
                unit = tokens[ends + 2]._replace(text=unit.text if unit else "")  # 70%（含）-80%
                ends += 3
            ranged = ends < len(tokens) and tokens[ends].text in lexicon.of_class("DASH") and ends + 1 < len(tokens)
            ranged = ranged and tokens[ends + 1].kind in ("NUM", "FIGURE")
            dashed = bool(out) and out[-1].kind in ("DASH", "SEP")
            if before in COMPARATORS | {"LOWER", "HIGHER"} or _compared(tokens, ends) or stepped or ranged or dashed:
                end = unit.end if unit else token.end
                text = token.text + (unit.text if unit else "")
                out.append(token._replace(kind="QUANTITY", text=text, end=end, value=unit.text if unit else ""))
                index = ends
                continue
        if token.text in lexicon.of_class("DASH") and before == "QUANTITY":
            out.append(token._replace(kind="DASH", classes=()))
            index += 1
            continue
        if token.text == "、" and before == "QUANTITY" and index + 1 < len(tokens) and tokens[index + 1].kind == "NUM":
            out.append(token._replace(kind="SEP"))
            index += 1
            continue
        out.append(token)
        index += 1
    return out


def choose_included(tokens: Tokens) -> Tokens:
    """3起批评（含）: the figure itself is in, so it is where the range begins."""
    included = lexicon.term("included", "in")
    out: Tokens = []
    for index, token in enumerate(tokens):
        out.append(token)
        counted = len(out) > 1 and out[-2].kind == "NUM" and token.kind == "MEASURE"
        words = [t.text for t in tokens[index + 1 : index + 7] if t.kind != "STOP" or t.text in included]
        if counted and included in "".join(words)[: len(included) + 4] and _kind(tokens, index + 1) != "OR_MORE":
            out.append(Token("OR_MORE", "", token.end, token.end))
    return out


def settle_quantities(tokens: Tokens) -> Tokens:
    """逾期3天及以上: a word of lack or delay before a comparison is its name. 1.8m的围挡: a bare quantity amid words is one of them."""
    out = list(tokens)
    for index, token in enumerate(out):
        if token.kind != "QUANTITY":
            continue
        before = out[index - 1] if index else None
        after = out[index + 1] if index + 1 < len(out) else None
        each = index > 1 and out[index - 2].kind == "EACH"
        other = _kind(out, index + 1) == "DASH" and _kind(out, index + 2) == "QUANTITY" and out[index + 2].value
        if other and token.value and other != token.value:  # 1周至1个月
            out[index], out[index + 1], out[index + 2] = (t.as_text() for t in out[index : index + 3])
            continue
        late = before is not None and before.kind in ("OVERDUE", "LACK", "FIND") and not each
        if late and before is not None and _kind(out, index + 1) in ("OR_MORE", "OR_LESS", "DASH"):
            out[index - 1] = before.as_text()
            continue
        lone = before is None or before.kind not in COMPARATORS | {"DASH", "SEP", "EACH", "LOWER", "HIGHER", "LACK", "EQUAL"}
        lone = lone and not any(t.kind in ("EACH", "LESS", "MORE", "AT_LEAST", "AT_MOST") for t in out[max(0, index - 3) : index])
        goes_on = after is not None and (after.kind == "TEXT" or bool(after.classes))
        goes_on = goes_on and after is not None and not _first(after, ADVERBS | {"OR_MORE", "OR_LESS", "DASH"})
        particle = after is not None and after.text.rstrip() in lexicon.terms()["particle"]
        if lone and goes_on and not particle:
            out[index] = token.as_text()
    return out


def _compared(tokens: Tokens, index: int) -> bool:
    return index < len(tokens) and tokens[index].kind in ("OR_MORE", "OR_LESS", "FROM", "OVER", "UPTO", "UNDER")


FILLERS = frozenset({"OWN", "TOTAL", "FILL"})


def choose_adverbs(tokens: Tokens) -> Tokens:
    """Adverbs (各, 酌情, 再) are kept in the run that touches an effect; elsewhere a binding word stays one, the rest is text."""
    out: Tokens = []
    touching = False
    for token in reversed(tokens):
        if token.kind in VERBS | CAPS | COMPLETE or token.kind in ("VETO", "OPEN"):
            touching = True
        elif out and out[-1].kind in AMOUNTS and _first(token, FILLERS):
            token = token.of(_first(token, FILLERS))  # 扣该项1分
        elif touching:
            kind = _first(token, ADVERBS | ({"GOVERN"} if out and out[-1].kind == "VETO" else set()))
            if kind:
                token = token.of(kind)
            else:
                touching = False
        out.append(token)
    out.reverse()
    return out


def choose_documents(tokens: Tokens) -> Tokens:
    """在 … 中明确分数的 and 按 … 比例得分 are kept where both halves stand in one phrase."""
    out = list(tokens)
    for index, token in enumerate(tokens):
        opener = "IN" if token.has("STATES") else "BY" if token.kind in ("PRORATE", "LINEAR") else ""
        if not opener:
            continue
        for back in range(index - 1, -1, -1):
            if tokens[back].kind == "STOP":
                break
            if tokens[back].has(opener):
                out[back] = tokens[back].of(opener)
                if opener == "IN":
                    out[index] = token.of("STATES")
                break
    return out


def choose_links(tokens: Tokens) -> Tokens:
    """否则 and 其他 open a phrase; 或 links alternatives; binding words keep their name so that the grammar must consume them."""
    out: Tokens = []
    for index, token in enumerate(tokens):
        opens = not out or out[-1].kind == "STOP"
        if token.has("OTHERWISE") and opens:
            out.append(token.of("OTHERWISE"))
        elif token.has("OR"):
            out.append(token.of("OR"))
        elif token.has("AGAIN") and _measured(tokens, index + 1):
            out.append(token.of("AGAIN"))
        elif token.has("EACH"):
            out.append(token._replace(kind="BINDING", classes=()))
        elif token.has("BINDING") and token.text in lexicon.terms()["gathers"] and opens and _counted(tokens, index + 1):
            out.append(token.as_text())  # 其中有一项, 累计缺一天: what is counted says it all
        elif token.has("BINDING") and _amid(tokens, out, index):
            out.append(token.as_text())  # 累计参加活动, 警告及以上: one of the words of a condition
        elif token.has("BINDING") and (len(token.text) > 1 or _measured(tokens, index + 1)):
            out.append(token.of("BINDING"))
        else:
            out.append(token)
    return out


def _amid(tokens: Tokens, out: Tokens, index: int) -> bool:
    """True for 累计 or 平均 before words that say of what, and for 及以上 behind words that are no figure."""
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    if tokens[index].text in lexicon.terms()["sums"]:
        return after is not None and after.kind == "TEXT" and len(after.text) > 1
    plain = bool(out) and (out[-1].kind == "TEXT" or bool(out[-1].classes))
    return tokens[index].text in lexicon.terms()["ranks_up"] and plain


def _counted(tokens: Tokens, index: int) -> bool:
    return index < len(tokens) and tokens[index].kind in ("FIND", "LACK", "OVERDUE", "NUM", "EACH", "LESS", "MORE", "QUANTITY")


def _measured(tokens: Tokens, index: int) -> bool:
    """True where a number, an amount or a verb comes next: a short binding word (约, 限, 另) then means what it says."""
    return index < len(tokens) and tokens[index].kind in (
        AMOUNTS | VERBS | CAPS | ADVERBS | {"NUM", "QUANTITY", "EACH", "LACK", "FIND", "OVERDUE"}
    )


def close_brackets(tokens: Tokens) -> Tokens:
    """A bracket in the middle of a phrase that moves no points is part of its words."""
    out: Tokens = []
    for token in tokens:
        out.append(token)
        if token.kind != "STOP" or token.text != "）":
            continue
        for back in range(len(out) - 2, -1, -1):
            if out[back].kind == "STOP" and out[back].text == "（":
                inner = out[back:]
                if not any(t.kind in VERBS | CAPS | COMPLETE | AMOUNTS | {"VETO", "EACH", "WORTH"} for t in inner):
                    words = "".join(t.text for t in inner)
                    out[back:] = [Token("TEXT", words, inner[0].start, inner[-1].end)]
                break
    return out


def rest_is_text(tokens: Tokens) -> Tokens:
    """What found no partner is text; neighbouring texts join."""
    out: Tokens = []
    for index, token in enumerate(tokens):
        plain = token.as_text() if token.classes or token.kind in ("OPAQUE", "TEXT") else token
        if plain.kind == "NUM" and not (index + 1 < len(tokens) and tokens[index + 1].kind in MEASURES):
            plain = plain.as_text()  # a number that measures nothing is part of a name: 12350专线, CET-4
        if plain.kind == "TEXT" and out and out[-1].kind == "TEXT" and out[-1].end == plain.start:
            out[-1] = out[-1]._replace(text=out[-1].text + plain.text, end=plain.end)
        else:
            out.append(plain)
    return out


def _first(token: Token, kinds: frozenset[str] | set[str]) -> str:
    return next((entry[0] for entry in token.classes if entry[0] in kinds), "")


def _amount_after(tokens: Tokens, index: int) -> bool:
    for token in tokens[index + 1 : index + 3]:
        if token.kind in AMOUNTS:
            return True
        if not _first(token, FILLERS):
            return False
    return False


_NUMBERS = frozenset({"NUM", "FIGURE", "RANGE", "QUANTITY"})

PASSES: tuple[tuple[Callable[[Tokens], Tokens], frozenset[str]], ...] = (
    (choose_governing, VERBS | CAPS | WORTH | {"COPULA"}),
    (choose_complete, COMPLETE | {"VETO", "WHOLE"}),
    (choose_ranks, frozenset(lexicon.terms()["rank_unit"])),
    (choose_open, frozenset({"DISCRETION"})),
    (choose_caps, frozenset({"AT_MOST"})),
    (choose_worth, frozenset({"FIGURE", "RANGE"})),
    (choose_inherited, frozenset({"several amounts"})),
    (choose_nouns, frozenset({"EACH"})),
    (split_bound, frozenset({"BINDING"})),
    (choose_numbered, frozenset()),
    (choose_rates, frozenset({"BY"})),
    (choose_near, frozenset({"NUM"})),
    (choose_bare, frozenset({"FIGURE"})),
    (choose_period, frozenset({"PERIOD"})),
    (choose_included, frozenset({"（"})),
    (join_quantities, _NUMBERS),
    (settle_quantities, frozenset({"QUANTITY"})),
    (choose_documents, frozenset({"STATES", "PRORATE", "LINEAR"})),
    (choose_adverbs, frozenset()),
    (choose_links, frozenset({"OTHERWISE", "OR", "AGAIN", "EACH", "BINDING"})),
    (close_brackets, frozenset({"（"})),
    (rest_is_text, frozenset()),
)
"""The passes in the order in which they run, each with the kinds, classes and words of which one must stand in the clause; empty: always."""


def run(tokens: Tokens) -> Tokens:
    """The tokens after every pass."""
    present: set[str] = set()
    amounts = 0
    for token in tokens:
        present.add(token.kind)
        present.add(token.text)
        amounts += token.kind in AMOUNTS
        for entry in token.classes:
            present.add(entry[0])
    if amounts > 1:
        present.add("several amounts")
    for step, needs in PASSES:
        if not needs or not needs.isdisjoint(present):
            tokens = step(tokens)
            if step is join_quantities and any(token.kind == "QUANTITY" for token in tokens):
                present.add("QUANTITY")
    return tokens
