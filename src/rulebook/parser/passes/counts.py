"""Passes over what counts: "each", measure words, numbers, and the words between them and an effect."""

from decimal import Decimal
from itertools import pairwise

from rulebook import lexicon, numerals
from rulebook.parser.passes.kinds import (
    ADVERBS,
    AMOUNTS,
    BEYOND,
    CAPS,
    COMPARATORS,
    COMPLETE,
    MEASURES,
    VERBS,
    Tokens,
    ends_phrase,
    first,
    is_words,
    kind_at,
    text_at,
)
from rulebook.parser.passes.points import is_grade
from rulebook.parser.tokens import Token


def choose_nouns(tokens: Tokens) -> Tokens:
    """每床位扣2分, 每个标段扣1分: a few unknown words between 每 and an effect are what is counted."""
    out: Tokens = []
    index = 0
    tokens = _any_of_them(tokens)
    while index < len(tokens):
        token = tokens[index]
        if (token.has("FIND") or token.has("LACK")) and _says_one(tokens, index + 1):  # 每发现一顶扣1分, 缺一味扣2分
            one_thing = tokens[index + 1]
            one = one_thing.start + 1
            out += [token, Token("NUM", one_thing.text[:1], one_thing.start, one, numbers=(Decimal(1),))]
            out.append(Token("MEASURE", one_thing.text[1:], one, one_thing.end, value="noun"))
            index += 2
            continue
        if token.has("FIND") and _each_at(out, 1) and _bears_no_count(tokens, index + 1):
            out += [token, Token("WORD", lexicon.term("name_unit", "occurrence"), token.end, token.end, classes=(("MEASURE", ""),))]
            index += 1
            continue
        before = out[-1] if out else None
        one = before is not None and before.kind == "NUM" and (_each_at(out, 2) or (_lacks(out, 2) and _each_at(out, 3)))
        each = before is not None and (before.has("EACH") or one) and not any(token.has(kind) for kind in MEASURES)
        if before is not None and (each or _generic(tokens, index)):
            end, words = index, ""
            while end < len(tokens) and end < index + 4 and _is_plain(tokens[end]):
                words += tokens[end].text
                end += 1
            touches = end < len(tokens) and (
                tokens[end].kind in VERBS
                or tokens[end].has("EACH")
                or (tokens[end].text == "，" and end + 1 < len(tokens) and tokens[end + 1].kind in VERBS)
            )
            if end > index and touches and len(words) <= 5 and not set(words) & _NO_NOUN:
                kind = "MEASURE" if before.has("EACH") or one else "NOUN"
                words = (
                    words[1:]
                    if before.has("EACH") and len(words) > 1 and words[0] == lexicon.term("one", "1")
                    else words
                )
                out.append(Token(kind, words, token.start, tokens[end - 1].end, value="noun"))
                index = end
                continue
        out.append(token)
        index += 1
    return out


def _any_of_them(tokens: Tokens) -> Tokens:
    """任一项缺失扣2分 counts, like 一项缺失; 具备任一项得2分 says that one is enough."""
    out = list(tokens)
    for index, token in enumerate(out):
        if ("EACH", "any") in token.classes:
            ahead = out[index + 1 :]
            stop = next((n for n, after in enumerate(ahead) if after.text in "。；\n"), len(ahead))
            head = next((after for after in ahead[:stop] if after.kind in VERBS | COMPLETE), None)
            if head is None or head.kind != "DEDUCT":
                out[index : index + 2] = [one.as_text() for one in out[index : index + 2]]
    return out


def _each_at(out: Tokens, back: int) -> bool:
    return len(out) >= back and out[-back].has("EACH")


def _lacks(out: Tokens, back: int) -> bool:
    """True for 每少1病种, 每缺2名护士."""
    return len(out) >= back and out[-back].has("LACK")


