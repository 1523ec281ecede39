"""The page of a campaign: whole, self-contained, escaped, usable without a mouse, and equal to the scorecards that it tells."""

import base64
import hashlib
import re
import shutil
import subprocess
import sys
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulebook
from rulebook import campaign
from rulebook.assets import table
from rulebook.campaign.standing import Mark, Place, Standing
from rulebook.codes import Language
from rulebook.diagnostics import Diagnostic, RulebookError
from rulebook.exact import show
from rulebook.papers import charts
from rulebook.papers import page as pages
from rulebook.papers.page import page, write

VOID = {"meta", "link", "input", "wbr", "br", "hr"}
Record = Mapping[str, Any]


# --- campaigns in memory


def scored(title: str, groups: Mapping[str, Mapping[str, Sequence[tuple[str, Record | None, Record | None]]]], problems: Sequence[Diagnostic] = ()) -> Standing:
    """Group → unit → (rulebook, the team's record, the unit's own); ranked by the scores that are possible."""
    books = {name: rulebook.load(name) for units in groups.values() for marks in units.values() for name, _, _ in marks}
    records: dict[tuple[str, str, str], Record | None] = {}

    def card(unit: str, rubric: str, by: str) -> rulebook.Scorecard | None:
        record = records.get((unit, rubric, by))
        return None if record is None else books[rubric].score({"subject": "某单位", "evidence": dict(record)})

    standing = []
    for group, units in groups.items():
        places: list[Place] = []
        for unit, marks in units.items():
            for name, team, own in marks:
                records[unit, name, "team"], records[unit, name, "self"] = team, own
            made = tuple(_mark(card(unit, name, "team"), card(unit, name, "self"), name, len(marks)) for name, _, _ in marks)
            places.append(_place(unit, group, made))
        standing.append((group, tuple(_ranked(places))))
    return Standing(title, 2018, tuple(standing), tuple(problems), card)


def _mark(card: rulebook.Scorecard | None, own: rulebook.Scorecard | None, name: str, several: int) -> Mark:
    ends = None if own is None or own.lower is None or own.upper is None else (Fraction(own.lower), Fraction(own.upper))
    if card is None or card.lower is None or card.upper is None:
        return Mark(name, Fraction(1, several), "none", own=ends)
    lower, upper = Fraction(card.lower), Fraction(card.upper)
    return Mark(
        name, Fraction(1, several), "part" if card.unknown else "done", lower, upper, Fraction(card.full), len(card.unknown),
        len(card.clauses), card.vetoed, card.grades, ends,
    )  # fmt: skip


def _place(unit: str, group: str, marks: tuple[Mark, ...]) -> Place:
    known = all(mark.lower is not None for mark in marks)
    lower, upper, full = (
        sum((mark.weight * (getattr(mark, end) or 0) for mark in marks), Fraction(0)) if known else None for end in ("lower", "upper", "full")
    )
    vetoes = {mark.vetoed for mark in marks}
    return Place(unit, group, marks, lower, upper, full, True if True in vetoes else None if None in vetoes else False, None, None)


def _ranked(places: Sequence[Place]) -> list[Place]:
    known = [place for place in places if place.lower is not None]
    ranked = [
        replace(
            place,
            best_rank=1 + sum(other.lower > place.upper for other in known if other is not place),
            worst_rank=1 + sum(other.upper > place.lower for other in known if other is not place),
        )
        for place in known
    ]
    return [*sorted(ranked, key=lambda place: -place.upper), *(place for place in places if place.lower is None)]


def met(name: str, **others: Any) -> dict[str, Any]:
    """A record in which everything is met, but for some clauses."""
    return {**{clause.address: "符合" for clause in rulebook.load(name).clauses()}, **others}


COUNTY, MEMBER = "county-2018", "member-unit-2018"


