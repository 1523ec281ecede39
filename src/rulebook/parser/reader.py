"""One clause: tokens to phrases, and every character accounted for as rule, requirement, prose, or unread."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from rulebook import lexicon
from rulebook.bounds import BOUNDS
from rulebook.parser import effects, passes, scanner
from rulebook.parser.forms import Compared, Counted, Phrase, Piece, Required, Stepped, Words
from rulebook.parser.stumbles import Stumble
from rulebook.parser.tokens import Text, Token

HEADS = passes.VERBS | passes.CAPS | passes.COMPLETE | {"VETO", "OPEN", "PART"}
_SENTENCE_ENDS = frozenset("。；！？\n")
_PHRASE_ENDS = frozenset("，：（）")
_ENDS_ANY = _PHRASE_ENDS | _SENTENCE_ENDS
_ROW_OPENS = passes.COMPARATORS | {"QUANTITY", "EQUAL"}
_MOVING = passes.VERBS | passes.CAPS
_EFFECT_ENDS = HEADS | passes.AMOUNTS | {"MEASURE"}
_AFTER_HEAD = passes.AMOUNTS | {"SLASH", "MEASURE", "GOVERN", "BY"}
_BARE = passes.ADVERBS | HEADS | _AFTER_HEAD
_OPEN, _CLOSE = "（［《「『“", "）］》」』”"


class Found(NamedTuple):
    """One effect or limit: its form, its place in the clause, its sentence, and the words before it in that sentence."""

    phrase: Phrase
    start: int
    end: int
    sentence: int
    near: tuple[int, int]
    context: tuple[tuple[int, int], ...]
    condition: tuple[Piece, ...] = ()


class Refused(NamedTuple):
    """Words that look as if they moved points and did not read: the place, the code of the reason, where reading stopped."""

    start: int
    end: int
    code: str
    stumble: Stumble | None = None


class Worth(NamedTuple):
    """What the clause, or a part of it, is said to be worth: 满分5分. The place of the words and of the phrase that they stand in."""

    points: Decimal
    start: int
    end: int
    sentence: int
    condition: tuple[int, int]


class ClauseReading(NamedTuple):
    """What a clause holds. What is in none of these is prose."""

    text: Text
    found: tuple[Found, ...] = ()
    requirements: tuple[tuple[Required, int, int], ...] = ()
    refused: tuple[Refused, ...] = ()
    worths: tuple[Worth, ...] = ()


@dataclass(eq=False, repr=False)
class _Sentence:
    number: int
    phrases: list[list[Token]] = field(default_factory=lambda: [[]])


def read(text: Text) -> ClauseReading:
    """The reading of a clause, its points mark taken off. It never raises on any text."""
    if len(text) > BOUNDS.line_length * 4:
        return ClauseReading(text, refused=(Refused(0, len(text), "RB108"),))
    if depth(text.folded) > BOUNDS.nesting:
        return ClauseReading(text, refused=(Refused(0, len(text), "RB109"),))
    found: list[Found] = []
    requirements: list[tuple[Required, int, int]] = []
    refused: list[Refused] = []
    worths: list[Worth] = []
    for sentence in _sentences(passes.run(scanner.scan(_lively(text)))):
        if not any(sentence.phrases):
            continue
        _take_worths(sentence, worths)
        _read_sentence(text, sentence, found, requirements, refused)
    refused = [one for one in refused if not _leads(text, one, found)]
    return ClauseReading(text, tuple(found), tuple(requirements), tuple(refused), tuple(worths))


def _leads(text: Text, refused: Refused, found: list[Found]) -> bool:
    """当学期加分。优秀者加4分；良好者加2分: words that only announce the effects behind them, each with its own figure."""
    if refused.code == "RB208" and lexicon.pattern("judged_lead").search(text.folded[refused.start : refused.end]):
        return any(one.phrase.action.kind == "earn" and one.phrase.action.points is not None for one in found if one.start >= refused.end)
    told = lexicon.pattern("dealing_lead").search(text.folded[refused.start : refused.end].rstrip("，：。；"))
    if refused.code != "RB205" and not (refused.code in ("RB201", "RB208") and told):
        return False
    opens = max(text.folded.rfind(stop, 0, refused.start) for stop in _SENTENCE_ENDS) + 1
    before = text.folded[opens : refused.start]
    match = told or _LEAD.search(text.folded[refused.start : refused.end].rstrip("，：。；"))
    ends = text.folded[refused.end : refused.end + 1]
    after = [one.phrase.action for one in found if one.start >= refused.end]
    follows = next((one.phrase for one in found if one.start >= refused.end), None)
    each = follows is not None and (follows.counts() if told else _opens_at_once(text, refused, follows))  # 给予加分，每项加3分
    if match is None or (ends == "，" and not each) or any(word in before for word in lexicon.of_class("EACH")):
        return False  # 每减少1个百分点，扣分; 手指离开胸壁扣分，: how much is left out
    kind = lexicon.terms()["lead"][match["verb"]]
    return any(action.kind in (kind, _NEAREST.get(kind)) and action.points is not None for action in after)


def _opens_at_once(text: Text, lead: Refused, phrase: Phrase) -> bool:
    """督查离岗扣分，每发现一次扣10分 · 按次数计分，8次以上记10分: nothing is said before what is counted, or before what 按 compares."""
    judged = text.folded.startswith(tuple(lexicon.terms()["judged_by"]), lead.start)
    known = Counted | Stepped | (Compared if judged else Counted)
    return bool(phrase.pieces) and all(isinstance(piece, known) for piece in phrase.pieces)


_LEAD = lexicon.pattern("lead")
_NEAREST = {"earn": "award"}
"""得分 also announces what is added."""


def _typed(folded: str) -> str:
    """What a hand or a converter left in the words, put right character for character: 扣0. 5分, 每缺乙次, a point as a stop, a line's end in 一项."""
    if "\n" in folded:
        folded = _BROKEN.sub(" ", folded)
    if "0" in folded and not _BLANK.isdisjoint(folded):
        folded = _NOUGHT.sub(_closed_up, folded)
    if not any(mark in folded for mark in _SLIPS):
        return folded
    folded = _GAP.sub(lambda m: f"{m['whole']}.{m['part']}{m['before']}{m['behind']}", folded)
    folded = _POINT.sub("。", _RATED.sub("/", folded))
    return _SECOND.sub(lexicon.term("one", "1"), folded)


