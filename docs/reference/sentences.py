"""Writes `sentences.md`, the reference of every form of the language, from the tables of `grammar/` and from what the program reads.

    python docs/reference/sentences.py            writes the page anew
    python docs/reference/sentences.py --check    says whether the page is what it should be (status 1: it is not)

Nothing on the page about a sentence is typed: its reading, its facts, what a comparison includes, and the code of a refusal come from reading it.
Typed are the names of the mechanisms and one sentence about each (`sentences.tsv`), and the plain forms (`grammar/forms.tsv`).
"""

import importlib.util
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import rulebook
from rulebook import codes, lexicon, model
from rulebook.assets import table
from rulebook.exact import show

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PAGE, NAMES = HERE / "sentences.md", HERE / "sentences.tsv"
REFRESH = "python docs/reference/sentences.py"
REAL = ROOT / "benchmarks" / "readings" / "own.lab"


@dataclass(frozen=True)
class Mechanism:
    """A row of `sentences.tsv`: what a mechanism is called and does, its words, and what a block of it stands under."""

    kind: str
    key: str
    zh: str
    en: str
    does_zh: str = ""
    does_en: str = ""
    classes: tuple[str, ...] = ()
    head: tuple[str, ...] = ()


@cache
def mechanisms() -> tuple[Mechanism, ...]:
    """The rows of `sentences.tsv`."""
    rows = []
    for line in NAMES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, key, zh, en, does_zh, does_en, classes, head = [*line.split("\t"), *[""] * 8][:8]
            under = tuple(head.split("|")) if head else ()
            rows.append(Mechanism(kind, key, zh, en, does_zh, does_en, tuple(classes.split()), under))
    return tuple(rows)


def of_kind(kind: str) -> list[Mechanism]:
    """The rows of one kind, in order."""
    return [row for row in mechanisms() if row.kind == kind]


def name(kind: str, key: str) -> Mechanism:
    """The row of a mechanism. Raises StopIteration where it has none."""
    return next(row for row in mechanisms() if (row.kind, row.key) == (kind, key))


def forms(mechanism: str) -> list[str]:
    """The plain forms of a mechanism, each behind what it acts on."""
    rows = [[*row, "", ""] for row in table("forms.tsv") if row[0] == mechanism]
    return [row[3] + row[1] for row in rows] + [row.zh for row in of_kind("sample") if row.key == mechanism]


# --- reading: a block of clauses as a part of a rulebook


def mark(number: int) -> str:
    """① to ㊿."""
    return chr(0x2460 + number - 1 if number <= 20 else 0x3251 + number - 21 if number <= 35 else 0x32B1 + number - 36)


def read(sentences: list[str], head: tuple[str, ...] = ()) -> tuple[list[str], list[model.Clause], list[Any]]:
    """The lines of a block, the clauses that it reads as, and its diagnostics."""
    marked = [sentence if MARKED.search(sentence) else f"{sentence}。（5分）" for sentence in sentences]
    lines = [f"{mark(number)} {sentence}" for number, sentence in enumerate(marked, 1)]
    shown = [*head, *lines]
    whole = shown if head else ["一、样章", "1. 样项", *shown]
    reading = rulebook.read("\n".join(["考核细则：样例", *whole]) + "\n")
    clauses = [] if reading.rulebook is None else list(reading.rulebook.clauses())
    return lines, clauses, list(reading.diagnostics)


def readable(sentence: str, head: tuple[str, ...] = ()) -> bool:
    """True where the sentence reads without an error."""
    return not any(found.severity == "error" for found in read([sentence], head)[2])


# --- a reading in words: Chinese and English


def number(value: Any) -> str:
    """A number as it is written."""
    return show(value)


