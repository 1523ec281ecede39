"""One found phrase to one draft of a rule or limit: a table from the grammar's action to a small function."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple

from rulebook import lexicon, model, numerals
from rulebook.builder.doubts import doubt
from rulebook.builder.names import EDGES, clean, split_names, whole_names
from rulebook.parser.forms import Compared, Counted, Document, Ordinal, Phrase, Piece, Stepped, Thresholds, Words
from rulebook.parser.passes import is_grade, unquoted
from rulebook.parser.reader import Found
from rulebook.parser.tokens import Text, Token
from rulebook.source import fold


class Ambiguous(Exception):
    """The phrase has more than one meaning, or none that the machine may choose; the code says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(eq=False, repr=False)
class Draft:
    """A rule in the making. `label` is the condition in words; `tests` are its comparisons; `name` names its fact."""

    found: Found
    kind: str
    effect: model.Effect | None = None
    name: str = ""
    named_by: str = ""
    label: str = ""
    tests: tuple[Compared, ...] = ()
    exact: Compared | None = None
    amid: Compared | None = None
    """A number amid the words, 2项不符合: part of them, unless another row says the same of another number."""
    free: int = 0
    upto: Decimal | None = None
    """5天以内每天扣1分: how far a rate goes; what is beyond stands in another rule."""
    any_of: tuple[tuple[str, tuple[Compared, ...]], ...] = ()
    ordinal: Ordinal | None = None
    amount: model.Amount | None = None
    basis: model.Basis = field(default_factory=model.Once.made)
    document: str = ""
    limit: model.Limit | None = None
    otherwise: bool = False
    idle: bool = False
    """Says again what the rules before it say: it asks for no fact and moves nothing."""
    rows: tuple["Draft", ...] = ()
    text: str = ""
    span: tuple[int, int] = (0, 0)
    units: tuple[str, ...] = ()
    asks_lack: bool = False
    measured: str = ""
    thresholds: Thresholds | None = None
    fact: str | None = None
    triggers: tuple[model.Trigger, ...] = ()


class Reader(NamedTuple):
    """What drafting needs to know of the rulebook: the clause's words, what 以上 and 以下 include, how a part step counts."""

    text: Text
    excluding: tuple[str, ...] = ()
    partial: model.Partial | None = None

    def range(self, compared: Compared) -> model.Range:
        """The range that a comparison states, its ends in or out as the words or the head say."""
        return model.Range.made(
            low=compared.low,
            low_in=_included(compared.low_word, self.excluding),
            high=compared.high,
            high_in=_included(compared.high_word, self.excluding),
        )


def _included(word: str, excluding: tuple[str, ...]) -> bool:
    return word == "in" or (word in ("or_more", "or_less") and word not in excluding) or word == ""


def apart(found: Found) -> list[Found]:
    """每缺一项内容或少学一次扣0.5分: two faults that are each counted by themselves are two rules of one figure."""
    phrase = found.phrase
    moves = phrase.action.kind in ("deduct", "award") and phrase.action.points is not None and phrase.action.points.kind == "figure"
    if not moves or len(phrase.alternatives) < 2 or phrase.action.rate is not None or phrase.adverbs or not all(map(_counts_a_fault, phrase.alternatives)):
        return [found]
    first = phrase.alternatives[0]
    wrong = any(lexicon.pattern("fault_named").search(fold(piece.token.text)) for piece in first if isinstance(piece, Words))
    counted = [piece for piece in first if isinstance(piece, Counted) and piece.each and (piece.word is not None or wrong)]
    if not counted:
        return [found]  # 每次检查或每项任务扣1分: which of the two?
    out: list[Found] = []
    behind = tuple(token for token in phrase.tokens if token.start >= phrase.action.token.start)
    places = [_span_of(alternative) for alternative in phrase.alternatives]
    for alternative, (start, end) in zip(phrase.alternatives, places, strict=True):
        tokens = (*(token for token in phrase.tokens if start <= token.start and token.end <= end), *behind)
        one = replace(phrase, alternatives=(alternative,), tokens=tokens)
        out.append(found._replace(phrase=one, start=start, near=(start, found.near[1])))
    return out


def _counts_a_fault(pieces: tuple[Piece, ...]) -> bool:
    """True for 缺一项内容, 少学一次: one of something, with a word of what is wrong, and nothing else that is counted or measured."""
    counts = [piece for piece in pieces if isinstance(piece, Counted)]
    words = [piece for piece in pieces if isinstance(piece, Words)]
    if len(counts) != 1 or len(counts) + len(words) != len(pieces) or counts[0].number != 1:
        return False
    return counts[0].word is not None or bool(words)


def _span_of(pieces: tuple[Piece, ...]) -> tuple[int, int]:
    """Where the pieces stand, from the first token to the last."""
    tokens = [token for piece in pieces for token in ((piece.token,) if isinstance(piece, Words) else piece.tokens)]
    return min(token.start for token in tokens), max(token.end for token in tokens)


def draft(reader: Reader, found: Found) -> Draft:
    """The draft of a found phrase. Raises Ambiguous."""
    made = _prepared(reader, found)
    DRAFTS[found.phrase.action.kind](reader, made)
    return made


