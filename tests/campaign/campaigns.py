"""Small campaigns in a folder, for tests: the rubrics, the campaign file and its records are given as text."""

from collections.abc import Mapping
from pathlib import Path

from rulebook.campaign import Place, Plan, Standing, read, stand

PROCESS = """\
考核细则：过程
年度：2018
满分：10分
未提供资料：不予判分
一票否决：不得评先评优

一、工作
1. 工作（10分）
① 台账。缺一项扣0.25分。（4分）
② 制度。资料不全的，扣0.5分，未建立的不得分。（3分）
③ 会议。缺一次扣0.5分。（3分）

二、否决项
2. 事故
发生较大以上事故的，实行“一票否决”。
"""
RESULT = """\
考核细则：结果
满分：20分
不涉及：不计
未提供资料：不予判分

一、成效
1. 成效（20分）
① 事故。发生一起扣2分。（10分）
② 整改。缺一项扣1分。（10分）
"""
ONE = "考核: 考核\n年度: 2018\n细则: 过程.rulebook\n单位: [甲县, 乙县, 丙县]\n"
TWO = """\
考核: 考核
年度: 2018
细则: {过程: 过程.rulebook, 结果: 结果.rulebook}
组: {县区: {过程: 30%, 结果: 70%}}
单位: [甲县, 乙县]
"""
FULL = "证据: {'1': 符合, '2': 符合}\n"


def lay(folder: Path, campaign: str, records: Mapping[str, str] | None = None) -> Path:
    """Writes the campaign with its rubrics and records (`考核/甲县`: text); the path of its file."""
    (folder / "过程.rulebook").write_text(PROCESS, encoding="utf-8")
    (folder / "结果.rulebook").write_text(RESULT, encoding="utf-8")
    path = folder / "campaign.yaml"
    path.write_text(campaign, encoding="utf-8")
    for name, text in (records or {}).items():
        file = folder / "记录" / (name if name.endswith((".yml", ".json")) else f"{name}.yaml")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return path


def plan(folder: Path, campaign: str, records: Mapping[str, str] | None = None) -> Plan:
    """The plan of such a campaign."""
    return read(lay(folder, campaign, records))


def standing(folder: Path, campaign: str, records: Mapping[str, str] | None = None) -> Standing:
    """Where such a campaign stands."""
    return stand(plan(folder, campaign, records))


def places(standing: Standing) -> dict[str, Place]:
    """The places by unit."""
    return {place.unit: place for place in standing.places()}
