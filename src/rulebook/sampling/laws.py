"""Laws that hold of every rulebook and every record, to be tried on yours: `laws.check(book)` tries all of them.

A law is a function of a rulebook and a record that raises `Broken` where it does not hold.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from hypothesis import HealthCheck, Phase, Verbosity, configuration, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from rulebook import loader
from rulebook.api import Rulebook, Scorecard, load
from rulebook.codes import Language, wording
from rulebook.diagnostics import RulebookError
from rulebook.evidence import read_record, write_yaml
from rulebook.exact import show
from rulebook.sampling.evidence import evidence, evidence_file, plain, settled
from rulebook.totals import Whole, whole

Record = Mapping[str, Any]
Law = Callable[[Rulebook, Record], None]

COMPLETIONS = 4
"""Ways of settling what is unknown that are tried on one record."""


class Broken(AssertionError):
    """A law that does not hold, and what shows it."""

    def __init__(self, law: str, **values: object) -> None:
        super().__init__(wording(f"law_{law}", "en", **values))
        self.law, self.values = law, values

    def message(self, language: Language = "zh") -> str:
        """What does not hold, in words."""
        return wording(f"law_{self.law}", language, **self.values)


class Failure(NamedTuple):
    """A law that does not hold of a rulebook, in words, and the smallest record found that shows it, as an evidence file."""

    law: str
    message: str
    evidence: str


# --- the laws


def ledger_adds_up(book: Rulebook, record: Record) -> None:
    """The start and every line of the ledger add up to the score, at both ends of an interval."""
    card = book.score(record)
    worst = card.ledger if card.worst_ledger is None else card.worst_ledger
    for score, ledger in ((card.upper, card.ledger), (card.lower, worst)):
        applied = sum((Fraction(entry.applied) for entry in ledger), Fraction(0))
        if score is not None and Fraction(card.start) + applied != score:
            raise Broken("ledger_adds_up", start=show(card.start), applied=show(applied), score=show(score))


def stays_within_what_is_proved(book: Rulebook, record: Record) -> None:
    """The score lies between the proved lowest and highest, where every clause applies."""
    card = book.score(record)
    if card.lower is None or card.upper is None or any(score.state == "not_applicable" for score in card.clauses):
        return
    ends = _made(_Same(book)).whole
    if not ends.lowest <= card.lower <= card.upper <= ends.highest:
        values = {"lowest": show(ends.lowest), "highest": show(ends.highest)}
        raise Broken("stays_within_what_is_proved", lower=show(card.lower), upper=show(card.upper), **values)


def order_is_irrelevant(book: Rulebook, record: Record) -> None:
    """Clauses and facts in the opposite order score the same."""
    _agree("order_is_irrelevant", book.score(record), book.score(_reversed(record)))


def completions_lie_within(book: Rulebook, record: Record) -> None:
    """However what is unknown is settled, the score lies within the interval."""
    known = read_record(book, record)
    card = book.score(known)
    if not card.unknown or card.lower is None or card.upper is None:
        return
    chance = Random(json.dumps(plain(record)))  # the record itself chooses, so that the law is a function
    for _ in range(COMPLETIONS):
        whole_record = settled(book, known, chance.choice)
        score = book.score(whole_record).total
        if score is None or not card.lower <= score <= card.upper:
            new = {address: dict(one.facts) or one.state for address, one in whole_record.clauses.items() if one != known.clauses.get(address)}
            values = {"lower": show(card.lower), "upper": show(card.upper), "how": new}
            raise Broken("completions_lie_within", score="?" if score is None else show(score), **values)


def carriers_agree(book: Rulebook, record: Record) -> None:
    """The record as a JSON file and as a YAML file scores like the record."""
    card = book.score(record)
    carriers = {"JSON": ("a.json", json.dumps(plain(record))), "YAML": ("a.yaml", write_yaml(plain(record)))}
    for carrier, (name, text) in carriers.items():
        _agree("carriers_agree", card, book.score(text.encode(), name=name), carrier=carrier)


def scoring_repeats(book: Rulebook, record: Record) -> None:
    """Scoring a record twice gives the same scorecard, and leaves the record as it was."""
    before = repr(record)
    one, other = book.score(record), book.score(record)
    if one.model_dump_json() != other.model_dump_json() or repr(record) != before:
        raise Broken("scoring_repeats", one=_score(one), other=_score(other))


def canonical_text_agrees(book: Rulebook, record: Record) -> None:
    """The rulebook read again from its formatted text scores the same."""
    _agree("canonical_text_agrees", book.score(record), _made(_Same(book)).again.score(record))


def clauses_keep_their_points(book: Rulebook, record: Record) -> None:
    """No clause of a section that counts scores more than its points."""
    card = book.score(record)
    counts = {clause.address for section in book.sections if section.kind in ("points", "deduct") for item in section.items() for clause in item.clauses}
    for one in card.clauses:
        if one.clause in counts and one.points is not None and one.upper > one.points:
            raise Broken("clauses_keep_their_points", clause=one.clause, score=show(one.upper), points=show(one.points))


def scores_or_refuses(book: Rulebook, record: Record) -> None:
    """Whatever stands in a record, it scores or is refused with diagnostics that can be read."""
    try:
        book.score(record).explain("en")
    except RulebookError as error:
        told = [diagnostic.text(language) for diagnostic in error.diagnostics for language in _LANGUAGES]
        if not told:
            raise Broken("scores_or_refuses", error=repr(error)) from error
    except Exception as error:
        raise Broken("scores_or_refuses", error=repr(error)) from error


LAWS: dict[str, Law] = {
    law.__name__: law
    for law in (
        ledger_adds_up,
        stays_within_what_is_proved,
        order_is_irrelevant,
        completions_lie_within,
        carriers_agree,
        scoring_repeats,
        canonical_text_agrees,
        clauses_keep_their_points,
        scores_or_refuses,
    )
}
"""Name → law, in the order in which they are tried."""

_LANGUAGES: tuple[Language, ...] = ("zh", "en")


# --- what they compare


@dataclass(frozen=True, eq=False)
class _Made:
    """What is made of a rulebook once for all records."""

    whole: Whole
    again: Rulebook


@dataclass(frozen=True, eq=False)
class _Same:
    """A rulebook, equal to itself alone: to compare whole rulebooks takes longer than to score."""

    book: Rulebook

    def __hash__(self) -> int:
        return id(self.book)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.book is self.book


@lru_cache(maxsize=4)
def _made(same: _Same) -> _Made:
    book = same.book
    return _Made(whole(book), load(book.text(), name=f"{book.id}{loader.SUFFIX}", accept=book.accepted))


def _agree(law: str, one: Scorecard, other: Scorecard, **values: object) -> None:
    """The same score for the same reasons. Raises Broken."""
    if _told(one) != _told(other):
        raise Broken(law, one=_score(one), other=_score(other), **values)


def _told(card: Scorecard) -> object:
    """Everything that a scorecard says, but lines of the text and what identifies text and evidence."""
    lines = {"line"}
    return card.model_dump(exclude={"receipt": True, "ledger": {"__all__": lines}, "worst_ledger": {"__all__": lines}})


def _score(card: Scorecard) -> str:
    if card.lower is None or card.upper is None:
        return "–"
    return show(card.lower) if card.lower == card.upper else f"{show(card.lower)}–{show(card.upper)}"


def _reversed(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {key: _reversed(data[key]) for key in reversed(list(data))}
    return data


# --- trying them


def run(
    book: Rulebook, *, examples: int = 100, seed: int | None = None, names: Iterable[str] = (), language: Language = "zh"
) -> list[Failure]:
    """Every law (or those of the given names) that some record breaks, each tried on so many records.

    The same seed tries the same records; without one they are the same as well. No file is written.
    """
    chosen = {name: LAWS[name] for name in names} if names else LAWS
    return [failure for name, law in chosen.items() if (failure := _tried(book, name, law, examples, seed, language))]


def check(book: Rulebook, *, examples: int = 100, seed: int | None = None, names: Iterable[str] = (), language: Language = "en") -> None:
    """Every law holds of every record tried. Raises AssertionError with the smallest record that breaks each, as an evidence file."""
    failures = run(book, examples=examples, seed=seed, names=names, language=language)
    if failures:
        raise AssertionError("\n\n".join(told(failure, language) for failure in failures))


def told(failure: Failure, language: Language = "zh") -> str:
    """A failure in words, then the evidence file."""
    return f"{wording('law_counterexample', language, law=failure.law, message=failure.message)}\n\n{failure.evidence}".rstrip()


def _records(book: Rulebook, law: Law) -> st.SearchStrategy[dict[str, Any]]:
    if law is scores_or_refuses:
        return evidence(book, kind="hostile")
    return evidence(book) | evidence(book, holes=False, leave=False) | evidence(book, kind="valid") | evidence(book, kind="partial")


def _tried(book: Rulebook, name: str, law: Law, examples: int, seed: int | None, language: Language) -> Failure | None:
    found: list[tuple[Record, Exception]] = []

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=seed is None,
        phases=(Phase.generate, Phase.shrink),
        verbosity=Verbosity.quiet,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(_records(book, law))
    def holds(record: dict[str, Any]) -> None:
        try:
            law(book, record)
        except Exception as error:
            found.append((record, error))
            raise

    try:
        _nowhere(holds if seed is None else seeded(seed)(holds))
    except Exception:
        if not found:
            raise
    if not found:
        return None
    record, error = found[-1]  # the smallest one is tried last
    message = error.message(language) if isinstance(error, Broken) else wording("law_raised", language, error=_said(error, language))
    return Failure(name, message, evidence_file(book, record))


def _said(error: Exception, language: Language) -> str:
    if isinstance(error, RulebookError):
        return "; ".join(diagnostic.one_line(language) for diagnostic in error.diagnostics)
    return repr(error)


def _nowhere(test: Callable[[], None]) -> None:
    """Runs a test of hypothesis whose notes go to a folder that does not outlive it: it would leave a `.hypothesis` behind."""
    before = getattr(configuration, "__hypothesis_home_directory", None)
    with TemporaryDirectory(prefix="rulebook-") as folder:
        configuration.set_hypothesis_home_dir(folder)
        try:
            test()
        finally:
            configuration.set_hypothesis_home_dir(before)


__all__ = ["LAWS", "Broken", "Failure", "Law", "check", "run", "told"]