@pytest.fixture(scope="module")
def standing() -> Standing:
    """Two groups: settled, tied, vetoed, open, without a record, self-assessed, by two rubrics."""
    first = met(COUNTY, **{"2.1": {"缺": 3}, "2.2": 1, "1.1": {"未建立": True}})
    return scored(
        "2018年度考核",
        {
            "县（区）人民政府": {
                "甲县人民政府": [(COUNTY, first, met(COUNTY, **{"2.1": 1}))],
                "乙县人民政府": [(COUNTY, first, None)],
                "丙县人民政府": [(COUNTY, {**first, "16.1": "未查", "3": "未查"}, None)],
                "丁县人民政府": [(COUNTY, met(COUNTY, **{"38": {"发生较大以上生产安全事故": True}}), met(COUNTY))],
                "戊县人民政府": [(COUNTY, met(COUNTY, **{"11": "不涉及", "2.1": 1, "37": {"受到国家、区、市表彰": 2}}), None)],
                "己县人民政府": [(COUNTY, None, met(COUNTY))],
            },
            "成员单位": {"第一单位": [(MEMBER, met(MEMBER), None), (COUNTY, first, None)]},
        },
        [Diagnostic("RB519", {"subject": "丙县<i>"})],
    )


# --- the page as a reader's program sees it


class Seen(HTMLParser):
    """Elements with their attributes and text, in order. Fails where a tag is not closed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((tuple(self.open), data))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def text(self, *tags: str) -> str:
        """The words within some element; all but style and script without one."""
        return "".join(t for path, t in self.texts if not {"style", "script"} & set(path) and all(tag in path for tag in tags))


def test_the_page_is_whole_and_its_ids_are_unique(standing: Standing) -> None:
    seen = Seen(page(standing))
    ids = [attributes["id"] for _, attributes in seen.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    referred = [
        one
        for _, attributes in seen.elements
        for key in ("aria-labelledby", "aria-describedby", "for")
        for one in (attributes.get(key) or "").split()
    ] + [str(a["href"])[1:] for a in seen.named("a")]
    assert len(referred) > 30
    assert set(referred) <= set(ids)


def test_nothing_comes_from_elsewhere(standing: Standing) -> None:
    text = page(standing)
    seen = Seen(text)
    links = [value for _, attributes in seen.elements for key, value in attributes.items() if key in ("src", "href", "action", "srcset", "data")]
    assert {str(link)[:1] for link in links if link != "data:,"} == {"#"}
    assert re.search(r"https?:|@import|url\(", text) is None
    policy = next(str(m["content"]) for m in seen.named("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        ((inside),) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.S)
        print_of = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{rule} 'sha256-{print_of}'" in policy
    assert not [a for _, a in seen.elements if any(key == "style" or key.startswith("on") for key in a)]


def test_headings_go_down_step_by_step_and_landmarks_are_there(standing: Standing) -> None:
    seen = Seen(page(standing))
    levels = [int(tag[1]) for tag, _ in seen.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert [len(seen.named(tag)) for tag in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]
    assert seen.named("html") == [{"lang": "zh-CN"}]
    assert all("aria-label" in attributes or "aria-labelledby" in attributes for attributes in seen.named("section") + seen.named("nav"))


def test_every_table_has_a_caption_and_every_head_cell_a_scope(standing: Standing) -> None:
    seen = Seen(page(standing))
    assert len(seen.named("table")) == len(seen.named("caption")) > 5
    assert {head.get("scope") for head in seen.named("th")} == {"col", "row", "rowgroup"}


def test_every_chart_is_named_and_has_a_table_beside_it(standing: Standing) -> None:
    text = page(standing)
    drawn = re.findall(r"<svg class=\"chart\".*?</svg>(.*?)<table", text, re.S)
    assert len(drawn) == text.count('class="chart"') == 2 + 2  # a histogram a group; clauses and sections of the one rubric by which someone lost
    assert all(re.fullmatch(r"\s*</figure>\s*<details class=\"data\"><summary>[^<]+</summary>\s*(<div [^>]*>\s*)?", between) for between in drawn)
    for chart in re.findall(r"<svg class=\"(?:chart|track)\".*?</svg>", text, re.S):
        assert 'role="img"' in chart
        assert re.search("<title[^>]*>[^<]+</title>", chart)
    assert text.count("<desc id=") == len(drawn)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_figures_are_those_of_the_scorecards(standing: Standing, language: Language) -> None:
    """Every unit's score, every movement with its reason and place, every section."""
    text = page(standing, language)
    seen = Seen(text).text()
    for number, place in enumerate(standing.places(), 1):
        own = Seen(re.search(rf'<div id="unit-{number}".*?</details>', text, re.S).group().removesuffix("</details>")).text()  # type: ignore[union-attr]
        assert place.unit in seen
        for mark in place.marks:
            card = standing.card(place, mark)
            if card is None:
                continue
            assert card.lower is not None
            assert show(card.lower) in own
            moved = [entry for entry in card.ledger if entry.applied and entry.effect != "earn" and not entry.assumed]
            for entry in moved:
                assert entry.reason in own
                sign = "+" if entry.applied > 0 else ""
                assert sign + show(entry.applied) in own
                assert entry.line is None or f"{'第' if language == 'zh' else 'line '}{entry.line}" in own
            for section in card.sections:
                assert section.section in own
                assert show(section.lower) in own
            for score in card.clauses:
                assert score.clause not in card.unknown or f"{score.clause} {score.heading}" in own


