"""Law: every word of the lexicon keeps its meaning beside every forced neighbour, and never takes the first character of a rule."""

import pytest

from rulebook import lexicon
from rulebook.assets import table
from rulebook.cli.sentence import read_clause
from rulebook.parser.reader import signal


def rules(line: str) -> tuple[str, list[tuple[str, object]], list[str]]:
    """Status, effects with their amounts, and kinds of limits."""
    shape, _ = read_clause(line, "zh")
    return (
        shape["status"],
        [(rule["effect"], rule["amount"]) for rule in shape["rules"]],
        [limit["kind"] for limit in shape["limits"]],
    )


def failing(lines: dict[str, tuple[str, list[tuple[str, object]], list[str]]]) -> list[str]:
    """The sentences that read otherwise than they should, with what they read as."""
    return [f"{line} → {got}" for line, want in lines.items() if (got := rules(line)) != want]


def words(name: str) -> list[str]:
    """The words of one class."""
    return sorted(lexicon.of_class(name))


ONE = [("deduct", "1")]
# A word that may also be an effect or a limit acts where it stands at the end of a phrase; beside a rule it is still a trap.
TRAPS = [word for word in words("TRAP") if len({kind for kind, _ in lexicon.words()[word]}) == 1]
SUSPECT = [word for word in TRAPS if signal(word)]
"""Words that look as if they moved points even alone (评分, 减半): these are refused, never passed over."""


def with_trap(frame: str, word: str) -> tuple[str, list[tuple[str, object]], list[str]]:
    """What a frame with the word must read as, as far as it may differ: a suspect word may only be refused."""
    got = rules(frame.format(w=word))
    return got if word in SUSPECT and got[0] == "unread" else ("read", ONE, [])


@pytest.mark.parametrize(
    "frame",
    [
        "{w}的扣1分",
        "未备案{w}的扣1分",
        "{w}未备案的，扣1分",
        "未{w}的扣1分",
        "{w}，未备案的扣1分",
        "未备案的扣1分，{w}",
    ],
)
def test_a_trap_beside_a_deduction_leaves_one_deduction(frame: str) -> None:
    """A word that only contains a mark of the language (分管, 暂扣, 参加) neither adds nor hides a rule."""
    assert failing({frame.format(w=w): with_trap(frame, w) for w in TRAPS}) == []


def test_a_trap_alone_is_prose() -> None:
    """By itself it moves nothing; hardly one in a hundred is suspect."""
    assert failing({f"{w}。": ("prose", [], []) for w in TRAPS if w not in SUSPECT}) == []
    assert failing({f"{w}。": ("unread", [], []) for w in SUSPECT}) == []
    assert len(SUSPECT) * 50 < len(TRAPS)


@pytest.mark.parametrize(
    ("name", "effect"),
    [("DEDUCT", "deduct"), ("DEDUCT_MORE", "deduct"), ("AWARD", "award"), ("AWARD_MORE", "award"), ("EARN", "earn")],
)
@pytest.mark.parametrize(
    "frame", ["未备案的{w}1分", "未备案的，{w}1分", "未备案的{w}0.5分", "未备案的，{w} 1 分", "一项未备案的{w}1分"]
)
def test_every_verb_before_an_amount(name: str, effect: str, frame: str) -> None:
    """Each synonym is its effect."""
    figure = "0.5" if "0.5" in frame else "1"
    assert failing({frame.format(w=w): ("read", [(effect, figure)], []) for w in words(name)}) == []


@pytest.mark.parametrize(("name", "effect"), [("DEDUCT", "deduct"), ("AWARD", "award"), ("EARN", "earn")])
def test_every_verb_between_own_and_total(name: str, effect: str) -> None:
    """A filler between verb and amount (扣该项1分), or before the verb (从总分扣1分), changes no figure."""
    lines = {f"未备案的，{w}{own}1分": ("read", [(effect, "1")], []) for w in words(name) for own in ("该项", "本项")}
    if name == "DEDUCT":
        lines |= {
            f"未备案的，{total}{w}1分": ("read", ONE, []) for w in words(name) for total in ("从总分", "从总分中")
        }
    assert failing(lines) == []


ALONE = {
    "ZERO": ([("zero", None)], []),
    "NO_EFFECT": ([("no_effect", None)], []),
    "FULL": ([("earn", "full")], []),
}


@pytest.mark.parametrize("name", sorted(ALONE))
@pytest.mark.parametrize("frame", ["未建立的{w}", "未建立的，{w}", "未建立的{w}。", "未建立{w}"])
def test_every_effect_without_a_figure(name: str, frame: str) -> None:
    """Each synonym is its effect, with 的, with a comma, and glued to the condition."""
    effects, limits = ALONE[name]
    assert failing({frame.format(w=w): ("read", effects, limits) for w in words(name)}) == []


