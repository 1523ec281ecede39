"""The rulebook as programs hold it: the model with its verbs."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal

from rulebook import evaluator, evidence, explanation, lexicon, loader, model, regions
from rulebook.codes import Language
from rulebook.diagnostics import Diagnostic, RulebookError
from rulebook.exact import outward as outward_of
from rulebook.scorecard import ClauseScore, LedgerEntry, Receipt, SectionScore
from rulebook.scorecard import Scorecard as _Scorecard
from rulebook.source import Source
from rulebook.version import __version__

if TYPE_CHECKING:
    from pydantic import BaseModel

    from rulebook.engines import Compiled
    from rulebook.engines.columns import Scoring
    from rulebook.proofs import Answer

Assume = Literal["met", "not_supplied"]
Outward = Callable[[Fraction], Decimal | Fraction]


class Scorecard(_Scorecard):
    """A score with its ledger, and the sentences that tell it."""

    def explain(self, language: Language = "zh") -> str:
        """The score in sentences, section by section; clauses at full marks are folded into a count."""
        return explanation.explain(self, language)


@dataclass(frozen=True)
class Reading:
    """What became of a text: the rulebook (None where there is none to speak of), every diagnostic, the source."""

    rulebook: "Rulebook | None"
    diagnostics: tuple[Diagnostic, ...]
    source: Source


class Rulebook(model.Rulebook):
    """A rulebook that scores. Made by `load` and `read`, or from JSON with `Rulebook.model_validate_json`."""

    def score(
        self,
        record: Mapping[str, Any] | bytes | evidence.Record,
        *,
        name: str = "",
        assume: Assume | str | None = None,
        final: bool = False,
        force: bool = False,
        language: Language = "zh",
    ) -> Scorecard:
        """The scorecard of one record: a dict, the bytes of a YAML or JSON file (`name` tells which), or a read record.

        `assume` settles what is unknown (符合 or 未提供); `final` refuses an interval; `force` takes evidence that names
        another rulebook. Raises RulebookError with every diagnostic.
        """
        unread = [clause for clause in self.clauses() if clause.unread]
        if unread:
            raise RulebookError(
                [Diagnostic("RB515", {"clauses": "、".join(c.address for c in unread)}, clause=unread[0].address)]
            )
        known = (
            record
            if isinstance(record, evidence.Record)
            else evidence.read_record(self, record, name=name, force=force)
        )
        if any(state.state == "not_supplied" for state in known.clauses.values()) and self.header.not_supplied is None:
            raise RulebookError([Diagnostic("RB511")])
        assumed = _assumed(self, assume)
        if assumed is not None:
            known = _settled(self, known, assumed)
        card = _card(self, known, assumed, language)
        if final and card.scorable and (card.unknown or card.total is None):
            raise RulebookError([Diagnostic("RB509", {"clauses": "、".join(card.unknown), "count": len(card.unknown)})])
        if final and not card.scorable:
            raise RulebookError([Diagnostic("RB510", {"subject": card.subject})])
        return card

    def compiled(self) -> "Compiled":
        """The rulebook made ready to score many records, one at a time, in microseconds; every score equals `score`. To be made once and used again."""
        from rulebook.engines import compile

        return compile(self)

    def score_many(
        self, table: Any, *, want: str | Iterable[str] = ("total", "lower", "upper", "grade"), missing: Literal["refuse", "unknown"] = "refuse",
        numbers: Literal["decimal", "units"] | None = None, out: str | os.PathLike[str] | None = None,
    ) -> Any:  # fmt: skip
        """The scores of a table, a row a subject: columns in, the same kind of columns out, or a file at `out` (extra: batch).

        `want` names the columns of the answer; a fact without a column is refused or unknown (`missing`); `numbers` are decimals or whole
        units. See docs/how-to/score-many.md. Raises RulebookError, rows named from 1, for columns and cells that cannot be scored.
        """
        from rulebook.engines.tables import score_many

        return score_many(self._scoring, table, want=want, missing=missing, numbers=numbers, out=out)

    def sql(
        self, dialect: str = "duckdb", *, table: str = "evidence", columns: Iterable[str] | Mapping[str, str] | None = None,
        keys: Iterable[str] | None = None, want: str | Iterable[str] = ("clauses",), reasons: bool = False, language: Language = "zh",
    ) -> str:  # fmt: skip
        """The rulebook as one query over a table with a row a subject and a column a fact: scores in units, and what cannot be scored (extra: batch).

        `dialect`: `duckdb`, `postgres`, `sqlite`, `mysql`, `clickhouse`, `spark`. `columns` are the table's names, or names and types; `keys` go
        along; `want` adds to the total; `reasons` gives a row a rule that fires instead. See docs/how-to/score-in-a-database.md.
        Raises RulebookError: RB530–RB538.
        """
        from rulebook.engines.sql import query

        return query(self.compiled(), dialect, table=table, columns=columns, keys=keys, want=want, reasons=reasons, language=language)

    @cached_property
    def _scoring(self) -> "Scoring":
        from rulebook.engines.tables import scoring

        return scoring(self.compiled())

    @cached_property
    def evidence_model(self) -> "type[BaseModel]":
        """A pydantic model of this rulebook's evidence: one field a clause, each validated as `score` validates it."""
        return _evidence_model(self)

    def evidence_schema(self) -> dict[str, Any]:
        """The JSON Schema of this rulebook's evidence."""
        return self.evidence_model.model_json_schema(by_alias=True)

    def text(self) -> str:
        """The canonical text."""
        from rulebook import printer

        return printer.print_rulebook(self)

    def model_dump_yaml(self) -> str:
        """The model as YAML, without loss."""
        return evidence.write_yaml(self.model_dump(mode="json", exclude_none=True))

    @classmethod
    def model_validate_yaml(cls, text: str) -> "Rulebook":
        """The rulebook that `model_dump_yaml` wrote. Raises RulebookError on text that is no plain YAML."""
        return cls.model_validate(evidence.read_text(text.encode(), "model.yaml", most=1 << 26).data)


