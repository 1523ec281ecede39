"""Law: the same text and the same record give the same bytes, in one process and in another."""

import hashlib
import json
import os
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

import rulebook
from rulebook.assets import table

from .strategies import Book, books, records

TEXT = "考核细则：全部句式\n未提供资料：不予判分\n一、全部\n" + "".join(
    (f"{n // 20 + 1}. 全部\n" if n % 20 == 0 else "") + f"{chr(0x2460 + n % 20)} 缺一项扣0.1分。{row[1]}。（5分）\n"
    for n, row in enumerate(table("forms.tsv"))
)
PROGRAM = """
import sys, rulebook
reading = rulebook.read(sys.stdin.read(), name="forms")
print(reading.rulebook.model_dump_json())
for diagnostic in reading.diagnostics:
    print(diagnostic.json())
for name in ("county-2018", "member-unit-2018"):
    book = rulebook.load(name)
    print(book.evidence_schema())
    print(book.score({}).model_dump_json())
"""


@given(books(), st.data())
def test_reading_and_scoring_twice_gives_the_same_bytes(book: Book, data: st.DataObject) -> None:
    """Model, diagnostics, scorecard and canonical text are functions of their input."""
    text = book.text()
    one, other = rulebook.read(text), rulebook.read(text)
    assert one.rulebook is not None
    assert other.rulebook is not None
    assert one.rulebook.model_dump_json() == other.rulebook.model_dump_json()
    assert one.rulebook.text() == other.rulebook.text()
    assert [d.json() for d in one.diagnostics] == [d.json() for d in other.diagnostics]
    record = data.draw(records(one.rulebook))
    before = json.dumps(record)
    first = one.rulebook.score(record)
    assert first.model_dump_json() == one.rulebook.score(record).model_dump_json()
    assert first.model_dump_json() == other.rulebook.score(record).model_dump_json()
    assert first.explain() == other.rulebook.score(record).explain()
    assert json.dumps(record) == before


def test_another_process_gives_the_same_bytes() -> None:
    """Nothing hangs on the order in which a set yields its members: two processes with other hash seeds agree."""
    hashes = set()
    for seed in ("1", "2", "3"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], input=TEXT.encode(), capture_output=True, env=environment, check=True
        )
        assert len(done.stdout) > 10_000
        hashes.add(hashlib.sha256(done.stdout).hexdigest())
    assert len(hashes) == 1


@given(books(), st.data())
def test_the_receipt_identifies_text_and_evidence(book: Book, data: st.DataObject) -> None:
    """Hashes change with the text and with the evidence, and with nothing else."""
    text = book.text()
    rules = rulebook.load(text)
    record = data.draw(records(rules))
    receipt = rules.score(record).receipt
    assert receipt.rulebook_sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert rulebook.load(text + "\n# 注").score(record).receipt.rulebook_sha256 != receipt.rulebook_sha256
    changed = {**record, "1.1" if "1.1" in {c.address for c in rules.clauses()} else "1": "符合"}
    if changed != record:
        assert rules.score(changed).receipt.evidence_sha256 != receipt.evidence_sha256
