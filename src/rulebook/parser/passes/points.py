"""Passes over what moves points: verbs and caps beside their amounts, effects that need none, what something is worth."""

from decimal import Decimal

from rulebook import lexicon
from rulebook.parser.passes.kinds import (
    ADVERBS,
    AMOUNTS,
    BEYOND,
    CAPS,
    COMPARATORS,
    COMPLETE,
    FILLERS,
    MEASURES,
    VERBS,
    WORTH,
    Tokens,
    ends_phrase,
    first,
    kind_at,
    text_at,
)
from rulebook.parser.tokens import Token
from rulebook.source import fold

_GOVERNED = VERBS | CAPS
_GOVERNING = _GOVERNED | WORTH


def choose_governing(tokens: Tokens) -> Tokens:
    """A verb or a cap is one only where an amount follows it, fillers between; else its other class, or text."""
    out: Tokens = []
    tokens = _each_first(tokens)
    several = sum(token.has("COPULA") and _amount_after(tokens, n) for n, token in enumerate(tokens)) > 1
    for index, token in enumerate(tokens):
        if not token.classes:
            out.append(token)
            continue
        kind = first(token, _GOVERNING)
        fills = bool(out) and out[-1].kind in _GOVERNED
        if (
            kind
            and out
            and out[-1].has("EACH")
            and first(token, _DIRECTIONS)
            and kind_at(tokens, index + 1) == "FIGURE"
        ):
            after = tokens[index + 2] if index + 2 < len(tokens) else None
            if after is not None and (first(after, VERBS) or after.text == "，"):  # 未满90分每减1分扣0.5分
                out.append(token)
                continue
        if token.has("COPULA") and _amount_after(tokens, index) and (several or (out and out[-1].has("RESPECTIVELY"))):
            out.append(token._replace(kind="EARN", classes=()))
            continue
        if kind == "EARN" and _is_measure(tokens, index):
            out.append(token.as_text())
            continue
        if kind and _amount_after(tokens, index) and not (kind in WORTH and fills):
            out.append(token.of(kind))
        else:
            out.append(token)
    return out


def _each_first(tokens: Tokens) -> Tokens:
    """扣每次2分: what is counted stands before the verb that it separates from its amount."""
    if not any(token.has("EACH") for token in tokens):
        return tokens
    out = [token for n, token in enumerate(tokens) if not (_is_one(token) and n and tokens[n - 1].has("EACH") and n > 1 and first(tokens[n - 2], VERBS))]
    for index in range(len(out) - 3):
        verb, each, measure, amount = out[index : index + 4]
        if first(verb, VERBS) and each.has("EACH") and first(measure, frozenset(MEASURES)) and amount.kind in AMOUNTS:
            before = verb.start
            out[index : index + 3] = [
                each._replace(start=before, end=before), measure._replace(start=before, end=before), verb._replace(end=measure.end)
            ]  # fmt: skip
    return out


def _is_measure(tokens: Tokens, index: int) -> bool:
    """综合得分80-90分扣1分, 评分90分以上: a score with an end or an effect behind it is what is compared, not what is earned."""
    if tokens[index].text not in lexicon.terms()["measured_by"] or kind_at(tokens, index + 1) not in AMOUNTS:
        return False
    after = tokens[index + 2] if index + 2 < len(tokens) else None
    if after is None:
        return False
    return bool(first(after, BEYOND)) or (bool(first(after, VERBS)) and _amount_after(tokens, index + 2))


def _amount_after(tokens: Tokens, index: int) -> bool:
    for token in tokens[index + 1 : index + 3]:
        if token.kind in AMOUNTS:
            return True
        if not first(token, FILLERS):
            return False
    return False


_DIRECTIONS = frozenset({"LOWER", "HIGHER"})