def amount(value: Any) -> tuple[str, str]:
    """An amount."""
    if isinstance(value, model.Figure):
        return f"{number(value.value)}分", number(value.value)
    if isinstance(value, model.Interval):
        return f"{number(value.low)}—{number(value.high)}分（由人定）", f"{number(value.low)}..{number(value.high)}"
    if isinstance(value, model.Levels):
        zh = "、".join(f"{level.name}{number(level.value)}分" for level in value.levels)
        return zh, ", ".join(f"{level.name}={number(level.value)}" for level in value.levels)
    if isinstance(value, model.Share):
        return f"本条分值的{number(value.percent)}%", f"{number(value.percent)}%"
    return "满分", "full"


def basis(value: Any) -> tuple[str, str]:
    """How often."""
    if isinstance(value, model.Once):
        return "", "once"
    if isinstance(value, model.Step):
        size, low = f"{number(value.size)}{value.unit}", value.direction == "below"
        start_zh = "" if value.threshold is None else f"从{number(value.threshold)}{value.unit}起"
        start_en = "" if value.threshold is None else f" from {number(value.threshold)}"
        parts = {
            "started": ("，不足一步按一步", ", started"),
            "pro_rata": ("，不足一步按比例", ", pro rata"),
            "whole": ("", ""),
        }
        more_zh, more_en = parts[value.partial]
        return (
            f"{start_zh}每{'低' if low else '高'}{size}{more_zh}",
            f"step[{size} {value.direction}{start_en}{more_en}]",
        )
    units, per = "、".join(value.units) or "次", value.per
    free_zh = f"，前{value.free}{units}不算" if value.free else ""
    free_en = f", {value.free} free" if value.free else ""
    each = "".join(f"每{unit}" for unit in value.units) if len(value.units) > 1 else f"每{per}{units}"
    return f"{each}{free_zh}", f"{value.kind}[{','.join(value.units)}{free_en}]" + (f"/{per}" if per != 1 else "")


def span(value: model.Range, zh: bool) -> str:
    """A range with its ends: ≥90 <100."""
    if value.low is not None and value.low == value.high:
        return f"={number(value.low)}"
    low = "" if value.low is None else f"{'≥' if value.low_in else '＞' if zh else '>'}{number(value.low)}"
    high = "" if value.high is None else f"{'≤' if value.high_in else '＜' if zh else '<'}{number(value.high)}"
    return " ".join(filter(None, (low, high)))


def _moved(effect: Any, verb: str) -> tuple[str, str]:
    often_zh, often_en = basis(effect.basis)
    much_zh, much_en = amount(effect.amount)
    zh = (f"{often_zh}，" if often_zh else "") + verb + much_zh
    en = f"{effect.kind} {often_en} {much_en}"
    if getattr(effect, "each_of", ()):
        zh, en = f"{'、'.join(effect.each_of)}各{zh}", f"{en} each={'、'.join(effect.each_of)}"
    if getattr(effect, "add_on", False):
        zh, en = f"另{zh}", f"{en} add_on"
    if getattr(effect, "target", "clause") == "total":
        zh, en = f"从总分{zh}", f"{en} total"
    return zh, en


def _bands(effect: model.Bands) -> tuple[str, str]:
    verb = {"earn": "得", "deduct": "扣", "award": "加"}[effect.gives]
    zh, en = [], []
    for row in effect.rows:
        when_zh = span(row.within, True) if row.within else row.label or "其余"
        when_en = span(row.within, False) if row.within else row.label or "else"
        if isinstance(row.outcome, model.NoChange):
            told = ("不动分", "none")
        elif isinstance(row.outcome, model.ZeroPoints):
            told = ("不得分", "0")
        else:
            told = (verb + amount(row.outcome)[0], amount(row.outcome)[1])
        zh.append(f"{when_zh}：{told[0]}")
        en.append(f"{when_en}:{told[1]}")
    gives = "" if effect.gives == "earn" else f" {effect.gives}"
    return "只取一档：" + "；".join(zh), f"bands{gives} " + "; ".join(en)


def _ladder(effect: model.Ladder) -> tuple[str, str]:
    verb = {"deduct": "扣", "award": "加"}[effect.gives]
    rungs = [(rung.first, number(rung.value)) for rung in effect.rungs]
    return "，".join(f"第{first}次起{verb}{value}分" for first, value in rungs), "ladder " + "; ".join(
        f"{a}:{b}" for a, b in rungs
    )


