"""Many records, or one in microseconds: every path equal to the reference evaluator, in scaled integers."""