def _bears_no_count(tokens: Tokens, index: int) -> bool:
    """每发现未戴安全帽扣1分, 每发现扣1分: nothing between here and the effect says what is counted, so each occurrence is."""
    if text_at(tokens, index)[:1] == lexicon.term("one", "1"):
        return False  # 每发现一工种
    for at in range(index, len(tokens)):
        token = tokens[at]
        if token.kind in VERBS:
            return True
        effect_next = token.text == "，" and kind_at(tokens, at + 1) in VERBS
        measured = at == index and first(token, frozenset(MEASURES))  # 每发现起 … but 每出现打架
        if token.kind in _NO_COUNT or measured or first(token, _COUNTING) or (token.kind == "STOP" and not effect_next and token.text not in "、（）"):
            return False
    return False


_COUNTING = COMPARATORS | {"EACH", "LOWER", "HIGHER", "PERIOD"}
_NO_COUNT = COMPLETE | CAPS | AMOUNTS | {"NUM", "QUANTITY", "VETO", "WORTH"}


def _says_one(tokens: Tokens, index: int) -> bool:
    """True for 一顶 right before an effect: one, and a measure that no table knows."""
    if index >= len(tokens) or tokens[index].kind != "TEXT" or not 1 < len(tokens[index].text) < 4:
        return False
    after = index + 1 + (text_at(tokens, index + 1) == "，")
    return tokens[index].text[0] == lexicon.term("one", "1") and kind_at(tokens, after) in VERBS


_NO_NOUN = frozenset(lexicon.terms()["negation"]) | frozenset(lexicon.terms()["no_noun"])


def _generic(tokens: Tokens, index: int) -> bool:
    """True right after 每个 or 一个."""
    if index < 2 or not any(entry == ("MEASURE", "generic") for entry in tokens[index - 1].classes):
        return False
    back = 3 if tokens[index - 2].kind == "NUM" and index > 2 else 2
    return any(tokens[index - back].has(kind) for kind in ("EACH", "LACK", "FIND"))


_NO_WORDS = VERBS | CAPS | COMPLETE | AMOUNTS | {"NUM", "STOP", "OPAQUE", "VETO", "WORTH"}
_TELLING = COMPLETE | COMPARATORS | ADVERBS | {"PERIOD", "LOWER", "HIGHER", "EACH", "BINDING"}


def _is_plain(token: Token) -> bool:
    return token.kind not in _NO_WORDS and not first(token, _TELLING)


_BEFORE_ONE = frozenset({"FIND", "LACK", "LOWER", "HIGHER"})


def split_bound(tokens: Tokens) -> Tokens:
    """一起扣2分, 一般事故一起扣2分: right before an effect, and first in its phrase or behind what happens, 一起 is one of what 起 counts."""
    out: Tokens = []
    for index, token in enumerate(tokens):
        starts = not out or out[-1].kind in ("STOP", "FIND") or first(out[-1], _BEFORE_ONE) or lexicon.pattern("happens").search(out[-1].text)
        bound = token.has("BINDING") and token.text in lexicon.terms()["bound"]
        number = numerals.read(token.text[:1]) if bound and starts else None
        if number is not None and kind_at(tokens, index + 1) in VERBS | COMPLETE:
            cut = token.start + 1
            out.append(Token("NUM", token.text[:1], token.start, cut, numbers=(number,)))
            out.append(Token("MEASURE", token.text[1:], cut, token.end))
        else:
            out.append(token)
    return out


