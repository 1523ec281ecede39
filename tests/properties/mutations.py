"""Texts that are almost rulebooks: valid ones with something cut, doubled, moved or put in, and words of the language in any order."""

from typing import Any

from hypothesis import strategies as st

from rulebook import lexicon
from rulebook.assets import table

from .strategies import Draw, rulebooks

PUNCTUATION = tuple("。，；：、（）()【】〔〕《》「」“”—-~·.…！？/*%#\t\n ")
MARKS = (
    "一、",
    "（一）",
    "1. ",
    "①",
    "②",
    "十、",
    "（2分）",
    "（0.5分。）",
    "例：",
    "事实：",
    "→",
    "满分：",
    "等次：",
    "0",
    "1",
    "2.5",
    "１",
    "分",
    "l",
    "O",
)
ODD = (
    "\u200b",
    "\u202e",
    "\ufeff",
    "\x00",
    "\x85",
    "\u2028",
    "\ud800",
    "①",
    "㊿",
    "Ⅰ",
    "٣",
    "１",
    "分",
    "\U0001f600",
    "e\u0301",
    "　",
)


def words() -> st.SearchStrategy[str]:
    """A word of the lexicon, of the head or of evidence, a form, a mark, a number or an odd character."""
    forms = [row[1] for row in table("forms.tsv")]
    terms = [word for kind in lexicon.terms().values() for word in kind]
    return st.one_of(
        st.sampled_from(sorted(lexicon.words())),
        st.sampled_from(sorted(set(terms))),
        st.sampled_from(forms),
        st.sampled_from((*PUNCTUATION, *MARKS)),
        st.sampled_from(ODD),
        st.text(max_size=3),
    )


def jumbles(most: int = 12) -> st.SearchStrategy[str]:
    """Words of the language in any order, nothing between them."""
    return st.lists(words(), max_size=most).map("".join)


@st.composite
def mutated(draw: Draw, texts: st.SearchStrategy[str] | None = None, most: int = 4) -> str:
    """A valid rulebook after a few cuts, doublings, swaps, insertions."""
    text: Any = draw(rulebooks() if texts is None else texts)
    for _ in range(draw(st.integers(1, most))):
        lines = text.split("\n")
        number = draw(st.integers(0, len(lines) - 1))
        at = draw(st.integers(0, len(text)))
        kind = draw(st.integers(0, 6))
        if kind == 0:
            lines.pop(number)
        elif kind == 1:
            lines.insert(number, lines[number])
        elif kind == 2:
            other = draw(st.integers(0, len(lines) - 1))
            lines[number], lines[other] = lines[other], lines[number]
        if kind < 3:
            text = "\n".join(lines)
        elif kind == 3:
            text = text[:at] + text[at + 1 :]
        elif kind == 4:
            text = text[:at]
        else:
            text = text[:at] + draw(jumbles(3)) + text[at:]
    return str(text)