def _prepared(reader: Reader, found: Found) -> Draft:
    """Condition, name, tests, basis and amount: what every effect may have."""
    found = _limiting(_reaching(found))
    phrase = found.phrase
    made = Draft(found, phrase.action.kind, otherwise=phrase.otherwise is not None)
    if phrase.adverb("POOL") and phrase.action.kind not in LIMITS:
        raise Ambiguous("RB206")  # 合计 bounds several rules; a single effect has nothing to add up
    made.label = clean(_condition(reader.text, phrase))
    if lexicon.pattern("only_links").fullmatch(made.label):
        made.label = ""  # 从第3次起
    others = phrase.otherwise is not None and phrase.action.kind in ("deduct", "zero", "award")
    if others and phrase.otherwise is not None and lexicon.pattern("other_people").match(phrase.otherwise.text + made.label):
        made.otherwise, made.label = False, phrase.otherwise.text + made.label  # 其他人员每次扣1分: some of them, and no other case
    if any(isinstance(piece, Counted) and piece.number > 1 and not piece.each for piece in phrase.pieces) and made.label[:1] in lexicon.terms()["both"]:
        made.label = made.label[1:]  # 两项都未完成的: what is counted is 未完成
    made.label = unquoted(made.label) if is_grade(made.label) else made.label
    made.tests = tuple(piece for piece in phrase.pieces if isinstance(piece, Compared))
    stepped = any(isinstance(piece, Stepped) for piece in phrase.pieces)
    if not stepped and any(len(test.tokens) == 1 and not _whole(test) for test in made.tests):
        raise Ambiguous("RB215")  # 完成80%得3分: at least, or exactly?
    alternatives = _alternatives(phrase)
    if made.tests and len(alternatives) > 1:
        made.any_of = tuple(
            (
                clean(_words(reader.text, alternative)),
                tuple(piece for piece in alternative if isinstance(piece, Compared)),
            )
            for alternative in alternatives
        )
        first = made.any_of[0][0]
        if all(tests and label in ("", first) for label, tests in made.any_of):
            made.label = first  # 合格率高于90%或低于50%: one figure
            made.any_of = tuple((first, tests) for _, tests in made.any_of)
    ordinals = [p for p in phrase.pieces if isinstance(p, Ordinal)] if phrase.action.kind != "scale" else []
    made.ordinal = ordinals[0] if ordinals else None
    documents = [piece for piece in phrase.pieces if isinstance(piece, Document)]
    made.document = clean(documents[0].name.text) if documents else ""
    made.basis, made.units = _basis(reader, made)
    if isinstance(made.basis, model.Count) and made.tests and not any(test.unit in made.units for test in made.tests):
        made.label, made.tests, made.any_of = clean(_described(reader.text, phrase)), (), ()
    if made.exact is not None and len(alternatives) == 1 and any(test.unit in made.units for test in made.tests):
        raise Ambiguous("RB215")  # 省级通报1次、市级通报3次以上: either, or both?
    if made.tests and len(alternatives) == 1 and _qualifies(phrase):
        made.label, made.tests = clean(_described(reader.text, phrase)), ()
    if found.condition:
        _conditioned(reader, made)
    if isinstance(made.basis, model.Step) and len(made.tests) == 1 and made.tests[0].unit == made.basis.unit:
        within = reader.range(made.tests[0])
        if made.basis.direction == "below" and within.high is None:
            raise Ambiguous("RB215")  # 100%得10分，95%以上每低1%扣1分: down to 95%, and from where?
        _from(reader, made, made.tests[0])
        made.tests = ()
    if made.tests and not made.exact and any(test.unit in made.units for test in made.tests):
        raise Ambiguous("RB215")  # 5处以内每处扣1分: the first five, or each while there are five at most?
    made.thresholds = next((piece for piece in phrase.pieces if isinstance(piece, Thresholds)), None)
    if code := doubt(reader, made, alternatives):
        raise Ambiguous(code)
    if made.tests:
        spoken = lexicon.pattern("end_in").sub("", made.label)
        made.label = lexicon.pattern("name_rest").sub("", clean(spoken))
    made.amount = None if made.thresholds else _amount(reader, found, made)
    _name(reader, made)
    if made.otherwise and made.name and phrase.action.kind in ("deduct", "zero"):
        if made.tests:
            raise Ambiguous("RB215")  # 不少于3人，否则扣1分: the comparison is the other way round
        made.label = made.name = lexicon.term("name", "otherwise") + made.name
        made.named_by = "label"
    made.span = _place(reader, made)
    made.text = reader.text.original[made.span[0] : made.span[1]].strip()
    return made


def _limiting(found: Found) -> Found:
    """不足10人的每少1人, 超过5分钟每分钟: a figure of what is counted, right before the count, is its condition."""
    pieces = found.phrase.pieces
    at = next((n for n, piece in enumerate(pieces) if isinstance(piece, Compared)), None)
    if at is None or found.condition or len(found.phrase.alternatives) != 1:
        return found
    test, rest = pieces[at], pieces[at + 1 :]
    counts = [piece for piece in rest if isinstance(piece, Counted) and piece.each]
    if len(counts) != 1 or not isinstance(test, Compared) or _unit(counts[0].units) != test.unit:
        return found
    return found._replace(condition=pieces[: at + 1], phrase=replace(found.phrase, alternatives=(rest,)))