def choose_complete(tokens: Tokens) -> Tokens:
    """Words that move points by themselves (不得分, 扣完为止) are chosen; a veto needs 实行 or 予以 before it, or stands for itself."""
    out: Tokens = []
    for index, token in enumerate(tokens):
        kind = first(token, COMPLETE)
        inside = bool(out) and out[-1].kind != "STOP" and ends_phrase(tokens, index)
        if token.has("WHOLE") and inside:  # 全勤满分
            out.append(token._replace(kind="FULL", classes=()))
        elif kind:
            out.append(token.of(kind))
        elif token.has("VETO"):
            veto = token.of("VETO")
            before = tokens[index - 1] if index else None
            opens = before is None or before.kind == "STOP"  # …的，一票否决
            if token.text in lexicon.terms()["regime"] and not _opens_phrase(tokens, index - 1):
                out.append(token.as_text())  # 建立并实行一票否决制 is a duty, …的，均实行一票否决制 a consequence
                continue
            governed = (
                veto.value != "declared"
                or opens
                or (before is not None and (before.has("GOVERN") or before.has("OWN")))
                or lexicon.pattern("veto_fault").fullmatch(_label(tokens, index)) is not None
            )
            acts = governed and ends_phrase(tokens, index) and not _costs(tokens, index + 1)
            out.append(veto if acts else token.as_text())
        elif token.kind == "VETO" and (not ends_phrase(tokens, index) or _costs(tokens, index + 1)):
            out.append(token.as_text())
        else:
            out.append(token)
    return out


def choose_besides(tokens: Tokens) -> Tokens:
    """除本项不得分外，另扣2分: what is besides is said as well as what follows."""
    out = list(tokens)
    opening, closing = lexicon.term("besides", "opening"), lexicon.term("besides", "closing")
    for index in range(len(out) - 1, 0, -1):
        if out[index].text != closing or not (out[index - 1].kind == "ZERO" or out[index - 1].has("ZERO")) or text_at(out, index + 1) != "，":
            continue
        more = out[index + 2] if index + 2 < len(out) else None
        back = index - 2 - (index > 1 and out[index - 2].has("OWN"))
        if more is None or not _goes_beyond(out, index + 2) or back < 0 or not out[back].text.endswith(opening):
            continue
        rest = out[back].text.removesuffix(opening)
        del out[index]
        out[back : back + 1] = [out[back]._replace(text=rest, end=out[back].end - len(opening))] if rest else []
    return out


def _goes_beyond(tokens: Tokens, index: int) -> bool:
    """True for 另扣, 再扣, 再从总分中扣: more is taken."""
    verb = next((token for token in tokens[index : index + 3] if token.kind in VERBS), None)
    return verb is not None and (verb.kind == "DEDUCT_MORE" or tokens[index].has("TOTAL"))


def _opens_phrase(tokens: Tokens, index: int) -> bool:
    """True where nothing but adverbs stands before a place in its phrase."""
    at = index - 1
    while at >= 0 and first(tokens[at], ADVERBS):
        at -= 1
    follows = index > 0 and tokens[index - 1].text.endswith(tuple(lexicon.terms()["particle"]))
    return index >= 0 and (at < 0 or tokens[at].kind == "STOP" or follows)


def _costs(tokens: Tokens, index: int) -> bool:
    """True where what follows a comma is an effect without a condition of its own: 考核不合格，扣5分 is a deduction."""
    if index + 1 >= len(tokens) or tokens[index].text != "，":
        return False
    after = tokens[index + 1]
    return after.kind in VERBS | COMPLETE or bool(first(after, VERBS | {"EACH"} | COMPLETE))


_GIVEN = {"MOST_LOST": "DEDUCT", "MOST_GAINED": "AWARD"}


def choose_open(tokens: Tokens) -> Tokens:
    """酌情扣分，最多扣3分: an effect that a person gives, bounded by the limit that stands next. 酌情最多扣3分 is both in one."""
    out: Tokens = []
    for index, token in enumerate(tokens):
        if token.kind == "FIGURE" and len(out) > 1 and out[-1].kind in _GIVEN and out[-2].has("DISCRETION"):
            out[-1] = out[-1]._replace(kind=_GIVEN[out[-1].kind])
            out.append(token._replace(kind="RANGE", numbers=(Decimal(0), token.numbers[0])))
            continue
        kind = lexicon.terms()["open"].get(token.text, "")
        if kind and token.kind not in VERBS and ends_phrase(tokens, index) and _given(tokens, index):
            out.append(token._replace(kind="OPEN", value=kind, classes=()))
        else:
            out.append(token)
    return out


