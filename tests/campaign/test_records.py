"""Records: which file is whose, and writers who lose nothing and overwrite nobody."""

import os
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from campaigns import FULL, ONE, TWO, lay, places, plan

from rulebook.campaign import read, records, stand
from rulebook.campaign.records import Slot, digest, filed, write
from rulebook.diagnostics import RulebookError

A, B, C = (f"考核对象: 甲县\n证据: {{'1.1': {count}}}\n".encode() for count in (1, 2, 3))
SLOT = Slot("甲县", "过程", "team")


def codes(error: pytest.ExceptionInfo[RulebookError]) -> list[str]:
    return [problem.code for problem in error.value.diagnostics]


# --- which file is whose


def test_a_record_is_found_by_unit_rubric_and_hand(tmp_path: Path) -> None:
    lie = ("考核/甲县.过程", "考核/甲县.结果", "自评/甲县.过程.yml", "team/乙县.过程.json", "self/乙县.结果")
    made = plan(tmp_path, TWO, dict.fromkeys(lie, "{}"))
    found = filed(made)
    assert found.problems == ()
    assert {(slot.unit, slot.rubric, slot.by) for slot in found.paths} == {
        ("甲县", "过程", "team"), ("甲县", "结果", "team"), ("甲县", "过程", "self"), ("乙县", "过程", "team"), ("乙县", "结果", "self"),
    }  # fmt: skip


def test_one_rubric_needs_no_name_of_it(tmp_path: Path) -> None:
    made = plan(tmp_path, ONE.replace("过程.rulebook", "{手续: 过程.rulebook}"), {"考核/甲县": "{}", "考核/乙县.手续": "{}", "考核/丙县.过程": "{}"})
    assert sorted(slot.unit for slot in filed(made).paths) == ["丙县", "乙县", "甲县"]


def test_of_two_rubrics_the_file_must_name_one(tmp_path: Path) -> None:
    made = plan(tmp_path, TWO, {"考核/甲县": "{}", "考核/甲县.结果": "{}"})
    assert [slot.rubric for slot in filed(made).paths] == ["结果"]
    assert [problem.code for problem in filed(made).problems] == ["RB652"]


def test_letters_taken_apart_and_brackets_of_either_width_are_one_name(tmp_path: Path) -> None:
    """Some systems take letters apart when they keep a file's name."""
    text = ONE.replace("甲县", "'Café县（区）'")
    made = plan(tmp_path, text, {f"考核/{unicodedata.normalize('NFD', 'Café县(区)')}": "{}"})
    assert [slot.unit for slot in filed(made).paths] == ["Café县（区）"]


def test_files_of_nobody_and_doubled_ones_are_told(tmp_path: Path) -> None:
    made = plan(tmp_path, ONE, {"考核/甲县": "{}", "考核/甲县.过程": "{}", "考核/丁县": "{}", "自评/甲": "{}", "考核/.甲县": "{}"})
    (tmp_path / "记录" / "考核" / "说明.txt").write_text("no record")
    assert sorted(problem.code for problem in filed(made).problems) == ["RB652", "RB652", "RB653"]
    assert sum(slot.unit == "甲县" for slot in filed(made).paths) == 1
    assert not stand(made).publishable


@pytest.mark.parametrize("name", ["考核/乙县.xlsx", "考核/乙县.yaml.txt", "乙县.yaml", "考核/乙县.yaml/"])
def test_what_looks_like_a_record_and_is_none_is_told(name: str, tmp_path: Path) -> None:
    made = plan(tmp_path, ONE, {"考核/甲县": "{}"})
    path = tmp_path / "记录" / name
    path.mkdir() if name.endswith("/") else path.write_text("{}")
    found = filed(made)
    assert [(problem.code, problem.values["name"]) for problem in found.problems] == [("RB652", str(path))]
    assert [slot.unit for slot in found.paths] == ["甲县"]


@pytest.mark.parametrize("target", ["乙县.yaml", "nowhere.yaml"])
def test_a_link_that_leads_nowhere_hides_no_other_record(target: str, tmp_path: Path) -> None:
    made = plan(tmp_path, ONE, {"考核/甲县": "{}"})
    (tmp_path / "记录" / "考核" / "乙县.yaml").symlink_to(target)
    assert [slot.unit for slot in filed(made).paths] == ["甲县"]
    assert [problem.code for problem in filed(made).problems] == ["RB652"]