def _closed_up(match: re.Match[str]) -> str:
    """得 0 分 as 得0分, 扣至0 分为止 as 扣至0分为止: the blanks stand behind."""
    return f"{match['verb']}0{_POINTS}{match['on'] or ''}{match['before']}{match['behind']}"


_GAP, _SECOND, _POINT, _RATED, _NOUGHT = (lexicon.pattern(name) for name in ("gap", "second", "point", "rated", "nought"))
_BROKEN = lexicon.pattern("broken")
_POINTS, _BLANK = lexicon.term("name_unit", "points"), frozenset(" \t")
_SLIPS = tuple(lexicon.terms()["slip"])


def _lively(text: Text) -> Text:
    """The clause with its sentences that say nothing of points blanked: no word that acts, none that asks, no signal. They are prose."""
    folded = _typed(text.folded)
    start, out = 0, []
    for match in _ENDS.finditer(folded):
        piece = folded[start : match.end()]
        dull = not _STIRS.search(piece) and _is_whole(piece) and not signal(piece) and not _GRADED.search(piece)
        dull = dull and not folded.startswith(_ACTS, match.end())
        out.append(" " * (len(piece) - 1) + piece[-1:] if dull else piece)
        start = match.end()
    return Text("".join(out), text.places, text.original)


def _is_whole(piece: str) -> bool:
    """True where no quotation begins or ends elsewhere."""
    return _QUOTES.search(piece) is None or all(
        piece.count(a) == piece.count(b) for a, b in zip(_OPEN, _CLOSE, strict=True)
    )