def _given(tokens: Tokens, index: int) -> bool:
    """True where 酌情 stands before and a limit with a figure follows in the sentence."""
    before = index - 1
    while before >= 0 and first(tokens[before], ADVERBS - {"DISCRETION"}):
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
        if (
            token.kind != "FIGURE"
            or not token.text
            or index < 2
            or index + 1 >= len(out)
            or out[index + 1].text != "）"
        ):
            continue
        opens = out[index - 2].text == "（" or (
            out[index - 2].kind == "TEXT" and len(out[index - 2].text) < 2 and index > 2 and out[index - 3].text == "（"
        )
        if opens and out[index - 1].has("AT_MOST"):
            out[index - 1] = out[index - 1]._replace(kind="MOST", classes=())
    return out


_COSTING = frozenset({"DEDUCT", "DEDUCT_MORE", "ZERO", "MOST_LOST", "FLOOR"})
_MOVING = VERBS | CAPS | {"OPEN"} | (COMPLETE - {"ZERO"})


def choose_headed(tokens: Tokens) -> Tokens:
    """加分：市级表彰1分，省级表彰2分 · 扣分：迟到0.5分/次: a heading gives its verb to the figures behind it, where none has one of its own."""
    out = list(tokens)
    start = 0
    while start < len(out):
        end = next((n for n in range(start, len(out)) if out[n].kind == "STOP" and out[n].text in "。\n"), len(out))
        kind = lexicon.terms()["open"].get(text_at(out, start), "").upper()
        figures = [n for n in range(start, end) if out[n].kind == "FIGURE"]
        bare = all(out[n - 1].kind not in _GOVERNING and not out[n - 1].has("COPULA") and _is_named(out, n) for n in figures)
        if kind in ("DEDUCT", "AWARD") and text_at(out, start + 1) == "：" and figures and bare and not any(t.kind in _MOVING for t in out[start:end]):
            for n in reversed(figures):
                out.insert(n, Token(kind, "", out[n].start, out[n].start, value="headed"))
            end += len(figures)
        start = end + 1
    return out


def choose_rated(tokens: Tokens) -> Tokens:
    """未及时制止的 0.5分/处: a fault and a figure for each of it, without a verb, is what it costs."""
    out: Tokens = []
    for index, token in enumerate(tokens):
        if token.kind == "FIGURE" and token.text and (not out or out[-1].kind not in _GOVERNING) and text_at(tokens, index + 1) in lexicon.terms()["per"]:
            words = _label(out, len(out))
            if _is_named(tokens, index) and lexicon.pattern("fault_named").search(words):
                out.append(Token("DEDUCT", "", token.start, token.start, value="rated"))
        out.append(token)
    return out


def _is_named(tokens: Tokens, index: int) -> bool:
    """True for a figure with words before it in its phrase that compare nothing, and nothing but a rate behind it."""
    phrase = _phrase(tokens[:index])
    rated = text_at(tokens, index + 1) in lexicon.terms()["per"] and ends_phrase(tokens, index + 2)
    plain = bool(phrase) and not any(first(token, COMPARATORS | BEYOND | WORTH) or token.kind in COMPARATORS | AMOUNTS for token in phrase)
    return plain and (rated or ends_phrase(tokens, index))