def _zero(effect: model.Zero) -> tuple[str, str]:
    often = effect.basis
    when = f"满{often.per}{'、'.join(often.units)}，" if isinstance(often, model.Count | model.Time) else ""
    return f"{when}本条不得分", f"zero {basis(often)[1]}"


def _proportion(effect: model.Proportion) -> tuple[str, str]:
    much_zh, much_en = amount(effect.amount)
    ends = f"{number(effect.low)}{effect.unit}—{number(effect.high)}{effect.unit}"
    return f"{ends}之间按比例，最高得{much_zh}", f"proportion {much_en} over {ends.replace('—', '..')}"


VETOES = {"declared": "后果由题头规定", "zero": "总分为零", "lowest_grade": "定为最低等次", "no_honours": "不得评优"}
EFFECTS: dict[str, Callable[[Any], tuple[str, str]]] = {
    "deduct": lambda effect: _moved(effect, "扣"),
    "award": lambda effect: _moved(effect, "加"),
    "earn": lambda effect: _moved(effect, "得"),
    "zero": _zero,
    "no_effect": lambda effect: (
        "不扣分" if effect.spares == "deduct" else "不加分",
        f"no_effect, spares {effect.spares}",
    ),
    "bands": _bands,
    "proportion": _proportion,
    "ladder": _ladder,
    "stated": lambda effect: (f"按{effect.document}写明的分数", f"stated by {effect.document}"),
    "scale": lambda effect: (
        f"第{'、'.join(map(str, effect.rules))}条规则乘以{number(effect.factor)}",
        f"scale {number(effect.factor)}",
    ),
    "veto": lambda effect: (f"否决：{VETOES[effect.outcome]}", f"veto {effect.outcome}"),
    "judged": lambda effect: ("由人判断是否符合", "judged"),
}
"""Kind of effect → what it does, in Chinese and in English."""
FACTS = {
    "count": "个数", "flag": "是否", "number": "数值", "choice": "等次", "amount": "分数", "amounts": "逐次分数", "records": "记录",
}  # fmt: skip


def told(clause: model.Clause) -> tuple[str, str, str]:
    """What a clause was read as, in Chinese and in English, and what an assessor observes for it."""
    zh, en = [], []
    for rule in clause.rules:
        chinese, english = EFFECTS[rule.effect.kind](rule.effect)
        tests = [trigger for trigger in rule.triggers if isinstance(trigger, model.Test)]
        when = [f"{test.fact}{span(test.within, True)}" for test in tests]
        zh.append(("，".join(when) + "：" if when else "") + chinese)
        en.append(
            english
            + (" if " + " and ".join(f"{test.fact} {span(test.within, False)}" for test in tests) if tests else "")
        )
    for limit in clause.limits:
        much = "" if limit.amount is None else number(limit.amount)
        when_limit = f"{limit.fact}：" if limit.fact else ""
        zh.append(f"{when_limit}{name('limit', limit.kind).zh}{much + '分' if much else ''}")
        en.append(f"limit {limit.kind}{' ' + much if much else ''}{f' if {limit.fact}' if limit.fact else ''}")
    for one in clause.requirements:
        en.append(f"requirement {one.kind}")
        if one.kind == "frequency":
            zh.append(f"要求：{PERIODS[one.period]}{one.minimum}{one.unit}")
        elif one.kind == "deadline":
            zh.append("要求：" + "、".join(day.text for day in one.days) + "前")
        else:
            zh.append(f"要求：{one.name}{span(one.within, True) if one.within else ''}{one.unit}")
    facts = "、".join(f"{fact.name}（{FACTS[fact.type]}）" for fact in clause.facts)
    return "；".join(zh), " | ".join(en), facts


PERIODS = {"year": "每年", "half": "每半年", "quarter": "每季度", "month": "每月", "week": "每周", "day": "每日"}


