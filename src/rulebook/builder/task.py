"""A clause of a list of tasks: no points are stated, it is done or not, and counts as one."""

from typing import NamedTuple

from rulebook import lexicon, model
from rulebook.builder.clause import Built, Place
from rulebook.builder.requirements import of_all
from rulebook.parser.tokens import Text


class Task(NamedTuple):
    """What a task's words mean, and the stretches of them that would move points in a rubric."""

    built: Built
    moving: tuple[tuple[int, int], ...]


def as_task(built: Built, text: Text, place: Place) -> Task:
    """The clause judged as done or not done. What it asks for (so many, by which day) stays; what moves points does not count here."""
    name = lexicon.term("name", "not_done")
    if built.rules and all(isinstance(rule.effect, model.Judged) for rule in built.rules) and not built.unread:
        plain = lexicon.term("name", "not_met")
        facts = tuple(fact.model_copy(update={"name": name}) if fact.name == plain else fact for fact in built.facts)
        rules = tuple(rule.model_copy(update={"fact": name}) if rule.fact == plain else rule for rule in built.rules)
        return Task(built._replace(facts=facts, rules=rules), ())
    moving = [(rule.span.start, rule.span.end) for rule in built.rules if rule.span is not None]
    moving += [(one.span.start, one.span.end) for one in built.unread if one.span is not None]
    span = place(0, len(text))
    rule = model.Rule.made(text=text.original.strip(), effect=model.Judged.made(), fact=name, span=span)
    fact = model.Fact.made(name=name, type="flag", best="false", span=span, **of_all(built.requirements).fields())
    return Task(built._replace(rules=(rule,), facts=(fact,), limits=(), unread=(), problems=()), tuple(sorted(set(moving))))
