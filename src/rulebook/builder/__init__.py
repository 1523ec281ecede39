"""Forms to model: names, types, units, limits. What has no one meaning becomes an unread node and a diagnostic."""

from rulebook.builder.advice import adviser
from rulebook.builder.book import build
from rulebook.builder.clause import build_clause
from rulebook.builder.repair import Setting, mended

__all__ = ["Setting", "adviser", "build", "build_clause", "mended"]