def block(sentences: list[str], head: tuple[str, ...] = ()) -> list[str]:
    """A fenced block of sentences, each with its reading below it. Raises ValueError where one does not read."""
    lines, clauses, diagnostics = read(sentences, head)
    errors = [found.one_line("en") for found in diagnostics if found.severity == "error"]
    if errors or len(lines) != len(clauses):
        raise ValueError("\n".join(errors) or f"{len(lines)} sentences are {len(clauses)} clauses")
    out = ["```rulebook", *head]
    for line, clause in zip(lines, clauses, strict=True):
        zh, en, facts = told(clause)
        out += [line, f"#   {zh} ‖ {en}" + (f" ‖ 查 {facts}" if facts else "")]
    return [*out, "```", ""]


# --- real sentences


@cache
def real() -> tuple[tuple[str, frozenset[str]], ...]:
    """The labelled clauses that read right, each with the kinds of its effects and limits, shortest first."""
    spec = importlib.util.spec_from_file_location("reading", ROOT / "benchmarks" / "reading.py")
    assert spec is not None
    assert spec.loader is not None
    reading = importlib.util.module_from_spec(spec)
    sys.modules.setdefault("reading", reading)
    spec.loader.exec_module(reading)
    found = []
    for clause in reading.labelled(REAL):
        shape, _ = reading.read_clause(clause.text, "zh")
        if (
            reading.judge(clause, reading.told(shape)) == "right"
            and shape["status"] == "read"
            and "<br/>" not in clause.text
        ):
            kinds = {rule["effect"] for rule in shape["rules"]} | {
                f"limit {limit['kind']}" for limit in shape["limits"]
            }
            if shape["rules"]:
                found.append((clause.text.rstrip("。；"), frozenset(kinds)))
    return tuple(sorted(found, key=lambda one: (len(one[0]), one[0])))


def examples(mechanism: str, head: tuple[str, ...], most: int) -> list[str]:
    """The shortest real clauses that hold the mechanism and as few others as can be."""
    held = [(len(kinds), n, text) for n, (text, kinds) in enumerate(real()) if mechanism in kinds and len(text) > 14]
    chosen = [text for _, _, text in sorted(held) if text[-1] != "）" and readable(text, head)]
    return chosen[:most]


# --- the parts of the page


def listed(classes: tuple[str, ...], most: int = 0) -> str:
    """The words of the classes, as the table orders them; of many the first, and how many there are."""
    words = list(dict.fromkeys(row[1] for row in lexicon.rows() if row[0] in classes))
    if not most or len(words) <= most:
        return "、".join(words)
    return "、".join(words[:most]) + f" …… 共 {len(words)} 个"


def mechanism(row: Mechanism, sentences: list[str]) -> Iterator[str]:
    """The part of one mechanism: what it is called, what it does, its words, its sentences with their readings."""
    yield from (f"### {row.zh} {row.key}", "", f"{row.does_zh}<br>", row.does_en + ("<br>" if row.classes else ""))
    if row.classes:
        yield f"同义 words: {listed(row.classes, 14)}"
    yield from ("", *block(sentences, row.head))


def effects() -> Iterator[str]:
    """Every effect."""
    yield from ("## 效果 Effects", "")
    for row in [*of_kind("effect"), *of_kind("worth")]:
        yield from mechanism(row, forms(row.key) + examples(row.key, row.head, 1))


def bases() -> Iterator[str]:
    """Bases and amounts, each with the forms that read so."""
    for kind, title in (("basis", "## 算几次 How often"), ("amount", "## 多少分 How much")):
        yield from (title, "", f"| {'计量' if kind == 'basis' else '分数'} | | | 例 forms |", "|---|---|---|---|")
        for row in of_kind(kind):
            shown = [form for form, effect in _plain() if getattr(getattr(effect, kind, None), "kind", "") == row.key]
            many = sorted(dict.fromkeys(shown), key=lambda form: (len(form), form))[:6]
            yield f"| {row.zh} `{row.key}` | {row.does_zh} | {row.does_en} | {' · '.join(f'`{form}`' for form in many)} |"
        yield ""


