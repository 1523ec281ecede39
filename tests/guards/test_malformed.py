"""Sentences that must not read: each with its code, the words it stumbles on, what is said of the place, and a rewrite that reads.

`RULEBOOK_MALFORMED=update` writes what is said now into the table; a sentence that reads now is not written: it is no sample any more,
and whether its reading is the one meant is for a person to say.
"""

import os
import re
from collections import Counter
from decimal import Decimal

import pytest

from rulebook.assets import folder, table
from rulebook.builder import Setting
from rulebook.builder.advice import advise
from rulebook.builder.clause import Problem
from rulebook.builder.repair import QUOTE, mended, repairs
from rulebook.codes import catalogue
from rulebook.diagnostics import Advice
from rulebook.parser import silences, stumbles
from rulebook.parser.outline import split_points
from rulebook.parser.tokens import Text

ROWS = table("malformed.tsv")
SENTENCE_CODES = [f"RB{number}" for number in (*range(201, 220), 227)]
NONE = "-"


def refused(sentence: str) -> tuple[Text, Setting, tuple[Problem, ...]]:
    """The words of a sentence, what they are read under, and its problems."""
    text, points, _ = split_points(Text.of(sentence))
    setting = Setting(points)
    return text, setting, setting.read(text.original).problems


def advice(sentence: str) -> tuple[str, Advice]:
    """The first code of a sentence and the advice on it."""
    text, setting, problems = refused(sentence)
    assert problems, f"{sentence} reads"
    return problems[0].code, advise(text, problems[0], setting)


def note(sentence: str) -> str:
    """The name of what is said of the place where the first problem stopped; - where the code itself says it."""
    text, _, problems = refused(sentence)
    problem, stumble = problems[0], problems[0].stumble
    place = stumbles.place(problem.code, text.folded, problem.start, problem.end, stumble)
    if stumble is None or place != (stumble.start, stumble.end):
        return NONE
    said = stumbles.note(stumble)
    return NONE if said is None else said.name


def row(sentence: str) -> list[str]:
    """The row of a sentence as it is now."""
    code, said = advice(sentence)
    assert said.stumbled is not None
    proper = [made.clause for made in said.rewrites if made.kind != QUOTE]
    return [sentence, code, sentence[slice(*said.stumbled)], note(sentence), *(proper[:1] or [NONE])]