def read(
    path_or_text: str | os.PathLike[str] | bytes, *, name: str | None = None, accept: Iterable[str] = ()
) -> Reading:
    """The reading of a rulebook: a path, a shipped rulebook's name, the text itself, or its bytes. Never raises on any text."""
    reading = loader.read(path_or_text, name=name, accept=accept)
    return Reading(
        None if reading.rulebook is None else _with_verbs(reading.rulebook), reading.diagnostics, reading.source
    )


def load(
    path_or_text: str | os.PathLike[str] | bytes, *, name: str | None = None, accept: Iterable[str] = ()
) -> Rulebook:
    """The rulebook, ready to score. Raises RulebookError with every diagnostic where one is an error.

    `accept` names clauses whose unread words are taken not to count; every score then says so.
    """
    return _with_verbs(loader.load(path_or_text, name=name, accept=accept))


def kept(path_or_text: str | os.PathLike[str] | bytes, *, name: str | None = None, accept: Iterable[str] = ()) -> Rulebook:
    """The same rulebook as `load` gives: from the cache where this library read this text before, else read, and kept there."""
    from rulebook.engines import cache

    accept = tuple(accept)
    key = cache.key(loader.fetch(path_or_text, name)[0], accept)
    known = cache.recall(key)
    book = None if known is None else _known(known.model)
    if book is None:
        book = load(path_or_text, name=name, accept=accept)
        cache.keep(key, book.model_dump_json())
    return book


def compiled(path_or_text: str | os.PathLike[str] | bytes, *, name: str | None = None, accept: Iterable[str] = ()) -> "Compiled":
    """The rulebook of a text made ready, as `load(…).compiled()` gives it: from the cache where there is one, else worked out, and kept there.

    From the cache the model itself is read only when something asks for it: a reason, a state, a refusal.
    """
    from rulebook.engines import Compiled, cache

    accept = tuple(accept)
    key = cache.key(loader.fetch(path_or_text, name)[0], accept)
    known = cache.recall(key)
    if known is not None and (known.program is not None or known.reason):
        json = known.model
        return Compiled(lambda: _known(json) or load(path_or_text, name=name, accept=accept), known.program, known.reason)
    book = load(path_or_text, name=name, accept=accept)
    ready = book.compiled()
    cache.keep(key, book.model_dump_json(), ready.program, ready.reason)
    return ready


def _known(json: str) -> Rulebook | None:
    """The rulebook of what was kept; None where that is none."""
    try:
        return Rulebook.model_validate_json(json)
    except ValueError:
        return None


def check(book: model.Rulebook, source: Source | None = None) -> list[Diagnostic]:
    """Every finding about a rulebook as a whole: what its own figures say, and what holds for every record that there can be.

    With the source that it was read from, findings have places and suggestions, and those that the author lets stand are left out.
    """
    from rulebook import consistency, mending, proofs, suppression

    found = sorted([*consistency.check(book, source), *proofs.findings(book, source)], key=lambda diagnostic: diagnostic.start or 0)
    return found if source is None else list(suppression.let(mending.suggested(found, book, source), source, book).standing)


def prove(book: model.Rulebook) -> tuple["Answer", ...]:
    """What holds for every possible record: the ends of the score, whether the full marks can be had, which totals there are, and more.

    Last comes what each section and each item can score.
    """
    from rulebook import proofs

    proof = proofs.Proof(book)
    return (*proofs.answers(book, proof), *proofs.parts(book, proof))