def choose_numbered(tokens: Tokens) -> Tokens:
    """每, measure words, comparators and directions are kept where a number or 每 stands beside them."""
    out: Tokens = []
    per = lexicon.terms()["per"]
    tokens = list(tokens)
    for index, token in enumerate(tokens):
        if token.has("PERIOD") and (not out or out[-1].kind == "STOP") and _fault_of_period(tokens, index):
            fault = tokens[index + 1]
            tokens[index + 1] = fault._replace(text=token.text + fault.text, start=token.start)
            continue
        if not token.classes and token.text not in per:
            out.append(token)
            continue
        before = out[-1] if out else None
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        rated = len(out) > 1 and out[-2].kind == "SLASH" and out[-1].kind in ("MEASURE", "TIME_UNIT")
        near = next((t for t in reversed(out[-3:]) if t.kind in ("EACH", "STOP", "NUM")), None)
        each_near = near is not None and near.kind == "EACH"
        if token.has("ONWARD") and len(out) > 2 and out[-3].kind == "ORDINAL":
            out.append(token.of("ONWARD"))  # 第三次及以上
            continue
        looks = each_near or bool(first(token, _LOOKS))
        out.append(_numbered(token, before, after, looks and _number_ahead(tokens, index), rated, each_near))
    return out


_LOOKS = frozenset({"EACH", "AT_LEAST", "LESS", "MORE", "AT_MOST"})
"""Classes of words that look for a number behind them."""


def choose_later(tokens: Tokens) -> Tokens:
    """第一次扣1分，以后每次扣2分: later ones are all from the next on. 90%以上得满分，以后每低1%扣1分 only goes on."""
    out: Tokens = []
    index = 0
    named: tuple[Decimal, str] | None = None
    figured = False
    while index < len(tokens):
        token = tokens[index]
        figured = figured or token.kind in _FIGURED
        if token.kind == "ORDINAL":
            spelled = kind_at(tokens, index + 1) == "NUM"
            named = (tokens[index + 1].numbers[0] if spelled else Decimal(1), text_at(tokens, index + 1 + spelled))
        told = _again(tokens, index)
        if told:  # 首次不扣分，再次发现的每次扣2分
            tokens = [*tokens[:index], token._replace(end=tokens[told - 1].end), *tokens[told:]]
        if (told or token.text in lexicon.terms()["thereafter"]) and kind_at(tokens, index + 1) == "EACH":
            at = index + 2 + (kind_at(tokens, index + 2) == "NUM" and tokens[index + 2].numbers[0] == 1)
            if named is not None and kind_at(tokens, at) == "MEASURE" and text_at(tokens, at) == named[1]:
                start = token.start
                out += [Token("ORDINAL", "", start, start), Token("NUM", "", start, start, numbers=(named[0] + 1,))]
                out += [tokens[at]._replace(start=start, end=start), token._replace(kind="ONWARD", end=tokens[at].end, classes=())]
                index = at + 1
                continue
            if figured and kind_at(tokens, index + 2) in ("LOWER", "HIGHER"):
                out.append(tokens[index + 1]._replace(start=token.start))
                index += 2
                continue
            token = token._replace(kind="BINDING", classes=())  # after how many, and counted from which one?
        out.append(token)
        index += 1
    return out


def _again(tokens: Tokens, index: int) -> int:
    """Where 每 stands behind 再次, 再次发现的; nought where it does not."""
    if not tokens[index].has("AGAIN") and tokens[index].kind != "AGAIN":
        return 0
    after = index + 1 + (index + 1 < len(tokens) and (tokens[index + 1].kind == "FIND" or tokens[index + 1].has("FIND")))
    after += text_at(tokens, after) in lexicon.terms()["particle"]
    return after if kind_at(tokens, after) == "EACH" or (after < len(tokens) and tokens[after].has("EACH")) else 0


_FIGURED = COMPARATORS | BEYOND | {"EQUAL"}


