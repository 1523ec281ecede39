"""How much of who answers for what is read right out of a document: every task with its units, held against labels where there are some.

    python benchmarks/duties.py DOCUMENT… [--truth FILE] [--list]

A label is a line `lead<TAB>answer<TAB>support`, the names of each parted by `|`, one line a task in the order of the document (`-` for a task for
which nobody is named). Labels of documents that may not be copied are kept beside them. The exit status is 1 where anything differs.
"""

import argparse
import sys
from difflib import SequenceMatcher
from pathlib import Path

from rulebook import model
from rulebook.exchange import import_document
from rulebook.source import fold

Label = tuple[tuple[str, ...], ...]
"""Who leads, who answers, who supports; three empty ones for nobody."""


def read(path: Path) -> list[Label]:
    """What the import of a document reads, task by task."""
    drafts = import_document(path).drafts
    books = [draft.reading.rulebook for draft in drafts]
    return [label(duty) for book in books if book is not None for _, duty in model.duties(book.sections)]


def label(duty: model.Duty | None) -> Label:
    """A duty as a label."""
    if duty is None:
        return (), (), ()
    return plain(duty.leads), plain(duty.answers), plain(duty.supports)


def plain(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names whose width and script do not count."""
    return tuple("".join(fold(name).split()) for name in names)


def labels(path: Path) -> list[Label]:
    """The labels of a file."""
    found: list[Label] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = ["", "", ""] if line == "-" else [*line.split("\t"), "", ""][:3]
        found.append(tuple(plain(tuple(filter(None, one.split("|")))) for one in fields))
    return found


def main() -> int:
    """Prints what was read of each document, and the shares where there are labels."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("documents", nargs="+", type=Path)
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--list", action="store_true")
    given = parser.parse_args()
    worst = 0
    for path in given.documents:
        got = read(path)
        named = sum(one != ((), (), ()) for one in got)
        print(f"{path.name[:24]}: {len(got)} tasks, {named} with units, {sum(map(len, (names for one in got for names in one)))} names")
        if given.list:
            print("\n".join("\t".join("|".join(names) for names in one) or "-" for one in got))
        if given.truth is not None:
            worst |= compared(got, labels(given.truth))
    return worst


def compared(got: list[Label], true: list[Label]) -> int:
    """Prints how many labels came out right, differently, not at all, and how many tasks no label knows."""
    right = wrong = missed = more = 0
    for tag, a, b, c, d in SequenceMatcher(None, true, got, autojunk=False).get_opcodes():
        if tag == "equal":
            right += b - a
            continue
        both = min(b - a, d - c)
        wrong, missed, more = wrong + both, missed + (b - a - both), more + (d - c - both)
        for n in range(max(b - a, d - c)):
            print("  -", true[a + n] if a + n < b else "")
            print("  +", got[c + n] if c + n < d else "")
    print(f"  labels {len(true)}: right {right} ({right * 100 / len(true):.1f} %), wrong {wrong}, missed {missed}; more {more}")
    return int(bool(wrong or missed or more))


if __name__ == "__main__":
    sys.exit(main())