_QUOTES = re.compile(f"[{re.escape(_OPEN + _CLOSE)}]")
_ACTS = tuple(sorted(word for kind in passes.VERBS | {"ZERO"} for word in lexicon.of_class(kind) if word))
_GRADED = lexicon.pattern("graded")
_ENDS = re.compile("[^。；！？]*(?:[。；！？]|$)")
_STIRRING = passes.COMPLETE | {"VETO", "WHOLE", "PERIOD", "AT_LEAST"}
_MARKED = ("formula", "part", "over", "pool", "within", "veto_no_honours", "veto_lowest_grade", "veto_declared")
_STIRS = re.compile(
    lexicon.either(
        {word for kind in _STIRRING for word in lexicon.of_class(kind)}
        | {mark for name in _MARKED for mark in lexicon.marks(name)}
        | {lexicon.term("name_unit", "points")}
    )
)


def _take_worths(sentence: _Sentence, worths: list[Worth]) -> None:
    """Takes 满分5分 out of its phrase; what is left are words like any other."""
    before: tuple[int, int] = (0, 0)
    phrases: list[list[Token]] = []
    for phrase in sentence.phrases:
        at = next((n for n, token in enumerate(phrase) if token.kind == "WORTH"), None)
        end = next((n for n, token in enumerate(phrase) if at is not None and n > at and token.kind not in passes.FILLERS), None)
        if at is None or end is None or phrase[end].kind != "FIGURE":
            before = (phrase[0].start, phrase[-1].end) if phrase else before
            phrases.append(phrase)
            continue
        rest = phrase[:at]
        condition = (rest[0].start, rest[-1].end) if rest else before
        worths.append(Worth(phrase[end].numbers[0], phrase[at].start, phrase[end].end, sentence.number, condition))
        phrases.append(rest)
        if end + 1 < len(phrase):
            phrases.append(phrase[end + 1 :])  # 本项5分每缺一项扣1分
    sentence.phrases[:] = phrases


def depth(folded: str) -> int:
    """The deepest nesting of brackets and quotation marks, where there are enough of them to exceed the bound; else 0."""
    deepest = level = 0
    if sum(map(folded.count, _OPEN)) <= BOUNDS.nesting:
        return 0  # too few to nest beyond the bound: the usual case, told in C
    for character in folded:
        if character in _OPEN:
            level += 1
            deepest = max(deepest, level)
        elif character in _CLOSE:
            level = max(0, level - 1)
    return deepest


def _sentences(tokens: Sequence[Token]) -> list[_Sentence]:
    sentences = [_Sentence(0)]
    for index, token in enumerate(tokens):
        if token.kind == "STOP" and token.text == "\n" and (not _ends_effect(tokens, index) or _goes_on(tokens, index)):
            if index + 1 < len(tokens) and (_opens_row(tokens[index + 1]) or _opens_grade(tokens, index + 1)):
                sentences[-1].phrases.append([])
            continue  # a wrapped line is no full stop
        if token.kind == "STOP" and token.text in _SENTENCE_ENDS and not _parts_effect(tokens, index, sentences[-1]):
            sentences.append(_Sentence(len(sentences)))
        elif token.kind == "STOP" and token.text in _ENDS_ANY:
            sentences[-1].phrases.append([])
        else:
            sentences[-1].phrases[-1].append(token)
    return sentences


def _parts_effect(tokens: Sequence[Token], index: int, sentence: _Sentence) -> bool:
    """True for a stop between a condition and its effect: 无证操作的每人；扣5分."""
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if following is None or following.kind not in passes.VERBS | {"ZERO"} or not following.text:
        return False
    return bool(sentence.phrases[-1]) and not any(token.kind in HEADS for phrase in sentence.phrases for token in phrase)


def _opens_row(token: Token) -> bool:
    """True for what begins a row of a table of figures: 90%≤N, ≥80分, I=1."""
    return token.kind in _ROW_OPENS or (token.text[:1].isascii() and token.text[:1].isalpha())


