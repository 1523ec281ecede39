"""What became of the points, clause by clause: how much each lost or gained, and why. Nothing is scored again."""

from dataclasses import dataclass
from fractions import Fraction

from rulebook import model
from rulebook.codes import Language, wording
from rulebook.evaluator import earns
from rulebook.exact import show
from rulebook.papers.outline import Line, outline
from rulebook.scorecard import ClauseScore, LedgerEntry, Scorecard


@dataclass(frozen=True)
class Movement:
    """One clause (None: the whole), what it lost (below nothing) or gained, and the sentences that say why."""

    line: Line | None
    change: Fraction
    reasons: tuple[str, ...]
    score: ClauseScore | None = None

    @property
    def open(self) -> bool:
        """True where something of the clause is unknown."""
        return self.score is not None and (self.score.state == "unknown" or self.score.lower != self.score.upper)


def account(book: model.Rulebook, card: Scorecard, language: Language = "zh") -> list[Movement]:
    """Every clause in order, then what no clause answers for: limits of the whole, rescaling, rounding.

    Where the score is settled and everything applies, `card.full + Σ change = card.total`.
    """
    entries: dict[str | None, list[LedgerEntry]] = {}
    for entry in card.ledger:
        entries.setdefault(entry.clause, []).append(entry)
    scores = {score.clause: score for score in card.clauses}
    told = []
    for line in outline(book):
        if line.clause is None or line.clause.address not in scores:
            continue
        score, own = scores[line.clause.address], entries.get(line.clause.address, [])
        change = sum((Fraction(entry.applied) for entry in own), Fraction(0)) - _missing(line, score)
        reasons = tuple(entry.reason for entry in own if not entry.assumed)
        if change < 0 and not reasons:
            reasons = (wording("paper_not_earned", language, points=show(-change)),)
        told.append(Movement(line, change, reasons, score))
    for entry in entries.get(None, []):
        told.append(Movement(None, Fraction(entry.applied), (entry.reason,)))
    return told


def receipt(card: Scorecard) -> str:
    """What identifies the result, in a line."""
    known = card.receipt
    hashes = {"text": known.rulebook_sha256[:12], "evidence": known.evidence_sha256[:12]}
    return wording("paper_receipt", rulebook=card.rulebook, version=known.version, **hashes)


def _missing(line: Line, score: ClauseScore) -> Fraction:
    """The points that a clause has to earn: it starts without them, and the full marks count them."""
    assert line.clause is not None
    starts_empty = line.section.kind in ("points", "deduct") and earns(line.clause) and score.state != "not_applicable"
    return Fraction(line.clause.points or 0) if starts_empty else Fraction(0)
