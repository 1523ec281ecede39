"""One meaning in the many wordings of offices (`tests/readings/wordings.tsv`): each reads as what all of them mean.

What might mean two things stands there as refused.
"""

from collections import defaultdict
from pathlib import Path

import pytest
from tests.test_readings import BENCHMARK

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