def _reaching(found: Found) -> Found:
    """迟报5次或出现缺报的，不得分 · 死亡1人或重伤3人以上的扣5分: a count beside another condition has to be reached, and either of the two is enough."""
    phrase = found.phrase
    if len(phrase.alternatives) < 2:
        return found
    figures = [[piece for piece in one if isinstance(piece, Counted | Compared | Stepped)] for one in phrase.alternatives]
    counts = [piece for one in figures for piece in one if isinstance(piece, Counted) and not piece.each]
    compared = [piece for one in figures for piece in one if isinstance(piece, Compared)]
    told = bool(compared) or (phrase.action.kind in ("zero", "veto") and any(piece.number != 1 for piece in counts))
    counting = phrase.action.kind not in ("zero", "veto") and phrase.pieces[-1] in counts  # 3人以上伤亡或被困事故迟报一次扣2分
    if told and not counting and counts and all(len(one) == 1 for one in figures) and len(counts) + len(compared) == len(figures):
        if compared and any(piece.word is not None and piece.word.kind == "LACK" for piece in counts):
            raise Ambiguous("RB215")  # 缺1人或2件以上设备: is what is compared what lacks?
    elif phrase.action.kind not in ("zero", "veto") or len(counts) != 1 or counts[0].number == 1 or sum(map(len, figures)) != 1:
        return found
    alternatives = tuple(tuple(one for piece in pieces for one in (_reached(piece) if piece in counts else (piece,))) for pieces in phrase.alternatives)
    return found._replace(phrase=replace(phrase, alternatives=alternatives))


def _reached(piece: Piece) -> tuple[Piece, ...]:
    """A count as the figure from which a condition holds, behind the word of what is late or lacking."""
    if not isinstance(piece, Counted):
        return (piece,)
    named = piece.word is not None and piece.word.kind != "FIND"
    reached = Compared(piece.tokens, piece.number, "in", None, "", _unit(piece.units))
    return (Words(piece.word), reached) if named and piece.word is not None else (reached,)


def _alternatives(phrase: Phrase) -> tuple[tuple[Piece, ...], ...]:
    """What 或 parts, and what 、 parts where each part compares a figure of its own: 全年低于90%、上半年低于30%."""
    out: list[tuple[Piece, ...]] = []
    for alternative in phrase.alternatives:
        start = 0
        for index, piece in enumerate(alternative):
            words = fold(piece.token.text).strip() if isinstance(piece, Words) else ""
            after = alternative[index + 1] if index + 1 < len(alternative) else None
            before = alternative[index - 1] if index else None
            if not words or not isinstance(before, Compared) or not isinstance(after, Compared):
                continue
            if words in lexicon.of_class("OR"):
                out.append(alternative[start:index])
                start = index + 1
            elif lexicon.pattern("separator").match(words) and len(clean(words)) > 1:
                out.append(alternative[start:index])
                start = index
        out.append(alternative[start:])
    return tuple(out)


def _whole(test: Compared) -> bool:
    """True for 100% and 0: a figure that cannot be exceeded on its far side."""
    return test.low == 0 or (test.low == 100 and test.unit in lexicon.terms()["percent"])


def _condition(text: Text, phrase: Phrase) -> str:
    """The near phrase's own words as written: what neither counts nor compares nor governs the effect."""
    head = phrase.action.token.start
    numbers = phrase.action.kind == "earn" and any(
        isinstance(piece, Counted) and piece.number != 1 and not piece.each for piece in phrase.pieces
    )
    wanted = ("TEXT", "OR", "NUM", "MEASURE", "NOUN", "TIME_UNIT") if numbers else ("TEXT", "OR")
    again = lexicon.terms()["again"]  # 每再低5%: how often, and of nothing
    kept = (t for t in phrase.tokens if t.kind in wanted and t.start < head and t.text not in again)
    return "".join(text.original[token.start : token.end] for token in kept if token is not phrase.action.words)


def _described(text: Text, phrase: Phrase) -> str:
    """发现一次低于26度: what is counted are such as pass the figure, so its words say what is counted."""
    said = [piece for piece in phrase.pieces if isinstance(piece, Words | Compared)]
    places = [(p.token.start, p.token.end) if isinstance(p, Words) else (p.tokens[0].start, p.tokens[-1].end) for p in said]
    return "".join(text.original[start:end] for start, end in places)


def _qualifies(phrase: Phrase) -> bool:
    """100万元以下项目未公示: a figure that only says which ones, before words that say what is wrong with them."""
    last = phrase.pieces[-1]
    before = phrase.pieces[-2] if len(phrase.pieces) > 1 else None
    fault = isinstance(last, Words) and lexicon.pattern("amid_fault").match(fold(last.token.text))
    return bool(fault) and isinstance(before, Compared)


def _words(text: Text, alternative: tuple[Piece, ...]) -> str:
    return "".join(
        text.original[piece.token.start : piece.token.end] for piece in alternative if isinstance(piece, Words)
    )