def _opens_grade(tokens: Sequence[Token], index: int) -> bool:
    """True where a row of grades begins: 一般（3分）."""
    marked = index + 1 < len(tokens) and tokens[index + 1].text in _MARK_OPENS
    return marked and tokens[index].kind == "TEXT" and passes.is_grade(tokens[index].text)


_MARK_OPENS = frozenset("（：")


def _goes_on(tokens: Sequence[Token], index: int) -> bool:
    """True where the line breaks between a count and its effect: 的1次 | 扣1分."""
    return tokens[index - 1].kind == "MEASURE" and index + 1 < len(tokens) and tokens[index + 1].kind in passes.VERBS


def _ends_effect(tokens: Sequence[Token], index: int) -> bool:
    """True where an effect stands right before: nothing else separates it from the next line."""
    return index > 0 and tokens[index - 1].kind in _EFFECT_ENDS


def _read_sentence(
    text: Text,
    sentence: _Sentence,
    found: list[Found],
    requirements: list[tuple[Required, int, int]],
    refused: list[Refused],
) -> None:
    waiting: list[list[Token]] = []  # phrases without an effect, since the last one with an effect
    dealt: list[Token] = []  # 每发生一起…，及时报告的扣1分，否则扣2分: what every effect of the sentence counts
    for number, phrase in enumerate(sentence.phrases):
        if not phrase:
            continue
        heads = [index for index, token in enumerate(phrase) if token.kind in HEADS]
        if not heads:
            waiting.append(phrase)
            continue
        position = 0
        for head in heads:
            end = _action_end(phrase, head)
            segment = phrase[position:end]
            while segment and segment[0].kind == "STOP":
                segment = segment[1:]
            borrowed: list[Token] = []
            bare = all(t.kind in _BARE for t in segment)
            ceiling = phrase[head].kind == "MOST_GAINED" and any(t.kind == "OWN" for t in segment)
            if waiting and not borrowed and _counts_on(waiting[-1], segment):
                borrowed = waiting.pop()
                segment = segment[1:] if borrowed[-1].kind == "ONWARD" and segment[0].kind == "EACH" else segment
                segment = segment[1:] if borrowed[-1].kind == "ONWARD" and segment[0].kind == "MEASURE" else segment
            elif waiting and bare and (phrase[head].kind not in _STANDING or ceiling or _says_each(waiting[-1])):
                borrowed = waiting.pop()
                if not phrase[head].text and phrase[head].value != "inherited":
                    borrowed = [token.as_text() for token in borrowed]  # 每月召开1次（2分）: a row and its mark
            context = tuple((tokens[0].start, tokens[-1].end) for tokens in waiting)
            compared = _conditions(waiting, borrowed)
            result = _phrase(text, borrowed + segment, sentence.number, context)
            each = next((tokens for tokens in waiting if _says_each(tokens) and _requirement(tokens) is None), None)
            if each is not None:
                dealt = _dealt(each)
            counts = isinstance(result, Found) and result.phrase.counts()
            found_one = next((tokens for tokens in waiting if _finds_one(tokens)), None)
            if found_one is not None and isinstance(result, Found) and not counts and phrase[head].kind in passes.VERBS:
                result = Refused(found_one[0].start, result.end, "RB206")  # 发现一次打人，骂人扣10分
            elif dealt and isinstance(result, Found) and not result.phrase.counts():
                at = int(segment[0].kind == "OTHERWISE" and not borrowed)
                result = _phrase(text, segment[:at] + borrowed + dealt + segment[at:], sentence.number, context)
            elif each is not None and isinstance(result, Found) and not result.phrase.counts():
                result = Refused(each[0].start, result.end, "RB206", _over(each))
            if isinstance(result, Found) and counts and all(_asks_for_all(tokens, result.phrase) or _asks_for(tokens, result.phrase) for tokens in compared):
                compared = []
            if isinstance(result, Found) and compared:
                words = [t.as_text() if t.kind == "PERIOD" else t for tokens in compared for t in tokens]
                pieces = effects.grade(_plain(words))
                if pieces is None or len(compared) > 2:
                    result = Refused(compared[0][0].start, result.end, "RB215", _over(compared[-1]))
                else:
                    result = result._replace(condition=pieces)
                    waiting = [tokens for tokens in waiting if tokens not in compared]
            if isinstance(result, Found):
                found.append(result)
                _account(text, result, refused)
            else:
                refused.append(result)
            _prose(text, waiting, requirements, refused)
            waiting = []
            position = end
        rest = phrase[position:]
        if _opens_next(rest, sentence.phrases[number + 1 : number + 2]):
            _prose(text, waiting, requirements, refused)
            waiting = [rest[1:] if rest[0].kind == "STOP" else rest]
            continue
        if any(token.kind != "STOP" for token in rest) and not _is_note(text, rest):
            if refused and refused[-1].end >= rest[0].start:
                refused[-1] = refused[-1]._replace(end=rest[-1].end)
            else:
                start, end = phrase[heads[-1]].start, rest[-1].end
                left = next(n for n, token in enumerate(rest) if token.kind != "STOP")
                stopped = Stumble(rest[left].start, end, phrase[-len(rest) - 1].kind, rest[left].kind)
                refused.append(Refused(start, end, reason(text.folded[start:end], "RB206"), stopped))
    _prose(text, waiting, requirements, refused)


