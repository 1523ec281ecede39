"""What the tests of imports share."""

import pytest


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    """The language of the messages does not hang on the machine."""
    for name in ("LC_MESSAGES", "LANG", "RULEBOOK_TRACEBACK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