def test_every_scale() -> None:
    """加倍 and 减半 act on the deduction before them."""
    lines = {}
    for word in words("SCALE"):
        verb = "award" if "加分" in word or "计分" in word else "deduct"
        before = "每一项加1分" if verb == "award" else "缺一项扣1分"
        lines[f"{before}，未建立的，{word}"] = ("read", [(verb, "1"), ("scale", None)], [])
    assert failing(lines) == []


@pytest.mark.parametrize("frame", ["发生瞒报的，{g}“{w}”", "发生瞒报的，{g}{w}", "发生瞒报的{g}{w}。"])
def test_every_veto(frame: str) -> None:
    """A governed veto, quoted or not; those that say what follows stand for themselves as well."""
    lines = {}
    for word in words("VETO"):
        declared = dict(lexicon.words()[word])["VETO"] == "declared"
        for governor in words("GOVERN") if declared else ("",):
            if declared or "“" not in frame:
                lines[frame.format(g=governor, w=word)] = ("read", [("veto", None)], [])
    assert failing(lines) == []


LIMITS = {
    "FLOOR": "floor",
    "NEGATIVE_ALLOWED": "negative_allowed",
    "ONCE_ONLY": "once",
    "OFFSET": "offset",
    "STACKING": "stacking",
}


@pytest.mark.parametrize("name", sorted(LIMITS))
@pytest.mark.parametrize("frame", ["缺一项扣1分，{w}。", "缺一项扣1分。{w}。", "缺一项扣1分；{w}"])
def test_every_limit_without_a_figure(name: str, frame: str) -> None:
    """Each synonym is its limit, in the sentence of the rule or its own."""
    assert failing({frame.format(w=w): ("read", ONE, [LIMITS[name]]) for w in words(name)}) == []


@pytest.mark.parametrize(
    ("name", "before", "kind"),
    [
        ("MOST_LOST", "缺一项扣1分", "most_lost"),
        ("MOST_GAINED", "每一项加1分", "most_gained"),
        ("MOST", "缺一项扣1分", "most_lost"),
        ("MOST", "每一项加1分", "most_gained"),
    ],
)
@pytest.mark.parametrize("frame", ["{b}，{w}3分。", "{b}。{w}3分。", "{b}，{w} 3 分"])
def test_every_limit_with_a_figure(name: str, before: str, kind: str, frame: str) -> None:
    """Each synonym is its limit; one without a verb of its own takes that of the rule before it."""
    verb = "deduct" if "扣" in before else "award"
    lines = {frame.format(b=before, w=w): ("read", [(verb, "1")], [kind]) for w in words(name)}
    assert failing(lines) == []


def test_every_highest_only() -> None:
    """只取最高 after awards."""
    lines = {
        f"创新的，加1分，抢险的，加2分，{w}。": ("read", [("award", "1"), ("award", "2")], ["highest_only"])
        for w in words("HIGHEST_ONLY")
    }
    assert failing(lines) == []


@pytest.mark.parametrize("name", ["LACK", "FIND"])
@pytest.mark.parametrize("frame", ["{w}一项扣1分", "每{w}一项扣1分", "每{w}1项，扣1分", "{w}1项扣1分", "每{w}2项扣1分"])
def test_every_word_of_lack_and_finding_counts(name: str, frame: str) -> None:
    """缺, 漏, 发现, 查出 … before a number count."""
    wrong = []
    for word in words(name):
        shape, _ = read_clause(frame.format(w=word), "zh")
        got = [(r["effect"], r["basis"], r["amount"], r["units"], r["per"]) for r in shape["rules"]]
        if shape["status"] != "read" or got != [("deduct", "count", "1", ["项"], 2 if "2" in frame else 1)]:
            wrong.append(f"{shape['text']} → {shape['status']} {got}")
    assert wrong == []


TRAP = lexicon.of_class("TRAP") | lexicon.of_class("BINDING")
COLLIDING = ("分项", "半年")
"""Measure words that a digit before them turns into something else: 1分|项, 1半."""