def _opens_next(rest: list[Token], following: list[list[Token]]) -> bool:
    """扣1分巡查频率低于要求的，扣1分: where a separator is missing, the words behind an effect are the condition of the next."""
    if rest and rest[0].text == "、":  # 扣1分、未报告、未登记的，每少一项扣1分
        rest = rest[1:]
    if not rest or not following or not following[0] or following[0][0].kind not in passes.VERBS | {"ZERO", "EACH"}:
        return False
    return rest[0].kind == "TEXT" and sum(len(token.text) for token in rest) > 3 and not rest[0].text.startswith(tuple(lexicon.terms()["vague"]))


def _is_note(text: Text, tokens: list[Token]) -> bool:
    """Words behind an effect that say what else happens (并通报批评) or remark on it in brackets, and move nothing."""
    joined = _plain(tokens)
    if len(joined) != 1 or joined[0].kind != "TEXT":
        return False
    opens = joined[0].text.startswith(tuple(lexicon.terms()["note_head"]))
    return opens and not _seems_moving(text, tokens)


def _conditions(waiting: list[list[Token]], borrowed: list[Token]) -> list[list[Token]]:
    """The phrases that compare a figure: ≥85%，<90%，得1分. One that would be a requirement by itself belongs to its neighbour."""
    found = [tokens for tokens in waiting if _compares(tokens)]
    if not found and waiting and _is_range_end(waiting[-1]) and _is_range_end(borrowed):
        return [waiting[-1]]
    if len(found) == 1:
        at = next(n for n, tokens in enumerate(waiting) if tokens is found[0])
        before = waiting[at - 1] if at else []
        if _is_range_end(before):
            return [before, found[0]]
    return found


def _is_range_end(tokens: list[Token]) -> bool:
    """True for a phrase that is nothing but a comparison: ≥85%."""
    return bool(tokens) and tokens[0].kind in passes.COMPARATORS and any(token.kind == "QUANTITY" for token in tokens)


def _compares(tokens: list[Token]) -> bool:
    """True for a phrase that compares a figure, so that what follows hangs on it; a requirement is none."""
    last = next((n for n in range(len(tokens) - 1, -1, -1) if tokens[n].kind == "QUANTITY"), None)
    if last is None or _requirement(tokens) is not None:
        return False
    if any(t.kind == "AT_LEAST" for t in tokens) and any(t.kind in ("EACH", "PERIOD") for t in tokens):
        return False  # 每人每年不少于100天 asks, though what it asks of whom is not read
    rest = "".join(t.text for t in tokens[last + 1 :] if t.kind not in ("OR_MORE", "OR_LESS", "FROM", "OVER", "UPTO", "UNDER"))
    return len(rest) < 4 or (tokens[last + 1 : last + 2] != [] and tokens[last + 1].kind in ("FROM", "OVER"))