def _conditioned(reader: Reader, made: Draft) -> None:
    """A comparison in the phrase before: where a step begins, or what must hold for the rule to act."""
    condition = made.found.condition
    tests = tuple(piece for piece in condition if isinstance(piece, Compared))
    label = lexicon.pattern("name_rest").sub("", clean(_words(reader.text, condition)))
    if tests and lexicon.pattern("operators").search(fold(_words(reader.text, condition))):
        raise Ambiguous("RB209")  # 完成率=实际数/计划数×100%，低于90%: the figure belongs to a formula
    asked = any(fold(test.tokens[0].text).startswith(tuple(lexicon.terms()["negation"])) for test in tests)
    if made.tests and asked:
        raise Ambiguous("RB215")  # 不超过2次，超过一次: beyond what is asked, or beyond one?
    if len(tests) == len(made.tests) == 1 and isinstance(made.basis, model.Once):
        if (tests[0].low is None) == (made.tests[0].low is None) or (label and made.label):
            raise Ambiguous("RB215")
        made.tests, made.measured, made.label = (*tests, *made.tests), label, made.label or label
        return
    if made.tests or not tests or len(tests) > 2:
        raise Ambiguous("RB215")
    if len(tests) == 2:
        if not isinstance(made.basis, model.Once) or (tests[0].low is None) == (tests[1].low is None):
            raise Ambiguous("RB215")
        if made.label and not lexicon.pattern("scope").match(made.label):
            raise Ambiguous("RB215")  # 80%以上不足90%，且未整改的扣2分: both, or only the second?
        made.tests, made.measured, made.label = tests, label, made.label or label
        return
    if isinstance(made.basis, model.Step):
        _from(reader, made, tests[0])
        made.label = made.label or label
        return
    if any(unit == tests[0].unit for unit in made.units):
        within = reader.range(tests[0])
        counts = isinstance(made.basis, model.Count | model.Time)
        if counts and within.low is None and tests[0].low_word == "" and tests[0].high_word == "out":
            late = isinstance(made.basis, model.Time) and not _lacks(made.found.phrase)
            if len(made.units) != 1 or tests[0].high is None or late or isinstance(made.basis, model.Once):
                raise Ambiguous("RB215")
            partial: model.Partial = reader.partial or "whole"
            made.basis = model.Step.made(
                size=Decimal(made.basis.per), unit=made.units[0], direction="below", threshold=tests[0].high,
                partial=partial, partial_stated=reader.partial is not None,
            )  # fmt: skip
            made.label = label or made.label
            return  # 人数少于10人的，每少1人扣1分: what is measured is how many there are
        if counts and within.low is None and within.high is not None and within.high_in and tests[0].high_word == "or_less":
            made.upto, made.label = within.high, made.label or label  # `bind_upto` asks what is beyond
            return
        if not counts or within.low is None or within.high is not None or within.low_in or within.low % 1:
            raise Ambiguous("RB215")
        made.free, made.label = int(within.low), made.label or label  # `bind_free` asks whether an allowance is stated
        return
    if isinstance(made.basis, model.Count) and not made.label:
        first = condition[0]
        start = first.token.start if isinstance(first, Words) else first.tokens[0].start
        made.label = clean(reader.text.original[start : made.found.near[0]])
        return  # 发生死亡3人以上事故，每起扣5分: what is counted are such as pass the figure
    if made.label and not lexicon.pattern("scope").match(made.label):
        raise Ambiguous("RB215")  # 逾期3天以上，未说明原因的扣2分: both, or only the second?
    made.tests, made.measured = tests, label


def _lacks(phrase: Phrase) -> bool:
    """True for 不足22天的，每少1天: days that are missing, not days overdue."""
    return any(isinstance(piece, Counted) and piece.word is not None and piece.word.kind == "LACK" for piece in phrase.pieces)


def _follows(phrase: Phrase, counted: Counted) -> bool:
    """True where words stand between a count and the effect."""
    pieces = phrase.pieces
    return any(isinstance(piece, Words) and piece.token.start >= counted.tokens[-1].end and len(clean(piece.token.text)) > 1 for piece in pieces)


def _from(reader: Reader, made: Draft, test: Compared) -> None:
    """Where the steps begin: 20人以上每增10人, 低于90%的，每低1%."""
    assert isinstance(made.basis, model.Step)
    within = reader.range(test)
    below = made.basis.direction == "below"
    low, high = within.low, within.high
    edge = (high if high is not None else low) if below else (low if low is not None else high)
    if edge is not None and low is not None and high is not None and low != high:
        edge, made.upto = (high, low) if below else (low, high)  # 60%-80%每低1%: `bind_upto` asks what is beyond
    if edge is None:
        raise Ambiguous("RB215")  # 97%以上为合格，每降1个百分点: from the standard that the condition states
    unit = lexicon.terms()["percent"].get(made.basis.unit, made.basis.unit)
    bare = edge == 0 and not test.unit and unit == "%"  # 变动率大于0，每超过一个百分点: nothing is nothing in every unit
    if unit != lexicon.terms()["percent"].get(test.unit, test.unit) and not bare:
        raise Ambiguous("RB215")
    made.basis = made.basis.model_copy(update={"threshold": edge, "unit": unit})