def test_update() -> None:
    """Where asked to, the table is written anew from its own sentences; none of them is lost that does not read."""
    if os.environ.get("RULEBOOK_MALFORMED") != "update":
        return
    head = [line for line in (folder("grammar") / "malformed.tsv").read_text(encoding="utf-8").split("\n") if line.startswith("#")]
    kept = [row(sentence) for sentence, *_ in ROWS if refused(sentence)[2]]
    lines = [*head, *("\t".join(one) for one in kept)]
    (folder("grammar") / "malformed.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_there_are_samples_for_every_refusal() -> None:
    """120 sentences, none twice, three and more for every code that refuses a sentence."""
    assert len({sentence for sentence, *_ in ROWS}) == len(ROWS) >= 120
    codes = Counter(code for _, code, *_ in ROWS)
    assert {code: codes[code] for code in SENTENCE_CODES if codes[code] < 3} == {}
    assert set(codes) <= set(SENTENCE_CODES) <= set(catalogue())


@pytest.mark.parametrize(("sentence", "code", "words", "message", "rewrite"), ROWS, ids=[sentence for sentence, *_ in ROWS])
def test_malformed(sentence: str, code: str, words: str, message: str, rewrite: str) -> None:
    """The code, the words, what is said of them; the rewrite is offered, or none is."""
    assert row(sentence) == [sentence, code, words, message, rewrite]
    assert advice(sentence)[1].nearest


@pytest.mark.parametrize("sentence", [sentence for sentence, *_ in ROWS])
def test_every_rewrite_mends_what_it_is_offered_for(sentence: str) -> None:
    """Each rewrite has fewer problems than the sentence; its edit makes of the sentence what it says; the whole mended line reads."""
    text, setting, problems = refused(sentence)
    for problem in problems:
        for made in advise(text, problem, setting).rewrites:
            assert len(setting.read(made.clause).problems) < len(problems)
            (edit,) = made.edits
            assert text.original[: edit.start] + edit.text + text.original[edit.end :] == made.clause
    for whole in mended(text.original, setting):
        assert setting.read(whole).problems == ()


def test_a_sample_that_reads_is_noticed() -> None:
    """The guard can fail: a sound sentence, other words, a rewrite that is not offered."""
    with pytest.raises(AssertionError, match="reads"):
        test_malformed("缺一项扣1分", "RB202", "一项", NONE, NONE)
    with pytest.raises(AssertionError):
        test_malformed("旷课2次扣3分", "RB202", "旷课", NONE, "旷课每2次扣3分")
    with pytest.raises(AssertionError):
        test_malformed("旷课2次扣3分", "RB202", "2次", NONE, NONE)


# --- the tables


def test_the_tables_are_whole() -> None:
    """Every row says what it does in both languages; every kind of token of a class is one of the grammar; every class is known."""
    kinds = {"fix", "choose", "fill", "name", "note", QUOTE}
    for repair in repairs():
        assert repair.kind in kinds
        assert repair.codes <= set(SENTENCE_CODES)
        assert re.search(r"[\u4e00-\u9fff]", repair.zh), repair
        assert re.search(r"[A-Za-z]{3}", repair.en), repair
    names = {*stumbles.classes().values(), stumbles.REST, stumbles.ANY}
    notes = [one for one in table("stumbles.tsv") if one[0] == "note"]
    assert len({one[1] for one in notes}) == len(notes)
    for one in notes:
        assert {*one[2].split(), *one[3].split()} <= names, one
        assert one[4].format(met="甲", after="乙")
        assert one[5].format(met="x", after="y")


def test_last_resort_stands_last_and_only_once() -> None:
    """One row quotes, and what it makes is shown behind everything else."""
    assert [repair.kind for repair in repairs()].count(QUOTE) == 1
    assert repairs()[-1].kind == QUOTE
    for sentence, *_ in ROWS:
        kinds = [made.kind for made in advice(sentence)[1].rewrites]
        assert QUOTE not in kinds[:-1]


# --- the ratchet


def test_no_more_places_without_a_message_than_are_stored() -> None:
    """Where the grammar has grown: give samples or notes to what is printed. Where the count has fallen: `--lower` stores it."""
    found = silences.silent()
    assert silences.new(found, silences.stored()) == []


def test_the_ratchet_fails_where_a_sample_is_lost() -> None:
    """Without the samples of one place there is one silence more, and it is named."""
    sentences = silences.samples()
    place = sorted(silences.reached(sentences), key=str)[0]
    kept = [sentence for sentence in sentences if place not in silences.reached([sentence])]
    fewer = silences.places() - silences.reached(kept)
    exact = silences.counted(silences.silent())
    assert len(fewer) > len(silences.silent())
    assert str(place) in silences.new(fewer, exact)
    assert silences.new(silences.silent(), exact) == []


def test_the_count_is_only_lowered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command refuses to store more silences than there were."""
    monkeypatch.setattr(silences, "samples", lambda: [])
    with pytest.raises(ValueError, match="silences"):
        silences.lower()


def test_points_of_the_clause_are_what_a_template_proposes() -> None:
    """酌情扣分 in a clause of 2 points: from 1 to 2; of half a point: within the half."""
    for points, words in ((Decimal(2), "酌情扣1-2分"), (Decimal("0.5"), "酌情扣0.25-0.5分"), (None, "酌情扣1-3分")):
        assert mended("酌情扣分", Setting(points)) == (words,)
