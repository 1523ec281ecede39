"""Condition words as names: cleaned of what only links them, and lists of names taken apart."""

from functools import cache, lru_cache

from rulebook import lexicon
from rulebook.source import fold


def split_names(words: str) -> list[str]:
    """The names that a list names: 国家级、省级和市级."""
    return whole_names([name for name in (clean(part) for part in lexicon.pattern("separator").split(words)) if name])


def whole_names(names: list[str]) -> list[str]:
    """What is denied once is denied of each: 开放时间、电话未公示 are 开放时间未公示 and 电话未公示, 无计划、总结 are 无计划 and 无总结."""
    denials = lexicon.terms()["negation"]
    denied = [any(word in name for word in denials) for name in names]
    if len(names) < 2 or sum(denied) != 1:
        return names
    if denied[-1]:
        at = min(names[-1].find(word) for word in denials if word in names[-1])
        return [*(name + names[-1][at:] for name in names[:-1]), names[-1]] if at > 0 else names
    head = lexicon.pattern("denied_head").match(names[0]) if denied[0] else None
    return [names[0], *(head.group() + name for name in names[1:])] if head and len(names[0]) > head.end() else names


def denies(words: str, label: str) -> bool:
    """True where 未完善 says no to 制度完善, and 非产区 to 产区."""
    denials = lexicon.terms()["negation"]
    return len(words) > 2 and words[0] in denials and words[1:] in label


@lru_cache(maxsize=4096)
def clean(words: str) -> str:
    """Condition words as a name: without the particles that only link them to the effect."""
    heads, tails, whole, kept = _particles()
    name = "".join(words.split())
    stripped = name.strip(EDGES)
    while stripped.endswith(tails) and stripped not in tails and not stripped.endswith(whole):
        longest = max((tail for tail in tails if stripped.endswith(tail)), key=len)
        stripped = stripped[: -len(longest)].rstrip(EDGES)
    if stripped in tails:
        return ""
    if stripped.startswith(tuple(lexicon.of_class("PERIOD"))):
        return stripped  # 每月未召开, of which 每 is a part
    for head in heads:
        if stripped.startswith(head) and len(stripped) - len(head) >= 3 and not fold(stripped).startswith(kept):
            return stripped[len(head) :]
    return stripped


@cache
def _particles() -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Words that a condition may begin with, longest first, those that it may end with, those whose end is their own: 及时, whose beginning is: 其他."""
    terms = lexicon.terms()
    return tuple(sorted(terms["name_head"], key=len, reverse=True)), tuple(terms["name_tail"]), tuple(terms["name_whole"]), tuple(terms["name_begun"])


EDGES = "，、：；。,;: "
"""What may stand around a name and is no part of it."""
