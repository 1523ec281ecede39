"""A record that is written as a file reads as the same record, whatever it came from."""

from hypothesis import given
from hypothesis import strategies as st

import rulebook
from rulebook.cli.template import yaml_record
from rulebook.evidence import read_record
from rulebook.sampling import evidence

BOOKS = {name: rulebook.load(name) for name in ("county-2018", "tasks-2019", "plan-12-indicators")}
DATED = rulebook.load(
    "考核细则：报送\n年度：2018\n满分：6分\n一、报送\n"
    "1. 总结。6月15日和12月15日前分别报送总结，逾期1天扣0.1分，缺一次扣1分。（3分）\n"
    "2. 会议。每季度至少召开一次会议，每半年至少检查一次。缺一次扣0.5分。（3分）\n"
)


@given(st.data(), st.sampled_from(sorted(BOOKS)), st.sampled_from(["valid", "partial"]))
def test_reads_as_the_same_record(data: st.DataObject, name: str, kind: str) -> None:
    book = BOOKS[name]
    record = read_record(book, data.draw(evidence(book, kind=kind)))
    assert read_record(book, yaml_record(book, record).encode(), name="a.yaml").clauses == record.clauses


def test_dated_records_keep_what_they_answer() -> None:
    said = "1: {记录: [{日期: 2018-06-18, 文件: '总结: 上半年', 对应: 6月15日}, {日期: 2018-12-15}], 说明: 迟}\n"
    said += "2: {记录: [{日期: 2018-02-01, 对应: 会议}]}\n"
    record = read_record(DATED, said.encode(), name="a.yaml")
    assert read_record(DATED, yaml_record(DATED, record).encode(), name="a.yaml").clauses == record.clauses
