"""The waist: a rulebook as frozen, typed objects, a span on every node. Text is on one side, meaning on the other.

The sets of effects, bases, amounts and limits are closed (language reference, section "mechanisms"). A model that exists
is valid: field types carry the bounds, and the builder constructs nothing that a JSON round trip would refuse.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from rulebook.exact import decimal, normal, show

SCHEMA_VERSION = "1"
"""Version of the JSON form of a rulebook; it changes when a field changes its meaning."""


def _number(value: Any) -> Decimal:
    if isinstance(value, Decimal):
        if not value.is_finite() or abs(value.adjusted()) > 20:
            raise ValueError("a finite number of a usual size is wanted")
        return decimal(show(value))
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("an exact number is wanted: a string of plain digits or an integer")
    return normal(decimal(str(value)))


Number = Annotated[
    Decimal,
    BeforeValidator(_number),
    PlainSerializer(show, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]{1,10}(\.[0-9]{1,4})?$"}),
]
"""An exact number of at most four decimals; in JSON a string."""


_DEFAULTS: dict[type, dict[str, Any]] = {}
_set = object.__setattr__
_set_fields, _set_extra, _set_private = (
    getattr(BaseModel, f"__pydantic_{name}__").__set__ for name in ("fields_set", "extra", "private")
)


class Node(BaseModel):
    """Anything with a place in the text. Two nodes that differ only in their spans mean the same."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    @classmethod
    def made(cls, **values: Any) -> Self:
        """The node, of values that are valid already: how the builder makes nodes, without checking each again.

        It does what `model_construct` does for models without aliases, extras or private fields, in a third of the time.
        """
        defaults = _DEFAULTS.get(cls)
        if defaults is None:
            fields = cls.model_fields.items()
            defaults = _DEFAULTS[cls] = {name: field.default for name, field in fields if not field.is_required()}
        node = cls.__new__(cls)
        _set(node, "__dict__", {**defaults, **values} if defaults else values)
        _set_fields(node, set(values))
        _set_extra(node, None)
        _set_private(node, None)
        return node


class Span(Node):
    """Half-open range of code points in the original text, and the line (from 1) on which it begins."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    line: int = Field(ge=1)


class Spanned(Node):
    """A node that knows the words it came from. `span` is None where a program built the node."""

    span: Span | None = Field(default=None, repr=False)


# --- amounts: how many points


class Figure(Spanned):
    """So many points: 0.5分."""

    kind: Literal["figure"] = "figure"
    value: Number


class Interval(Spanned):
    """A figure that a person gives, within bounds that the machine holds: 1—3分."""

    kind: Literal["interval"] = "interval"
    low: Number
    high: Number


class Level(Spanned):
    """One named figure of several."""

    name: str
    value: Number


class Levels(Spanned):
    """Several named figures, one fact each: 一、二、三等奖分别加6、4、2分."""

    kind: Literal["levels"] = "levels"
    levels: tuple[Level, ...]


class Share(Spanned):
    """A percentage of the clause's points: 扣除3%的分数."""

    kind: Literal["share"] = "share"
    percent: Number


class Full(Spanned):
    """All the points of the clause: 得满分."""

    kind: Literal["full"] = "full"


Amount = Annotated[Figure | Interval | Levels | Share | Full, Field(discriminator="kind")]


# --- ranges of a measured quantity


class Range(Spanned):
    """From `low` to `high`, each end in or out; None is no bound on that side."""

    low: Number | None = None
    low_in: bool = True
    high: Number | None = None
    high_in: bool = True

    def holds(self, value: Decimal | int) -> bool:
        """True where the value lies in the range."""
        above = self.low is None or value > self.low or (self.low_in and value == self.low)
        below = self.high is None or value < self.high or (self.high_in and value == self.high)
        return above and below

    def shown(self) -> str:
        """The range in signs: ≥80 <90."""
        low = "" if self.low is None else f"{'≥' if self.low_in else '>'}{show(self.low)}"
        high = "" if self.high is None else f"{'≤' if self.high_in else '<'}{show(self.high)}"
        return f"{low} {high}".strip() or "…"