def _basis(reader: Reader, made: Draft) -> tuple[model.Basis, tuple[str, ...]]:
    phrase = made.found.phrase
    counts = [piece for piece in phrase.pieces if isinstance(piece, Counted)]
    if sum(any(isinstance(piece, Counted) for piece in alternative) for alternative in phrase.alternatives) > 1:
        raise Ambiguous("RB215")  # 每4小时或每次活动: which of the two is counted?
    steps = [piece for piece in phrase.pieces if isinstance(piece, Stepped)]
    if len(steps) > 1 or (steps and counts):
        raise Ambiguous("RB215")
    if steps:
        step = steps[0]
        standing = step.size > _HALF and step.unit in lexicon.terms()["percent"]  # 每低于95%: a standard, and steps of what?
        if step.size <= 0 or standing:
            raise Ambiguous("RB215")
        basis = model.Step.made(
            size=step.size,
            unit=step.unit,
            direction="below" if step.below else "above",
            partial=reader.partial or "whole",
            partial_stated=reader.partial is not None,
        )
        return basis, (step.unit,)
    if len(counts) > 1:
        counts = [_halved(count) for count in counts]
        if any(count.number != 1 for count in counts[:-1]):
            raise Ambiguous("RB215")  # 每100人少1名: each that is missing, and how many there should be is not told
    units = tuple(unit for count in counts for unit in _doubled(count.units))
    if phrase.action.rate is not None:
        rate = phrase.action.rate
        rated = (_unit(rate.units),) if rate.word or rate.units[-1].kind == "NOUN" else tuple(_unit((t,)) for t in rate.units)
        units += tuple(unit for unit in rated if unit not in units)  # 发现一处扣0.5分/处 says it twice
        counts.append(rate)
    if not units:
        return model.Once.made(), ()
    per = 1
    one_each = len(counts) == 1 and counts[0].number == 1 and phrase.pieces[-1:] == (counts[0],)  # 省级、市级刊物发表1篇分别加2分、1分
    if phrase.adverb("RESPECTIVELY") and counts and not any(count.each for count in counts) and not _only_counts(phrase) and not one_each:
        return model.Once.made(), ()  # 第一、二、三名分别加3、2、1分: the number is part of a name
    if len(counts) == 1 and not counts[0].each:
        only = counts[0]  # 2次得70分: so many exactly, where other counts stand beside it; else it is refused
        made.exact = Compared(only.tokens, only.number, "in", only.number, "in", units[0])
        if only.number != 1 and phrase.action.kind == "earn" and not made.tests and _follows(phrase, only):
            made.exact, made.amid = None, made.exact  # 4本预算全公开得5分: the number belongs to the condition
            return model.Once.made(), ()
        if phrase.action.kind == "zero" and only.number == int(only.number) and only.number > 1:
            return model.Count.made(units=units, per=int(only.number)), units  # 发生3次不得分: from the third on
        counts_points = phrase.action.points is not None or phrase.action.kind in ("no_effect", "veto")
        if only.number != 1 and only.number == int(only.number) and counts_points:
            return model.Once.made(), units
    for count in counts:
        if count.number != int(count.number) and count.each and len(counts) == 1 and count.units[0].kind == "TIME_UNIT":
            partial: model.Partial = reader.partial or "whole"
            stated = reader.partial is not None
            unit = units[0]  # 每0.5分钟
            return model.Step.made(
                size=count.number, unit=unit, direction="above", partial=partial, partial_stated=stated
            ), (unit,)
        if count.number != int(count.number) or count.number < 1:
            raise Ambiguous("RB202")
        if count.number != 1 and not count.each:
            raise Ambiguous("RB202")
        per *= int(count.number)
    if any(token.kind == "TIME_UNIT" for count in counts for token in count.units):
        return model.Time.made(units=units, per=per), units
    return model.Count.made(units=units, per=per), units


_HALF = Decimal(50)


def moves_in_rank(draft: Draft) -> bool:
    """True for a step of so many places in a ranking: 每后退一位."""
    steps = (piece for piece in draft.found.phrase.pieces if isinstance(piece, Stepped))
    terms = lexicon.terms()
    return any(step.unit in terms["rank_unit"] and any(token.text in terms["rank_moves"] for token in step.tokens) for step in steps)


def _halved(count: Counted) -> Counted:
    """每人次每半天: beside another count half a day is a unit of its own."""
    if count.number * 2 != 1 or len(count.units) != 1 or count.units[0].kind != "TIME_UNIT":
        return count
    number = next(token for token in count.tokens if token.kind == "NUM")
    return count._replace(number=Decimal(1), units=(count.units[0]._replace(text=number.text + count.units[0].text, value=""),))


def _doubled(tokens: tuple[Token, ...]) -> tuple[str, ...]:
    """每人/次 counts two things."""
    if any(token.kind == "SLASH" for token in tokens):
        return tuple(_unit((token,)) for token in tokens if token.kind != "SLASH")
    return (_unit(tokens),)


def _unit(tokens: tuple[Token, ...]) -> str:
    """The unit of a measure: 个部门 counts 部门."""
    if len(tokens) > 1 and tokens[-1].kind == "NOUN":
        return tokens[-1].text
    return "".join(token.value if token.value and (token.kind == "TIME_UNIT" or token.text.startswith(token.value)) else token.text for token in tokens)


