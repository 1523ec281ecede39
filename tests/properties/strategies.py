"""Hypothesis strategies for rulebooks, records and completions.

A rulebook is drawn as a `Book` of plain values that knows its text and what each sentence must read as; nothing here asks
the reader. Records are drawn for any rulebook from its facts, boundaries first.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from rulebook import model
from rulebook.exact import show

Draw = Callable[[st.SearchStrategy[Any]], Any]
Record = dict[str, Any]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CONDITIONS = _words(
    "未备案 未悬挂 未演练 未培训 未抄送 未巡查 未核验 未宣讲 未复查 未整改 未公示 未归集 未更新 未研究 未汇总 未移交 未闭环 未挂牌 未佩戴 "
    "不完整 不规范 不真实 不清晰 丢失 损坏 脱岗 瞒报 谎报 推诿 敷衍"
)
"""Conditions of deductions. None holds a word of the lexicon."""

MERITS = _words("创新 抢险 推广 建成 先进 整洁 完善 值守 督导 保障")
"""Conditions of awards and earnings. None holds a word of the lexicon."""

HEADINGS = _words("宣教材料 工作安排 预案 会议纪要 方案 督导落实 安全保障 巡查举措 闭环材料 培训")
"""Words that move no points."""

UNITS = ("项", "处", "次", "家", "件", "份", "户", "条")
FIGURES = ("0.1", "0.2", "0.25", "0.5", "1", "1.5", "2", "3")
POINTS = ("0.5", "1", "1.5", "2", "3", "5", "10")
NUMERALS = "一二三四五六七八九十"
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"

TINY = Decimal("0.0001")
MOST_COUNT = 1_000_000_000


@dataclass(frozen=True)
class Rule:
    """What one rule must read as, and what the oracle needs to score it. `fact` is None where the name is not fixed."""

    effect: str
    basis: str = "once"
    amount: Any = None
    per: int = 1
    fact: str | None = None
    target: str = "clause"


@dataclass(frozen=True)
class Limit:
    """What one limit must read as. `sentence`: it stands in the sentence of the rules before it."""

    kind: str
    amount: str | None = None
    sentence: bool = True


@dataclass(frozen=True)
class Said:
    """A stretch of text that ends with an effect or a limit, the mark after it, and what it must read as."""

    text: str
    stop: str
    means: tuple[Rule | Limit, ...]


@dataclass(frozen=True)
class Clause:
    """A clause: its words and what they mean, its points, the notes and comments around it."""

    heading: str
    said: tuple[Said, ...] = ()
    points: str | None = None
    comments: tuple[str, ...] = ()
    broken: bool = False
    """True where sentences after the first stand on lines of their own."""

    def text(self) -> str:
        """The words as an office types them, without the points mark."""
        words, before = f"{self.heading}。", "，"
        for said in self.said:
            words += "\n" * (self.broken and before != "，") + said.text + said.stop
            before = said.stop
        return words

    def means(self) -> Iterator[Rule | Limit]:
        """Every rule and limit, in order."""
        for said in self.said:
            yield from said.means


@dataclass(frozen=True)
class Item:
    """An item: clauses with marks, or a single one without."""

    heading: str
    clauses: tuple[Clause, ...]
    inline: bool = False
    points: str | None = None


@dataclass(frozen=True)
class Section:
    """A section and its kind: points, deduct, award or veto."""

    heading: str
    kind: str
    items: tuple[Item, ...]
    stated: bool = False
    subsection: str = ""


@dataclass(frozen=True)
class Book:
    """A whole rulebook as plain values."""

    sections: tuple[Section, ...]
    head: tuple[tuple[str, str], ...] = ()
    end: str = ""
    loose: bool = False
    """True where marks, digits and spaces are typed carelessly."""

    def clauses(self) -> Iterator[tuple[str, Section, Clause]]:
        """Address, section and clause, in order."""
        number = 0
        for section in self.sections:
            for item in section.items:
                number += 1
                for mark, clause in enumerate(item.clauses, 1):
                    yield (str(number) if item.inline else f"{number}.{mark}"), section, clause

    def full(self) -> Decimal:
        """The points that are held from the start or can be earned."""
        return sum((Decimal(c.points or 0) for _, s, c in self.clauses() if s.kind in ("points", "deduct")), Decimal(0))

    def declares(self, key: str) -> str | None:
        """The value that the head gives to a key."""
        return dict(self.head).get(key)

    def text(self) -> str:
        """The rulebook as text."""
        text = "\n".join(self._lines())
        return _careless(text) if self.loose else text

    def _lines(self) -> Iterator[str]:
        yield "考核细则：随机细则"
        yield f"满分：{show(self.full())}分"
        for key, value in self.head:
            yield f"{key}：{value}"
        number = 0
        for place, section in enumerate(self.sections):
            yield ""
            total = sum((Decimal(c.points or 0) for item in section.items for c in item.clauses), Decimal(0))
            stated = section.stated and section.kind in ("points", "deduct")
            points = f"（{show(total)}分）" if stated else ""
            yield f"{NUMERALS[place]}、{section.heading}{points}"
            if section.subsection:
                yield f"（{NUMERALS[place]}）{section.subsection}{points}"
            for item in section.items:
                number += 1
                yield from _item(number, item)
        if self.end:
            yield f"# {self.end}"


def _item(number: int, item: Item) -> Iterator[str]:
    if item.inline:
        clause = item.clauses[0]
        yield from (f"# {comment}" for comment in clause.comments)
        yield f"{number}. {clause.text()}{_mark(clause.points)}"
        return
    yield f"{number}. {item.heading}{_mark(item.points)}"
    for place, clause in enumerate(item.clauses):
        yield from (f"# {comment}" for comment in clause.comments)
        yield f"{CIRCLED[place]} {clause.text()}{_mark(clause.points)}"


def _mark(points: str | None) -> str:
    return "" if points is None else f"（{points}分）"


_FULL = str.maketrans("0123456789", "０１２３４５６７８９")
_HALF = str.maketrans("（），；：", "(),;:")


def _careless(text: str) -> str:
    """The same rulebook typed badly: half-width marks, full-width digits in places, spaces at line ends, blank lines."""
    lines = []
    for place, line in enumerate(text.split("\n")):
        line = line.translate(_HALF) if place % 3 == 0 else line.translate(_FULL) if place % 3 == 1 else f"  {line} "
        lines.append(line + "\n" * (place % 4 == 3))
    return "\n".join(lines)


# --- sentences: one row a plain form


@dataclass
class Pen:
    """Draws the words of one clause; no condition is used twice."""

    draw: Draw
    shift: int
    used: int = 0

    def condition(self) -> str:
        self.used += 1
        return CONDITIONS[(self.shift + self.used) % len(CONDITIONS)]

    def merit(self) -> str:
        self.used += 1
        return MERITS[(self.shift + self.used) % len(MERITS)]

    def pick(self, *values: Any) -> Any:
        return self.draw(st.sampled_from(values))

    def figure(self) -> str:
        return self.draw(_FIGURES)  # type: ignore[no-any-return]

    def unit(self) -> str:
        return self.draw(_UNITS)  # type: ignore[no-any-return]

    def per(self) -> int:
        return self.draw(_PER)  # type: ignore[no-any-return]


_FIGURES = st.sampled_from(FIGURES)
_UNITS = st.sampled_from(UNITS)
_PER = st.integers(2, 4)
_POINTS = st.sampled_from(POINTS)

Form = Callable[[Pen], tuple[str, tuple[Rule, ...]]]


def _once(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    name, figure = pen.condition(), pen.figure()
    form = pen.pick("{n}的，扣{f}分", "{n}的扣{f}分", "{n}的，加扣{f}分", "{n}的，扣除{f}分")
    return form.format(n=name, f=figure), (Rule("deduct", "once", figure, fact=name),)


def _count(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    name, figure, unit = pen.condition(), pen.figure(), pen.unit()
    form = pen.pick(
        "一{u}{n}的扣{f}分", "1{u}{n}扣{f}分", "每发现一{u}{n}扣{f}分", "有一{u}{n}扣{f}分", "{n}的，每{u}扣{f}分"
    )
    return form.format(n=name, f=figure, u=unit), (Rule("deduct", "count", figure, fact=name),)


def _per(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    name, figure, unit, per = pen.condition(), pen.figure(), pen.unit(), pen.per()
    return f"每{per}{unit}{name}扣{figure}分", (Rule("deduct", "count", figure, per, fact=name),)


def _lack(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    figure, unit, per = pen.figure(), pen.unit(), pen.per()
    form, counts = pen.pick(
        ("缺一{u}扣{f}分", 1), ("缺1{u}，扣{f}分", 1), ("少一{u}扣{f}分", 1), ("每缺{p}{u}扣{f}分", 0)
    )
    return form.format(f=figure, u=unit, p=per), (Rule("deduct", "count", figure, 1 if counts else per),)


def _unnamed(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    figure, unit = pen.figure(), pen.unit()
    return f"每{unit}扣{figure}分", (Rule("deduct", "count", figure),)


def _product(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    figure = pen.figure()
    return f"每{pen.pick('项', '处', '家', '户')}每次扣{figure}分", (Rule("deduct", "count", figure),)


def _each(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    figure = pen.figure()
    return f"{pen.condition()}、{pen.condition()}的，各扣{figure}分", (Rule("deduct", "once", figure),)


def _between(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    low, high = pen.pick(("0.5", "1"), ("1", "3"), ("5", "10"))
    words = pen.pick("酌情", f"{pen.condition()}的，")
    return f"{words}扣{low}{pen.pick('-', '—', '至')}{high}分", (Rule("deduct", "once", {"low": low, "high": high}),)


def _whole(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    name, figure = pen.condition(), pen.figure()
    return f"{name}的，从总分扣{figure}分", (Rule("deduct", "once", figure, fact=name, target="total"),)


def _step(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    figure, size, way = pen.figure(), pen.pick("1", "2", "0.5"), pen.pick("低", "高")
    return f"每{way}{size}个百分点扣{figure}分", (Rule("deduct", "step", figure),)


def _late(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    figure = pen.figure()
    return f"逾期{pen.pick('1天', '每天', '一天')}扣{figure}分", (Rule("deduct", "time", figure),)


def _share(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    percent = pen.pick("3", "10", "50")
    return f"逾期每天扣除{percent}%的分数", (Rule("deduct", "time", f"{percent}%"),)


def _zero(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    name = pen.condition()
    form = pen.pick("{n}的不得分", "{n}的，不得分", "{n}的不予判分", "{n}的全扣")
    return form.format(n=name), (Rule("zero", "once", fact=name),)


def _zero_count(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    name = pen.condition()
    return f"1{pen.unit()}{name}，不得分", (Rule("zero", "count", fact=name),)


def _zero_below(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    threshold = pen.pick("60", "80")
    return f"抽测成绩{pen.pick('低于', '不足', '未达到')}{threshold}分的不得分", (Rule("zero", "once"),)


def _spared(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    name = pen.condition()
    return f"若{name}，不扣分", (Rule("no_effect", "once"),)


def _free(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    return f"{pen.per()}{pen.pick('起', '件')}以内不扣分", (Rule("no_effect", "once"),)


def _ladder(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    one, two = pen.figure(), pen.figure()
    return f"{pen.condition()}的，第一次扣{one}分，第二次起每次扣{two}分", (Rule("ladder", "count", [one, two]),)


def _stated(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    return "在通报中明确分数的，按明确的分数扣分", (Rule("stated", "count"),)


SIMPLE_LOSSES: tuple[Form, ...] = (_once, _count, _per, _zero, _zero_count)
"""Forms that the oracle of the simple mechanisms scores too."""
LOSSES: tuple[Form, ...] = (
    *SIMPLE_LOSSES, _lack, _unnamed, _product, _each, _between, _whole, _step, _late, _share, _zero_below, _spared, _free, _ladder, _stated,
)  # fmt: skip
"""Forms of a clause that holds its points and loses them."""


def _award(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    name, figure = pen.merit(), pen.figure()
    return f"{name}的，{pen.pick('加', '奖励')}{figure}分", (Rule("award", "once", figure, fact=name),)


def _award_count(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    name, figure, unit = pen.merit(), pen.figure(), pen.unit()
    return f"{name}的，每一{unit}加{figure}分", (Rule("award", "count", figure, fact=name),)


def _award_between(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    low, high = pen.pick(("1", "3"), ("1", "10"))
    return f"{pen.merit()}的，视情况加{low}-{high}分", (Rule("award", "once", {"low": low, "high": high}),)


def _award_levels(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    return "甲等、乙等、丙等分别加3分、2分、1分", (Rule("award", "once", ["3", "2", "1"]),)


SIMPLE_AWARDS: tuple[Form, ...] = (_award, _award_count)
AWARDS: tuple[Form, ...] = (*SIMPLE_AWARDS, _award_between, _award_levels)
"""Forms of a clause that adds above the full marks."""


def _earn_count(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    figure = pen.figure()
    return f"每{pen.pick('完成', '完成了')}一{pen.unit()}得{figure}分", (Rule("earn", "count", figure),)


def _earn_full(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    return f"{pen.merit()}的得满分", (Rule("earn", "once", "full"),)


def _granted(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    name, figure, unit = pen.condition(), pen.figure(), pen.unit()
    words = f"得满分，否则每发现一{unit}{name}扣{figure}分"
    return words, (Rule("earn", "once", "full"), Rule("deduct", "count", figure))


def _bands(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    top, low = pen.pick(("90", "80"), ("95", "60"))
    figure = pen.pick("0.5", "0.1")
    words = f"覆盖率{top}%以上得满分，{low}%以上不足{top}%得{figure}分，{low}%以下不得分"
    return words, (Rule("bands", "once", ["full", figure, "0"]),)


def _choices(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    figure = pen.pick("0.5", "0.2")
    return f"优得{figure}分，良得0.1分，劣不得分", (Rule("bands", "once", [figure, "0.1", "0"]),)


def _proportion(pen: Pen) -> tuple[str, tuple[Rule, ...]]:
    return pen.pick("按完成比例得分", "70%至90%线性得分"), (Rule("proportion", "once", "full"),)


EARNINGS: tuple[Form, ...] = (_earn_count, _earn_full, _granted, _bands, _choices, _proportion)
"""Forms of a clause that starts at nothing; one a clause."""

LIMITS: tuple[tuple[str, str, bool], ...] = (
    ("扣完为止", "floor", False),
    ("不倒扣", "floor", False),
    ("最多扣{p}分", "most_lost", True),
    ("最高扣{p}分", "most_lost", True),
    ("可扣至负分", "negative_allowed", False),
    ("不重复扣分", "once", False),
)
AWARD_LIMITS: tuple[tuple[str, str, bool], ...] = (
    ("最高累计{p}分", "most_gained", True),
    ("最多加{p}分", "most_gained", True),
    ("只取最高", "highest_only", False),
    ("可累计", "stacking", False),
)


# --- clauses


_BOUNDED = ("deduct", "award", "ladder", "stated")
"""Effects that a limit with a figure can bound."""


def _sentences(pen: Pen, forms: Sequence[Form], most: int, limits: Sequence[tuple[str, str, bool]]) -> list[Said]:
    chosen = pen.draw(st.lists(st.sampled_from(forms), max_size=most, unique=True))
    if _stated in chosen:  # without a floor ten thousand records of any figure may be found: see test_intervals
        chosen = [form for form in chosen if form is not _whole]
        limits = [row for row in limits if row[1] != "negative_allowed"]
    said = []
    for form in chosen:
        text, rules = form(pen)
        said.append(Said(text, pen.pick("。", "；", "，"), rules))
    places = [n for n, one in enumerate(said) if any(isinstance(r, Rule) and r.effect in _BOUNDED for r in one.means)]
    if places and limits and pen.draw(st.booleans()):
        words, kind, figured = pen.draw(st.sampled_from(limits))
        figure = pen.figure() if figured else None
        moving = [rule for one in said for rule in one.means if isinstance(rule, Rule)]
        if kind == "most_gained" and figure and len(moving) == 1 and moving[0].basis == "once":
            figure = moving[0].amount if isinstance(moving[0].amount, str) else figure  # a limit out of reach is refused
        place = len(said) - 1
        if figured and pen.draw(st.booleans()):  # within the clause a limit with a figure closes its own sentence
            place = pen.draw(st.sampled_from(places))
            said[place] = Said(said[place].text, "，", said[place].means)
        own = said[place].stop == "，"
        said.insert(place + 1, Said(words.format(p=figure), "。", (Limit(kind, figure, own),)))
    if said:
        said[-1] = Said(said[-1].text, "。", said[-1].means)
    return said


@st.composite
def losing(draw: Draw, simple: bool = False) -> Clause:
    """A clause that holds its points and loses them: 0–3 rules, perhaps a limit, perhaps doubled."""
    pen = Pen(draw, draw(st.integers(0, len(CONDITIONS) - 1)))
    limits = [row for row in LIMITS if not simple or row[1] != "once"]
    said = _sentences(pen, SIMPLE_LOSSES if simple else LOSSES, 3, limits)
    if not simple and said and _scalable(said[0]) and len(said) == 1 and draw(st.booleans()):
        said[0] = Said(said[0].text, "，", said[0].means)
        said.append(Said(f"{pen.condition()}的，{pen.pick('加倍扣分', '减半扣分')}", "。", (Rule("scale", "once"),)))
    if not simple and not said and draw(st.booleans()):
        period, unit = pen.pick("每季度", "每半年", "每年"), pen.pick("次", "份")
        figure = pen.figure()
        words = f"{period}至少开展{pen.pick('一', '2')}{unit}。缺一{unit}扣{figure}分"
        said.append(Said(words, "。", (Rule("deduct", "count", figure),)))
    return Clause(draw(_HEADINGS), tuple(said), draw(_POINTS), draw(_COMMENTS), draw(st.booleans()))


def _scalable(said: Said) -> bool:
    return all(isinstance(rule, Rule) and rule.effect in ("deduct", "ladder") for rule in said.means)


@st.composite
def earning(draw: Draw) -> Clause:
    """A clause that starts at nothing and earns its points."""
    pen = Pen(draw, draw(st.integers(0, len(CONDITIONS) - 1)))
    text, rules = draw(st.sampled_from(EARNINGS))(pen)
    return Clause(draw(_HEADINGS), (Said(text, "。", rules),), draw(_POINTS), draw(_COMMENTS))


@st.composite
def awarding(draw: Draw, simple: bool = False) -> Clause:
    """A clause of a 加分项, with points of its own or without."""
    pen = Pen(draw, draw(st.integers(0, len(MERITS) - 1)))
    limits = [row for row in AWARD_LIMITS if not simple or row[1] != "highest_only"]
    said = _sentences(pen, SIMPLE_AWARDS if simple else AWARDS, 3, limits)
    if not said:
        text, rules = _award(pen)
        said = [Said(text, "。", rules)]
    return Clause(draw(_HEADINGS), tuple(said), draw(st.none() | _POINTS), draw(_COMMENTS))


@st.composite
def vetoing(draw: Draw) -> Clause:
    """A clause of a 否决项."""
    name = draw(st.sampled_from(CONDITIONS))
    words = draw(st.sampled_from(("实行“一票否决”", "实行一票否决", "予以一票否决", "一票否优", "总分记零分")))
    return Clause(draw(_HEADINGS), (Said(f"{name}的，{words}", "。", (Rule("veto", "once", fact=name),)),))


_HEADINGS = st.sampled_from(HEADINGS)
_COMMENTS = st.lists(st.sampled_from(("原文缺句号", "数字照原文", "一处注释")), max_size=1).map(tuple)

# --- books

HEADS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("年度", ("2018", "2018年度")),
    ("依据", ("某办发〔2018〕1号",)),
    ("对象", ("某单位",)),
    ("未提供资料", ("不予判分",)),
    ("不涉及", ("按比例折算", "得满分", "不计")),
    ("一票否决", ("不得评先评优", "定为最低等次", "总分记零分")),
    ("等次", ("90分以上优秀，60分以上合格，60分以下不合格", "8分以上好，3分以上8分以下中，3分以下差")),
    ("小数", ("保留1位小数，四舍五入", "保留一位小数，舍去", "保留整数，四舍五入")),
    ("零头", ("不足一步不计", "不足一步按一步计", "按比例计算")),
    ("总分限制", ("扣完为止",)),
    ("以下", ("不包括本数",)),
)
SIMPLE_HEADS = frozenset({"年度", "未提供资料", "不涉及", "一票否决", "小数", "总分限制"})


@st.composite
def _sections(draw: Draw, kind: str, clause: st.SearchStrategy[Clause]) -> Section:
    items = []
    for _ in range(draw(st.integers(1, 2))):
        clauses = tuple(draw(st.lists(clause, min_size=1, max_size=2)))
        inline = len(clauses) == 1 and not clauses[0].broken and draw(st.booleans())
        figures = [c.points for c in clauses]
        total = sum((Decimal(p) for p in figures if p is not None), Decimal(0))
        stated = kind in ("points", "deduct") and not inline and draw(st.booleans())
        items.append(Item(draw(_HEADINGS), clauses, inline, show(total) if stated else None))
    heading = {"points": "责任落实", "deduct": "减分项", "award": "加分项", "veto": "否决项"}[kind]
    subsection = draw(st.sampled_from(("", "宣教"))) if kind == "points" else ""
    return Section(heading, kind, tuple(items), draw(st.booleans()), subsection)


@st.composite
def books(draw: Draw, simple: bool = False, heads: bool = True) -> Book:
    """A small rulebook as plain values; `simple` keeps to the mechanisms that the oracle knows."""
    points = losing(simple) if simple else st.one_of(losing(), losing(), earning())
    sections = [draw(_sections("points", points))]
    for kind, clause in (("deduct", losing(simple)), ("award", awarding(simple)), ("veto", vetoing())):
        if draw(st.integers(0, 2)) == 2:
            sections.append(draw(_sections(kind, clause)))
    head = []
    for key, values in HEADS if heads else ():
        if (not simple or key in SIMPLE_HEADS) and draw(st.integers(0, 2)) == 2:
            head.append((key, draw(st.sampled_from(values))))
    return Book(tuple(sections), tuple(head), draw(st.sampled_from(("", "完"))))


@st.composite
def loose_books(draw: Draw) -> Book:
    """A rulebook that may be typed carelessly."""
    book = draw(books())
    return Book(book.sections, book.head, book.end, draw(st.booleans()))


def rulebooks() -> st.SearchStrategy[str]:
    """The text of a small rulebook that reads without an error."""
    return loose_books().map(Book.text)


# --- records

STATES = {"met": "符合", "not_applicable": "不涉及", "unknown": "未查", "not_supplied": "未提供"}


def numbers_of(clause: model.Clause) -> list[Decimal]:
    """Every number that the rules of a clause hold, ascending: something may change there."""
    return sorted(set(model.numbers(clause.rules)))


def values_of(fact: model.Fact, clause: model.Clause, year: int | None = None) -> list[Any]:
    """Values of a fact as written in evidence: its ends, and both sides of everything that its clause names."""
    if fact.type == "flag":
        return [False, True]
    if fact.type == "choice":
        return list(fact.choices)
    named = numbers_of(clause)
    if fact.type == "count":
        whole = {int(n) + d for n in named if n == int(n) and n < 1000 for d in (-1, 0, 1)}
        values: list[Any] = sorted(n for n in whole | {0, 1, 2, MOST_COUNT} if n >= 0)
        return values + (_dates(year or 2018) if fact.requirement is not None else [])
    if fact.type == "number":
        low, high = fact.low or Decimal(0), fact.high if fact.high is not None else Decimal(MOST_COUNT)
        near = {n + d for n in named for d in (-TINY, Decimal(0), TINY)} | {low, high}
        return [show(n) for n in sorted(near) if low <= n <= high]
    low, high = fact.low or Decimal(0), fact.high or Decimal(3)
    if fact.type == "amount":
        return ["0", show(low), show((low + high) / 2), show(high)]
    if fact.type == "amounts":
        return [[], [show(low)], [show(high)], [show(low), show(high)], [show(high)] * 20]
    return [
        [],
        [{}],
        [{}, {"日期": "2018-03-02"}],
        [{"分数": "0"}],
        [{"分数": "2.5"}, {}],
        [{"分数": "9999999"}],
        4,
        100,
    ]


def _dates(year: int) -> list[list[dict[str, str]]]:
    days = [f"{year}-01-01", f"{year}-03-31", f"{year}-04-01", f"{year}-08-20", f"{year}-12-31"]
    return [[], [{"日期": days[0]}], [{"日期": day} for day in days], [{"日期": days[0]}, {"日期": days[1]}]]


def known_states(book: model.Rulebook, kind: str) -> tuple[str, ...]:
    """The states that settle a clause without a value."""
    supplied = ("not_supplied",) if book.header.not_supplied and kind in ("points", "deduct") else ()
    return ("met", *supplied)


@st.composite
def observed(draw: Draw, clause: model.Clause, year: int | None = None, holes: bool = True) -> Record:
    """What was observed of one clause: some facts left out, some 未查 where `holes`; figures and grades always given otherwise."""
    found: Record = {}
    for fact in clause.facts:
        must = (
            fact.type in ("number", "choice")
            or fact.requirement is not None
            or (not found and fact is clause.facts[-1])
        )
        choice = draw(st.integers(0, 9))
        if holes and choice == 0:
            found[fact.name] = STATES["unknown"]
        elif choice > 2 or (must and not holes):
            found[fact.name] = draw(st.sampled_from(values_of(fact, clause, year)))
    if not holes and not found and clause.facts:
        fact = clause.facts[0]
        found[fact.name] = draw(st.sampled_from(values_of(fact, clause, year)))
    return found


@st.composite
def records(draw: Draw, book: model.Rulebook, *, holes: bool = True, leave: bool = True) -> Record:
    """Evidence for a rulebook in every state. Without `holes` nothing is unknown; without `leave` nothing is 不涉及."""
    found: Record = {}
    for section in book.sections:
        for item in section.items():
            for clause in item.clauses:
                if not clause.facts:
                    continue
                choice = draw(st.integers(0, 11))
                if choice == 0 and leave:
                    found[clause.address] = draw(st.sampled_from(("不涉及", "not_applicable")))
                elif choice == 1:
                    found[clause.address] = STATES[draw(st.sampled_from(known_states(book, section.kind)))]
                elif choice in (2, 3) and holes:
                    if choice == 3:
                        found[clause.address] = draw(st.sampled_from(("未查", "unknown", {})))
                else:
                    found[clause.address] = draw(observed(clause, book.header.year, holes))
    return found


@st.composite
def completions(draw: Draw, book: model.Rulebook, record: Mapping[str, Any]) -> Record:
    """One way to settle what a record leaves open."""
    settled = dict(record)
    for section in book.sections:
        for item in section.items():
            for clause in item.clauses:
                if not clause.facts:
                    continue
                known = record.get(clause.address, "未查")
                if known in ("未查", "unknown", {}):
                    state = draw(st.sampled_from(("observed", "observed", *known_states(book, section.kind))))
                    whole = draw(observed(clause, book.header.year, False))
                    settled[clause.address] = whole if state == "observed" else STATES[state]
                elif isinstance(known, dict):
                    facts = dict(known)
                    for fact in clause.facts:
                        open_fact = facts.get(fact.name) == STATES["unknown"]
                        if open_fact or (fact.name not in facts and fact.type in ("number", "choice")):
                            facts[fact.name] = draw(st.sampled_from(values_of(fact, clause, book.header.year)))
                    settled[clause.address] = facts
    return settled