def choose_worth(tokens: Tokens) -> Tokens:
    """（5分）, 满分5分, 制度建设5分：, and a figure that stands alone say what something is worth; several beside each other are earned."""
    out: Tokens = []
    moved = any(token.kind in _MOVING for token in tokens)
    figures = [n for n, token in enumerate(tokens) if _is_bare(tokens, n)]
    if sum(is_grade(_label(tokens, n)) for n in figures) < 2:
        figures = [n for n in figures if tokens[n].kind == "FIGURE"]  # 良好70-89分 alone says what a score is called
    if len(figures) == 1 and _is_range(_phrase(tokens[: figures[0]])):
        figures = []  # 3-5人2分: a row of no table
    if not figures and not any(token.kind == "RANGE" for token in tokens):
        return tokens
    marks = [n for n in figures if n == 0 or tokens[n - 1].kind == "STOP"]
    labels = [n for n in figures if n not in marks]
    earned = not moved and len(figures) > 1 and (not labels or not marks or len(labels) > 1)
    defines = any(token.has("OR_MORE") or token.has("OR_LESS") for token in tokens)  # 优秀（90分以上）、达标（60-89分）
    costs = any(token.kind in _COSTING or token.has("ZERO") for token in tokens)
    nought = any((token.kind == "ZERO" or token.has("ZERO")) and _bracketed(tokens, n) for n, token in enumerate(tokens))
    graded = [n for n in labels if is_grade(_label(tokens, n))]
    ranged = any(token.kind == "RANGE" and _is_told(tokens, n) for n, token in enumerate(tokens))
    begins = next((n for n, token in enumerate(tokens) if token.kind != "STOP"), 0)  # behind the mark of a list
    for index, token in enumerate(tokens):
        if index in figures:
            after = tokens[index + 1].text if index + 1 < len(tokens) else ""
            opens = after == "。" and all(t.kind != "STOP" for t in tokens[begins:index])  # 报表收集10分。迟报一次扣1分
            heads = (after in ("：", "（") or opens) and index in labels and index not in graded
            if index in marks and nought and _bracketed(tokens, index):
                out.append(Token("EARN", "", token.start, token.start))  # 20家以上（5分）、20家以下（0分）
            elif ranged and _is_told(tokens, index):
                out.append(Token("EARN", "", token.start, token.start))  # 有文本：4分；规定：0-6分
            elif index in labels and not heads and _denied_next(tokens, index):
                out.append(Token("EARN", "", token.start, token.start))  # 合格1分，不合格0分
            elif index in labels and tokens[index - 1].has("EACH_OF"):
                pass  # 甲、乙各1分: earned, or what each is worth?
            elif index in labels and _moves_somehow(tokens, index):
                pass  # 每次考核2分: a verb that is none of ours
            elif index in marks and index > 1 and is_grade(tokens[index - 2].text) and any(t.kind == "RANGE" for t in tokens):
                out.append(Token("EARN", "", token.start, token.start))  # 优（5分）、良（3-4分）: a row like the others
            elif index in labels and not heads and index not in graded and not earned and _is_condition(tokens, index):
                pass  # 无记录的3分: what becomes of them is left out
            elif index in labels and moved and not heads and lexicon.pattern("met").fullmatch(_label(tokens, index)):
                out.append(Token("EARN", "", token.start, token.start))  # 符合2分，每发现一处不符合扣1分
            elif index in marks or heads or (not moved and len(figures) == 1):
                told = index > 1 and tokens[index - 1].text == "，" and lexicon.pattern("states").match(_label(tokens, index - 1))
                added = moved and not costs and told  # 按时提交，5分；每中稿一篇加2分
                kind = "EARN" if (earned or added) and not heads else "WORTH"
                out.append(Token(kind, "", token.start, token.start))
            elif earned or (len(graded) > 1 and not _moving_before(out)):
                out.append(Token("EARN", "", token.start, token.start))
        elif token.kind == "RANGE" and defines and index > 1 and is_grade(tokens[index - 2].text) and _bracketed(tokens, index):
            token = token.as_text()  # 优秀（90分以上）、达标（60-89分）: what a score is called
        elif (
            token.kind == "RANGE"
            and not defines
            and out
            and out[-1].text == "（"
            and text_at(tokens, index + 1) == "）"
        ):
            out.append(Token("EARN", "", token.start, token.start))  # （1-5分）: a person gives the figure
        elif token.kind == "RANGE" and not defines and _is_told(tokens, index):
            out.append(Token("EARN", "", token.start, token.start))  # 部分连接：1-2分
        out.append(token)
        if (
            token.kind == "FIGURE"
            and len(out) > 1
            and out[-2].kind == "WORTH"
            and kind_at(tokens, index + 1) == "FLOOR"
        ):
            out.append(Token("STOP", "，", token.end, token.end))  # 本项20分扣完为止
    return out


def _is_told(tokens: Tokens, index: int) -> bool:
    """True for a figure that is all that stands behind a colon and words that are no grade: 优秀：90-100分 says what a score is called."""
    if index < 2 or tokens[index - 1].text != "：" or not ends_phrase(tokens, index):
        return False
    return tokens[index - 2].kind != "STOP" and not is_grade(tokens[index - 2].text)


