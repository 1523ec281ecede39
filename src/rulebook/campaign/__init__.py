"""A whole assessment: the paper that announces it, its records, and where it stands."""
