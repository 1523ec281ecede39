"""Official documents in: text, Word, Excel and web pages become drafts of rulebooks, with a report of what was read and what was not."""

from rulebook.exchange.importing import import_document
from rulebook.exchange.report import Draft, Imported

__all__ = ["Draft", "Imported", "import_document"]
