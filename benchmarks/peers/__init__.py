"""The same rubric and the same records in other engines, side by side: `python -m benchmarks.peers`."""
