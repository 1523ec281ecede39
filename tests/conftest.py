"""One option for the whole suite: tests marked slow run only with --slow."""

import os
import tempfile

import pytest

os.environ.setdefault("RULEBOOK_CACHE", tempfile.mkdtemp(prefix="rulebook-cache-"))  # nothing is left in a home folder


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", default=False, help="run the tests marked slow as well")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--slow"):
        return
    skip = pytest.mark.skip(reason="slow: run with --slow")
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(skip)
