"""rulebook: official Chinese scoring rubrics (考核细则) as programs, with exact scores that explain themselves.

import rulebook
book = rulebook.load("county-2018")
card = book.score({"2.1": 3, "6.2": {"缺": 1}})
print(card.explain())
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from rulebook.version import __version__

if TYPE_CHECKING:
    from rulebook.api import Reading, Rulebook, Scorecard, check, compiled, load, prove, read
    from rulebook.bounds import BOUNDS, InputBounds
    from rulebook.diagnostics import Diagnostic, RulebookError
    from rulebook.exchange import Draft, Imported, import_document
    from rulebook.proofs import Answer

_PUBLIC = {
    "Answer": "proofs",
    "Reading": "api",
    "Rulebook": "api",
    "Scorecard": "api",
    "check": "api",
    "compiled": "api",
    "load": "api",
    "prove": "api",
    "read": "api",
    "BOUNDS": "bounds",
    "InputBounds": "bounds",
    "Diagnostic": "diagnostics",
    "RulebookError": "diagnostics",
    "Draft": "exchange",
    "Imported": "exchange",
    "import_document": "exchange",
}

__all__ = [
    "BOUNDS",
    "Answer",
    "Diagnostic",
    "Draft",
    "Imported",
    "InputBounds",
    "Reading",
    "Rulebook",
    "RulebookError",
    "Scorecard",
    "__version__",
    "check",
    "compiled",
    "import_document",
    "load",
    "prove",
    "read",
]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'rulebook' has no attribute {name!r}")
    return getattr(import_module(f"rulebook.{_PUBLIC[name]}"), name)