def test_a_reader_can_add_up_the_parts_of_a_combined_score(tmp_path: Path) -> None:
    """10 of 10 at 30% counts 30, 18 of 20 at 70% counts 63: 93 in all."""
    for name, full in (("过程", 10), ("结果", 20)):
        text = f"考核细则：{name}\n满分：{full}分\n\n一、工作\n1. 台账。缺一项扣1分。（{full}分）\n"
        (tmp_path / f"{name}.rulebook").write_text(text, encoding="utf-8")
    text = "考核: 考核\n细则: {过程: 过程.rulebook, 结果: 结果.rulebook}\n组: {县区: {过程: 30%, 结果: 70%}}\n单位: [甲县, 乙县]\n"
    (tmp_path / "campaign.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "记录" / "考核").mkdir(parents=True)
    for name, found in (("甲县.过程", 0), ("甲县.结果", 2), ("乙县.结果", "未查")):
        (tmp_path / "记录" / "考核" / f"{name}.yaml").write_text(f"证据: {{'1': {found}}}\n", encoding="utf-8")
    made = page(campaign.stand(campaign.read(tmp_path / "campaign.yaml")))
    for part in ("过程 10 / 10，占30%，计30分", "结果 18 / 20，占70%，计63分", "结果 0–20 / 20，占70%，计0–70分"):
        assert part in made
    assert "计" not in re.search("<div>过程 — / 10[^<]*", made)[0]  # type: ignore[index]


def test_what_the_city_lost_is_the_sum_of_its_units(standing: Standing) -> None:
    seen = Seen(page(standing)).text("section")
    cards = [(p, m, standing.card(p, m)) for p in standing.places() for m in p.marks if m.rubric == COUNTY]
    lost = [2 - Fraction(card.clause("2.1").upper) for _, _, card in cards if card is not None]
    assert sum(lost) == Fraction("3.25")
    assert "3.25分，5个单位" in seen
    # 3 points of clause 3 are open in one unit; an award and what does not apply cost nothing
    number = '<td class="number">([^<]*)</td>'
    found = re.findall(f'<th scope="row">([^<]*)</th><td>[^<]*</td>{number}{number}{number}<td class="place">', page(standing))
    rows = {clause: told for clause, *told in found}
    assert rows["3"] == ["0–3", "0–1", "0"]
    assert rows["2.1"] == ["3.25", "5", "0.5"]
    assert not {"11", "37"} & set(rows)
    assert "37 创新" not in Seen("".join(re.findall(r"<svg class=\"chart\".*?</svg>", page(standing), re.S))).text()


def test_ranks_ties_vetoes_and_what_is_missing_are_told(standing: Standing) -> None:
    text = page(standing)
    ranking = Seen(re.search(r'<table class="ranking">.*?</table>', text, re.S).group()).text()  # type: ignore[union-attr]
    rows = {row[1]: row[0] for row in re.findall(r'<td class="rank">([^<]*)</td>.*?<bdi class="name">([^<]*)</bdi>', text)}
    assert rows["丁县人民政府"] == "2"
    assert rows["戊县人民政府"] == "1"
    assert rows["己县人民政府"] == "—"
    assert rows["甲县人民政府"] == rows["乙县人民政府"] == "3（并列）"
    assert rows["丙县人民政府"] == "3–5"
    assert "一票否决" in ranking
    assert "93条中2条未查" in ranking
    assert "没有可以评分的记录：己县人民政府" in Seen(text).text()
    assert "尚不能公布：2个单位没有定分" in Seen(text).text()
    assert "丙县<i>" in Seen(text).text()


def test_a_tie_says_so() -> None:
    record = met(COUNTY)
    text = page(scored("考核", {"组": {"甲县": [(COUNTY, record, None)], "乙县": [(COUNTY, record, None)]}}))
    assert text.count("1（并列）</td>") == 2
    assert "全部单位得分已定" in text


def test_own_and_team_are_set_side_by_side(standing: Standing) -> None:
    text = page(standing)
    compared = text.partition("<caption>自评与考核不同的条款</caption>")[2].partition("</table>")[0]
    number = '<td class="number">([^<]*)</td>'
    rows = re.findall(f'<th scope="row">([^<]*)</th><td>[^<]*</td>{number}{number}{number}</tr>', compared)

    assert ("2.1", "1.75", "1.25", "+0.5") in rows
    assert ("1.1", "2", "0", "+2") in rows


def test_languages_have_the_same_rows() -> None:
    rows = {row[0]: row[1:] for row in table("wordings.tsv") if row[0].startswith("page_")}
    for zh, en in rows.values():
        assert sorted(re.findall(r"\{\w+\}", zh)) == sorted(re.findall(r"\{\w+\}", en))
    folder = Path(pages.__file__).parent
    source = "".join(file.read_text(encoding="utf-8") for file in [*folder.glob("*.jinja"), Path(pages.__file__)])
    said = {f"page_{key}" for key in re.findall(r'"(\w+)"', source)}
    pieced = ("page_severity_", "page_no_card_", "page_lang")
    assert {key for key in rows if not key.startswith(pieced)} <= said


# --- odd names


ODD = [
    "<script>alert(1)</script>", '"onmouseover="alert(1)', "'><img src=x onerror=alert(1)>", "甲\u202e县\u2066乙", "&amp;lt;", "{{ 7*7 }}{% raw %}",
    "-->]]></style></script><!--", "甲" * 500, "县\x00\x07\ud800", "\u200b\u00ad", "javascript:alert(1)", "A\n\tB\u2028C",
]  # fmt: skip
NAMES = st.one_of(
    st.sampled_from(ODD), st.text(st.characters(), min_size=1, max_size=30), st.text(st.sampled_from("<>\"'&/=`{}%-!\u202e甲"), min_size=1, max_size=20)
)


@cache
def open_card() -> rulebook.Scorecard:
    """A scorecard with a loss and an open clause, of which most clauses are left out."""
    card = rulebook.load(COUNTY).score({"evidence": met(COUNTY, **{"2.1": 2, "3": "未查"})})
    return card.model_copy(update={"clauses": tuple(score for score in card.clauses if score.clause in ("2.1", "2.2", "3"))})


@cache
def plain_skeleton() -> list[tuple[str, list[str]]]:
    """The elements of the page with a plain name."""
    return skeleton(page(small("甲县")))


def small(name: str) -> Standing:
    """A standing in which everything that an author names has the name."""
    card = open_card()
    marked = card.model_copy(
        update={
            "vetoes": (name,), "vetoed": True, "grades": (name,), "assumed": name,
            "sections": tuple(part.model_copy(update={"section": name}) for part in card.sections),
            "clauses": tuple(part.model_copy(update={"heading": name, "section": name}) for part in card.clauses),
            "ledger": tuple(part.model_copy(update={"reason": name, "text": name}) for part in card.ledger),
        }
    )  # fmt: skip
    assert card.lower is not None
    assert card.upper is not None
    lower, upper = Fraction(card.lower), Fraction(card.upper)
    mark = Mark(name, Fraction(1), "part", lower, upper, Fraction(100), 1, 93, True, (name,), (lower, lower), (Diagnostic("RB519", {"subject": name}),))
    place = Place(name, name, (mark,), lower, upper, Fraction(100), True, 1, 1, (name,))
    return Standing(name, 2018, ((name, (place, place)),), (Diagnostic("RB519", {"subject": name}),), lambda unit, rubric, by: marked)


def skeleton(text: str) -> list[tuple[str, list[str]]]:
    """The elements and the names of their attributes."""
    return [(tag, sorted(attributes)) for tag, attributes in Seen(text).elements]


@settings(max_examples=25, deadline=None)
@given(NAMES)
def test_no_name_changes_the_page(name: str) -> None:
    """Whatever a name holds, the elements and attributes are those of a plain name, and no invisible character is left."""
    text = page(small(name))
    made, wanted = ([one for one in bones if one[0] != "title"] for bones in (skeleton(text), plain_skeleton()))
    assert made == wanted  # but for the tips of labels that are too long for a chart
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\ud800-\udfff]", text)
    assert text.encode()


