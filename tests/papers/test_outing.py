"""A rubric that goes out on paper and comes home says of the score what it said before."""

from pathlib import Path

import pytest

import rulebook
from rulebook.exchange import import_document
from rulebook.papers.report import rubric
from rulebook.papers.sheet import score_sheet

TEXT = """\
考核细则：2024年度消防安全考核细则
年度：2024
依据：某府发〔2024〕1号
对象：各街道办事处
满分：10分
未提供资料：不予判分
不涉及：得满分
等次：9分以上优秀，6分以上合格，不足6分不合格
小数：保留1位小数，舍去
零头：不足一步按一步计
以下：不包括本数
一票否决：总分记零分
总分限制：最低0分

一、工作
1. 台账。缺一项扣0.5分。（10分）
二、否决项
2. 事故
发生事故的，实行“一票否决”。
"""


@pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
def test_the_head_goes_out_and_comes_back(suffix: str, tmp_path: Path) -> None:
    book = rulebook.load(TEXT)
    path = tmp_path / f"a{suffix}"
    path.write_bytes(rubric(book) if suffix == ".docx" else score_sheet(book))
    (draft,) = import_document(path).drafts
    first, again = (one.header.model_dump(exclude={"span", "lines", "veto"}) for one in (book, rulebook.load(draft.text)))
    assert again == first
    assert "一票否决：总分记零分" in draft.text
    assert "＿" not in "".join(line for line in draft.text.splitlines() if not line.startswith("#"))