def _moves_somehow(tokens: Tokens, index: int) -> bool:
    """True where a figure is no worth: something is counted before it, or a word that takes points in other trades governs it."""
    first = next((n + 1 for n in range(index - 1, -1, -1) if tokens[n].kind == "STOP"), 0)
    phrase = tokens[first:index]
    named = bool(phrase) and phrase[-1].text.endswith(tuple(lexicon.terms()["losing"]))
    return named or (any(token.has("EACH") for token in phrase) and any(token.kind in ("TEXT", "WORD") and token.text.isalpha() for token in phrase[2:]))


def _bracketed(tokens: Tokens, index: int) -> bool:
    """True for a figure that is all its brackets say."""
    return index > 0 and tokens[index - 1].text == "（" and text_at(tokens, index + 1) == "）"


def _denied_next(tokens: Tokens, index: int) -> bool:
    """True where the next phrase denies the words before the figure and gives nothing for it: 制度健全2分，不健全不得分."""
    if text_at(tokens, index + 1) not in "，；、\n" or any(token.has("EACH") for token in tokens[:index]):
        return False
    said = ""
    for token in tokens[index + 2 : index + 8]:
        if token.kind == "STOP" or token.kind in AMOUNTS:
            return False
        if token.kind == "ZERO" or token.has("ZERO"):
            denied = said.rstrip("".join(lexicon.terms()["particle"]))
            return denied[:1] in lexicon.terms()["negation"] and len(denied) > 1 and _label(tokens, index).strip().endswith(denied[1:])
        said += token.text
    return False


def _is_condition(tokens: Tokens, index: int) -> bool:
    """True where the words before a figure say of whom: …的, …者."""
    return _label(tokens, index).rstrip().endswith(tuple(lexicon.terms()["particle"]))


def unquoted(label: str) -> str:
    """The words without the quotation marks around them: “较好”."""
    return label.strip().strip(_QUOTES)


_QUOTES = "“”‘’\"「」『』"


def _moving_before(out: Tokens) -> bool:
    """True where a verb stands before in the sentence: 国家级加3分、省级2分 takes it over."""
    for token in reversed(out):
        if token.kind in VERBS and token.text:
            return True
        if token.kind == "STOP" and token.text not in "，、（）":
            return False
    return False


def _is_bare(tokens: Tokens, index: int) -> bool:
    """True for a figure that no word governs, at the end of its phrase."""
    if tokens[index].kind not in ("FIGURE", "RANGE") or not ends_phrase(tokens, index):
        return False
    if tokens[index].kind == "RANGE" and not is_grade(_label(tokens, index)):
        return False
    before = tokens[index - 1] if index else None
    if before is None or (before.kind == "STOP" and before.text != "、"):
        return True
    if before.end == tokens[index].start and before.text[-1:].isascii() and before.text[-1:].isalnum():
        return False  # 13T6分 is damaged
    if first(before, FILLERS) and index > 1 and tokens[index - 2].kind in VERBS:
        return False  # 扣组长2分
    if before.text[-1:] in _OPERATORS:
        return False  # 加+1分 says two things at once, 难度×5分 is a formula
    if before.has("OR_MORE") or before.has("OR_LESS") or before.has("STEP_UNIT") or _is_range(_phrase(tokens[:index])):
        return True
    plain = before.kind == "TEXT" or (bool(before.classes) and not first(before, COMPARATORS | CAPS | VERBS | {"DASH"}))
    return plain and (not _counts(tokens, index - 1) or is_grade(_label(tokens, index)))


def _is_range(phrase: Tokens) -> bool:
    """True for 8-11次, a row of a table."""
    dashed = len(phrase) == 4 and phrase[0].kind == phrase[2].kind == "NUM" and phrase[1].text in lexicon.of_class("DASH")
    return dashed and bool(first(phrase[3], frozenset(MEASURES)) or phrase[3].kind in MEASURES)


