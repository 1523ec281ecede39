"""Who answers for what: units, groups of units, and the tasks that each leads, answers for or supports."""

from rulebook.duties.directory import Directory, find_directory, read_directory
from rulebook.duties.findings import findings
from rulebook.duties.roll import Assignment, Count, Duties, Part, Task, roll

__all__ = [
    "Assignment",
    "Count",
    "Directory",
    "Duties",
    "Part",
    "Task",
    "find_directory",
    "findings",
    "read_directory",
    "roll",
]