def _asks_for_all(tokens: list[Token], phrase: Phrase) -> bool:
    """持证上岗率100%，发现1人无证扣1分: what asks for all of them is no figure that a count hangs on; 每低1% hangs on it."""
    if any(isinstance(piece, Stepped) and piece.unit in lexicon.terms()["percent"] for piece in phrase.pieces):
        return False
    figures = [token for token in tokens if token.kind == "QUANTITY"]
    return len(figures) == 1 and figures[0].value == "%" and figures[0].numbers[0] == 100


def _asks_for(tokens: list[Token], phrase: Phrase) -> bool:
    """当月上报不少于4条，每少1条扣0.5分: what is lacking is what was asked for."""
    lacking = (piece for piece in phrase.pieces if isinstance(piece, Counted) and piece.word is not None and piece.word.kind == "LACK")
    units = {unit.text for piece in lacking for unit in piece.units}
    asked = [token.value for token in tokens if token.kind == "QUANTITY"]
    return len(asked) == 1 and asked[0] in units and any(token.kind == "AT_LEAST" for token in tokens)


def _plain(tokens: list[Token]) -> list[Token]:
    return passes.rest_is_text([t.as_text() if t.kind == "STOP" else t for t in tokens])


_COSTING = frozenset({"DEDUCT", "DEDUCT_MORE", "AWARD", "AWARD_MORE"})
_STANDING = frozenset(
    {"PART", "ONCE_ONLY", "HIGHEST_ONLY", "STACKING", "OFFSET", "SO_ON", "FLOOR", "NEGATIVE_ALLOWED", "MOST_LOST", "MOST_GAINED", "MOST_TIMES"}
)
"""Limits that stand for themselves: the phrase before is not their condition."""


def _says_each(tokens: list[Token]) -> bool:
    for index, token in enumerate(tokens):
        if token.kind == "EACH":
            after = [t.kind for t in tokens[index + 1 : index + 3]]
            named = after[:1] in (["FIND"], ["LACK"], ["OVERDUE"], ["TEXT"], ["LOWER"], ["HIGHER"])
            counted = after[:1] == ["NUM"] or (named and after[1:] in (["NUM"], ["QUANTITY"]))
            return counted or (after[:1] == ["MEASURE"] and index + 2 == len(tokens))
    return False


def _counts_on(before: list[Token], segment: list[Token]) -> bool:
    """每人，每次扣2分 · 第三次起，每次扣3分: a comma amid what is counted."""
    opens = [token.kind for token in segment[:2]] in (["EACH", "MEASURE"], ["EACH", "TIME_UNIT"])
    kinds = [token.kind for token in before[-3:]]
    ends = kinds[-2:] in (["EACH", "MEASURE"], ["EACH", "TIME_UNIT"]) or kinds == ["EACH", "MEASURE", "NOUN"]
    return opens and (ends or before[-1].kind == "ONWARD") and not (ends and before[-1].text == segment[1].text)


def _asks(tokens: list[Token], index: int) -> bool:
    """True for 每年至少 and 至少每年."""
    beside = tokens[max(0, index - 1) : index] + tokens[index + 1 : index + 2]
    return tokens[index].kind == "PERIOD" and any(token.kind == "AT_LEAST" for token in beside)


def _finds_one(tokens: list[Token]) -> bool:
    """True for a phrase that finds one of something and names no effect."""
    kinds = [token.kind for token in tokens]
    places = [n for n in range(len(kinds)) if kinds[n : n + 3] == ["FIND", "NUM", "MEASURE"]]
    finds = any(not (n and tokens[n - 1].text.endswith(_AT_LEAST)) for n in places)  # 至少有1名
    return finds and not {"AT_LEAST", "EACH"} & set(kinds)


_AT_LEAST = tuple(lexicon.of_class("AT_LEAST"))