@pytest.mark.parametrize(("stated", "told"), [("过程.rulebook", "过程.rulebook"), ("记录", "考核")])
def test_a_folder_that_cannot_be_looked_into_is_told_once(stated: str, told: str, tmp_path: Path) -> None:
    made = plan(tmp_path, ONE + f"记录: {stated}\n")
    (tmp_path / "记录").mkdir()
    (tmp_path / "记录" / "考核").write_text("a file")
    (problem,) = filed(made).problems
    assert (problem.code, Path(str(problem.values["name"])).name) == ("RB601", told)
    assert not stand(made).publishable


# --- writing


def test_a_written_record_is_the_one_that_scores(tmp_path: Path) -> None:
    made = plan(tmp_path, ONE)
    assert write(made, SLOT, A, None) == digest(A)
    assert records.place(made, SLOT) == tmp_path / "记录" / "考核" / "甲县.yaml"
    mark = places(stand(made))["甲县"].marks[0]
    assert (mark.state, str(mark.upper)) == ("part", "39/4")


def test_nothing_is_written_over_what_somebody_changed(tmp_path: Path) -> None:
    made = plan(tmp_path, ONE)
    first = write(made, SLOT, A, None)
    second = write(made, SLOT, B, first)
    for since in (None, first, "", second[:7], "g" * 64):
        with pytest.raises(RulebookError) as raised:
            write(made, SLOT, C, since)
        assert codes(raised) == ["RB657"]
        assert second in raised.value.diagnostics[0].message()
        assert ("可能有人改过" in raised.value.diagnostics[0].message()) == (since is not None)
    assert records.place(made, SLOT).read_bytes() == B
    write(made, SLOT, C, second[:8])
    with pytest.raises(RulebookError, match="RB657"):
        write(made, Slot("乙县", "过程", "team"), b"{}", first)  # started from a record that is gone


def test_evidence_that_does_not_fit_is_not_written(tmp_path: Path) -> None:
    made = plan(tmp_path, ONE)
    for raw, code in ((b"{'9.9': 1}", "RB501"), ("考核对象: 乙县\n".encode(), "RB654"), (b"\xff\xfe\x00", "RB101"), (b"[", "RB508")):
        with pytest.raises(RulebookError) as raised:
            write(made, SLOT, raw, None)
        assert codes(raised) == [code]
    assert not records.place(made, SLOT).exists()


def test_a_record_keeps_its_format(tmp_path: Path) -> None:
    made = plan(tmp_path, ONE)
    first = write(made, SLOT, b'{"1.1": 1}', None, "x.JSON")
    assert records.place(made, SLOT).name == "甲县.json"
    with pytest.raises(RulebookError, match="RB604"):
        write(made, SLOT, A, first)


def test_a_writer_that_dies_leaves_the_record_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = plan(tmp_path, ONE)
    first = write(made, SLOT, A, None)

    def died(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "replace", died)
    with pytest.raises(RulebookError, match="RB602"):
        write(made, SLOT, B, first)
    folder = tmp_path / "记录" / "考核"
    assert records.place(made, SLOT).read_bytes() == A
    assert sorted(path.name for path in folder.iterdir()) == [records.LOCK, "甲县.yaml"]
    monkeypatch.undo()
    assert write(made, SLOT, B, first) == digest(B)


def test_many_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    """Each unit has one writer and all of them write; one unit has eight who started from the same record, and one of these wins."""
    units = [f"第{number}县" for number in range(12)]
    lay(tmp_path, ONE.replace("甲县, 乙县, 丙县", ", ".join(units)))
    made = read(tmp_path / "campaign.yaml")

    def put(number: int) -> str:
        unit = units[min(number, 11)]
        try:
            return write(made, Slot(unit, "过程", "team"), f"考核对象: {unit}\n证据: {{'1.1': {number}}}\n".encode(), None)
        except RulebookError as error:
            return error.diagnostics[0].code

    with ThreadPoolExecutor(8) as pool:
        written = list(pool.map(put, range(19)))
    assert "RB657" not in written[:11]
    assert written[11:].count("RB657") == 7
    lying = {digest(path.read_bytes()) for path in (tmp_path / "记录" / "考核").glob("*.yaml")}
    assert lying == set(written) - {"RB657"}


def test_a_record_put_twice_by_its_writer(tmp_path: Path) -> None:
    made = plan(tmp_path, ONE, {"考核/甲县": FULL})
    assert write(made, SLOT, A, digest(FULL.encode())) == digest(A)