def _counts(tokens: Tokens, index: int) -> bool:
    """True for a measure with a number or 每 before it; in 落实责任 任 is a letter of a word."""
    before = tokens[index - 1] if index else None
    amid = before is not None and before.kind == "TEXT"
    return bool(first(tokens[index], frozenset(MEASURES))) and not amid


_OPERATORS = frozenset("+-×*=÷/→")


def _label(tokens: Tokens, index: int) -> str:
    """The words before a figure, back to the last stop."""
    start = index
    while start and tokens[start - 1].kind != "STOP":
        start -= 1
    return "".join(token.text for token in tokens[start:index])


def is_grade(label: str) -> bool:
    """True for 优秀, 较差者, 国家级, 一等奖: one of several grades, of which exactly one is given."""
    words = unquoted(fold(label)).rstrip("".join(lexicon.terms()["particle"]))
    return lexicon.pattern("grade").fullmatch(words) is not None


def choose_inherited(tokens: Tokens) -> Tokens:
    """国家级加3分，省级2分，市级1分: names that follow an effect in its sentence, with a figure and no verb, take its verb and its count."""
    out: Tokens = []
    verb: Token | None = None
    named_by = ""
    counted: Tokens = []
    for index, token in enumerate(tokens):
        if token.kind in VERBS:
            label = _label(out, len(out))
            alike = bool(counted) and len(label) > 1 and label[-2:] == named_by[-2:] and not _has_count(out)
            if alike and verb is not None and _follows(out):  # 主办单位每次加1分，协办单位加0.5分
                out += [t._replace(start=token.start, end=token.start) for t in counted]
            else:
                counted = _count_in(out)
                named_by = _beside_count(_phrase(out), counted)
            verb = token
        elif (
            (token.kind == "STOP" and token.text not in "，、）")
            or token.kind in CAPS | COMPLETE | WORTH
            or token.kind == "VETO"
        ):
            verb = None
        elif token.kind in ("FIGURE", "RANGE") and verb is not None and out:
            named = out[-1].kind == "TEXT" or (out[-1].classes and not first(out[-1], COMPARATORS | WORTH))
            named = named and not set(_label(out, len(out))) & _NO_NAME
            rated = text_at(tokens, index + 1) in lexicon.terms()["per"] and ends_phrase(tokens, index + 2)  # 缺勤5分/次
            if named and out[-1].end <= token.start and (rated or ends_phrase(tokens, index)) and _follows(out):
                out += [] if rated else [t._replace(start=token.start, end=token.start) for t in counted]
                out.append(Token(verb.kind, "", token.start, token.start, value="inherited"))
        out.append(token)
    return out


_NO_NAME = frozenset(lexicon.terms()["no_name"])


def _phrase(out: Tokens) -> Tokens:
    """The tokens of the phrase that has just been read."""
    start = next((n for n in range(len(out) - 1, -1, -1) if out[n].kind == "STOP"), -1)
    return out[start + 1 :]


def _beside_count(phrase: Tokens, counted: Tokens) -> str:
    """The words of a phrase without those that count: 每发现一次."""
    places = [n for n, token in enumerate(phrase) if any(token is one for one in counted)]
    return "".join(token.text for n, token in enumerate(phrase) if not places or not places[0] <= n <= places[-1])


def _has_count(out: Tokens) -> bool:
    return any(token.kind == "NUM" or token.has("EACH") for token in _phrase(out))


def _count_in(out: Tokens) -> Tokens:
    """每次, 每发现一处, 一次 in a phrase: 每 or one, and its measure, wherever they stand."""
    phrase = _phrase(out)
    for index, token in enumerate(phrase[:-1]):
        if token.has("EACH"):
            measure = next((n for n in range(index + 1, min(index + 4, len(phrase))) if phrase[n].has("MEASURE")), None)
            between = phrase[index + 1 : measure]
            if measure is not None and all(t.has("FIND") or t.has("LACK") or _is_one(t) for t in between):
                return [token, phrase[measure]]
    for index, token in enumerate(phrase[:-1]):
        if _is_one(token) and phrase[index + 1].has("MEASURE") and not (index and phrase[index - 1].has("ORDINAL")):
            return phrase[index : index + 2]
    return []


def _is_one(token: Token) -> bool:
    return token.kind == "NUM" and token.numbers[0] == 1


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
