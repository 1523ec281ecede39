"""One meaning in the many wordings of offices (`tests/readings/wordings.tsv`): each reads as what all of them mean.

What might mean two things stands there as refused. `tests/readings/scores.tsv` says what is left of ten points, figure by figure, so that
what reads also counts as its words say.
"""

from collections import defaultdict
from pathlib import Path

import pytest
from tests.test_readings import BENCHMARK

import rulebook
from rulebook.cli.sentence import read_clause

TABLE = Path(__file__).parent / "readings" / "wordings.tsv"

WORDINGS: dict[str, list[str]] = defaultdict(list)
for row in TABLE.read_text(encoding="utf-8").splitlines()[1:]:
    label, words = row.split("\t")
    WORDINGS[label].append(words)


@pytest.mark.parametrize("label", WORDINGS)
def test_every_wording_reads_as_what_it_means(label: str) -> None:
    meant = tuple(part.strip() for part in label.split("|"))
    read = {words: BENCHMARK.told(read_clause(words, "zh")[0]) for words in WORDINGS[label]}
    assert {words: said for words, said in read.items() if not BENCHMARK.agree(said, meant)} == {}


SCORES = [row.split("\t") for row in (TABLE.parent / "scores.tsv").read_text(encoding="utf-8").splitlines()[1:]]


@pytest.mark.parametrize(("sentence", "scores"), SCORES)
def test_what_is_observed_leaves_what_the_words_say(sentence: str, scores: str) -> None:
    book = rulebook.load(f"考核细则：试读\n满分：10\n\n一、章（10分）\n1. 项（10分）\n① {sentence}。（10分）\n")
    meant = dict(pair.rsplit("=", 1) for pair in scores.split())
    names = [fact.name for clause in book.clauses() for fact in clause.facts]
    records = {value: dict(zip(names, value.split(","), strict=True)) if "," in value else value for value in meant}
    assert {value: str(book.score({"1.1": record}).total) for value, record in records.items()} == meant