# --- bases: how often the amount counts

Partial = Literal["whole", "started", "pro_rata"]


class Once(Spanned):
    """Once, when any of the triggers holds."""

    kind: Literal["once"] = "once"


class Count(Spanned):
    """Once for every `per` of what is counted."""

    kind: Literal["count"] = "count"
    units: tuple[str, ...] = ()
    per: int = Field(default=1, ge=1)
    free: int = Field(default=0, ge=0)
    """So many cost (or give) nothing: 3次以内不扣分，超过3次的，每次扣1分."""


class Step(Spanned):
    """Once for every `size` by which a quantity lies below or above the threshold."""

    kind: Literal["step"] = "step"
    size: Number
    unit: str
    direction: Literal["below", "above"]
    threshold: Number | None = None
    partial: Partial = "whole"
    partial_stated: bool = False


class Time(Spanned):
    """Once for every `per` units of time (days late, periods)."""

    kind: Literal["time"] = "time"
    units: tuple[str, ...]
    per: int = Field(default=1, ge=1)
    free: int = Field(default=0, ge=0)


Basis = Annotated[Once | Count | Step | Time, Field(discriminator="kind")]


# --- triggers: what a person or a comparison must find for a rule to act


class Flag(Spanned):
    """A condition that a person judges: holds where the fact is true."""

    kind: Literal["flag"] = "flag"
    fact: str


class Test(Spanned):
    """A comparison that the machine makes: holds where the quantity lies in the range."""

    kind: Literal["test"] = "test"
    fact: str
    within: Range


Trigger = Annotated[Flag | Test, Field(discriminator="kind")]


# --- effects: what a rule does to points


class Moving(Spanned):
    """What a deduction and an award carry alike: how much, how often, and whether the clause or the total feels it."""

    amount: Amount
    basis: Basis
    add_on: bool = False
    each_of: tuple[str, ...] = ()
    target: Literal["clause", "total"] = "clause"


class Deduct(Moving):
    """Takes the amount away, as often as the basis says."""

    kind: Literal["deduct"] = "deduct"


class Award(Moving):
    """Adds the amount, as often as the basis says."""

    kind: Literal["award"] = "award"


class Earn(Spanned):
    """Gives the amount to a clause that starts at nothing. `granted`: unless another rule of the clause takes it away."""

    kind: Literal["earn"] = "earn"
    amount: Amount
    basis: Basis
    granted: bool = False


class Zero(Spanned):
    """The clause earns nothing: 不得分. With a count basis, from `per` occurrences on."""

    kind: Literal["zero"] = "zero"
    basis: Basis


class NoEffect(Spanned):
    """The clause's deductions (or awards) do not act: 不扣分. `nothing`: the case costs nothing by itself and spares no other."""

    kind: Literal["no_effect"] = "no_effect"
    spares: Literal["deduct", "award", "nothing"] = "deduct"


class ZeroPoints(Spanned):
    """The outcome of a band that gives nothing."""

    kind: Literal["zero"] = "zero"


class NoChange(Spanned):
    """The outcome of a band that moves no points."""

    kind: Literal["no_effect"] = "no_effect"


Outcome = Annotated[Figure | Interval | Share | Full | ZeroPoints | NoChange, Field(discriminator="kind")]


class Band(Spanned):
    """One row: where the quantity lies in the range, or the label is chosen, or (neither) otherwise."""

    within: Range | None = None
    label: str | None = None
    outcome: Outcome

    def fits(self, value: object) -> bool:
        """True for a value of which the row speaks."""
        if self.within is not None:
            return isinstance(value, Decimal | int) and self.within.holds(value)
        return self.label is None or self.label == value


class Bands(Spanned):
    """The first row that fits decides: 优得3分，良得1分，差不得分 · 90%以上得满分，…"""

    kind: Literal["bands"] = "bands"
    rows: tuple[Band, ...]
    gives: Literal["earn", "deduct", "award"] = "earn"


