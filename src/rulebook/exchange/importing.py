"""The front door: a document of any kind to drafts of rulebooks, with the report."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from rulebook import lexicon
from rulebook.bounds import BOUNDS
from rulebook.codes import Wording
from rulebook.diagnostics import Diagnostic, RulebookError
from rulebook.exchange import annex, text
from rulebook.exchange import draft as drafts
from rulebook.exchange.clauses import Line
from rulebook.exchange.document import Document, Finding, Paragraph, Place, Table, beyond
from rulebook.exchange.package import OLE, Package, broken
from rulebook.exchange.report import Draft, Imported
from rulebook.exchange.rubrics import Rubric, rubrics
from rulebook.exchange.tasks import task_lists
from rulebook.loader import read as read_rulebook
from rulebook.source import decode, fold


def import_document(
    path_or_bytes: str | os.PathLike[str] | bytes, *, name: str | None = None, accept_changes: bool = False
) -> Imported:
    """The rubrics of an official document as drafts of rulebooks, with a report.

    A path, or the bytes of a document (`name` then says what to call it). Text, Word (.docx), Excel (.xlsx) and web pages are told by
    their content. `accept_changes` takes the tracked changes of a Word file as accepted. Raises RulebookError where it cannot be read.
    """
    raw, label = _fetched(path_or_bytes, name)
    document = _document(raw, label, accept_changes)
    for block in document.blocks:
        longest = block.longest() if isinstance(block, Table) else len(block.text)
        if longest > BOUNDS.scalar_length:
            raise beyond(label, "scalar_length")
    document, kept = annex.parted(document)
    found, findings = rubrics(document)
    if not found and (lists := task_lists(document)):
        found, findings = lists, []
    if not found:
        raise RulebookError(
            [Diagnostic("RB624", {"name": label}), *(f.diagnostic for f in findings if f.diagnostic.severity != "hint")]
        )
    taken: set[str] = set()
    if kept and len(found) > 1:
        findings = [*findings, Finding(Diagnostic("RB627", {"name": label, "what": Wording("left_annex"), "count": len(kept)}), kept[0].at)]
        kept = ()
    made = [_draft(document, rubric, kept, taken) for rubric in found]
    return Imported(label, tuple(made), (*document.findings, *findings))


def _fetched(path_or_bytes: str | os.PathLike[str] | bytes, name: str | None) -> tuple[bytes, str]:
    if isinstance(path_or_bytes, bytes):
        return path_or_bytes, name or "<bytes>"
    label = name or Path(path_or_bytes).name
    shown = "".join(c if c.isprintable() else "?" for c in str(path_or_bytes)[:200])
    try:
        with Path(path_or_bytes).open("rb") as file:
            return file.read(BOUNDS.office_bytes + 1), label
    except (OSError, ValueError):
        raise RulebookError([Diagnostic("RB601", {"name": shown})]) from None


def _document(raw: bytes, name: str, accept_changes: bool) -> Document:
    """The document, read by what its content is."""
    if len(raw) > BOUNDS.office_bytes:
        raise beyond(name, "office_bytes")
    if name.startswith("~$"):
        raise broken(name, "lock")
    if not raw.strip():
        raise RulebookError([Diagnostic("RB110", {"name": name})])
    suffix = name.lower().rpartition(".")[2] if "." in name else ""
    if raw.startswith(OLE):
        raise RulebookError([Diagnostic("RB620", {"name": name})])
    if raw.startswith(b"PK"):
        package = Package(raw, name)
        if "word/document.xml" in package.parts:
            from rulebook.exchange import word

            return word.read(package, accept_changes)
        if "xl/workbook.xml" in package.parts:
            from rulebook.exchange import excel

            return excel.read(raw, package)
        raise broken(name, "kind")
    if suffix in ("docx", "docm", "xlsx", "xlsm", "zip"):
        raise broken(name, "renamed" if _is_text(raw) else "zip")
    if raw.startswith((b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff")) or suffix in (
        "pdf",
        "rtf",
        "doc",
        "xls",
        "wps",
        "et",
    ):
        if suffix in ("doc", "xls", "wps", "et") and b"<table" in raw[:1_000_000].lower():
            return _page(raw, name)
        raise RulebookError([Diagnostic("RB604", {"name": suffix or "?", "allowed": ".txt .docx .xlsx .html"})])
    if suffix in ("html", "htm") or (_TAG.match(raw) is not None and b"<table" in raw.lower()):
        return _page(raw, name)
    return text.read(_text(raw, name), name)


_TAG = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[A-Za-z!?]")


def _is_text(raw: bytes) -> bool:
    return decode(raw[:4000]).bad_byte is None and b"\x00" not in raw[:4000]


def _page(raw: bytes, name: str) -> Document:
    from rulebook.exchange import web

    return web.read(raw, name)


def _text(raw: bytes, name: str) -> str:
    """The text of the bytes. Raises RulebookError where they are too many or no text."""
    if len(raw) > BOUNDS.rulebook_bytes:
        raise beyond(name, "rulebook_bytes")
    decoded = decode(raw)
    if decoded.bad_byte is not None:
        code = "RB103" if decoded.encoding == "utf-16" else "RB101"
        values = {"name": name, "byte": decoded.bad_byte, "ordinal": decoded.bad_byte + 1, "encoding": decoded.encoding}
        raise RulebookError([Diagnostic(code, values)])
    return decoded.text


# --- drafts


def _draft(document: Document, rubric: Rubric, kept: Sequence[annex.Kept], taken: set[str]) -> Draft:
    """The draft of one rubric, read again: what the language says about it is mapped back to the document."""
    head, findings = _head(document, rubric)
    written = drafts.write(rubric, document.name, head)
    written = annex.put(written, kept) if kept else written
    name = _slug(rubric.title, taken)
    reading = read_rulebook(written.text, name=f"{name}.rulebook")
    found = [*rubric.findings, *findings, *written.findings]
    for diagnostic in reading.diagnostics:
        line = diagnostic.line or 1
        found.append(Finding(diagnostic, written.places[min(line, len(written.places)) - 1], line))
    found.sort(key=lambda finding: finding.place.order())
    return Draft(name, rubric.title, written.text, rubric.place, written.places, reading, tuple(found))


def _head(document: Document, rubric: Rubric) -> tuple[list[Line], list[Finding]]:
    """Lines of the head that the paper itself states: the year of the title, the reference, what nothing supplied costs."""
    lines: list[Line] = []
    findings: list[Finding] = []
    declared = {}
    for line in list(rubric.before):
        match = lexicon.pattern("head_line").match(fold(line.text))
        meaning = lexicon.terms()["header"].get(match["key"]) if match else None
        if meaning is not None and match is not None and not line.text.strip()[match.end() :].startswith("＿"):  # a line to fill in
            rubric.before.remove(line)
            declared[meaning] = line
    for key in ("title", "tasks"):
        if key in declared:
            rubric.title = declared.pop(key).text.partition("：")[2].strip() or rubric.title
    declared.pop("full", None)
    year = lexicon.pattern("import_year").search(fold(rubric.title))
    lines.extend(declared.values())
    if year is not None and "year" not in declared:
        lines.append(Line(f"{lexicon.term('header', 'year')}：{year['year']}", rubric.place))
    paragraphs = [block for block in document.blocks if isinstance(block, Paragraph)]
    for paragraph in paragraphs[:12]:
        reference = lexicon.pattern("import_reference").fullmatch(fold(paragraph.text).strip())
        if reference is not None and "citation" not in declared:
            words = f"{paragraph.text.strip()} {rubric.annex}".strip()
            lines.append(Line(f"{lexicon.term('header', 'citation')}：{words}", paragraph.place))
            break
    own = {line.place for line in (*rubric.before, *rubric.after)}
    for paragraph in paragraphs:
        supplied = lexicon.pattern("import_not_supplied").search(fold(paragraph.text))
        if (
            supplied is not None
            and "not_supplied" not in declared
            and (paragraph.place in own or _general(paragraph, rubric))
        ):
            words = f"{lexicon.term('header', 'not_supplied')}：{supplied['value']}"
            lines.append(Line(words, paragraph.place))
            findings.append(Finding(Diagnostic("RB634", {"words": words}), paragraph.place))
            break
    return lines, findings


def _general(paragraph: Paragraph, rubric: Rubric) -> bool:
    """True for what the paper says before all of its rubrics, where they are annexes of it."""
    return bool(rubric.annex) and 0 < paragraph.place.line < (rubric.place.line or 1 << 30)


def _slug(title: str, taken: set[str]) -> str:
    """A file name made of the letters and digits of a title; each is used once."""
    words = "".join(c if c.isalnum() or c in "-_" else "" for c in title)[:60].strip("-_") or "rulebook"
    name, number = words, 1
    while name.casefold() in taken:
        number += 1
        name = f"{words}-{number}"
    taken.add(name.casefold())
    return name


__all__ = ["Place", "import_document"]