def _with_verbs(book: model.Rulebook) -> Rulebook:
    return Rulebook.model_construct(**{name: getattr(book, name) for name in model.Rulebook.model_fields})


def _assumed(book: model.Rulebook, assume: str | None) -> Assume | None:
    if assume is None:
        return None
    meaning = lexicon.terms()["state"].get(assume, assume)
    if meaning not in ("met", "not_supplied"):
        raise RulebookError([Diagnostic("RB518", {"value": assume})])
    if meaning == "not_supplied" and book.header.not_supplied is None:
        raise RulebookError([Diagnostic("RB511")])
    return meaning  # type: ignore[return-value]


def _settled(book: model.Rulebook, record: evidence.Record, assumed: Assume) -> evidence.Record:
    """Unknown clauses, and unknown facts of observed clauses, at what the caller assumes."""
    settled = dict(record.clauses)
    for section in book.sections:
        for item in section.items():
            for clause in item.clauses:
                known = settled.get(clause.address, evidence.UNKNOWN)
                if known.state == "unknown":
                    counts = section.kind in ("points", "deduct")
                    settled[clause.address] = (
                        evidence.NOT_SUPPLIED if assumed == "not_supplied" and counts else evidence.MET
                    )
                elif known.state == "observed":
                    missing = [f for f in clause.facts if f.name in known.open or regions.needs(f, known.facts)]
                    if missing and assumed == "not_supplied":
                        settled[clause.address] = evidence.NOT_SUPPLIED
                    elif missing:
                        facts = regions.at_best(clause, section.kind, known.facts, missing, book.header.year)
                        settled[clause.address] = evidence.ClauseEvidence("observed", facts, note=known.note)
    return evidence.Record(record.subject, settled, record.sha256)


def _card(book: Rulebook, record: evidence.Record, assumed: Assume | None, language: Language) -> Scorecard:
    worst, best, bounds, states = evaluator.evaluate(book, record, regions.complete)
    clauses = {clause.address: clause for clause in book.clauses()}
    titles = {c.address: section.title for section in book.sections for item in section.items() for c in item.clauses}
    unknown = tuple(
        address for address, bound in bounds.items()
        if bound.worst is not bound.best and (evaluator.worth(bound.worst) != evaluator.worth(bound.best) or bound.worst.vetoes or bound.best.vetoes)
    )  # fmt: skip
    exact = worst.score == best.score and not unknown
    outward = outward_of(
        number
        for total in (worst, best)
        for number in (
            total.score,
            total.start,
            total.full,
            total.arithmetic,
            *(n for e in total.entries for n in (e.nominal, e.applied)),
        )
    )
    vetoed = bool(best.vetoes) if bool(worst.vetoes) == bool(best.vetoes) else None
    declared = [evaluator.declared(book, rule.effect).words for rule, _ in best.vetoes]
    grades = tuple(dict.fromkeys(_grades(book, worst, best)))

    def lines(total: evaluator.Total) -> tuple[LedgerEntry, ...]:
        return tuple(
            explanation.line(entry, clauses.get(entry.clause or ""), language, outward, assumed=_assumed_line(entry))
            for entry in total.entries
        )

    def _assumed_line(entry: evaluator.Entry) -> bool:
        observed = record.clauses.get(entry.clause or "", evidence.UNKNOWN)
        return entry.clause in unknown and entry.fact not in observed.facts

    return Scorecard.model_construct(
        rulebook=book.id,
        subject=record.subject,
        total=outward(best.score) if exact and best.scorable else None,
        lower=outward(worst.score) if best.scorable else None,
        upper=outward(best.score) if best.scorable else None,
        full=outward(best.full),
        start=outward(best.start),
        arithmetic=outward(best.arithmetic) if exact and best.scorable else None,
        grade=grades[0] if len(grades) == 1 and best.scorable else None,
        grades=grades if best.scorable else (),
        vetoed=vetoed,
        vetoes=tuple(declared) if vetoed else (),
        scorable=best.scorable,
        unknown=unknown,
        assumed=None if assumed is None else lexicon.term("state", assumed),
        accepted=book.accepted,
        sections=tuple(
            SectionScore.model_construct(
                section=section.title,
                points=outward(points),
                score=outward(upper) if lower == upper else None,
                lower=outward(lower),
                upper=outward(upper),
            )
            for (section, points, upper), (_, _, lower) in zip(best.sections, worst.sections, strict=True)
        ),
        clauses=tuple(
            _clause_score(clauses[address], titles[address], bounds[address], states[address], outward)
            for address in clauses
        ),
        ledger=lines(best),
        worst_ledger=None if exact and worst is best else lines(worst) if not exact else None,
        receipt=Receipt.model_construct(
            rulebook_sha256=book.sha256, evidence_sha256=record.sha256, version=__version__
        ),
    )