def _fault_of_period(tokens: Tokens, index: int) -> bool:
    """每月少一次扣1分: what is counted goes wrong in a period, and the period asks for nothing."""
    if kind_at(tokens, index + 2) != "NUM":
        return False
    after = tokens[index + 1]
    return any(after.has(kind) for kind in ("LACK", "OVERDUE", "FIND")) or (after.kind == "TEXT" and after.text[0] in _DENIALS)


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
        token.text in lexicon.terms()["per"]
        and before is not None
        and (before.kind in AMOUNTS or rated or before.kind == "MEASURE")
        and after is not None
        and (after.has("MEASURE") or after.has("TIME_UNIT") or after.kind == "NUM")
    ):  # 扣1分/次, 每人/次, 扣0.5分/人·次
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
            after.kind in ("NUM", *MEASURES)
            or any(after.has(k) for k in (*MEASURES, "LACK", "FIND", "LOWER", "HIGHER", "OVERDUE"))
        )
    ):
        return token.of("EACH")
    if each_before and number_next and token.has("AT_LEAST"):
        return token.of("AT_LEAST")._replace(kind="FIND")  # 每满10人
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
    if number_ahead:
        for kind in ("AT_LEAST", "LESS", "MORE", "AT_MOST"):
            if token.has(kind) and (kind == "AT_LEAST" or len(token.text) > 1 or not token.text.isalpha()):
                return token.of(kind)  # 不足总次数的60%
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
        verb = at + 1
        while verb < len(tokens) and first(tokens[verb], ADVERBS):  # 按次酌情扣1-3分
            verb += 1
        if measures and verb < len(tokens) and tokens[verb].kind in VERBS:
            out[index] = token._replace(kind="EACH", classes=())
            out[at] = tokens[at].of(measures) if tokens[at].classes else tokens[at]
    return out


def choose_turns(tokens: Tokens) -> Tokens:
    """降低1%扣2分: a direction and one of its steps count like 每降低1%."""
    out = list(tokens)
    for index, token in enumerate(out):
        one = kind_at(out, index + 1) == "NUM" and out[index + 1].numbers[0] == 1
        lacks = token.has("LACK") or token.kind == "LACK"
        turns = token.has("LOWER") or token.has("HIGHER") or lacks
        if one and turns and kind_at(out, index + 2) == "STEP_UNIT" and not first(token, COMPARATORS):
            out[index] = token._replace(kind="HIGHER" if token.has("HIGHER") and not lacks else "LOWER", classes=())
    return out


def join_measures(tokens: Tokens) -> Tokens:
    """每件（次）加5分: a measure in brackets behind a measure names the same count."""
    out: Tokens = []
    for token in tokens:
        out.append(token)
        if token.text != "）" or len(out) < 4:
            continue
        measure, opens, other, _ = out[-4:]
        if opens.text == "（" and measure.kind == "MEASURE" and measure.text not in _PERSONS and other.has("MEASURE"):
            out[-4:] = [measure._replace(end=token.end)]
    return out


_PERSONS = lexicon.terms()["person"]
"""每人（次）: persons, or how often?"""


def choose_asked(tokens: Tokens) -> Tokens:
    """未配备2名专职人员, 未确定1至2名管理人: how many were to be set up belongs to the question whether they are."""
    out = list(tokens)
    for index, token in enumerate(out):
        if token.kind != "NUM" or not lexicon.pattern("set_up").search("".join(before.text for before in out[max(0, index - 4) : index])):
            continue
        ranged = text_at(out, index + 1) in lexicon.of_class("DASH") and kind_at(out, index + 2) == "NUM"
        last = index + 2 if ranged else index
        end = last + 2 + (last + 2 < len(out) and bool(first(out[last + 2], _OPEN_ENDS) or out[last + 2].kind in _OPEN_ENDS))
        named = end < len(out) and is_words(out[end]) and out[end].text not in lexicon.terms()["particle"]
        if out[last].numbers[0] > 1 and kind_at(out, last + 1) == "MEASURE" and named:
            out[index:end] = [one.as_text() for one in out[index:end]]
    return out


_OPEN_ENDS = frozenset({"OR_MORE"})