def _amount(reader: Reader, found: Found, made: Draft) -> model.Amount | None:
    points = found.phrase.action.points
    if points is None:
        return None
    if points.kind == "figure":
        return model.Figure.made(value=points.numbers[0])
    if points.kind == "share":
        return model.Share.made(percent=points.numbers[0])
    if points.kind == "range":
        low, high = points.numbers
        low, high = sorted((low, high))  # 扣3-1分 is the same range
        words = _listed(reader, found) or made.label or _context_label(reader, found)
        dealt = found.phrase.adverb("RESPECTIVELY") and lexicon.pattern("several").search(words)
        if low == high or dealt or found.phrase.adverb("EACH_OF"):
            raise Ambiguous("RB203")  # 国家、省级的，分别加1-2分: two figures, or two ranges?
        return model.Interval.made(low=low, high=high)
    words = _listed(reader, found) or made.label or _context_label(reader, found)
    names = split_names(lexicon.pattern("graded_list").sub("", words))
    if len(names) != len(points.numbers) and (ranks := _ranked(words)):
        names = ranks
    if len(names) != len(points.numbers) and len(levels := _levels(words, len(points.numbers))) == len(points.numbers):
        names = levels
    if len(names) != len(points.numbers):
        names = whole_names([clean(part) for part in words.split(lexicon.term("list", "separator"))])
    if len(names) != len(points.numbers):
        raise Ambiguous("RB214")
    return model.Levels.made(
        levels=tuple(
            model.Level.made(name=name, value=value) for name, value in zip(names, points.numbers, strict=True)
        )
    )


def _levels(words: str, number: int) -> list[str]:
    """省、市县, 全国或全省: levels one after the other, where exactly one such row holds as many as there are figures."""
    text = fold(words)
    rows: list[list[str]] = []
    end = -1
    for level in lexicon.pattern("level").finditer(text):
        if end < 0 or not lexicon.pattern("level_after").fullmatch(text, end, level.start()):
            rows.append([])
        rows[-1].append(level.group())
        end = level.end()
    fitting = [row for row in rows if len(row) == number and len(set(row)) == number]
    return fitting[0] if len(fitting) == 1 else []


def _ranked(words: str) -> list[str]:
    """前三名, 第1至8名: the places one by one."""
    match = lexicon.pattern("ranks").search(fold(words))
    if match is None:
        return []
    first = numerals.read(match["first"]) if match["first"] else Decimal(1)
    last = numerals.read(match["last"] or match["last2"])
    if first is None or last is None or not 1 <= first < last <= 20:
        return []
    return [f"{lexicon.term('rank', 'EQUAL')}{place}{match['unit']}" for place in range(int(first), int(last) + 1)]


def _listed(reader: Reader, found: Found) -> str:
    """The words that 分别 deals out, figures among them: 第一、二、三名."""
    at = next((token.start for token in found.phrase.adverbs if token.kind == "RESPECTIVELY"), None)
    pieces = found.phrase.pieces
    each = any(isinstance(piece, Counted) and piece.each for piece in pieces)
    return "" if at is None or each or _only_counts(found.phrase) else clean(reader.text.original[found.start : at])


def _only_counts(phrase: Phrase) -> bool:
    """一次分别加8、5分: one of what is counted, and no word of a name."""
    return bool(phrase.pieces) and all(isinstance(piece, Counted) and piece.number == 1 for piece in phrase.pieces)


def _context_label(reader: Reader, found: Found) -> str:
    return clean(reader.text.original[slice(*found.context[-1])]) if found.context else ""


def _name(reader: Reader, made: Draft) -> None:
    """What the fact is called: its own condition, else the word of lack, else the phrase before, else the unit."""
    pieces = made.found.phrase.pieces
    word = next((piece.word for piece in pieces if isinstance(piece, Counted) and piece.word is not None), None)
    made.asks_lack = word is not None and word.kind == "LACK"
    step = next((piece for piece in pieces if isinstance(piece, Stepped)), None)
    if step is not None and not made.found.condition:
        words = "".join(t.text for t in step.tokens if t.kind not in ("EACH", "QUANTITY", "STEP_UNIT"))
        if len(words) > 2:  # 报价每高于基准价1%: the subject, and what it is compared with
            within = "".join(t.text for t in step.tokens if t.kind == "TEXT")
            made.measured = clean(made.label.removesuffix(within))
            made.label = clean(made.measured + words)
    lacked = made.asks_lack and not isinstance(made.basis, model.Step) and not any(no in made.label[1:] for no in lexicon.terms()["negation"])
    if made.label and lacked and word is not None:
        made.name, made.named_by = word.text + made.label, "label"  # 每缺少1项制度: the fault is 缺少制度, but 制度不健全 is one itself
    elif made.label:
        made.name, made.named_by = made.label, "label"
    elif word is not None and word.kind in ("LACK", "OVERDUE"):
        made.name, made.named_by = word.text, "word"
    elif _context_label(reader, made.found):
        made.name, made.named_by = _context_label(reader, made.found), "context"
    elif word is not None:
        made.name, made.named_by = word.text, "word"
    else:
        made.name, made.named_by = "", ""


def _place(reader: Reader, made: Draft) -> tuple[int, int]:
    """The rule's own words: its near phrase and effect, and the phrase before where that names the fact."""
    start, end = made.found.start, made.found.end
    if made.named_by == "context":
        start = made.found.context[-1][0]
    return start, end


# --- one function a mechanism


