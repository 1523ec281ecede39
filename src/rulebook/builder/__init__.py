"""Forms to model: names, types, units, limits. What has no one meaning becomes an unread node and a diagnostic."""

from rulebook.builder.book import build
from rulebook.builder.clause import build_clause

__all__ = ["build", "build_clause"]