def _grades(book: Rulebook, worst: evaluator.Total, best: evaluator.Total) -> Iterable[str]:
    """The grades that the interval may earn, best first; the lowest where a veto that is open would give it."""
    names = [grade.name for grade in book.header.grades]
    if not names or worst is best:
        return [best.grade] if best.grade else []
    numeric = [evaluator.grade_of(book, total.score) for total in (best, worst)]
    ends = sorted(names.index(grade) for grade in numeric if grade is not None)
    found = names[ends[0] : ends[-1] + 1] if ends else []
    if worst.grade is not None and worst.grade not in found:
        found.append(worst.grade)
    return found if best.grade in found or best.grade is None else [best.grade]


def _clause_score(
    clause: model.Clause, section: str, bounds: evaluator.Bounds, state: Any, outward: Outward
) -> ClauseScore:
    lower, upper = bounds.worst.score, bounds.best.score
    leaves = state == "not_applicable"
    return ClauseScore.model_construct(
        clause=clause.address,
        section=section,
        heading=clause.heading,
        points=clause.points,
        score=outward(upper) if lower == upper and not leaves else None,
        lower=outward(lower),
        upper=outward(upper),
        state=state,
    )


def _evidence_model(book: Rulebook) -> "type[BaseModel]":
    """One optional field a clause; a value is read by the same code that scoring uses."""
    from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, create_model

    fields: dict[str, Any] = {}
    for number, clause in enumerate(book.clauses()):

        def validate(value: Any, address: str = clause.address) -> Any:
            try:
                evidence.read_record(book, {address: value})
            except RulebookError as error:
                raise ValueError(error.diagnostics[0].message()) from None
            return value

        schema = WithJsonSchema(_clause_schema(clause))
        fields[f"clause_{number}"] = (
            Annotated[Any, BeforeValidator(validate), schema],
            Field(default=None, alias=clause.address, title=clause.heading),
        )
    states = list(lexicon.terms()["state"])
    for number, item in enumerate(book.items()):
        if str(item.number) not in {clause.address for clause in item.clauses}:
            fields[f"item_{number}"] = (
                Annotated[Any, WithJsonSchema({"enum": states})],
                Field(default=None, alias=str(item.number), title=item.heading),
            )
    return create_model("Evidence", __config__=ConfigDict(extra="forbid", frozen=True), **fields)


def _clause_schema(clause: model.Clause) -> dict[str, Any]:
    states = list(lexicon.terms()["state"])
    dated = [_RECORDS] if any(fact.type == "flag" and fact.requirement is not None for fact in clause.facts) else []
    properties: dict[str, Any] = {
        fact.name: {"anyOf": [SCHEMAS[fact.type](fact), {"enum": states}, *(dated if fact.requirement is not None else [])]}
        for fact in clause.facts
    }
    kinds = lexicon.terms()
    properties |= {word: {"type": "string"} for word, meaning in kinds["record"].items() if meaning == "note"}
    if any(fact.requirement is not None or fact.type == "records" for fact in clause.facts):
        properties |= {word: _RECORDS for word, meaning in kinds["name"].items() if meaning == "records"}
    return {
        "description": clause.text,
        "anyOf": [
            {"enum": states},
            {"type": "object", "properties": properties, "additionalProperties": False},
            *(SCHEMAS[fact.type](fact) for fact in clause.facts if fact.type not in ("flag", "choice")),
            {"enum": [fact.name for fact in clause.facts if fact.type == "flag"]},
            *dated,
        ],
    }


_RECORDS = {"type": "array", "items": {"type": "object"}}
_FIGURE = {
    "anyOf": [{"type": "string", "pattern": r"^[0-9]{1,10}(\.[0-9]{1,4})?%?$"}, {"type": "integer", "minimum": 0}]
}
SCHEMAS: dict[str, Any] = {
    "count": lambda fact: {
        "anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]+$"}, _RECORDS]
    },
    "flag": lambda fact: {"anyOf": [{"type": "boolean"}, {"enum": list(lexicon.terms()["yes"])}]},
    "number": lambda fact: _FIGURE,
    "choice": lambda fact: {"enum": list(fact.choices)},
    "amount": lambda fact: _FIGURE,
    "amounts": lambda fact: {"type": "array", "items": _FIGURE},
    "records": lambda fact: {"anyOf": [_RECORDS, {"type": "integer", "minimum": 0}]},
}
"""Fact type → its JSON Schema."""
