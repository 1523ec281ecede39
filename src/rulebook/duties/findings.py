"""What does not hold between a rulebook and its directory: names that nobody knows, groups without a unit."""

from rulebook.diagnostics import Diagnostic
from rulebook.duties.directory import nearest
from rulebook.duties.roll import Duties
from rulebook.source import Source


def findings(duties: Duties, source: Source | None = None) -> list[Diagnostic]:
    """Every finding, in the order of the rulebook; without a directory nothing can be said."""
    directory = duties.directory
    if directory is None:
        return []
    found: list[Diagnostic] = []
    told: set[tuple[int, str]] = set()
    for task in duties.tasks:
        for part in task.parts:
            name, entry, units, _ = part.resolved
            span = task.duty.span if task.duty is not None else None
            if (entry is not None and units) or (span.start if span else 0, name) in told:
                continue
            told.add((span.start if span else 0, name))
            start, end = _place(source, name, span.start, span.end) if span else (None, None)
            code = "RB435" if entry is None else "RB436"
            values = {"name": name} | ({"near": nearest(directory, name)} if entry is None else {})
            found.append(Diagnostic(code, values, source, start, end, task.address, (task.section,)))
    return found


def _place(source: Source | None, name: str, start: int, end: int) -> tuple[int, int]:
    """Where the name stands in its annotation; the whole of it where a broken line parts the name."""
    at = source.text.find(name, start, end) if source is not None else -1
    return (at, at + len(name)) if at >= 0 else (start, end)
