"""What the passes have in common: the classes that behave alike, and what stands at or behind a place."""

from rulebook import lexicon
from rulebook.parser.tokens import Token

Tokens = list[Token]


VERBS, CAPS, COMPLETE, WORTH = (lexicon.role(name) for name in ("verb", "cap", "complete", "worth"))


COMPARATORS, ADVERBS = (lexicon.role(name) for name in ("comparator", "adverb"))


AMOUNTS = frozenset({"FIGURE", "RANGE", "LIST", "SHARE"})


MEASURES = ("MEASURE", "TIME_UNIT", "STEP_UNIT")


FILLERS = frozenset({"OWN", "TOTAL", "FILL"})


def first(token: Token, kinds: frozenset[str] | set[str]) -> str:
    return next((entry[0] for entry in token.classes if entry[0] in kinds), "")


def kind_at(tokens: Tokens, index: int) -> str:
    return tokens[index].kind if index < len(tokens) else ""


def text_at(tokens: Tokens, index: int) -> str:
    return tokens[index].text if index < len(tokens) else ""


def ends_phrase(tokens: Tokens, index: int) -> bool:
    return index + 1 == len(tokens) or tokens[index + 1].kind == "STOP"


def compared(tokens: Tokens, index: int) -> bool:
    return index < len(tokens) and tokens[index].kind in ("OR_MORE", "OR_LESS", "FROM", "OVER", "UPTO", "UNDER")


def is_words(token: Token) -> bool:
    if token.kind in ("TEXT", "OPAQUE", "BINDING"):
        return True
    return bool(token.classes) and not first(
        token, COMPARATORS | ADVERBS | {"OR_MORE", "OR_LESS", "EACH", "OR", "DASH"}
    )