@cache
def _plain() -> tuple[tuple[str, Any], ...]:
    """Every plain form with each effect that it reads as."""
    found = []
    for row in of_kind("effect"):
        several = forms(row.key)
        for sentence, clause in zip(several, read(several, row.head)[1], strict=True):
            found += [(sentence, rule.effect) for rule in clause.rules]
    return tuple(found)


def comparisons() -> Iterator[str]:
    """Every word that compares, by what it includes."""
    groups: dict[str, list[str]] = {}
    for row in lexicon.rows():
        frame = BEFORE if row[0] in ("LESS", "MORE", "AT_LEAST", "AT_MOST", "EQUAL") else BEHIND
        if row[0] not in COMPARING:
            continue
        clause = next(iter(read([frame.format(word=row[1])])[1]), None)
        tests = [t for rule in clause.rules for t in rule.triggers if isinstance(t, model.Test)] if clause else []
        if len(tests) == 1 and clause is not None and not clause.unread:
            groups.setdefault(span(tests[0].within, False), []).append(frame.format(word=row[1])[3:-5])
    yield from (
        "## 比较 Comparisons",
        "",
        "题头可以写明“以上”“以下”“以内”不包括本数。The head may exclude the number from 以上, 以下 and 以内.",
        "",
    )
    yield from ("| 读作 read as | 90 本身 90 itself | 写法 words |", "|---|---|---|")
    for sign, ends in (("≥90", "算 in"), (">90", "不算 out"), ("≤90", "算 in"), ("<90", "不算 out"), ("=90", "算 in")):
        words = list(dict.fromkeys(groups.pop(sign, ())))
        yield f"| {sign} | {ends} | {'、'.join(words)} |"
    if groups:
        raise ValueError(f"comparisons that read as none of the rows: {groups}")
    yield ""
    yield from ("两个比较连写是一个范围。Two side by side are one range.", "")
    yield from block(RANGES)


BEFORE, BEHIND = "合格率{word}90%的，不得分", "合格率90%{word}的，不得分"
COMPARING = ("LESS", "MORE", "AT_LEAST", "AT_MOST", "EQUAL", "OR_MORE", "OR_LESS")
RANGES = ["合格率80%以上不足90%的，扣1分", "合格率80%-90%的，扣1分"]


def limits() -> Iterator[str]:
    """Every limit; then requirements."""
    yield from ("## 限制 Limits", "", "限制只管写在它前面的规则。A limit bounds the rules before it.", "")
    by_kind: dict[str, list[str]] = {}
    several = forms("limit")
    for sentence, clause in zip(several, read(several)[1], strict=True):
        for limit in clause.limits:
            by_kind.setdefault(limit.kind, []).append(sentence)
    for row in of_kind("limit"):
        yield from mechanism(
            row, by_kind[row.key] + (examples(f"limit {row.key}", (), 1) if row.key in BOUNDING else [])
        )
    yield from ("## 要求 Requirements", "", "要求本身不动分，是“缺一次”“每低1%”的依据。<br>")
    yield from ("A requirement moves no points: it is what a shortfall is measured from.", "")
    for row in of_kind("requirement"):
        yield from (f"- **{row.zh} {row.key}** {row.does_zh} {row.does_en} {listed(row.classes, 8)}",)
    yield ""
    yield from block(forms("requirement"))


BOUNDING = ("floor", "most_lost", "most_gained", "least")
"""Limits of which a real sentence shows more than the plain form."""


def words() -> Iterator[str]:
    """The words that count, and how letters fold."""
    yield from ("## 词 Words", "", "同一行的词可以互换。Words of one line may stand for each other.", "")
    for row in of_kind("words"):
        yield from (f"- **{row.zh} {row.en}**（{row.does_zh} {row.does_en}）：{listed(tuple(row.key.split()), 0)}",)
    folds = [(row[0], row[1]) for row in table("fold.tsv") if "\u4e00" <= row[0] <= "\u9fff"]
    yield from ("", f"繁体字、异体字 {len(folds)} 个，全角半角，中文数字，都读作同一个词。", "")
    yield from (
        f"{len(folds)} Traditional and variant letters, full and half width, Chinese numerals: they read alike.",
        "",
    )
    yield from block(SPELLINGS)