def _nested(reader: Reader, made: Draft, kind: type[model.Deduct] | type[model.Award]) -> None:
    """低于80%、70%、60%的，分别扣1、2、3分: the farthest threshold that is passed decides."""
    found, points = made.thresholds, made.found.phrase.action.points
    assert found is not None
    figures = points.numbers if points is not None else ()
    order = sorted(found.figures, reverse=found.below)
    if len(figures) != len(found.figures) or list(found.figures) != order or len(set(order)) != len(order):
        raise Ambiguous("RB214")
    rows = []
    for edge, value in reversed(list(zip(found.figures, figures, strict=True))):
        within = model.Range.made(high=edge, high_in=False) if found.below else model.Range.made(low=edge, low_in=False)
        rows.append(model.Band.made(within=within, outcome=model.Figure.made(value=value)))
    rows.append(model.Band.made(outcome=model.NoChange.made()))
    made.kind, made.units = "bands", (found.unit,)
    made.effect = model.Bands.made(rows=tuple(rows), gives="deduct" if kind is model.Deduct else "award")


def _target(made: Draft) -> str:
    action = made.found.phrase.action
    total = made.found.phrase.adverb("TOTAL") or (action.filler is not None and action.filler.kind == "TOTAL")
    return "total" if total else "clause"


def _deals_each(made: Draft) -> bool:
    """True for 各扣3分, and for 分别扣3分 and 均扣3分 with one figure for several names."""
    phrase = made.found.phrase
    single = not isinstance(made.amount, model.Levels) and not made.units
    both = any(token.text in lexicon.terms()["both"] for token in phrase.adverbs) and len(split_names(made.label)) > 1
    both = both and isinstance(made.amount, model.Figure)  # 都可得50-500分: a person gives one figure
    return phrase.adverb("EACH_OF") or (single and (phrase.adverb("RESPECTIVELY") or both))


def _moves(kind: type[model.Deduct] | type[model.Award]) -> Callable[[Reader, Draft], None]:
    def fill(reader: Reader, made: Draft) -> None:
        phrase = made.found.phrase
        if made.thresholds is not None:
            _nested(reader, made, kind)
            return
        if made.amount is None:
            raise Ambiguous("RB205")
        names: tuple[str, ...] = ()
        if _deals_each(made):
            names = tuple(split_names(made.label)) or tuple(
                name for place in made.found.context for name in split_names(reader.text.original[slice(*place)])
            )
            if len(names) < 2 and not made.units and not isinstance(made.amount, model.Interval):
                raise Ambiguous("RB214")
            if len(names) > 1 and isinstance(made.basis, model.Step):
                raise Ambiguous("RB214")  # 受理率、办结率每低1%各扣1分: two figures, and a rule measures one
            names = names if len(names) > 1 else ()
        made.effect = kind.made(
            amount=made.amount,
            basis=made.basis,
            add_on=phrase.action.more,
            each_of=names,
            target=_target(made),
        )

    return fill


def _earn(reader: Reader, made: Draft) -> None:
    if made.amount == model.Figure.made(value=Decimal(0)):
        _zero(reader, made)
        return
    if made.amount is None:
        raise Ambiguous("RB205")
    if _deals_each(made):  # 及时、完整、准确的各得1分
        names = split_names(made.label)
        if len(names) < 2 or not isinstance(made.amount, model.Figure) or made.units:
            raise Ambiguous("RB214")
        made.amount = model.Levels.made(levels=tuple(model.Level.made(name=n, value=made.amount.value) for n in names))
        made.kind, made.effect = "each", model.Earn.made(amount=made.amount, basis=made.basis)
        return
    if isinstance(made.amount, model.Levels) and isinstance(made.basis, model.Once):
        rows = [
            model.Band.made(label=level.name, outcome=model.Figure.made(value=level.value))
            for level in made.amount.levels
        ]
        made.kind, made.effect = "bands", model.Bands.made(rows=tuple(rows))
        return
    made.kind, made.effect = "earn", model.Earn.made(amount=made.amount, basis=made.basis)


def _full(reader: Reader, made: Draft) -> None:
    made.kind = "earn"
    made.amount = model.Full.made()
    made.effect = model.Earn.made(amount=made.amount, basis=made.basis)


def _zero(reader: Reader, made: Draft) -> None:
    if lexicon.pattern("others").search(reader.text.folded, made.found.start, made.found.near[1]):
        raise Ambiguous("RB215")  # 其他各项均不得分 acts on clauses that it does not name
    made.kind, made.effect = "zero", model.Zero.made(basis=made.basis)


def _no_effect(reader: Reader, made: Draft) -> None:
    spares = "award" if made.found.phrase.action.token.value == "award" else "deduct"
    made.effect = model.NoEffect.made(spares=spares)


def _stated(reader: Reader, made: Draft) -> None:
    words = made.found.phrase.action.words
    made.document = made.document or (clean(words.text) if words is not None else "")
    if not made.document:
        raise Ambiguous("RB211")
    gives = "award" if made.found.phrase.action.token.value == "award" else "deduct"
    made.name, made.effect = made.document, model.Stated.made(document=made.document, gives=gives)


def _prorate(reader: Reader, made: Draft) -> None:
    words = made.found.phrase.action.words
    if words is not None:
        made.name, made.named_by = clean(words.text) + lexicon.term("name", "rate"), "label"
    made.kind, made.effect = "proportion", model.Proportion.made(amount=model.Full.made())