def choose_last(tokens: Tokens) -> Tokens:
    """排名后5位的扣2分, 后3名扣2分: the last of a ranking, however many there are, are found by a person."""
    out = list(tokens)
    for index, token in enumerate(out):
        if token.kind != "NUM" or text_at(out, index + 1) not in lexicon.terms()["rank_unit"]:
            continue
        opens = next((n for n in range(index, 0, -1) if out[n - 1].kind == "STOP"), 0)
        after = index + 2 + (text_at(out, index + 2) in lexicon.terms()["particle"])
        after += text_at(out, after) == "，"
        said = "".join(before.text for before in out[opens:index])
        if kind_at(out, after) in ("DEDUCT", "DEDUCT_MORE") and lexicon.pattern("rank_last").search(said):
            out[index : index + 2] = [one.as_text() for one in out[index : index + 2]]
    return out


def choose_near(tokens: Tokens) -> Tokens:
    """一把手制度, 旷课1节课处理: a number and a measure amid the words of a phrase count nothing, unless what follows says what is wrong."""
    out = list(tokens)
    rows = _rows_of_counts(out)
    for index, token in enumerate(out):
        after = out[index + 1] if index + 1 < len(out) else None
        if token.kind != "NUM" or after is None or after.kind not in ("MEASURE", "TIME_UNIT"):
            continue
        if index and out[index - 1].text == lexicon.term("foremost", "first") and _spared(out[index + 2 :]):
            out[index - 1] = out[index - 1]._replace(kind="AT_MOST", classes=())  # 前两次不扣分
            continue
        if index in rows:
            continue
        before = out[index - 1] if index else None
        rest = out[index + 2 :]
        if _not_even_one(out, index):
            start = index - (before is not None and before.kind == "FIND")
            out[start : index + 2] = [token.as_text() for token in out[start : index + 2]]
            continue
        if any(token.kind == "EACH" or token.kind == "LACK" for token in out[max(0, index - 3) : index]):
            continue
        amid = before is not None and is_words(before) and bool(rest) and is_words(rest[0])
        opens = next((n for n in range(index, -1, -1) if n == 0 or out[n - 1].kind == "STOP"), 0)
        taken = out[opens].text.startswith(tuple(lexicon.terms()["takes"]))
        taken = taken and any(word in token.text for token in rest[:4] for word in lexicon.terms()["taken"])
        names = after.text in lexicon.terms()["naming"] or taken
        named = not token.text.isascii() or after.kind == "TIME_UNIT"
        ranged = before is not None and before.text in lexicon.of_class("DASH") and bool(rest) and rest[0].text in lexicon.terms()["particle"]
        several = not ranged and token.numbers[0] != 1 and named and bool(rest) and (is_words(rest[0]) or rest[0].kind == "EACH")
        lasts = after.kind == "TIME_UNIT"
        several = several and (lasts or rest[0].text[:1] not in _DENIALS) and not _finds(out, index)
        several = several and not (before is not None and before.kind in COMPARATORS | {"EACH", "LOWER", "HIGHER"})
        ahead = next((n for n, t in enumerate(rest) if t.kind == "STOP"), len(rest))
        if lasts and token.numbers[0] == 1 and bool(rest) and is_words(rest[0]) and any(t.kind == "NUM" for t in rest[:ahead]):
            several = True  # 一年开展6次以上: the year in which they are counted
        grade = names and bool(rest) and is_words(rest[0]) and before is not None and before.kind in COMPARATORS
        level = after.text in lexicon.terms()["level"] and bool(rest) and is_words(rest[0])
        found = level and before is not None and before.kind == "FIND"
        fault = lasts and after.text in lexicon.terms()["long_time"] and bool(rest) and rest[0].text[:1] in _DENIALS
        fault = fault and (before is None or before.kind == "STOP" or not before.classes)  # 一年未演练: so long nothing was done
        within = lasts and bool(rest) and rest[0].text.startswith(tuple(lexicon.terms()["within"]))
        if within and before is not None and rest[0].text in lexicon.terms()["within"] and _is_late(before):
            out[index + 2] = rest[0]._replace(kind="OR_LESS", classes=())  # 逾期5天内: so late at most
            continue
        numbered = not token.text.isascii() and after.text in lexicon.terms()["numbered"] and not _measures(out, index)
        numbered = numbered and ((bool(rest) and is_words(rest[0])) or _others(tokens, index))
        if several or grade or found or within or fault or numbered or (amid and names):  # 三包期, 三级教育, 30分钟内: part of a name
            out[index], out[index + 1] = token.as_text(), after.as_text()
            if found and before is not None:
                out[index - 1] = before.as_text()  # 发生三级事故: what happens has a name
    return out


