"""What an import gives: the drafts, and the report of what was read, what was not, and where in the document it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rulebook.codes import Language, wording
from rulebook.exchange.document import Finding, Place
from rulebook.loader import Reading


@dataclass(frozen=True)
class Draft:
    """One rubric as the text of a rulebook. `places` holds for each line where in the document it comes from."""

    name: str
    title: str
    text: str
    place: Place
    places: tuple[Place, ...]
    reading: Reading
    findings: tuple[Finding, ...]

    @property
    def file(self) -> str:
        """The name of the file that it goes into."""
        return f"{self.name}.rulebook"

    def counts(self) -> dict[str, int]:
        """Items, clauses, and how many clauses read, are unread, or are ambiguous."""
        book = self.reading.rulebook
        if book is None:
            return {"items": 0, "clauses": 0, "read": 0, "unread": 0, "ambiguous": 0}
        kept = [{unread.status for unread in clause.unread} for clause in book.clauses()]
        return {
            "items": sum(1 for _ in book.items()),
            "clauses": len(kept),
            "read": sum(not statuses for statuses in kept),
            "unread": sum("unread" in statuses for statuses in kept),
            "ambiguous": sum(statuses == {"ambiguous"} for statuses in kept),
        }

    def shape(self, language: Language) -> dict[str, Any]:
        """The draft in the JSON form of the report."""
        return {
            "file": self.file,
            "title": self.title,
            "place": self.place.text(language),
            **self.counts(),
            "findings": [told(finding, language) for finding in self.findings],
            "map": [
                {"line": number, "place": place.text(language)}
                for number, place in enumerate(self.places, 1)
                if self.text.split("\n", number)[number - 1].strip()
            ] if len(self.places) < 2000 else [],
        }  # fmt: skip


@dataclass(frozen=True)
class Imported:
    """What became of a document: a draft a rubric, in the document's order, and what concerns none of them."""

    document: str
    drafts: tuple[Draft, ...]
    findings: tuple[Finding, ...]

    def every(self) -> Iterator[Finding]:
        """Every finding: the document's, then each draft's."""
        yield from self.findings
        for draft in self.drafts:
            yield from draft.findings

    @property
    def clean(self) -> bool:
        """True where there is nothing to look at: no error and no warning."""
        return all(finding.diagnostic.severity == "hint" for finding in self.every())

    def json(self, language: Language = "zh") -> dict[str, Any]:
        """The report as other programs read it."""
        return {
            "document": self.document,
            "drafts": [draft.shape(language) for draft in self.drafts],
            "findings": [told(finding, language) for finding in self.findings],
        }

    def text(self, language: Language = "zh", hints: bool = True) -> str:
        """The report for people."""
        out = []
        for draft in self.drafts:
            out.append(
                wording("report_draft", language, file=draft.file, place=draft.place.text(language), **draft.counts())
            )
            out.extend(_lines(draft.findings, language, hints))
        out.extend(_lines(self.findings, language, hints))
        return "\n".join(out)


def told(finding: Finding, language: Language) -> dict[str, Any]:
    """A finding in JSON: its diagnostic, and the place in the document."""
    return {**finding.diagnostic.json(language), "place": finding.place.text(language)}


def _lines(findings: tuple[Finding, ...], language: Language, hints: bool) -> Iterator[str]:
    for finding in findings:
        one = finding.diagnostic
        if one.severity == "hint" and not hints:
            continue
        words = (
            f"  {finding.place.text(language)}: {wording(one.severity, language)} {one.code} {one.message(language)}"
        )
        yield words
        if one.severity != "hint" and one.help(language):
            yield f"      = {one.help(language)}"