def _open(reader: Reader, made: Draft) -> None:
    """酌情扣分: the figure is a person's, the bound is the limit's; `bind_open` puts them together."""
    made.kind = "open"


def _part(reader: Reader, made: Draft) -> None:
    """不足5%按5%计: how a part of a step counts; `bind_parts` tells the steps before it."""


def _so_on(reader: Reader, made: Draft) -> None:
    """以此类推: the figures before it go on as they began; `bind_so_on` finds them."""
    if made.found.near[0] < made.found.near[1]:
        raise Ambiguous("RB211")  # 其他情况以此类推: of what?


def _formula(reader: Reader, made: Draft) -> None:
    token = made.found.phrase.action.token
    amount = model.Figure.made(value=token.numbers[0]) if token.numbers else model.Full.made()
    made.name, made.named_by = clean(token.text), "label"
    made.kind, made.effect = "proportion", model.Proportion.made(amount=amount, falling=token.value == "falling")


def _linear(reader: Reader, made: Draft) -> None:
    if len(made.tests) != 1 or made.tests[0].low is None or made.tests[0].high is None:
        raise Ambiguous("RB215")
    test = made.tests[0]
    assert test.low is not None
    assert test.high is not None
    if test.low >= test.high:
        raise Ambiguous("RB203")
    made.kind, made.tests = "proportion", ()
    made.effect = model.Proportion.made(amount=model.Full.made(), low=test.low, high=test.high, unit=test.unit)


def _scale(reader: Reader, made: Draft) -> None:
    made.effect = model.Scale.made(factor=Decimal(made.found.phrase.action.token.value), rules=())


def _veto(reader: Reader, made: Draft) -> None:
    token = made.found.phrase.action.token
    scope = "item" if made.found.phrase.adverb("OWN") else "total"
    made.effect = model.Veto.made(scope=scope, outcome=token.value, words=token.text.strip('“”"'))


_SCOPED = frozenset({"highest_only", "stacking", "offset"})
"""Limits that may say of what: 同一展览取最高分."""


def _limit(reader: Reader, made: Draft) -> None:
    action = made.found.phrase.action
    kind = action.kind
    kind = {"once_only": "once"}.get(kind, kind)
    last = reader.text.folded[slice(*made.found.context[-1])].rstrip() if made.found.context else ""
    if kind.startswith("most") and last.endswith(tuple(lexicon.terms()["particle"])):
        raise Ambiguous("RB219")  # 每项得1分，未整改的，得分不超过5分: a bound for them alone
    value = made.amount.value if isinstance(made.amount, model.Figure) else None
    if made.found.phrase.action.points is not None and value is None and not isinstance(made.amount, model.Share):
        raise Ambiguous("RB215")
    own = made.found.phrase.adverb("OWN") or (action.filler is not None and action.filler.kind == "OWN")
    if kind == "most_gained" and own and made.label and not made.units:
        kind = "most"  # 发生火灾的，本项最高得40分: an event sets the ceiling
    event = kind == "most" and own and made.exact is not None and made.exact.low == 1 and bool(made.label)
    near = reader.text.folded[made.found.start : made.found.near[1]].strip(EDGES)
    if kind in ("most_lost", "most_gained") and not made.tests and lexicon.pattern("cap_scope").fullmatch(near):
        made.units, made.label = (), ""  # 每个单位年度扣分不超过15分: a record is of one unit
    if made.units and not event and not (kind == "floor" and isinstance(made.basis, model.Count)):
        raise Ambiguous("RB215")  # 每项最高扣15分: a bound for each, with no deduction that it bounds
    scope = lexicon.pattern("cap_scope").fullmatch(made.label) is not None
    scope = scope or (kind in _SCOPED and not made.tests and not made.units)
    if kind not in ("most", "once") and (made.tests or not scope):
        raise Ambiguous("RB215")
    if kind == "most" and made.label and not event and not own:
        kind = next((to for word, to in lexicon.terms()["capped"].items() if word in made.label), kind)
        if not scope:
            raise Ambiguous("RB219")
        made.label = ""
    made.limit = model.Limit.made(kind="most_lost" if kind == "most" else kind, amount=value)
    made.kind = kind


DRAFTS: dict[str, Callable[[Reader, Draft], None]] = {
    "deduct": _moves(model.Deduct),
    "award": _moves(model.Award),
    "earn": _earn,
    "full": _full,
    "zero": _zero,
    "no_effect": _no_effect,
    "stated": _stated,
    "prorate": _prorate,
    "linear": _linear,
    "formula": _formula,
    "open": _open,
    "part": _part,
    "so_on": _so_on,
    "scale": _scale,
    "veto": _veto,
    "floor": _limit,
    "negative_allowed": _limit,
    "once_only": _limit,
    "highest_only": _limit,
    "stacking": _limit,
    "offset": _limit,
    "most_lost": _limit,
    "most_gained": _limit,
    "most": _limit,
    "most_times": _limit,
    "least": _limit,
}
"""The grammar's action → the function that drafts it. A new mechanism is a row here."""

LIMITS = frozenset(action for action, function in DRAFTS.items() if function is _limit)
"""The actions that bound other rules."""
