"""Who answers for what: units, groups of units, and the tasks that each leads or supports."""
