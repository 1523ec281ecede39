"""The cache: the same scores with it and without it, and nothing that stands in it can do harm."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

import rulebook
from rulebook import RulebookError, api, loader
from rulebook.engines import cache

TEXT = "考核细则：样例\n满分：10分\n一、章\n1. 台账。缺一项扣0.5分，未建立的不得分。（4分）\n2. 覆盖率95%以上得满分，每低1%扣0.5分。（6分）\n"
RECORD = {"1": {"缺": 3, "未建立": False}, "2": {"覆盖率": 97}}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RULEBOOK_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def kept(folder: Path) -> list[Path]:
    return sorted(folder.glob("*"))


def test_the_second_time_comes_from_the_cache(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = api.compiled(TEXT)
    monkeypatch.setattr(loader, "load", lambda *_, **__: pytest.fail("read again"))
    second, book = api.compiled(TEXT), api.kept(TEXT)
    for record in (RECORD, {"1": "符合"}, {"1 缺": 3, "1 未建立": False, "2 覆盖率": 97}, {}):
        assert first.score(record).card == second.score(record).card
        assert first.score(record).ledger == second.score(record).ledger
    assert book.score(RECORD) == second.score(RECORD).card
    assert isinstance(book, rulebook.Rulebook)
    assert len(kept(folder)) == 1


def test_a_text_that_changes_is_another(folder: Path) -> None:
    assert api.compiled(TEXT).total(RECORD) != api.compiled(TEXT.replace("0.5分，", "1分，")).total(RECORD)
    api.kept(TEXT.encode(), name="another.rulebook")
    assert len(kept(folder)) == 3


def test_the_model_is_not_read_for_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    api.compiled(TEXT)
    ready = api.compiled(TEXT)
    monkeypatch.setattr(api, "_known", lambda json: pytest.fail("the model was read"))
    assert ready.total(RECORD) == ready.score(RECORD).total == api.Decimal("8.5")


def test_what_has_no_program_is_known_to_have_none() -> None:
    text = "考核细则：样例\n满分：5分\n一、章\n1. 台账。在通报中明确分数的，按明确的分数扣分，只取最高。（5分）\n"
    first, second = api.compiled(text), api.compiled(text)
    assert (first.lowered, second.lowered) == (False, False)
    assert first.reason == second.reason != ""
    record = {"1": [{"分数": "2"}, {"分数": "3"}]}
    assert first.score(record).total == second.score(record).total == 2


def test_a_text_with_errors_is_not_kept(folder: Path) -> None:
    for _ in range(2):
        with pytest.raises(RulebookError):
            api.kept("考核细则：样例\n满分：5分\n一、章\n1. 台账。按系数0.8扣若干分。（5分）\n")
    assert kept(folder) == []


def test_no_cache_where_none_is_wanted_or_possible(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RULEBOOK_CACHE", "")
    assert api.compiled(TEXT).total(RECORD) == api.compiled(TEXT).total(RECORD)
    assert not folder.exists()
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RULEBOOK_CACHE", str(tmp_path / "file"))
    assert api.compiled(TEXT).total(RECORD) == api.compiled(TEXT).total(RECORD)
    monkeypatch.delenv("RULEBOOK_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache.place() == tmp_path / "xdg" / "rulebook"
    monkeypatch.setenv("XDG_CACHE_HOME", "beside")
    assert cache.place() is None


def test_the_folder_is_the_users_own_and_files_do_not_pile_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST", 3)
    for number in range(6):
        api.kept(TEXT.replace("样例", f"样例{number}"))
    assert len(kept(folder)) == 3
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not [path for path in kept(folder) if path.suffix != ".kept"]


def spoilt(folder: Path, change: Any) -> None:
    """Writes what a hostile hand would: the program changed, the hash right."""
    (path,) = kept(folder)
    head, told, model = path.read_text(encoding="utf-8").split("\n", 2)
    data = json.loads(told)
    body = f"{json.dumps(change(data))}\n{model}"
    path.write_text(f"{head.split()[0]} {cache._hash(body.encode())}\n{body}", encoding="utf-8")


@pytest.mark.parametrize("raw", [b"", b"\x80\x04\x95", b"[" * 100_000, b"null", b"{}", b"\xff" * 50, b"0" * 10])
def test_a_damaged_file_is_as_good_as_none(folder: Path, raw: bytes) -> None:
    expected = api.compiled(TEXT).total(RECORD)
    (path,) = kept(folder)
    whole = path.read_bytes()
    for content in (raw, whole[: len(whole) // 2], whole.replace(b'"scale":', b'"scale" :'), whole.replace(b"0.5", b"0.4"), whole + b" "):
        path.write_bytes(content)
        assert api.compiled(TEXT).total(RECORD) == expected
        assert path.read_bytes() == whole


WRONG = [None, -1, 10**30, 1.5, True, "x", [], {}, [[]], [["input", [], 99]], [["add", [5], 0]], [["divide", [], 0]], [["exec", [], 0]], [[[], [], 0]]]


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_no_part_of_a_program_is_believed(folder: Path, wrong: Any) -> None:
    expected = api.compiled(TEXT).total(RECORD)
    (path,) = kept(folder)
    whole = path.read_bytes()
    for field in json.loads(whole.split(b"\n")[1])["program"]:
        if (field, wrong) in (("plain", True), ("taken", []), ("movements", []), ("movements", [[]]), ("sections", []), ("vetoes", [])):
            continue
        spoilt(folder, lambda data, field=field: data | {"program": data["program"] | {field: wrong}})
        ready = api.compiled(TEXT)
        assert ready.total(RECORD) == expected or field in ("plain", "scale")
        path.write_bytes(whole)


def test_a_program_of_any_depth_runs(folder: Path) -> None:
    expected = api.compiled(TEXT).total(RECORD)

    def deepen(data: dict[str, Any]) -> dict[str, Any]:
        table, total = data["program"]["table"], data["program"]["total"]
        for _ in range(3_000):
            table.append(["multiply", [total], 1])
            total = len(table) - 1
        return data | {"program": data["program"] | {"total": total}}

    spoilt(folder, deepen)
    ready = api.compiled(TEXT)
    assert ready.total(RECORD) == ready.total(RECORD, trusted=True) == ready.score(RECORD).total == expected


def test_a_model_that_is_none_is_read_anew(folder: Path) -> None:
    expected = api.kept(TEXT).score(RECORD)
    (path,) = kept(folder)
    head, told, _ = path.read_text(encoding="utf-8").split("\n", 2)
    for model in ("", "null", "{}", '{"header": 1}', "[" * 90_000):
        body = f"{told}\n{model}"
        path.write_text(f"{head.split()[0]} {cache._hash(body.encode())}\n{body}", encoding="utf-8")
        assert api.kept(TEXT).score(RECORD) == expected