SPELLINGS = ["缺一项扣0.5分", "缺一項扣0.5分", "缺１项扣０．５分", "缺1項,扣0.5分", "缺壹项扣0.5分"]


CLAUSE = re.compile(r"^```clause[^\n]*\n(?P<words>[^\n]+)\n```", re.M)
"""A clause of one line on the page of a code."""
MARKED = re.compile(r"。（[0-9]+分）$")
"""A sentence that has its points mark already."""


def refused() -> Iterator[str]:
    """One sentence a code of the second phase, and a form that reads, from the pages of the codes."""
    yield from (
        "## 不读的 What is refused",
        "",
        "看来涉及分数而读不懂、或者有两种读法的，退回；说明见[各代码的页](codes)。",
        "",
    )
    yield from (
        "What seems to move points and does not read, or reads in two ways, is an error; each code has a page.",
        "",
    )
    found: list[tuple[str, str, str]] = []
    for code in codes.catalogue():
        failing, _, mended = (codes.page(code) or "").partition("## 怎样改")
        wrong, better = CLAUSE.search(failing), CLAUSE.search(mended)
        if code.startswith("RB2") and wrong and better:
            found.append((code, wrong["words"].removesuffix("。"), better["words"]))
    lines, _, diagnostics = read([sentence for _, sentence, _ in found])
    errors = [one for one in diagnostics if one.severity == "error"]
    yield f"```rulebook {' '.join(sorted({one.code for one in errors}))}"
    for place, (line, (code, _, right)) in enumerate(zip(lines, found, strict=True)):
        one = next((error for error in errors if error.line == place + 4), None)
        if one is None or one.code != code:
            raise ValueError(f"{line} is not refused with {code}")
        yield from (line, f"#   {code} {one.message('zh')}", f"#   {one.message('en')} ‖ 可写 write: {right}")
    yield from ("```", "")


def page() -> str:
    """The whole page."""
    mechanisms_told = len(
        [row for row in mechanisms() if row.kind in ("effect", "worth", "basis", "amount", "limit", "requirement")]
    )
    lines = [
        f"<!-- Made by `{REFRESH}` from grammar/*.tsv, sentences.tsv and what the program reads. Do not edit. -->",
        "",
        "# 句式 Sentences",
        "",
        f"本语言的全部句式：{mechanisms_told} 种机制，{len(table('forms.tsv'))} 个样句，词表 {len(lexicon.words())} 个词。",
        "每句下面一行是程序的读法：先中文，再英文记号，最后是考核时要查的事实。读法由程序生成，每次测试都重新读一遍。多数组的末句摘自自编的各行业条款。",
        "",
        "Every form of the language. The line below a sentence is what the program read in it: in Chinese, in the notation of",
        "[the benchmark](../../benchmarks/README.md), and the facts that an assessor observes. The last sentence of most blocks is a clause",
        "of one trade or another. ‖ parts the three. How a file is built stands in",
        "[the language](language.md), what a score means in [semantics](../explanation/semantics.md).",
        "",
        "[效果 Effects](#效果-effects) · [算几次 How often](#算几次-how-often) · [多少分 How much](#多少分-how-much) ·",
        "[比较 Comparisons](#比较-comparisons) · [限制 Limits](#限制-limits) · [要求 Requirements](#要求-requirements) ·",
        "[词 Words](#词-words) · [不读的 What is refused](#不读的-what-is-refused)",
        "",
        *effects(),
        *bases(),
        *comparisons(),
        *limits(),
        *words(),
        *refused(),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def main() -> int:
    """Writes the page, or with --check compares it."""
    made = page()
    if "--check" in sys.argv[1:]:
        same = PAGE.exists() and PAGE.read_text(encoding="utf-8") == made
        print("as it should be" if same else f"the page is old: {REFRESH}")
        return int(not same)
    PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
