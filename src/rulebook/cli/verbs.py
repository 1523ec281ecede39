"""The verbs: each reads its input, calls the library, and prints text for people or JSON for programs."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rulebook.cli.database import ENGINES, score_table
from rulebook.cli.output import document, folder_for, language, read_bytes, refuse, report, write_text
from rulebook.cli.verb import book_of, help_of, reading_of, verb
from rulebook.codes import wording

if TYPE_CHECKING:
    from rulebook.api import Reading, Scorecard
    from rulebook.codes import Language
    from rulebook.diagnostics import Diagnostic
    from rulebook.proofs import Proof

@verb("score")
@click.argument("book")
@click.argument("evidence", nargs=-1, required=True)
@click.option("--explain", "explained", is_flag=True, help=help_of("option_explain_every_point"))
@click.option("--final", is_flag=True, help=help_of("option_refuse_a_score_that_is_n"))
@click.option("--assume", help=help_of("option_take_unknown_clauses_as"))
@click.option("--accept", multiple=True, metavar="CLAUSE", help=help_of("option_accept_unread_words_of_a"))
@click.option("--force", is_flag=True, help=help_of("option_take_evidence_that_names"))
@click.option("--out", "-o", type=click.Path(dir_okay=False), help=help_of("option_out_paper"))
@click.option("--own", is_flag=True, help=help_of("option_own"))
@click.option("--engine", type=click.Choice(ENGINES), help=help_of("option_engine"))
@click.option("--key", "keys", multiple=True, help=help_of("option_sql_key"))
def score(
    book: str, evidence: tuple[str, ...], explained: bool, final: bool, assume: str | None, accept: tuple[str, ...], force: bool,
    out: str | None, own: bool, engine: str | None, keys: tuple[str, ...], as_json: bool, lang: str | None,
) -> None:  # fmt: skip
    from rulebook.bounds import BOUNDS
    from rulebook.cli.papers import is_table, papers_of, records_of, write
    from rulebook.diagnostics import Diagnostic, RulebookError

    spoken = language(lang)
    if (book, *evidence).count("-") > 1:
        raise click.UsageError(wording("input_once", spoken))
    rules = book_of(book, spoken, as_json, accept, kept=True)
    missing = [address for address in accept if address not in {clause.address for clause in rules.clauses()}]
    if missing:
        refuse([Diagnostic("RB501", {"name": missing[0], "near": ""})], spoken, as_json)
    if engine is not None:
        score_table(rules, engine, evidence, out=out, keys=keys, as_json=as_json, lang=spoken)
        return
    cards: list[Scorecard] = []
    printed: list[Scorecard] = []  # papers are Chinese, whatever the terminal speaks
    failed: list[Diagnostic] = []
    seen: set[str] = set()
    with _progress(evidence) as files:
        for name in files:
            try:
                records = list(records_of(rules, read_bytes(name, BOUNDS.office_bytes), name, force=force))
            except RulebookError as error:
                records = [error]
            for record in records:
                try:
                    if isinstance(record, RulebookError):
                        raise record
                    card = rules.score(record, name=name, assume=assume, final=final, force=force, language=spoken)
                except RulebookError as error:
                    failed.extend(error.diagnostics)
                    continue
                if not card.subject and len(evidence) > 1:
                    card = card.model_copy(update={"subject": Path(name).stem})
                if card.subject in seen:
                    failed.append(Diagnostic("RB519", {"subject": card.subject}))
                    continue
                seen.add(card.subject)
                cards.append(card)
                if out is not None and spoken != "zh":
                    again = rules.score(record, name=name, assume=assume, final=final, force=force)
                    printed.append(again.model_copy(update={"subject": card.subject}))
    if out is not None and cards and not failed:
        write(out, papers_of(rules, ranking(printed or cards), own=own), spoken, anew=False)
    if len(evidence) == 1 and not is_table(evidence[0]):
        if failed:
            refuse(failed, spoken, as_json)
        _one(cards[0], spoken, as_json, rules.header.tasks)
        return
    ranks = ranking(cards)
    from rulebook.cli.duties import completion, share

    if as_json:
        document(
            {
                "rulebook": rules.id,
                "ranking": [_ranked(rank, card) for rank, card in ranks],
                "scorecards": [card.model_dump(mode="json") for _, card in ranks],
                "diagnostics": [diagnostic.json(spoken) for diagnostic in failed],
            }
        )
    else:
        for rank, card in ranks:
            total = share(card) if rules.header.tasks else _total(card)
            click.echo(f"{'-' if rank is None else rank:>4}  {total:>16}  {card.subject}{_marks(card)}")
        if explained:
            for _, card in ranks:
                click.echo("\n" + (completion(card, spoken) if rules.header.tasks else card.explain(spoken)))
    report(failed, spoken)
    if failed and out is not None:
        click.echo(wording("paper_not_written", spoken, name=out), err=True)
    if failed or any(not card.scorable for card in cards):
        from rulebook.cli.output import UNREADABLE

        raise click.exceptions.Exit(2 if any(d.code in UNREADABLE for d in failed) else 1)


def _progress(names: tuple[str, ...]) -> Any:
    """The names, with a bar on standard error where there are many and a person watches."""
    watched = len(names) >= 20 and sys.stderr.isatty()
    return click.progressbar(names, file=sys.stderr, hidden=not watched)


def ranking(cards: list["Scorecard"]) -> list[tuple[int | None, "Scorecard"]]:
    """Ranks from the highest total; equal totals share a rank; what is not settled has none and comes last."""
    from fractions import Fraction

    settled = sorted((card for card in cards if card.total is not None), key=lambda card: -Fraction(card.total or 0))
    ranks: list[tuple[int | None, Scorecard]] = []
    for position, card in enumerate(settled, 1):
        tied = bool(ranks) and ranks[-1][1].total == card.total
        ranks.append((ranks[-1][0] if tied else position, card))
    rest = [card for card in cards if card.total is None]
    rest.sort(key=lambda card: (-Fraction(card.upper if card.upper is not None else -1), card.subject))
    return [*ranks, *((None, card) for card in rest)]


def _ranked(rank: int | None, card: "Scorecard") -> dict[str, Any]:
    shape = card.model_dump(mode="json", include={"subject", "total", "lower", "upper", "grade", "vetoed", "scorable"})
    return {"rank": rank, **shape}


def _total(card: "Scorecard") -> str:
    from rulebook.exact import show

    if not card.scorable or card.lower is None or card.upper is None:
        return "-"
    return show(card.total) if card.total is not None else f"{show(card.lower)}–{show(card.upper)}"


def _marks(card: "Scorecard") -> str:
    marks = [card.grade or "", "×" + "；".join(card.vetoes) if card.vetoed else ""]
    return "".join(f"  {mark}" for mark in marks if mark)


def _one(card: "Scorecard", lang: "Language", as_json: bool, tasks: bool) -> None:
    if as_json:
        document(card.model_dump(mode="json"))
    elif tasks:
        from rulebook.cli.duties import completion

        click.echo(completion(card, lang))
    else:
        click.echo(card.explain(lang))
    if not card.scorable:
        raise click.exceptions.Exit(1)


@verb("check")
@click.argument("book", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(["text", "line", "json", "sarif"]), default="text", help=help_of("option_format"))
@click.option("--fix", is_flag=True, help=help_of("option_fix"))
def check(book: tuple[str, ...], form: str, fix: bool, as_json: bool, lang: str | None) -> None:
    from rulebook import sarif
    from rulebook.cli.output import UNREADABLE

    spoken = language(lang)
    found: list[Diagnostic] = []
    proved: list[dict[str, Any]] = []
    if book.count("-") > 1:
        raise click.UsageError(wording("input_once", spoken))
    suppressed: list[tuple[Diagnostic, str]] = []
    for name in book:
        reading = reading_of(name, spoken)
        if fix:
            reading = _mended(name, reading, spoken, told=not as_json and form in ("text", "line"))
        proof = _proof(reading)
        standing, let_stand = _checked(reading, proof)
        found.extend(standing)
        suppressed.extend(let_stand)
        if proof is not None:
            proved.extend(_proved(proof, parts=as_json or form == "json"))
    if as_json or form == "json":
        let_shapes = [one.json(spoken) | {"reason": why} for one, why in suppressed]
        document({"diagnostics": [diagnostic.json(spoken) for diagnostic in found], "suppressed": let_shapes, "proved": proved})
    elif form == "sarif":
        document(sarif.log(found, suppressed, spoken))
    else:
        report(found, spoken, form, err=False)
        if suppressed:
            click.echo(wording("let_stand", spoken, count=len(suppressed)))
        for answer in proved:
            click.echo(f"{answer['rulebook']}: {_asked(answer['question'], spoken)}: {_answered(answer, spoken)}")
    if any(d.code in UNREADABLE for d in found):
        raise click.exceptions.Exit(2)
    if any(d.severity in ("error", "warning") for d in found):
        raise click.exceptions.Exit(1)


def _proof(reading: "Reading") -> "Proof | None":
    """What is known of a rulebook that reads without an error."""
    from rulebook.proofs import Proof

    sound = reading.rulebook is not None and not any(d.severity == "error" for d in reading.diagnostics)
    return Proof(reading.rulebook) if reading.rulebook is not None and sound else None


def _checked(reading: "Reading", proof: "Proof | None") -> tuple[tuple["Diagnostic", ...], tuple[tuple["Diagnostic", str], ...]]:
    """Every finding with what might be written instead, those that the author lets stand apart."""
    from rulebook.mending import suggested
    from rulebook.proofs import findings
    from rulebook.suppression import let

    found = list(reading.diagnostics)
    if reading.rulebook is not None and proof is not None:
        found = suggested([*found, *findings(reading.rulebook, reading.source, proof)], reading.rulebook, reading.source)
    parted = let(found, reading.source, reading.rulebook)
    return parted.standing, parted.suppressed


def _mended(name: str, reading: "Reading", lang: "Language", *, told: bool) -> "Reading":
    """The rulebook with every safe suggestion applied, again and again until none is left; the file is written once."""
    from rulebook.api import read
    from rulebook.diagnostics import RulebookError
    from rulebook.loader import locate
    from rulebook.mending import fixed

    path = locate(name)
    if name == "-" or path is None:
        return reading
    done = 0
    for _ in range(ROUNDS):
        text, count = fixed(reading.source, _checked(reading, _proof(reading))[0])
        if not count:
            break
        done += count
        reading = read(text.encode(), name=reading.source.name)
    if done:
        try:
            write_text(path, reading.source.text)
        except RulebookError as error:
            refuse(error.diagnostics, lang, False)
    if told:
        click.echo(f"{reading.source.name}: {wording('fixed', lang, count=done)}")
    return reading


ROUNDS = 20
"""How often the safe suggestions are looked for anew: one may make room for another."""
QUESTIONS = {
    "lowest attainable score": "proved_lowest",
    "highest attainable score": "proved_highest",
    "full marks attainable": "proved_full",
    "attainable totals": "proved_totals",
    "never better for a worse record": "proved_monotone",
    "every rule matters": "proved_alive",
    "grade attainable": "proved_grade",
}
"""Question of the JSON form → its wording for people."""


def _proved(proof: "Proof", *, parts: bool) -> list[dict[str, Any]]:
    """The answers about the whole, with `parts` about its sections and items as well."""
    from rulebook import proofs

    return [
        {"rulebook": proof.book.id, "question": one.question, "answer": one.answer}
        | ({"undecided": list(one.why)} if one.answer is None else {})
        | ({"witness": dict(one.witness)} if one.witness is not None else {})
        for one in (*proofs.answers(proof.book, proof), *(proofs.parts(proof.book, proof) if parts else ()))
    ]


def _asked(question: str, lang: "Language") -> str:
    kind, _, name = question.partition(": ")
    return wording(QUESTIONS[kind], lang) + (f" {name}" if name else "")


def _answered(answer: dict[str, Any], lang: "Language") -> str:
    value = answer["answer"]
    if value is None:
        return wording("undecided", lang, clauses="、".join(answer["undecided"]))
    return wording(str(value).lower(), lang) if isinstance(value, bool) else str(value)


@verb("facts")
@click.argument("book")
def facts(book: str, as_json: bool, lang: str | None) -> None:
    from rulebook.cli import shapes
    from rulebook.lexicon import term

    spoken = language(lang)
    rules = book_of(book, spoken, as_json)
    shape = shapes.facts(rules)
    if as_json:
        document(shape)
        return
    section = ""
    for clause in shape["clauses"]:
        if clause["section"] != section:
            section = clause["section"]
            click.echo(section)
        points = f" {clause['points']}" if clause["points"] is not None else ""
        click.echo(f"  {clause['clause']}{points}  {clause['heading']}  [{clause['lowest']}–{clause['highest']}]")
        for fact in clause["facts"]:
            extra = "".join(f" {fact[key]}" for key in ("unit", "requirement") if fact.get(key))
            choices = "/".join(fact.get("choices", ()))
            kind = term("fact_type", fact["type"]) if spoken == "zh" else fact["type"]
            click.echo(f"      {fact['name']}: {kind}{extra} {choices}".rstrip())
        for rule in clause["rules"]:
            click.echo(f"      · {rule['text']}")
        for limit in clause["limits"]:
            click.echo(f"      · {limit['text']}")
    click.echo(
        wording(
            "span_tasks" if rules.header.tasks else "span",
            spoken,
            lowest=shape["lowest"],
            observed=shape["lowest_observed"],
            highest=shape["highest"],
            full=shape["full"],
        )
    )
    for short in shape["above_zero"]:
        click.echo(
            "  "
            + wording(
                "above_zero", spoken, clause=short["clause"], lowest=short["lowest"], rules="；".join(short["rules"])
            )
        )


@verb("template", as_json=False)
@click.argument("book")
@click.option("--out", "-o", type=click.Path(dir_okay=False), help=help_of("option_write_to_a_file"))
def template(book: str, out: str | None, lang: str | None) -> None:
    from rulebook.cli.papers import form_of, table_of, write
    from rulebook.cli.template import json_template, yaml_template

    spoken = language(lang)
    rules = book_of(book, spoken, False)
    if out is None:
        click.echo(yaml_template(rules, spoken), nl=False)
        return
    made = {
        ".yaml": lambda: yaml_template(rules, spoken).encode(),
        ".yml": lambda: yaml_template(rules, spoken).encode(),
        ".json": lambda: json_template(rules).encode(),
        ".csv": lambda: table_of(rules),
        ".xlsx": lambda: form_of(rules),
    }
    write(out, made, spoken)


@verb("clause")
@click.argument("text", nargs=-1)
def clause(text: tuple[str, ...], as_json: bool, lang: str | None) -> None:
    from rulebook.cli.sentence import advised, read_clause

    spoken = language(lang)
    lines: Any = text
    if not text or text == ("-",):
        lines = sys.stdin.buffer.read().decode("utf-8", "replace").removeprefix("\ufeff").splitlines()
    worst = 0
    for line in lines:
        shape, diagnostics = read_clause(line, spoken)
        worst = max(worst, int(shape["status"] in ("unread", "ambiguous")))
        if as_json:
            document(advised(shape, diagnostics, spoken))
            continue
        click.echo("\n".join(_read(shape, spoken)))
        report(diagnostics, spoken)
    if worst:
        raise click.exceptions.Exit(worst)


def _read(shape: dict[str, Any], lang: "Language") -> Iterator[str]:
    """Whether a sentence reads, and a line for each of its rules and limits."""
    yield f"{wording('named_status_' + shape['status'], lang)}: {shape['text']}"
    for rule in shape["rules"]:
        named = [wording(f"named_{name}_{rule[name]}", lang) for name in ("effect", "basis")]
        yield "  " + " ".join(filter(None, [*named, _figure(rule["amount"], lang), *rule["units"]])) + f"  {rule['text']}"
    for limit in shape["limits"]:
        yield "  " + " ".join(filter(None, [wording(f"named_limit_{limit['kind']}", lang), limit["amount"]])) + f"  {limit['text']}"


def _figure(amount: Any, lang: "Language") -> str:
    """An amount for people: a figure, the ends of an interval, or the figures of several rows one after the other."""
    if isinstance(amount, list):
        return "/".join(_figure(one, lang) for one in amount)
    if isinstance(amount, dict):
        return f"{amount['low']}–{amount['high']}"
    return wording(f"named_amount_{amount}", lang) if amount in ("full", "no_effect") else amount or ""


@verb("show")
@click.argument("book")
@click.option("--yaml", "as_yaml", is_flag=True, help=help_of("option_yaml"))
def show(book: str, as_yaml: bool, as_json: bool, lang: str | None) -> None:
    from rulebook.cli.shapes import counts

    spoken = language(lang)
    rules = book_of(book, spoken, as_json)
    if as_json:
        click.echo(rules.model_dump_json())
    elif as_yaml:
        click.echo(rules.model_dump_yaml(), nl=False)
    else:
        shape = counts(rules)
        click.echo(f"{rules.id}: {rules.header.title}")
        click.echo(wording("show_counts", spoken, items=shape["items"], clauses=shape["clauses"]))
        for kind, number in shape["rules"].items():
            named = zip(("effect", "basis"), kind.split("/"), strict=False)
            click.echo(f"  {'/'.join(wording(f'named_{what}_{name}', spoken) for what, name in named)}: {number}")


@verb("fmt", as_json=False)
@click.argument("book", nargs=-1, required=True)
@click.option("--check", "only_check", is_flag=True, help=help_of("option_exit_where_a_file_would"))
@click.option("--diff", "as_diff", is_flag=True, help=help_of("option_show_the_difference_writ"))
def fmt(book: tuple[str, ...], only_check: bool, as_diff: bool, lang: str | None) -> None:
    from rulebook.diagnostics import RulebookError
    from rulebook.loader import locate

    spoken = language(lang)
    changed = False
    for name in book:
        reading = reading_of(name, spoken)
        text = _formatted(reading, spoken)
        differs = text != reading.source.text
        changed = changed or differs
        if as_diff:
            import difflib

            lines = difflib.unified_diff(
                reading.source.text.splitlines(True), text.splitlines(True), reading.source.name, reading.source.name
            )
            click.echo("".join(lines), nl=False)
        elif only_check:
            if differs:
                click.echo(reading.source.name)
        elif name == "-":
            click.echo(text, nl=False)
        elif differs:
            path = locate(name)
            assert path is not None
            try:
                write_text(path, text)
            except RulebookError as error:
                refuse(error.diagnostics, spoken, False)
    if changed and (only_check or as_diff):
        raise click.exceptions.Exit(1)


LOSES = frozenset({"RB220", "RB104", "RB105", "RB106"})
"""Codes of text that has no place in the model, so that printing the model would lose or keep it wrongly."""


def _formatted(reading: "Reading", lang: "Language") -> str:
    """The canonical text, refused where a word of the file has no place in the model."""
    from rulebook.api import read
    from rulebook.diagnostics import Diagnostic
    from rulebook.model import meaning

    lost = [diagnostic for diagnostic in reading.diagnostics if diagnostic.code in LOSES]
    if reading.rulebook is None or lost:
        refuse(lost or reading.diagnostics, lang, False)
    assert reading.rulebook is not None
    text = reading.rulebook.text()
    again = read(text.encode(), name=reading.source.name)
    if again.rulebook is None or meaning(again.rulebook) != meaning(reading.rulebook):
        refuse([Diagnostic("RB901", {"what": "fmt"})], lang, False)
    return text


@verb("import")
@click.argument("document")
@click.option("--out", "-o", type=click.Path(dir_okay=False), help=help_of("option_import_out"))
@click.option("--out-dir", type=click.Path(file_okay=False), help=help_of("option_out_dir"))
@click.option("--force", is_flag=True, help=help_of("option_overwrite"))
@click.option("--accept-changes", is_flag=True, help=help_of("option_accept_changes"))
def import_(
    document: str, out: str | None, out_dir: str | None, force: bool, accept_changes: bool, as_json: bool, lang: str | None
) -> None:  # fmt: skip
    from rulebook.bounds import BOUNDS
    from rulebook.cli.output import document as print_document
    from rulebook.diagnostics import Diagnostic, RulebookError
    from rulebook.exchange import import_document
    from rulebook.loader import SUFFIX

    spoken = language(lang)
    if out is not None and out_dir is not None:
        raise click.UsageError(wording("import_out_or_folder", spoken))
    if out is not None and Path(out).suffix.lower() != SUFFIX:
        refuse([Diagnostic("RB604", {"name": Path(out).suffix, "allowed": SUFFIX})], spoken, as_json)
    try:
        given = read_bytes("-", BOUNDS.office_bytes) if document == "-" else Path(document)
        name = "<stdin>" if document == "-" else None
        imported = import_document(given, name=name, accept_changes=accept_changes)
        targets = [Path(out)] if out is not None else [Path(out_dir or ".") / draft.file for draft in imported.drafts]
        if len(targets) < len(imported.drafts):
            raise click.UsageError(wording("import_out_of_several", spoken, name=imported.document, count=len(imported.drafts)))
        standing = [path for path in targets if path.exists()]
        if standing and not force:
            raise RulebookError([Diagnostic("RB605", {"name": str(path)}) for path in standing])
        folder_for(targets[0].parent)
        for path, draft in zip(targets, imported.drafts, strict=True):
            write_text(path, draft.text)
    except RulebookError as error:
        refuse(error.diagnostics, spoken, as_json)
    if as_json:
        print_document(imported.json(spoken) | {"files": [str(path) for path in targets]})
    else:
        click.echo(imported.text(spoken))
    if not imported.clean:
        raise click.exceptions.Exit(1)


@verb("explain")
@click.argument("code")
def explain(code: str, as_json: bool, lang: str | None) -> None:
    from rulebook.codes import catalogue, page
    from rulebook.diagnostics import Diagnostic

    wanted = code.strip().upper()
    wanted = f"RB{wanted}" if wanted.isdecimal() else wanted
    text = page(wanted)
    if text is None:
        refuse([Diagnostic("RB603", {"code": code[:20]})], language(lang), as_json)
    row = catalogue()[wanted]
    if as_json:
        document({"code": wanted, "severity": row.severity, "zh": row.zh, "en": row.en, "page": text})
    else:
        click.echo(text, nl=False)