class Proportion(Spanned):
    """Points in proportion to a rate, linear from `low` to `high`; `falling` where a high rate earns less."""

    kind: Literal["proportion"] = "proportion"
    amount: Amount
    low: Number = Decimal(0)
    high: Number = Decimal(100)
    falling: bool = False
    unit: str = "%"


class Rung(Spanned):
    """From the `first` occurrence on, each takes the value, until the next rung."""

    first: int = Field(ge=1)
    value: Number


class Ladder(Spanned):
    """What each occurrence costs depends on which it is: 第一次扣1分，第二次起每次扣2分."""

    kind: Literal["ladder"] = "ladder"
    rungs: tuple[Rung, ...]
    units: tuple[str, ...] = ()
    gives: Literal["deduct", "award"] = "deduct"


class Stated(Spanned):
    """The figure that a document states: 在通报中明确分数的，按明确的分数扣分. Records without a figure cost `otherwise`."""

    kind: Literal["stated"] = "stated"
    document: str
    gives: Literal["deduct", "award"] = "deduct"


class Scale(Spanned):
    """Multiplies what the rules with the given numbers (from 1, within the clause) do: 加倍扣分."""

    kind: Literal["scale"] = "scale"
    factor: Number
    rules: tuple[int, ...]


class Veto(Spanned):
    """The declared consequence follows; the arithmetic score stays visible."""

    kind: Literal["veto"] = "veto"
    scope: Literal["item", "total"] = "total"
    outcome: Literal["declared", "zero", "lowest_grade", "no_honours"] = "declared"
    words: str = ""


class Judged(Spanned):
    """The clause states no rule: it is met and keeps its points, or it is not."""

    kind: Literal["judged"] = "judged"


Effect = Annotated[
    Deduct | Award | Earn | Zero | NoEffect | Bands | Proportion | Ladder | Stated | Scale | Veto | Judged,
    Field(discriminator="kind"),
]


# --- limits, requirements, facts

LimitKind = Literal[
    "floor",
    "most_lost",
    "most_gained",
    "least",
    "negative_allowed",
    "ceiling",
    "once",
    "highest_only",
    "distinct",
    "stacking",
    "offset",
]
LimitScope = Literal["rule", "sentence", "clause", "item", "total"]


class Limit(Spanned):
    """What bounds the rules of its scope. `rules`: numbers (from 1) of the rules it holds, empty for all of the clause."""

    kind: LimitKind
    amount: Number | None = None
    scope: LimitScope = "clause"
    rules: tuple[int, ...] = ()
    fact: str | None = None
    text: str = ""


class Day(Spanned):
    """A last day: 6月30日前. `day` None is the month's last, `year` None the year that is assessed, `shift` years after it.

    `outside`: the words name the month or the year before which it lies (2020年前), not the day itself.
    """

    month: int = Field(ge=1, le=12)
    day: int | None = Field(default=None, ge=1, le=31)
    year: int | None = None
    shift: int = 0
    outside: bool = False
    text: str = ""


class Requirement(Spanned):
    """What a shortfall is measured against; never an effect. At least `minimum` per period, or a range, or so many by each last day.

    A `threshold` that speaks of a change holds the `within` of the figure itself, worked out from the base of its indicator.
    """

    kind: Literal["frequency", "threshold", "deadline"]
    minimum: int | None = None
    unit: str = ""
    period: Literal["year", "half", "quarter", "month", "week", "day"] = "year"
    within: Range | None = None
    days: tuple[Day, ...] = ()
    name: str = ""
    text: str = ""


class Printed(Spanned):
    """A percentage as printed, with its digits: 下降33.33%. `yearly`: the mean of a year."""

    way: Literal["fall", "rise"] = "fall"
    percent: Number
    places: int = Field(ge=0)
    yearly: bool = False
    text: str = ""


class Point(Spanned):
    """One figure of an indicator's row, of a year where it is told, and the percentages printed beside it."""

    figure: Number
    year: int | None = None
    printed: tuple[Printed, ...] = ()


