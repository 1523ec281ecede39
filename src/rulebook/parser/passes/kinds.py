"""What the passes have in common: the classes that behave alike, and what stands at or behind a place."""

from rulebook import lexicon
from rulebook.parser.tokens import Token

Tokens = list[Token]

VERBS, CAPS, COMPLETE, WORTH = (lexicon.role(name) for name in ("verb", "cap", "complete", "worth"))
COMPARATORS, ADVERBS = (lexicon.role(name) for name in ("comparator", "adverb"))
ACTING = VERBS | CAPS | COMPLETE
"""Classes of words that move or bound points."""
AMOUNTS = frozenset({"FIGURE", "RANGE", "LIST", "SHARE"})
MEASURES = ("MEASURE", "TIME_UNIT", "STEP_UNIT")
FILLERS = frozenset({"OWN", "TOTAL", "FILL"})
BEYOND = frozenset({"OR_MORE", "OR_LESS", "FROM", "OVER", "UPTO", "UNDER"})
"""Classes of words behind a figure that make it an end of a range."""
_NO_WORDS = COMPARATORS | ADVERBS | {"OR_MORE", "OR_LESS", "EACH", "OR", "DASH"}


def first(token: Token, kinds: frozenset[str] | set[str]) -> str:
    """The first class of the word that is one of these kinds, or nothing."""
    for entry in token.classes:
        if entry[0] in kinds:
            return entry[0]
    return ""


def kind_at(tokens: Tokens, index: int) -> str:
    """The kind of the token at a place, or nothing behind the end."""
    return tokens[index].kind if index < len(tokens) else ""


def text_at(tokens: Tokens, index: int) -> str:
    """The words of the token at a place, or nothing behind the end."""
    return tokens[index].text if index < len(tokens) else ""


def ends_phrase(tokens: Tokens, index: int) -> bool:
    """True where nothing of the phrase follows."""
    return index + 1 == len(tokens) or tokens[index + 1].kind == "STOP"


def compared(tokens: Tokens, index: int) -> bool:
    """True where a word at a place makes the figure before it an end of a range: 60分以上, 90%≤N."""
    return index < len(tokens) and tokens[index].kind in BEYOND


def is_words(token: Token) -> bool:
    """True for what is or may become plain words."""
    return token.kind in ("TEXT", "OPAQUE", "BINDING") or (bool(token.classes) and not first(token, _NO_WORDS))