def _spared(rest: Tokens) -> bool:
    """True where what follows costs nothing."""
    return bool(rest) and (rest[0].kind == "NO_EFFECT" or (is_words(rest[0]) and kind_at(rest, 1) == "NO_EFFECT"))


def _not_even_one(tokens: Tokens, index: int) -> bool:
    """无一人违纪得10分, 未发生一起事故的加2分: that there is none is what is rewarded, and nothing is counted."""
    if tokens[index].numbers[0] != 1 or lexicon.pattern("not_one").search("".join(token.text for token in tokens[max(0, index - 3) : index])) is None:
        return False
    effect = next((token for token in tokens[index:] if token.kind in VERBS | COMPLETE or token.text in ("。", "；")), None)
    return effect is not None and effect.kind in ("EARN", "AWARD", "AWARD_MORE", "FULL", "NO_EFFECT")


def _is_late(token: Token) -> bool:
    """True for 逾期, 缺勤, 提前: words behind which time is an amount, and no date."""
    return token.kind in ("OVERDUE", "LACK") or lexicon.pattern("by_days").search(token.text) is not None


def _others(tokens: Tokens, index: int) -> bool:
    """一级扣10分，二级扣5分: another number stands before the same word, so that each is a name."""
    number, word = tokens[index].numbers, tokens[index + 1].text
    pairs = pairwise(tokens)
    named = any(t.kind == "TEXT" and t.text.endswith(word) and numerals.read(t.text[: -len(word)][-1:]) is not None for t in tokens)
    return named or any(one.kind == "NUM" and one.numbers != number and after.text == word for one, after in pairs)


def _measures(tokens: Tokens, index: int) -> bool:
    """True where a number goes with a word that measures: 每高一级, 低一档, 缺一期."""
    return any(first(t, _MEASURING) or t.kind in _MEASURING for t in tokens[max(0, index - 2) : index])


_MEASURING = frozenset({"EACH", "LACK", "FIND", "LOWER", "HIGHER", "OVERDUE"}) | COMPARATORS


def _rows_of_counts(tokens: Tokens) -> set[int]:
    """1项不符合得2分，2项不符合得1分: where the numbers of rows that say the same of the same measure stand."""
    rows: list[tuple[int, str, str]] = []
    for index, token in enumerate(tokens):
        if token.kind != "NUM" or not _may_vary(tokens, index) or tokens[index + 1].text in _NAMING:
            continue
        start = next((n + 1 for n in range(index - 1, -1, -1) if tokens[n].kind == "STOP"), 0)
        end = next((n for n in range(index, len(tokens)) if tokens[n].kind in _ENDING), len(tokens))
        beside = [t for t in (*tokens[start:index], *tokens[index + 2 : end]) if t.kind != "STOP" and not first(t, BEYOND)]
        acts = end < len(tokens) and (tokens[end].kind != "STOP" or kind_at(tokens, end + 1) in _EFFECTS)
        if acts and beside and not any(t.kind == "NUM" or t.kind in COMPARATORS for t in beside):
            words = "".join(t.text for t in beside).rstrip("".join(lexicon.terms()["particle"]))
            rows.append((index, tokens[index + 1].text, words))
    return {
        index
        for index, measure, words in rows
        for other, its, others in rows
        if tokens[other].numbers != tokens[index].numbers and measure == its and (words in others or others in words)
    }