class Indicator(Spanned):
    """One row of a table of indicators as printed: where it began, what it is to reach, what was reached."""

    base: Point | None = None
    target: Point | None = None
    actual: Point | None = None
    within: Range | None = None
    """The range of the target, where the row says it with its comparison: ≤5."""
    text: str = ""


FactType = Literal["count", "flag", "number", "choice", "amount", "amounts", "records"]


class Fact(Spanned):
    """What an assessor observes. `best`: the value that costs nothing, as written in evidence."""

    name: str = Field(min_length=1)
    type: FactType
    unit: str = ""
    best: str = ""
    low: Number | None = None
    high: Number | None = None
    choices: tuple[str, ...] = ()
    needed: bool = False
    """True where no value stands for 'nothing found': a figure or a grade that nobody gave is unknown."""
    requirement: int | None = None
    """Number (from 0) of the clause's requirement that dated records are measured against."""
    also: tuple[int, ...] = ()
    """Numbers of the further requirements that the same records are measured against."""
    counts: Literal["shortfall", "missing", "late", "days"] = "shortfall"
    """What is counted of them: what is missing or late, only the one, only the other, or the days by which it is late."""


class Rule(Spanned):
    """One sentence that moves points: its effect, what sets it off, the fact it is measured on, its own words."""

    text: str
    effect: Effect
    triggers: tuple[Trigger, ...] = ()
    fact: str | None = None
    sentence: int = 0


class Unread(Spanned):
    """Words that look as if they moved points and did not read. They are kept exactly; a score refuses them."""

    text: str
    status: Literal["unread", "ambiguous"] = "unread"
    code: str


class Example(Spanned):
    """A worked example beside its clause: what was observed, and the score it must give."""

    text: str
    evidence: tuple[tuple[str, str], ...] = ()
    score: Number | None = None
    loss: Number | None = None
    mark: Literal["", "skip", "fails"] = ""
    """`skip`: not run; `fails`: written down because it does not hold (yet)."""
    why: str = ""


# --- who answers for it


class Duty(Spanned):
    """责任单位: who leads, who answers, who supports, named as the paper names them (a shared head or a group is resolved elsewhere)."""

    leads: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    supports: tuple[str, ...] = ()
    open: bool = False
    """True where 等 says that there are others."""
    written: tuple[str, ...] = ()
    """Every annotation as the author wrote it: the brackets of the words first, then the lines below."""


# --- the outline