def _dealt(tokens: list[Token]) -> list[Token]:
    """每发生一起 at the head of a phrase: the tokens that count, without a place of their own."""
    if tokens[0].kind != "EACH":
        return []
    last = next((n for n, token in enumerate(tokens) if token.kind in ("MEASURE", "TIME_UNIT")), -1)
    known = all(t.kind in ("EACH", "FIND", "LACK", "OVERDUE", "NUM", "MEASURE", "TIME_UNIT") for t in tokens[: last + 1])
    return [token._replace(start=tokens[0].start, end=tokens[0].start) for token in tokens[: last + 1]] if known else []


def _rhythm(tokens: list[Token]) -> list[Token]:
    """每季度召开1次得1分: beside what is earned a rhythm is a condition in words. 全年 only says when; what a rhythm costs is not read."""
    out = list(tokens)
    counted = any(token.kind == "EACH" for token in tokens)  # 每月不更换的每次扣1分 says what is counted
    costs = any(token.kind in _COSTING for token in tokens) and not counted
    for index, token in enumerate(tokens):
        if token.kind != "PERIOD":
            continue
        rhythm = token.text[:1] in lexicon.of_class("EACH")
        if rhythm and costs and not _asks(tokens, index):
            continue
        quota = _quota(tokens, index) if rhythm else index
        first = index - 1 if rhythm and index and tokens[index - 1].kind == "AT_LEAST" else index
        for n in range(first, quota + 1):
            out[n] = tokens[n].as_text()
    return out


def _quota(tokens: list[Token], index: int) -> int:
    """Where the number ends that a rhythm asks for: 每季度召开1次; the rhythm's own place where it asks for none."""
    for at in range(index + 1, len(tokens)):
        if tokens[at].kind in HEADS or tokens[at].kind == "EACH":
            break
        if tokens[at].kind == "NUM":
            return at + 1 if at + 1 < len(tokens) and tokens[at + 1].kind in passes.MEASURES else at
    return index


def _action_end(phrase: list[Token], head: int) -> int:
    end = head + 1
    while end < len(phrase) and (
        phrase[end].kind in passes.FILLERS or any(phrase[end].has(kind) for kind in passes.FILLERS)
    ):
        end += 1
    if end < len(phrase) and phrase[end].kind in passes.AMOUNTS and phrase[head].kind in _MOVING:
        end = _rate_end(phrase, end + 1)
        end += end < len(phrase) and phrase[end].kind == "TAIL"
    elif phrase[head].kind not in _MOVING:
        end = head + 1
    return end


def _rate_end(phrase: list[Token], end: int) -> int:
    """After /次, /人/节, or 每次 where nothing follows it."""
    after = end
    while after + 1 < len(phrase) and phrase[after].kind == "SLASH":
        after += 3 if phrase[after + 1].kind == "NUM" else 2
    if after > end:
        return min(after, len(phrase))
    if after < len(phrase) and phrase[after].kind == "EACH":
        rest = phrase[after + 1 :]
        if rest and all(token.kind in ("MEASURE", "TIME_UNIT", "NOUN", "NUM") for token in rest):
            return len(phrase)
    return end


def _phrase(text: Text, tokens: list[Token], sentence: int, context: tuple[tuple[int, int], ...]) -> Found | Refused:
    joined = _plain(_rhythm(tokens))
    start, end = joined[0].start, joined[-1].end
    try:
        form = effects.phrase(joined)
    except effects.NotRead as error:
        binding = error.at is not None and error.at.kind in ("BINDING", "RESPECTIVELY", "EACH_OF")
        return Refused(start, end, reason(text.folded[start:end], "RB206" if binding else "RB201"), _stumble(joined, error))
    head = next((token for token in joined if token.kind in HEADS), joined[-1])
    before = text.folded[head.start - 1 : head.start]
    if head.kind in passes.VERBS and before in lexicon.terms()["negation"]:
        return Refused(start, end, "RB204")
    if head.kind in passes.VERBS and text.folded.endswith(_MOST, 0, head.start):
        return Refused(start, end, "RB215")
    near = head.start
    return Found(form, start, end, sentence, (start, near), context)