def _may_vary(tokens: Tokens, index: int) -> bool:
    """True for a number with a measure, and for 提前10天: of time only where its words say that so much has passed."""
    kind = kind_at(tokens, index + 1)
    return kind == "MEASURE" or (kind == "TIME_UNIT" and index > 0 and _is_late(tokens[index - 1]))


_NAMING = lexicon.terms()["naming"]
_EFFECTS = VERBS | {"ZERO", "FULL", "NO_EFFECT"}
_ENDING = _EFFECTS | {"STOP"}
_DENIALS = frozenset(lexicon.terms()["negation"])


def _finds(tokens: Tokens, index: int) -> bool:
    """True where 发现 or 缺 stands before a number."""
    return index > 0 and tokens[index - 1].kind in ("FIND", "LACK", "OVERDUE")


def choose_bare(tokens: Tokens) -> Tokens:
    """1项1分, 每项1分: a figure right after a count that is all its phrase says is earned, though no verb says so."""
    out: Tokens = []
    for index, token in enumerate(tokens):
        if token.kind == "FIGURE" and out and out[-1].kind == "MEASURE" and ends_phrase(tokens, index):
            start = next((n for n in range(len(out) - 1, -1, -1) if out[n].kind == "STOP"), -1)
            phrase = out[start + 1 :]
            label = "".join(before.text for before in phrase[:-2])
            graded = len(phrase) > 2 and phrase[-2].kind == "EACH" and is_grade(label)  # 国家级每条5分
            if graded or all(before.kind in ("EACH", "NUM", "MEASURE", "NOUN") for before in phrase):
                out.append(Token("EARN", "", token.start, token.start))
        out.append(token)
    return out


def _earns_on(tokens: Tokens, index: int) -> bool:
    """True where a figure, and then what is earned, follow in the same phrase."""
    ahead = tokens[index:]
    effect = next((n for n, token in enumerate(ahead) if token.kind in VERBS | COMPLETE | {"STOP"}), None)
    return effect is not None and ahead[effect].kind in ("EARN", "FULL") and any(token.kind == "NUM" for token in ahead[:effect])


def _figure_ahead(tokens: Tokens, index: int) -> bool:
    """True where the phrase goes on to count or compare something else."""
    end = next((n for n in range(index, len(tokens)) if tokens[n].kind == "STOP" or tokens[n].kind in VERBS), len(tokens))
    return any(token.kind in COMPARATORS | {"NUM", "QUANTITY"} for token in tokens[index:end])


def choose_period(tokens: Tokens) -> Tokens:
    """每天 right before an effect counts days; elsewhere it is the rhythm of a requirement. 未每月召开一次 denies one, in words."""
    out: Tokens = []
    denied = False
    for index, token in enumerate(tokens):
        if token.kind == "PERIOD" and lexicon.pattern("denies_rhythm").search("".join(before.text for before in out[-2:])):
            denied = True
        denied = denied and token.kind not in VERBS | COMPLETE | {"STOP"}
        if token.text in lexicon.terms()["school_time"] and out and out[-1].kind == "EACH" and _figure_ahead(tokens, index + 1):
            out[-1] = out[-1].as_text()  # 每学期不少于20节: when, and not how often
            out.append(token.as_text())
            continue
        of_each = [before.kind for before in out[-2:]] == ["EACH", "MEASURE"]
        if token.kind == "PERIOD" and of_each and _earns_on(tokens, index + 1):
            out[-2:] = [before.as_text() for before in out[-2:]]  # 每人每年达6小时以上得3分: all of them, for one outcome
        if denied:
            out.append(token.as_text())
            continue
        if token.kind == "PERIOD" and token.text[:1] in lexicon.of_class("EACH"):
            rest = index + 1
            while rest < len(tokens) and (tokens[rest].kind in ADVERBS or first(tokens[rest], ADVERBS)):
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
