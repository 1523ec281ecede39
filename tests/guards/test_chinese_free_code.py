"""The language is data: no Chinese word stands in a string of the code. Docstrings, comments and escapes may."""

import ast
import re
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "rulebook"
HAN = re.compile("[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
"""Chinese characters. Punctuation (、：（) is no word and may be written."""


def chinese(code: str) -> list[tuple[int, str]]:
    """Line and characters of every string literal, docstrings aside, that is written with Chinese characters."""
    tree = ast.parse(code)
    told = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    whole = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    inner = {id(part) for node in whole for part in ast.walk(node) if part is not node}
    lines = code.encode().split(b"\n")
    found = []
    for node in ast.walk(tree):
        if id(node) in told or id(node) in inner:
            continue
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            written = HAN.findall(segment(lines, node))
            if written:
                found.append((node.lineno, "".join(written)))
    return sorted(found)


def segment(lines: list[bytes], node: ast.expr) -> str:
    """The source of a node. Columns are bytes."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    several = lines[node.lineno - 1 : node.end_lineno]
    several[-1] = several[-1][: node.end_col_offset]
    several[0] = several[0][node.col_offset :]
    return b"\n".join(several).decode()


def test_no_string_of_the_code_holds_a_chinese_word() -> None:
    files = sorted(SOURCE.rglob("*.py"))
    assert len(files) > 20
    found = [
        f"{file.relative_to(SOURCE)}:{line} {words}"
        for file in files
        for line, words in chinese(file.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_a_chinese_word_in_a_string_is_seen() -> None:
    code = '''"""扣分 in a docstring."""
# 扣分 in a comment
MARK = "、"
"""Explains 扣分."""
ESCAPED = "\\u6263"
WORD = "扣"
def f(points):
    """扣分."""
    return f"扣{points}分", {"得": 1}
'''
    assert chinese(code) == [(6, "扣"), (9, "得"), (9, "扣分")]
