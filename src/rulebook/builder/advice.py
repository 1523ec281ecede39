"""What stands beside a refusal: the words it stumbled on, why reading stopped there, the nearest plain form, rewrites that read.

Made only when a diagnostic is shown: sentences that read never pay for it.
"""

from functools import cache, partial

from rulebook.assets import table
from rulebook.builder.clause import Problem
from rulebook.builder.repair import Rewritten, Setting, rewrites
from rulebook.diagnostics import Advice, Edit, Rewrite
from rulebook.parser import passes, scanner, stumbles
from rulebook.parser.tokens import Text
from rulebook.source import fold


def adviser(text: Text, problem: Problem, setting: Setting) -> "partial[Advice] | None":
    """The advice on a problem of a clause, made when called; None for what is no matter of its words (a bound, a bad character)."""
    return partial(advise, text, problem, setting) if problem.code.startswith(SENTENCE_FORM) else None


SENTENCE_FORM = "RB2"
"""The phase of the codes that refuse a sentence."""


def advise(text: Text, problem: Problem, setting: Setting) -> Advice:
    """The advice on a problem of a clause; its places are those of the source that the text came from."""
    start, end = stumbles.place(problem.code, text.folded, problem.start, problem.end, problem.stumble)
    return Advice(
        stumbled=text.span(start, end),
        note=_note(text, problem, (start, end)),
        nearest=nearest(text.folded[problem.start : problem.end], problem.code),
        rewrites=tuple(_rewrite(text, problem, made) for made in rewrites(text.original, problem, setting)),
    )


def _note(text: Text, problem: Problem, place: tuple[int, int]) -> tuple[str, str] | None:
    """Why reading stopped at the place, in Chinese and English; None where the code itself says it."""
    stumble = problem.stumble
    if stumble is None or place != (stumble.start, stumble.end):
        return None
    said = stumbles.note(stumble)
    if said is None or not said.own:
        return None
    met = text.original[stumble.start : stumble.end].strip()
    after = _before(text, problem.start, stumble.start)
    return said.zh.format(met=met, after=after), said.en.format(met=met, after=after)


def _before(text: Text, start: int, end: int) -> str:
    """The word right before a place."""
    tokens = [token for token in passes.run(scanner.scan(text)) if start <= token.start < end]
    return text.original[tokens[-1].start : tokens[-1].end].strip() if tokens else ""


def _rewrite(text: Text, problem: Problem, made: Rewritten) -> Rewrite:
    """A rewrite in the places of the source, its edit as small as it can be; the title is the whole of the refused words anew."""
    old = text.original[made.start : made.end]
    head = next((n for n, (a, b) in enumerate(zip(old, made.new, strict=False)) if a != b), min(len(old), len(made.new)))
    rest = min(len(old), len(made.new)) - head
    tail = next((n for n in range(rest) if old[-1 - n] != made.new[-1 - n]), rest)
    start, end = made.start + head, made.end - tail
    first, last = min(problem.start, made.start), max(problem.end, made.end)
    title = text.original[first : made.start] + made.new + text.original[made.end : last]
    new = made.new[head : len(made.new) - tail]
    return Rewrite(
        " ".join(title.split()), (Edit(*text.span(start, end), new),), made.row.kind, (made.row.zh, made.row.en), made.words
    )


# --- the nearest form


def nearest(folded: str, code: str) -> str:
    """The plain form that looks most like the words, among those that answer the code best where the table names any.

    Where it names none, alike in the kinds of their tokens as well as in the words themselves.
    """
    from difflib import SequenceMatcher  # only a refusal needs it

    words = folded[-_LOOKED_AT:]
    answering = [form for form in _forms() if code in form[2]]
    kinds = () if answering else _kinds(words)

    def likeness(form: tuple[str, tuple[str, ...], frozenset[str]]) -> float:
        alike = SequenceMatcher(None, kinds, form[1], autojunk=False).ratio() if kinds else 0
        return alike + SequenceMatcher(None, words, form[0], autojunk=False).ratio()

    return max(answering or _forms(), key=likeness)[0]


_LOOKED_AT = 32
"""Only so many of the last characters are compared: what touches the points stands at the end."""


@cache
def _forms() -> tuple[tuple[str, tuple[str, ...], frozenset[str]], ...]:
    rows = table("forms.tsv")
    return tuple((row[1], _kinds(fold(row[1])), frozenset(row[2].split() if len(row) > 2 else ())) for row in rows)


def _kinds(folded: str) -> tuple[str, ...]:
    """The classes of the tokens, in order."""
    return tuple(stumbles.class_of(token.kind) for token in passes.run(scanner.scan(Text.of(folded))))