@pytest.mark.parametrize("name", ODD)
def test_an_odd_name_is_read_as_it_is_written(name: str) -> None:
    text = Seen(page(small(name))).text("h4")
    if name.isprintable():
        assert name in text
    if "\u202e" in name:
        assert "甲<U+202E>县<U+2066>乙" in text


# --- size


def test_a_long_campaign_shows_the_dearest_and_sums_the_rest(standing: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every score shows equally many lines; nothing is left out without a word."""
    full = page(standing)
    assert "为使这一页打得开" not in full
    monkeypatch.setattr(pages, "MOST_LINES", 8)
    monkeypatch.setattr(pages, "FEWEST", 1)
    cut = page(standing)
    assert "以8条为限，每份得分最多列1条" in Seen(cut).text()
    assert len(cut) < len(full)
    place = next(place for place in standing.places() if place.unit == "乙县人民政府")
    card = standing.card(place, place.marks[0])
    assert card is not None
    dearest = max(card.ledger, key=lambda entry: -entry.applied)
    rest = sum((Fraction(entry.applied) for entry in card.ledger if entry is not dearest), Fraction(0))
    assert f'其余2条，分数较少，没有列出</th><td class="number">{show(rest)}</td>' in cut


def test_cards_are_let_go_one_by_one(standing: Standing) -> None:
    """No more than the two cards of the unit at hand are held, and none is scored twice."""
    alive: list[weakref.ref[Any]] = []
    asked: list[tuple[str, str, str]] = []
    most = 0

    class Held:
        """Stands for the memory of a card."""

    def counting(unit: str, rubric: str, by: Any) -> Any:
        nonlocal most
        asked.append((unit, rubric, by))
        card = standing.card_of(unit, rubric, by)
        if card is None:
            return None
        held = Held()
        object.__setattr__(card, "__dict__", {**card.__dict__, "held": held})
        alive.append(weakref.ref(held))
        most = max(most, sum(one() is not None for one in alive))
        return card

    page(replace(standing, card_of=counting))
    assert len(asked) == len(set(asked))
    assert 1 < most <= 4


def test_an_empty_campaign_is_a_page() -> None:
    for groups in ((), (("空组", ()),), (("组", (Place("甲县", "组", (), None, None, None, False, None, None),)),)):
        for language in ("zh", "en"):
            text = page(Standing("", None, groups), language)  # type: ignore[arg-type]
            assert Seen(text).named("main")
    assert "还没有考核对象" in page(Standing("", None, ()))


def test_a_record_that_cannot_be_scored_is_told() -> None:
    def refuse(unit: str, rubric: str, by: str) -> None:
        raise RulebookError([Diagnostic("RB519", {"subject": unit})])

    mark = Mark("county-2018", Fraction(1), "faulty")
    place = Place("甲县", "组", (mark,), None, None, None, False, None, None)
    text = Seen(page(Standing("考核", 2018, (("组", (place,)),), (), refuse))).text()
    assert "记录有误，无法评分" in text
    assert "RB519" in text


# --- the file


def test_writing_is_whole_or_not_at_all(standing: Standing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "考核.html"
    write(standing, path)
    assert path.read_text(encoding="utf-8") == page(standing)
    before = path.read_bytes()

    def broken(unit: str, rubric: str, by: str) -> None:
        raise KeyError(unit)

    with pytest.raises(KeyError):
        write(replace(standing, card_of=broken), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
    for bad in (tmp_path / "none" / "x.html", "a\x00b", tmp_path):
        with pytest.raises(RulebookError) as refused:
            write(standing, bad)
        assert refused.value.diagnostics[0].code == "RB602"


def test_a_missing_library_is_named(standing: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(RulebookError) as refused:
        page(standing)
    assert "jinja2" in str(refused.value)


def test_one_standing_one_page(standing: Standing) -> None:
    assert page(standing) == page(standing)


# --- charts


EXACT = st.fractions(min_value=-200, max_value=200, max_denominator=99)


@given(st.lists(EXACT, max_size=20), st.lists(st.tuples(EXACT, EXACT).map(sorted).map(tuple), max_size=5))
def test_bins_hold_every_score(settled: list[Fraction], open_: list[Any]) -> None:
    bins = charts.binned(settled, open_)
    assert sum(one.settled for one in bins) == len(settled)
    assert len(bins) <= 11
    assert all(after.low == before.high for before, after in pairwise(bins))
    for one in bins:
        assert one.settled == sum(one.low <= score < one.high for score in settled)
        assert one.possible == sum(lower < one.high and one.low <= upper for lower, upper in open_)


@given(EXACT, EXACT, EXACT)
def test_a_place_on_a_line_is_within_half_a_hundredth_of_a_percent(value: Fraction, low: Fraction, high: Fraction) -> None:
    low, value, high = sorted((value, low, high))
    told = Fraction(charts.share(value, low, high).removesuffix("%"))
    if high > low:
        assert abs(told - (value - low) * 100 / (high - low)) <= Fraction(1, 200)
    assert 0 <= told <= 100


def test_a_bar_is_as_long_as_its_figure() -> None:
    drawn = charts.bars("x", "t<", "d&", [charts.Bar("a\"<", Fraction(3), Fraction(4), "3–4"), charts.Bar("b", Fraction(1), Fraction(1), "1")])
    widths = re.findall(r'<rect class="(bar|open)" x="([^"]*)" y="\d+" width="([^"]*)"', drawn)
    assert widths == [("bar", "0%", "75%"), ("open", "75%", "25%"), ("bar", "0%", "25%")]
    assert "t&lt;" in drawn
    assert "d&amp;" in drawn
    assert 'a"<' not in drawn


# --- a real browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip
browser = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: the page is not opened in a browser")


@pytest.fixture
def opened(standing: Standing, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Opens the page in Chromium."""
    write(standing, tmp_path / "page.html")

    def run(*flags: str, at: str = "page.html") -> subprocess.CompletedProcess[bytes]:
        command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--enable-logging=stderr", *flags]
        return subprocess.run([*command, f"{(tmp_path / 'page.html').as_uri()}{at.removeprefix('page.html')}"], capture_output=True, timeout=120, check=True)

    return run


@pytest.mark.slow
@browser
def test_chromium_opens_the_page_and_refuses_nothing(opened: Callable[..., Any], standing: Standing) -> None:
    done = opened("--dump-dom", at="page.html#unit-2")
    assert b"CONSOLE" not in done.stderr  # neither the policy nor the script has anything to say
    dom = done.stdout.decode()
    assert 'id="tools" class="tools">' in dom  # the script ran
    assert re.search(r'<details class="unit" data-unit="" open="">(?:(?!</details>).)*id="unit-2"', dom, re.S)
    assert dom.count('<details class="unit" data-unit="" open="">') == 1
    for place in standing.places():
        assert place.unit in dom


@pytest.mark.slow
@browser
def test_chromium_prints_every_unit_in_full(opened: Callable[..., Any], tmp_path: Path, standing: Standing) -> None:
    opened("--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'page.pdf'}")
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed: the pages are not read")
    done = subprocess.run(["pdftotext", "-layout", str(tmp_path / "page.pdf"), "-"], capture_output=True, check=True)
    text = re.sub(r"\s", "", done.stdout.decode())
    place = next(place for place in standing.places() if place.unit == "甲县人民政府")
    card = standing.card(place, place.marks[0])
    assert card is not None
    for entry in card.ledger:
        assert entry.reason in text
    assert "查找单位" not in text


@pytest.mark.slow
@browser
@pytest.mark.parametrize("size", ["1280,2000", "500,2000"])
def test_chromium_draws_the_page(opened: Callable[..., Any], tmp_path: Path, size: str) -> None:
    opened(f"--window-size={size}", f"--screenshot={tmp_path / 'page.png'}")
    assert (tmp_path / "page.png").stat().st_size > 50_000