@pytest.mark.parametrize(
    "frame", ["每{w}扣1分", "每1{w}扣1分", "一{w}扣1分", "每2{w}扣1分", "扣1分/{w}", "缺一{w}扣1分", "每缺1{w}，扣1分"]
)
def test_every_measure_word_counts(frame: str) -> None:
    """Each measure word and time unit after a number or 每 is the unit of a count."""
    wrong = []
    for name, basis in (("MEASURE", "count"), ("TIME_UNIT", "time")):
        for word in words(name):
            before = frame[: frame.index("{w}")]
            if basis == "time" and before.startswith(("一", "缺", "每缺")):
                continue  # a time counts beside 每 or a word of lateness
            if (before.endswith("一") and f"一{word}" in TRAP) or (before[-1:].isdigit() and word in COLLIDING):
                continue
            shape, _ = read_clause(frame.format(w=word), "zh")
            got = [(r["effect"], r["basis"], r["amount"], r["units"], r["per"]) for r in shape["rules"]]
            said = dict(lexicon.words()[word]).get(name) or ""  # 个月 counts 月, 项工作 counts 项
            unit = said if name == "TIME_UNIT" or word.startswith(said) else ""
            if shape["status"] != "read" or got != [("deduct", basis, "1", [unit or word], 2 if "2" in frame else 1)]:
                wrong.append(f"{shape['text']} → {shape['status']} {got}")
    assert wrong == []


COMPARED = {
    "LESS": ("成绩{w}60分的扣1分", {"low": None, "high": "60", "high_in": False}),
    "AT_LEAST": ("成绩{w}60分的加1分", {"low": "60", "low_in": True, "high": None}),
    "MORE": ("成绩{w}60分的加1分", {"low": "60", "low_in": False, "high": None}),
    "AT_MOST": ("成绩{w}60分的扣1分", {"low": None, "high": "60", "high_in": True}),
    "OR_MORE": ("成绩60分{w}的加1分", {"low": "60", "low_in": True, "high": None}),
    "OR_LESS": ("成绩60分{w}的扣1分", {"low": None, "high": "60", "high_in": True}),
}


@pytest.mark.parametrize("name", sorted(COMPARED))
def test_every_comparison_has_its_ends(name: str) -> None:
    """以上, 以下, 以内, 不低于 include the number; 不足, 不满, 超过, 低于, 高于 exclude it."""
    frame, ends = COMPARED[name]
    wrong = []
    for word in words(name):
        for line in (frame.format(w=word), frame.format(w=word).replace("60分", "60%")):
            shape, _ = read_clause(line, "zh")
            triggers = [trigger.get("within") for rule in shape["rules"] for trigger in rule.get("triggers", [])]
            if (
                shape["status"] != "read"
                or len(triggers) != 1
                or triggers[0] is None
                or not ends.items() <= triggers[0].items()
            ):
                wrong.append(f"{line} → {shape['status']} {triggers}")
    assert wrong == []


@pytest.mark.parametrize(("name", "direction"), [("LOWER", "below"), ("HIGHER", "above")])
def test_every_direction_steps(name: str, direction: str) -> None:
    """每低, 每下降, 每高 … with a size are steps."""
    wrong = []
    for word in words(name):
        shape, _ = read_clause(f"每{word}1个百分点扣0.5分", "zh")
        steps = [(rule["basis"], rule["amount"], rule.get("step", {}).get("direction")) for rule in shape["rules"]]
        if shape["status"] != "read" or steps != [("step", "0.5", direction)]:
            wrong.append(f"{shape['text']} → {shape['status']} {steps}")
    assert wrong == []


@pytest.mark.parametrize("line", [row[1] for row in table("forms.tsv")])
def test_every_plain_form_reads(line: str) -> None:
    """The table of plain forms, which a refusal shows as the nearest form, reads: each as the mechanism it stands for."""
    ((mechanism, _, _, before),) = [[*row, "", ""][:4] for row in table("forms.tsv") if row[1] == line]
    shape, _ = read_clause(before + line, "zh")
    assert shape["status"] == "read"
    if mechanism == "limit":
        assert len({limit["kind"] for limit in shape["limits"]}) == len(shape["limits"]) > 0
    elif mechanism == "requirement":
        assert len(shape["requirements"]) == 1
    elif mechanism == "worth":
        assert shape["points"] is not None
    else:
        assert mechanism in [rule["effect"] for rule in shape["rules"]]


@pytest.mark.parametrize("word", words("BINDING"))
@pytest.mark.parametrize("frame", ["未备案的{w}扣1分", "未备案的，{w}扣1分", "每缺{w}1项扣1分", "扣1分{w}"])
def test_no_binding_word_is_swallowed(word: str, frame: str) -> None:
    """分别, 各, 其中, 累计, 约, 限 … change what points do: touching an effect they are consumed by an attribute or refused."""
    line = frame.format(w=word)
    shape, _ = read_clause(line, "zh")
    if shape["status"] != "read" or (word == "一起" and ("1项" in frame or "，" in frame)):
        return  # 一起扣1分 counts what 起 measures
    consumed = ("add_on", "each_of", "target")
    assert any(rule.get(name) for rule in shape["rules"] for name in consumed) or shape["limits"], line