class Clause(Spanned):
    """One 款: the smallest unit with an address (`6.2`) and a score."""

    address: str
    mark: str
    heading: str
    text: str
    points: Number | None = None
    points_stated: bool = True
    rules: tuple[Rule, ...] = ()
    limits: tuple[Limit, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    facts: tuple[Fact, ...] = ()
    unread: tuple[Unread, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    examples: tuple[Example, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    duty: Duty | None = None
    """Who answers for this clause by itself; None where its item, subsection or section says."""
    comments: tuple[str, ...] = ()

    def fact(self, name: str) -> Fact:
        """The fact of that name. Raises KeyError."""
        for fact in self.facts:
            if fact.name == name:
                return fact
        raise KeyError(name)


class Item(Spanned):
    """One 项: a number, a heading, points, and its clauses. `inline`: it has one clause without a mark of its own."""

    number: int
    heading: str
    points: Number | None = None
    inline: bool = False
    clauses: tuple[Clause, ...] = ()
    limits: tuple[Limit, ...] = ()
    duty: Duty | None = None
    comments: tuple[str, ...] = ()


class Subsection(Spanned):
    """One 节; number 0 and no heading where items stand directly under a section."""

    number: int = 0
    mark: str = ""
    heading: str = ""
    points: Number | None = None
    items: tuple[Item, ...] = ()
    duty: Duty | None = None
    comments: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Mark and heading as printed, `（一）制度`."""
        return f"（{self.mark}）{self.heading}" if self.mark else self.heading


SectionKind = Literal["points", "deduct", "award", "veto"]


class Section(Spanned):
    """One 章. Its kind says how its points count: held from the start, lost from the start, above the full marks, a veto.

    An item or a subsection that is one by its heading (10. 加分项) is a section without a mark, numbered from 1001.
    """

    number: int
    mark: str
    heading: str
    kind: SectionKind = "points"
    points: Number | None = None
    subsections: tuple[Subsection, ...] = ()
    duty: Duty | None = None
    comments: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Mark and heading as printed, `一、责任落实`."""
        return f"{self.mark}、{self.heading}" if self.mark else self.heading

    def items(self) -> Iterator[Item]:
        """The items, in order."""
        for subsection in self.subsections:
            yield from subsection.items


class Grade(Spanned):
    """One 等次 and the range of final scores that earns it."""

    name: str
    within: Range


class Rounding(Spanned):
    """Digits kept of the final score, and which way the rest goes."""

    places: int = Field(ge=0, le=4)
    mode: Literal["half_up", "down"] = "half_up"


class HeaderLine(Spanned):
    """One line of the head as written: its key and value, and the comments above it."""

    key: str
    value: str
    comments: tuple[str, ...] = ()


class Header(Spanned):
    """What the head of the file declares."""

    title: str
    tasks: bool = False
    """True for a list of tasks (任务清单): no points are stated, each clause is done or not and counts as one."""
    directory: str = ""
    """The directory of units that the head names (单位名录): a file beside this one, or a shipped one."""
    year: int | None = None
    citation: str = ""
    subjects: str = ""
    full: Number | None = None
    not_supplied: Literal["zero"] | None = None
    not_applicable: Literal["rescale", "full", "drop"] = "rescale"
    veto: Veto | None = None
    rounding: Rounding | None = None
    partial: Partial | None = None
    excluding: tuple[str, ...] = ()
    grades: tuple[Grade, ...] = ()
    limits: tuple[Limit, ...] = ()
    lines: tuple[HeaderLine, ...] = ()


class Rulebook(Spanned):
    """A whole 考核细则. `id` names it in evidence and receipts; `sha256` is the hash of the text it was read from."""

    schema_version: Literal["1"] = "1"
    id: str
    sha256: str = ""
    file: str = ""
    header: Header
    sections: tuple[Section, ...] = ()
    accepted: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()

    def items(self) -> Iterator[Item]:
        """The items, in order."""
        for section in self.sections:
            yield from section.items()

    def clauses(self) -> Iterator[Clause]:
        """The clauses, in order."""
        for item in self.items():
            yield from item.clauses


def duties(sections: tuple[Section, ...]) -> Iterator[tuple[Clause, Duty | None]]:
    """Every clause with who answers for it: as it says itself, else its item, subsection or section."""
    for section in sections:
        for subsection in section.subsections:
            for item in subsection.items:
                for clause in item.clauses:
                    yield clause, clause.duty or item.duty or subsection.duty or section.duty


def meaning(node: Any) -> Any:
    """The node as plain data without places: equal for two nodes that mean the same."""
    if isinstance(node, BaseModel):
        left_out = {"span", "sha256", "file"}
        return {name: meaning(getattr(node, name)) for name in type(node).model_fields if name not in left_out}
    if isinstance(node, tuple):
        return [meaning(part) for part in node]
    return node


PLACES = frozenset({"span", "sentence", "rules", "requirement", "also", "days"})
"""Fields whose numbers say where or when something stands, and no figure of the rubric."""


def numbers(node: Any) -> Iterator[Decimal]:
    """Every figure that a piece of the model holds, as often as it holds it."""
    if isinstance(node, Node):
        for name in type(node).model_fields:
            if name not in PLACES:
                yield from numbers(getattr(node, name))
    elif isinstance(node, tuple):
        for inner in node:
            yield from numbers(inner)
    elif isinstance(node, Decimal):
        yield node
    elif isinstance(node, int) and not isinstance(node, bool):
        yield Decimal(node)
