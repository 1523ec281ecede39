"""Random rulebooks, and random evidence for any rulebook: what an author needs to test his rubric by its laws.

from rulebook.sampling import evidence, laws, rulebooks
laws.check(rulebook.load("county-2018"))

Needs hypothesis, which comes with `pip install "rulebook-dsl[test]"`.
"""

from importlib.util import find_spec

if find_spec("hypothesis") is None:
    raise ImportError('rulebook.sampling needs hypothesis: pip install "rulebook-dsl[test]"', name="hypothesis")

from rulebook.sampling.books import rulebooks
from rulebook.sampling.evidence import evidence

from . import laws

__all__ = ["evidence", "laws", "rulebooks"]