_MOST = tuple(word for word in lexicon.of_class("MOST") if word)


def _stumble(tokens: list[Token], error: effects.NotRead) -> Stumble:
    """Where the automaton stopped; what ends too early stopped at its last token."""
    at = error.at or tokens[-1]
    after = error.after.kind if error.after else effects.END
    return Stumble(at.start, at.end, after, error.at.kind if error.at else effects.END, error.state)


def _over(tokens: list[Token]) -> Stumble:
    """All of a phrase: it reads by itself, and what follows cannot take it."""
    return Stumble(tokens[0].start, tokens[-1].end, tokens[-1].kind, effects.END)


def _account(text: Text, found: Found, refused: list[Refused]) -> None:
    """A condition that itself looks as if it moved points was not understood."""
    pieces = found.phrase.pieces
    for piece, after in pairwise((*pieces, None)):
        if isinstance(piece, Words) and isinstance(after, Compared) and piece.token.text.endswith(_MEASURED):
            continue  # 评教得分90分以上: what is compared
        if isinstance(piece, Words) and _seems_moving(text, [piece.token]):
            code = reason(text.folded[found.start : found.end], "RB201")
            refused.append(Refused(found.start, found.end, code))
            return


_MEASURED = tuple(lexicon.terms()["measured_by"])


def _prose(
    text: Text,
    phrases: list[list[Token]],
    requirements: list[tuple[Required, int, int]],
    refused: list[Refused],
) -> None:
    for tokens in phrases:
        required = _requirement(tokens)
        if required is not None:
            start = required.tokens[0].start
            required = required._replace(subject=text.original[tokens[0].start : start])
            requirements.append((required, start, tokens[-1].end))
        if _seems_moving(text, tokens):
            start, end = tokens[0].start, tokens[-1].end
            refused.append(Refused(start, end, reason(text.folded[start:end], "RB201")))


def _requirement(tokens: list[Token]) -> Required | None:
    """What the phrase asks for. A part of the year, an unknown period or a second number is not understood: then nothing is."""
    if not any(token.kind in ("AT_LEAST", "PERIOD") for token in tokens):
        return None
    joined = _plain(tokens)
    asked = next((n for n, token in enumerate(joined) if token.kind == "AT_LEAST"), None)
    period = next(
        (n for n, token in enumerate(joined) if token.kind == "PERIOD" and (asked is None or n < asked)), None
    )
    if asked is None and period is None:
        return None
    first = period if period is not None else asked or 0
    if lexicon.pattern("part_of_year").search("".join(token.text for token in joined[:first])):
        return None
    for last in range(len(joined), first + 1, -1):
        required = effects.requirement(joined[first:last])
        if required is not None:
            return None if any(token.kind == "NUM" for token in joined[last:]) else required
    return None


def _visible_words(text: Text, tokens: Sequence[Token]) -> str:
    """The folded words of the tokens, names and quotations blanked."""
    start, end = tokens[0].start, tokens[-1].end
    return _QUOTED.sub(lambda match: "□" * len(match.group()), text.folded[start:end])


_QUOTED = lexicon.pattern("names")


def _seems_moving(text: Text, tokens: Sequence[Token]) -> bool:
    """True where the words of the tokens look as if they moved points, whether or not a comma behind them is seen: 按旷课处理，扣5分."""
    words = _visible_words(text, tokens)
    return signal(words) and not (text.folded.startswith("，", tokens[-1].end) and not signal(words + "，"))


def signal(folded: str) -> bool:
    """True where folded words look as if they moved points: judged by the signal table alone, never by the grammar."""
    innocent, moving = lexicon.signals()
    return moving.search(folded) is not None and moving.search(innocent.sub("□", folded)) is not None


def reason(folded: str, otherwise: str) -> str:
    """The code that says best why such words are refused."""
    return next((code for code, pattern in lexicon.refusals() if pattern.search(folded)), otherwise)
