"""Who answers for what: annotations as papers write them, the directory they are resolved against, lists of units and tasks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulebook
from rulebook.diagnostics import Diagnostic, RulebookError
from rulebook.duties import Directory, findings, read_directory, roll
from rulebook.duties.directory import DirectoryReading
from rulebook.model import Duty, meaning
from rulebook.parser import duties
from rulebook.parser.tokens import Text

HEAD = "任务清单：示例\n\n一、工作\n"


def said(words: str) -> list[str]:
    """What each annotation of a text says: `lead 甲|乙`, with + where the list is left open."""
    return [
        " ; ".join(f"{one.role}{'+' if one.open else ''} {'|'.join(one.names)}" for one in annotation.named)
        for annotation in duties.annotations(Text.of(words))
    ]


def load(body: str) -> rulebook.Rulebook:
    """A list of tasks."""
    return rulebook.load(HEAD + body)


def codes(diagnostics: tuple[Diagnostic, ...] | list[Diagnostic]) -> list[str]:
    return [one.code for one in diagnostics if one.code.startswith(("RB43", "RB64"))]


# --- annotations

ANNOTATIONS = {
    "开展培训。（责任单位：市应急局、市教育局）": "answer 市应急局|市教育局",
    "开展培训(责任单位:市应急局、市教育局)。": "answer 市应急局|市教育局",
    "（牵头单位：市应急局 责任单位：市教育局、市公安局）": "lead 市应急局 ; answer 市教育局|市公安局",
    "（牵头单位：市应急局；配合单位：市教育局）": "lead 市应急局 ; support 市教育局",
    "（牵头责任单位：市应急局，协同责任单位：各有关部门）": "lead 市应急局 ; support 各有关部门",
    "（責任單位：市應急管理局、教體局）": "answer 市應急管理局|教體局",
    "（牽頭單位：市發改局，責任單位：高新區管委會）": "lead 市發改局 ; answer 高新區管委會",
    "（市应急局负责）": "answer 市应急局",
    "（由市应急局牵头，市教育局配合）": "lead 市应急局 ; support 市教育局",
    "〔各乡镇（街道）落实〕": "answer 各乡镇（街道）",
    "【市应急局、市教育局分工负责】": "answer 市应急局|市教育局",
    "（市应急局会同有关部门负责）": "lead 市应急局 ; answer 有关部门",
    "（市应急局牵头，市委宣传部配合，市安委会成员单位分工负责）": "lead 市应急局 ; support 市委宣传部 ; answer 市安委会成员单位",
    "（市应急局按职责分工负责，市教育局依职责配合）": "answer 市应急局 ; support 市教育局",
    "（市应急局、市公安局等有关部门分工负责）": "answer+ 市应急局|市公安局",
    "（市应急局等部门牵头，各成员单位分工落实）": "lead+ 市应急局 ; answer 各成员单位",
    "（市应急局、公安局及各有关部门分工负责）": "answer 市应急局|公安局|各有关部门",
    "（市委编办、组织部和市应急局分工负责）": "answer 市委编办|组织部|市应急局",
    "（发展和改革局、商务和投资促进局负责）": "answer 发展和改革局|商务和投资促进局",
    "（市经济和信息化局与市市场监管局负责）": "answer 市经济和信息化局|市市场监管局",
    "（责任单位：各县（市、区）人民政府，市委办，市政府办）": "answer 各县（市、区）人民政府|市委办|市政府办",
    "（责任单位：市财政局〈国资办〉、科技(地震)局）": "answer 市财政局〈国资办〉|科技(地震)局",
    "（责任单位：市应急局；完成时限：6月底前）": "answer 市应急局",
    "（责任单位：市应急局，责任人：分管负责人）": "answer 市应急局",
    "（责任单位：市应急局牵头，市公安局配合）": "lead 市应急局 ; support 市公安局",
    "（市委宣传部、市应急局分工负责。以下各项均需各县区落实，不再列出）": "answer 市委宣传部|市应急局",
    "（牵头：市应急局；配合：市公安局）": "lead 市应急局 ; support 市公安局",
    "（应急部牵头，公安部、交通运输部等按职责分工负责，2024年底前完成）": "lead 应急部 ; answer+ 公安部|交通运输部",
    "（由市应急局会同市公安局、市交通运输局组织实施）": "lead 市应急局 ; answer 市公安局|市交通运输局",
    "（牵头领导：分管副市长；责任单位：市应急局）": "answer 市应急局",
    "（市应急局牵头，工会、共青团、妇联等群团组织配合）": "lead 市应急局 ; support+ 工会|共青团|妇联|群团组织",
    "做好值守。〔各成员单位〕": "answer 各成员单位",
    "（市安委会各专项领导小组牵头单位分工负责）": "answer 市安委会各专项领导小组牵头单位",
}  # fmt: skip


@pytest.mark.parametrize("words", ANNOTATIONS)
def test_annotations_as_papers_write_them(words: str) -> None:
    assert said(words) == [ANNOTATIONS[words]]


@pytest.mark.parametrize(
    "words",
    [
        "（各部门要认真落实）", "（法定代表人、实际控制人、实际负责人等）", "（分管负责人、班组长）", "卫安办发〔2018〕110号", "（以下简称责任单位）",
        "（单位）", "责任落实", "（不落实）", "〔市应急局〕的台账", "（此件公开发布）", "（2分）", "",
        "（县级以上人民政府应当加强领导，各部门配合）", "（党政主要负责人负总责）", "（实行厂长负责制）", "（未落实）", "（由市应急局负责解释）",
    ],
)  # fmt: skip
def test_what_is_no_annotation(words: str) -> None:
    assert said(words) == []


def test_several_sentences_have_one_each() -> None:
    assert said("开展培训（责任单位：甲局）。建立台账（乙局负责）。") == ["answer 甲局", "answer 乙局"]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("市应急局\n市公安局", "市应急局、市公安局"),
        ("海兴开发区、中卫工业园区\n管委会，市应急局", "海兴开发区、中卫工业园区管委会，市应急局"),
        ("市安委会成员单\n位", "市安委会成员单位"),
        ("市应急局、\n市公安局", "市应急局、市公安局"),
    ],
)
def test_the_lines_of_a_cell(words: str, names: str) -> None:
    assert duties.on_one_line(words) == names


NAMES = st.sampled_from(
    (
        "市应急局", "市教育局", "各县（市、区）人民政府", "商务和投资促进局", "科技（地震）局",
        "市财政局〈国资办〉", "市安委会各成员单位", "市委办", "供电公司", "负有监管职责的部门",
    )
)  # fmt: skip
LISTS = st.lists(NAMES, min_size=1, max_size=5, unique=True)
LABELS = {"lead": "牵头单位", "answer": "责任单位", "support": "配合单位"}
VERBS = {"lead": "牵头", "answer": "按职责分工负责", "support": "配合"}


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(tuple(LABELS)), LISTS, min_size=1),
    st.sampled_from("、，"), st.sampled_from("；，"), st.booleans(), st.sampled_from(("（）", "()", "〔〕", "【】")),
)  # fmt: skip
def test_what_is_written_is_read(roles: dict[str, list[str]], comma: str, stop: str, labels: bool, brackets: str) -> None:
    parts = [f"{LABELS[role]}：{comma.join(names)}" if labels else comma.join(names) + VERBS[role] for role, names in roles.items()]
    written = f"某事{brackets[0]}{stop.join(parts)}{brackets[1]}。"
    assert said(written) == [" ; ".join(f"{role} {'|'.join(names)}" for role, names in roles.items())]
    book = load(f"1. {written}\n2. 另一事\n{written[3:-2] if labels else '责任单位：甲局'}\n")
    assert rulebook.load(book.text()).text() == book.text()
    assert written in book.text()


# --- the file


def test_brackets_lines_and_headings() -> None:
    book = load(
        "责任单位：市安委办\n（一）学习\n责任单位：市委宣传部\n1. 甲项\n2. 乙项（责任单位：市应急局、教育局）\n（二）检查\n"
        "3. 丙项（市应急局牵头）\n① 丁。\n② 戊。〔市教育局负责〕\n4. 己项\n牵头单位：市应急局；责任单位：市教育局、\n市公安局\n"
    )
    named = {clause.address: duty for clause, duty in rulebook.model.duties(book.sections)}
    assert {address: (duty.leads, duty.answers) for address, duty in named.items() if duty is not None} == {
        "1": ((), ("市委宣传部",)),
        "2": ((), ("市应急局", "教育局")),
        "3.1": (("市应急局",), ()),
        "3.2": ((), ("市教育局",)),
        "4": (("市应急局",), ("市教育局", "市公安局")),
    }
    headings = [clause.heading for clause in book.clauses()]
    assert headings == ["甲项", "乙项", "丁", "戊", "己项"]
    again = rulebook.load(book.text())
    assert meaning(again) == meaning(book)
    assert again.text() == book.text()
    assert "2. 乙项（责任单位：市应急局、教育局）" in book.text()


def test_points_and_who_answers_in_either_order() -> None:
    head = "考核细则：示例\n满分：4分\n\n一、工作\n"
    book = rulebook.load(head + "1. 台账，缺一项扣0.5分（责任单位：甲局）。（2分）\n2. 会议。缺一次扣0.5分。（2分）（乙局负责）\n")
    assert [clause.points for clause in book.clauses()] == [2, 2]
    assert [clause.duty.answers for clause in book.clauses() if clause.duty] == [("甲局",), ("乙局",)]
    assert [len(clause.rules) for clause in book.clauses()] == [1, 1]
    assert meaning(rulebook.load(book.text())) == meaning(book)


def test_a_rubric_without_units_says_nothing_of_them() -> None:
    assert not codes(rulebook.read("考核细则：示例\n满分：2分\n一、工作\n1. 台账。缺一项扣1分。（2分）\n").diagnostics)


def test_an_annotation_that_names_nobody_is_told() -> None:
    assert codes(rulebook.read(HEAD + "1. 甲项（责任单位：）\n责任单位：市应急局\n").diagnostics) == ["RB438"]


def test_a_duty_is_plain_data() -> None:
    duty = Duty(leads=("甲局",), written=("牵头单位：甲局",))
    assert Duty.model_validate_json(duty.model_dump_json()) == duty


# --- lists of tasks


def test_each_task_is_done_or_not_and_counts_as_one() -> None:
    book = load("1. 甲项\n2. 乙项\n3. 丙项\n4. 丁项\n5. 戊项\n")
    card = book.score({"1": "完成", "2": "未完成", "3": {"未完成": False}, "4": "不涉及"})
    assert [card.lower, card.upper, card.full] == [2, 3, 4]
    assert card.unknown == ("5",)
    assert book.score({"1": "符合", "2": "符合", "3": "符合", "4": "符合", "5": "符合"}).total == 5


def test_points_in_a_list_of_tasks_do_nothing_and_are_kept() -> None:
    text = HEAD.replace("示例\n", "示例\n满分：100分\n") + "1. 甲项。缺一次扣1分。（2分）\n2. 乙项\n"
    reading = rulebook.read(text)
    assert reading.rulebook is not None
    assert codes(reading.diagnostics) == ["RB437", "RB437", "RB437"]
    assert [clause.points for clause in reading.rulebook.clauses()] == [1, 1]
    assert reading.rulebook.text() == text


def test_a_section_of_a_list_is_never_an_award() -> None:
    book = rulebook.load("任务清单：示例\n一、加分项\n1. 甲项\n二、一票否决\n2. 乙项\n")
    assert book.score({"1": "完成", "2": "完成"}).total == 2


def test_who_is_named_by_nobody() -> None:
    tasks = "1. 甲项\n2. 乙项（市应急局牵头）\n3. 丙项（市应急局、市教育局负责）\n4. 丁项（市应急局配合）\n"
    found = rulebook.read(HEAD + tasks + "5. 戊项（甲局牵头）\n6. 己项（甲局牵头）\n").diagnostics
    assert [(one.code, one.clause) for one in found if one.code.startswith("RB43")] == [("RB433", "1"), ("RB434", "3"), ("RB433", "4")]
    few = rulebook.read(HEAD + "1. 甲项（市应急局牵头）\n2. 乙项（甲局负责）\n").diagnostics
    assert not codes(few)


def test_a_head_has_one_title() -> None:
    assert "RB303" in [one.code for one in rulebook.read("考核细则：甲\n任务清单：乙\n一、工作\n1. 甲项\n").diagnostics]


# --- the directory

DIRECTORY = """名录: 示例
单位: [市发改委, 市自然资源局, 市应急局, 市教育局, 市委编办, 市委组织部, 甲县人民政府, 乙区人民政府, 开发区管委会]
简称: {市应急管理局: 市应急局, 安委会成员单位: 市安委会各成员单位}
组:
  各县（区）人民政府: [甲县人民政府, 乙区人民政府]
  市安委会各成员单位: [市发改委, 市应急管理局]
  全部: [各县（区）人民政府, 安委会成员单位, 市应急局]
  空组:
"""


def directory() -> Directory:
    read = read_directory(DIRECTORY.encode(), "名录.yaml")
    assert read.directory is not None
    return read.directory


def test_a_shared_head_is_filled_in_from_the_directory_only() -> None:
    made = roll(load("1. 甲项\n责任单位：市发改委、自然资源局、应急局，市委编办、组织部，档案局\n"), directory())
    assert [one.unit for one in made.assignments] == ["市发改委", "市自然资源局", "市应急局", "市委编办", "市委组织部", "档案局"]
    (unknown,) = findings(made)
    assert (unknown.code, unknown.values["name"]) == ("RB435", "档案局")


def test_a_head_may_stand_at_the_lead() -> None:
    made = roll(load("1. 甲项\n牵头单位：市应急局\n责任单位：开发区管委会、教育局\n"), directory())
    assert made.row("市教育局") == {"1": "answer"}
    assert not findings(made)


def test_without_a_head_nothing_is_guessed() -> None:
    made = roll(load("1. 甲项\n责任单位：应急局\n"), directory())
    (unknown,) = findings(made)
    assert "市应急局" in str(unknown.values["near"])


def test_two_heads_that_give_two_units_are_told() -> None:
    two = Directory(("市委编办", "市委组织部", "市组织部"))
    made = roll(load("1. 甲项\n责任单位：市委编办、组织部\n"), two)
    assert [one.code for one in findings(made)] == ["RB435"]


def test_who_leads_does_not_answer_as_well() -> None:
    (clause,) = load("1. 甲项\n牵头单位：甲局\n责任单位：甲局、乙局\n配合单位：乙局、丙局\n").clauses()
    assert clause.duty is not None
    assert (clause.duty.leads, clause.duty.answers, clause.duty.supports) == (("甲局",), ("乙局",), ("丙局",))


def test_groups_are_spelt_out_whatever_their_writing() -> None:
    made = roll(load("1. 甲项\n责任单位：各縣(區)人民政府、空组\n2. 乙项（市应急局牵头，安委会成员单位配合）\n"), directory())
    assert [(one.unit, one.role, one.through) for one in made.of("乙区人民政府")] == [("乙区人民政府", "answer", "各縣(區)人民政府")]
    assert [(one.task.address, one.role) for one in made.of("市应急管理局")] == [("2", "lead")]
    assert [(one.task.address, one.role) for one in made.of("市安委会各成员单位")] == [("2", "support")]
    assert [one.code for one in findings(made)] == ["RB436"]
    assert made.directory is not None
    assert made.directory.members("全部") == ("甲县人民政府", "乙区人民政府", "市发改委", "市应急局")
    with pytest.raises(KeyError):
        made.of("没有的单位")


def test_names_that_a_word_joins_are_parted_where_the_directory_knows_both() -> None:
    made = roll(load("1. 甲项\n责任单位：甲县人民政府和乙区人民政府\n"), directory())
    assert [one.unit for one in made.assignments] == ["甲县人民政府", "乙区人民政府"]


def test_an_annotation_without_a_name_is_one_mistake() -> None:
    found = rulebook.read("任务清单：试\n一、甲\n1. 乙。（责任单位：）\n2. 丙。（丁局负责）\n3. 戊。（己局牵头，丁局配合）\n").diagnostics
    assert [(one.code, one.line) for one in found] == [("RB438", 3)]


@pytest.mark.parametrize("heads", ["任务清单：试\n考核细则：试\n", "考核细则：试\n任务清单：试\n"])
def test_a_file_is_a_rubric_or_a_list_of_tasks(heads: str) -> None:
    found = rulebook.read(heads + "满分：2分\n一、甲\n1. 缺一项扣1分。（2分）\n").diagnostics
    assert [(one.code, one.line) for one in found if one.severity == "error"] == [("RB303", 2)]


def test_without_a_directory_every_name_stands_for_itself() -> None:
    made = roll(load("1. 甲项\n责任单位：市发改委、应急局\n"))
    assert made.units == ("市发改委", "应急局")
    assert findings(made) == []


def test_many_units_in_many_groups() -> None:
    units = [f"第{n}单位" for n in range(300)]
    wide = Directory(tuple(units), {"全部单位": tuple(units)})
    made = roll(load("".join(f"{n}. 第{n}项（全部单位负责）\n" for n in range(1, 301))), wide)
    assert len(made.assignments) == 90_000
    assert sum(len(made.of(unit)) for unit in units) == 90_000


BROKEN = {
    "RB640": ["人员: [甲]\n", "[甲]\n", "单位: {甲: 乙}\n", "组: {甲: {乙: 丙}}\n", "{}\n", "单位: ['']\n", f"单位: [{'长' * 65}]\n"],
    "RB641": [
        "单位: [甲局, 甲 局]\n", "单位: [甲局]\n简称: {甲局: 甲局}\n", "单位: [甲局]\nunits: [乙局]\n",
        "单位: [甲局]\n组: {甲局: [甲局]}\n", "单位: [甲局]\n组: {乙: [甲局, 甲局]}\n",
    ],
    "RB642": ["单位: [甲局]\n组: {乙: [丙局]}\n", "单位: [甲局]\n简称: {乙: 丙局}\n"],
    "RB643": ["组: {甲: [乙], 乙: [丙], 丙: [甲]}\n", "组: {甲: [甲]}\n", "简称: {丁: 甲}\n组: {甲: [丁]}\n"],
}  # fmt: skip


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, several in BROKEN.items() for text in several])
def test_a_broken_directory_is_told_with_its_place(code: str, text: str) -> None:
    read = read_directory(text.encode(), "名录.yaml")
    assert read.directory is None
    assert {one.code for one in read.diagnostics} == {code}
    assert all(one.message("zh") and one.message("en") for one in read.diagnostics)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("单位: [甲局]\n组:\n  乙组: ['\\u202e丙局']\n  丁组: [戊局]\n", 4, "戊局"),
        ("单位:\n  - 甲局\n  - ''\n", 3, "''"),
        ('单位:\n  - 甲局\n  - "\\u202e乙局"\n', 3, '"\\u202e乙局"'),
        ("单位: [甲局]\n简称:\n  甲: 甲局\n  甲甲: 甲\n", 4, "甲"),
    ],
)
def test_a_name_that_is_none_is_told_where_it_stands(text: str, line: int, words: str) -> None:
    told = read_directory(text.encode(), "名录.yaml").diagnostics[-1]
    assert (told.line, told.words) == (line, words)


def test_a_short_name_of_a_short_name_is_not_told_to_write_itself() -> None:
    (told,) = read_directory("单位: [甲局]\n简称: {甲: 甲局, 甲甲: 甲}\n".encode(), "名录.yaml").diagnostics
    assert str(told.values["near"]) == "（甲局？）"


@pytest.mark.parametrize("text", ["", "单位: ["])
def test_a_directory_that_does_not_read_is_told_as_one(text: str) -> None:
    with pytest.raises(RulebookError, match="RB640"):
        read_directory(text.encode(), "名录.yaml")


@pytest.mark.parametrize("text", ["", "a: &x [1]\nb: *x\n", "单位: [甲]\n单位: [乙]\n", "\tx", "---\n---\n"])
def test_what_is_no_plain_yaml_is_refused(text: str) -> None:
    with pytest.raises(RulebookError):
        read_directory(text.encode(), "名录.yaml")


def test_a_deep_nest_of_groups_and_a_self_made_cycle_end() -> None:
    chain = "".join(f"  组{n}: [组{n + 1}]\n" for n in range(3000))
    read: DirectoryReading = read_directory(f"单位: [甲]\n组:\n{chain}  组3000: [甲]\n".encode(), "名录.yaml")
    assert read.directory is not None
    assert read.directory.members("组0") == ("甲",)
    long = read_directory(f"组:\n{chain}  组3000: [组7]\n".encode(), "名录.yaml")
    assert [one.code for one in long.diagnostics] == ["RB643"]
    looped = Directory(groups={"甲": ("乙",), "乙": ("甲",)})
    assert looped.members("甲") == ()


def test_the_shipped_lists_have_every_task_and_every_unit_known() -> None:
    for name, count, bare in (("tasks-2019", 34, []), ("lingwu-measures", 75, ["57", "70"])):
        book = rulebook.load(name)
        made = roll(book, read_directory(rulebook.duties.find_directory(book.header.directory)).directory)
        assert len(made.tasks) == count
        assert [one.message() for one in findings(made)] == []
        assert [task.address for task in made.tasks if task.duty is None] == bare
        assert made.directory is not None
        assert {one.unit for one in made.assignments} <= set(made.directory.units)


@pytest.mark.parametrize(
    "line",
    ["台账（责任单位：市应急局，缺一项扣1分）。", "台账。\n责任单位：市应急局，缺一项扣1分", "台账（市应急局负责，缺一项扣1分）。"],
)
def test_what_moves_points_is_no_name(line: str) -> None:
    """A rule beside the words that say who answers is read as the rule that it is."""
    book = rulebook.load(f"考核细则：示例\n满分：2分\n\n一、工作\n1. {line}（2分）\n")
    (clause,) = book.clauses()
    assert [rule.effect.kind for rule in clause.rules] == ["deduct"]
