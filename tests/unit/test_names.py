"""A fact is named by the words of the condition, whole words only."""

import pytest

import rulebook

HEAD = "考核细则：试\n满分：10分\n\n一、工作\n1. 甲\n① 乙。"


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("发布信息不及时的，每条扣1分。", "发布信息不及时"),
        ("未按时的，扣1分。", "未按时"),
        ("会议超时的，每次扣1分。", "会议超时"),
        ("有不文明行为的，每次扣1分。", "不文明行为"),
        ("不作为的，扣2分。", "不作为"),
        ("未配备志愿者的，扣1分。", "未配备志愿者"),
        ("未安排值班时，扣1分。", "未安排值班"),
        ("发现违规者，每人扣1分。", "发现违规"),
        ("教案每缺一份扣1分。", "缺教案"),
        ("其他垃圾桶内混有厨余垃圾的，每桶扣1分。", "其他垃圾桶内混有厨余垃圾"),
        ("在岗人员脱岗的，每人扣1分。", "在岗人员脱岗"),
        ("在線監測不正常的，每次扣1分。", "在線監測不正常"),
        ("有毒物品未登记的，每件扣1分。", "有毒物品未登记"),
        ("对外公布电话不通的，每次扣1分。", "对外公布电话不通"),
        ("有脱岗现象的，每次扣1分。", "脱岗现象"),
        ("制度不健全缺一项扣1分。", "制度不健全"),
    ],
)
def test_a_name_loses_the_particle_that_ends_it_and_no_part_of_a_word(words: str, name: str) -> None:
    (clause,) = rulebook.load(f"{HEAD}{words}（10分）\n").clauses()
    assert [fact.name for fact in clause.facts] == [name]
