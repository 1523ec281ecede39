"""Two hypothesis profiles: `default` is small and repeats exactly, `thorough` is large and random.

Choose with RULEBOOK_PROFILE=thorough, or with --hypothesis-profile=thorough when this folder is named on the command line.
"""

import os

import pytest
from hypothesis import HealthCheck, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

settings.register_profile(
    "default", settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=_SLOW)
)
settings.register_profile(
    "thorough", settings(max_examples=1000, deadline=None, derandomize=False, suppress_health_check=_SLOW)
)


def pytest_configure(config: pytest.Config) -> None:
    """Loads the profile that was asked for, else the small one."""
    chosen = config.getoption("--hypothesis-profile", None) or os.environ.get("RULEBOOK_PROFILE", "default")
    settings.load_profile(chosen)
