"""`rulebook test`: the examples of the file, the laws that every rulebook keeps, what the examples cover, which changes they would notice."""

from typing import TYPE_CHECKING, Any

import click

from rulebook.cli.output import document, language, refuse
from rulebook.cli.verb import help_of, reading_of, verb
from rulebook.codes import wording

if TYPE_CHECKING:
    from rulebook.api import Rulebook
    from rulebook.codes import Language
    from rulebook.testing import Coverage, Mutant, Ran


@verb("test")
@click.argument("book", nargs=-1, required=True)
@click.option("--coverage", "covered", is_flag=True, help=help_of("option_coverage"))
@click.option("--marked", is_flag=True, help=help_of("option_marked"))
@click.option("--mutate", is_flag=True, help=help_of("option_mutate"))
@click.option("--laws", "records", type=click.IntRange(0, 100_000), default=None, help=help_of("option_laws"))
@click.option("--seed", type=int, default=0, help=help_of("option_seed"))
def test(
    book: tuple[str, ...], covered: bool, marked: bool, mutate: bool, records: int | None, seed: int, as_json: bool, lang: str | None
) -> None:  # fmt: skip
    from rulebook import testing

    spoken = language(lang)
    shapes: list[dict[str, Any]] = []
    good = True
    for name in book:
        rules, text = _read(name, spoken, as_json)
        ran = list(testing.examples(rules))
        shown = testing.coverage(rules) if covered or marked else None
        changed = list(testing.mutants(rules)) if mutate else None
        waiting = any(one.verdict == "failed" for one in ran)  # such a text does not load, and the laws load it again
        broken = _laws(rules, 0 if waiting else records, seed, spoken)
        good = good and all(one.good for one in ran) and not broken["failures"] and not any(not one.killed for one in changed or ())
        if as_json:
            shapes.append(_shape(rules, ran, broken, shown, changed))
            if marked and shown is not None:
                shapes[-1]["coverage"]["marked"] = shown.marked(text)
        else:
            if marked and shown is not None:
                click.echo(shown.marked(text))
            _told(rules, ran, broken, shown, changed, spoken)
            if waiting and records != 0:
                click.echo(wording("laws_waiting", spoken, book=rules.id))
    if as_json:
        document({"rulebooks": shapes})
    if not good:
        raise click.exceptions.Exit(1)


def _read(name: str, lang: "Language", as_json: bool) -> "tuple[Rulebook, str]":
    """The rulebook and its text, though examples of it may not hold; the end of the program where anything else is wrong."""
    reading = reading_of(name, lang)
    errors = [one for one in reading.diagnostics if one.severity == "error" and one.code != "RB415"]
    if reading.rulebook is None or errors:
        refuse(errors or reading.diagnostics, lang, as_json)
    assert reading.rulebook is not None
    return reading.rulebook, reading.source.text


def _laws(book: "Rulebook", records: int | None, seed: int, lang: "Language") -> dict[str, Any]:
    """What came of the laws: how many records each was held against, and the failures; none where hypothesis is not installed and nobody asked."""
    if records == 0:
        return {"records": 0, "failures": []}
    try:
        from rulebook.sampling import laws
    except ImportError as error:
        if records is not None:
            raise click.UsageError(str(error)) from None
        return {"records": None, "failures": []}
    count = records or RECORDS
    found = laws.run(book, examples=count, seed=seed)
    return {"records": count, "failures": [{"law": one.law, "message": one.message, "evidence": one.evidence} for one in found]}


RECORDS = 10
"""Records that each law is held against unless another number is asked for."""


def _shape(
    book: "Rulebook", ran: "list[Ran]", laws: dict[str, Any], shown: "Coverage | None", changed: "list[Mutant] | None"
) -> dict[str, Any]:  # fmt: skip
    examples = [
        {
            "clause": one.clause, "number": one.number, "text": one.text, "line": one.line, "verdict": one.verdict,
            "expected": one.expected, "got": one.got,
        }
        for one in ran
    ]  # fmt: skip
    shape: dict[str, Any] = {"rulebook": book.id, "examples": examples, "laws": laws}
    if shown is not None:
        covered, whole = shown.figure
        missing = [
            {"clause": one.clause, "kind": one.kind, "number": one.number, "outcome": one.outcome, "text": one.text, "line": one.line}
            for one in shown.missing
        ]
        shape["coverage"] = {"covered": covered, "units": whole, "missing": missing}
    if changed is not None:
        survivors = [
            {"clause": one.clause, "line": one.line, "text": one.text, "change": one.change, "killer": one.killer}
            for one in changed
            if not one.killed
        ]
        shape["mutants"] = {"made": len(changed), "killed": sum(one.killed for one in changed), "survivors": survivors}
    return shape


def _came(one: "Ran", lang: "Language") -> str:
    """What came of an example, said as the example says it: a score, or a loss."""
    from rulebook.exact import decimal, is_exact, show

    if not is_exact(one.got):
        return wording("example_unknown", lang)
    lost = one.expected.startswith("-")
    return wording("example_loss" if lost else "example_score", lang, points=show(-decimal(one.got) if lost else decimal(one.got)))


def _told(
    book: "Rulebook", ran: "list[Ran]", laws: dict[str, Any], shown: "Coverage | None", changed: "list[Mutant] | None", lang: "Language",
) -> None:  # fmt: skip
    for one in ran:
        if one.verdict != "passed":
            click.echo(wording(f"ran_{one.verdict}", lang, clause=one.clause, line=one.line, text=one.text, got=_came(one, lang)))
    passed = sum(one.verdict == "passed" for one in ran)
    click.echo(wording("examples_ran" if ran else "examples_none", lang, book=book.id, passed=passed, count=len(ran)))
    for broken in laws["failures"]:
        click.echo(wording("law_broken", lang, law=broken["law"], message=broken["message"]))
        click.echo(broken["evidence"].rstrip())
    if laws["records"] is None:
        click.echo(wording("laws_absent", lang, book=book.id))
    if laws["records"]:
        click.echo(wording("laws_held", lang, book=book.id, records=laws["records"], count=len(laws["failures"])))
    if shown is not None:
        covered, whole = shown.figure
        for unit in shown.missing:
            click.echo(wording(f"uncovered_{unit.outcome}", lang, clause=unit.clause, text=unit.text, line=unit.line))
        click.echo(wording("covered", lang, book=book.id, covered=covered, whole=whole))
    if changed is not None:
        survivors = [one for one in changed if not one.killed]
        for mutant in survivors:
            what = wording(f"mutant_{mutant.change}", lang)
            click.echo(wording("survivor", lang, clause=mutant.clause, text=mutant.text, change=what, killer=mutant.killer))
        click.echo(wording("mutants_ran", lang, book=book.id, killed=len(changed) - len(survivors), count=len(changed)))
