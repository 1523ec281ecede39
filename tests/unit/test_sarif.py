"""SARIF: the log is what the standard's model takes, and its places, fixes and suppressions are the findings'."""

import pytest
from pydantic import ValidationError
from sarif_pydantic import Sarif

import rulebook
from rulebook import mending, proofs, sarif, suppression

TEXT = """考核细则：试
满分：6分

一、工作
# 忽略 RB404：本意如此
1. 例会。缺一次扣2分。（2分）
2. 纪要。无纪要的，扣1分，最多扣3分。（4分）
"""


def log(language: str = "zh") -> dict[str, object]:
    reading = rulebook.read(TEXT, name="细则 一.rulebook")
    assert reading.rulebook is not None
    found = mending.suggested([*reading.diagnostics, *proofs.findings(reading.rulebook, reading.source)], reading.rulebook, reading.source)
    parted = suppression.let(found, reading.source, reading.rulebook)
    return sarif.log(parted.standing, parted.suppressed, language)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_log_is_sarif(language: str) -> None:
    read = Sarif.model_validate(log(language))
    (run,) = read.runs
    assert [rule.id for rule in run.tool.driver.rules or []] == ["RB404", "RB420", "RB422"]


def test_the_model_refuses_what_is_not() -> None:
    broken = log()
    broken["runs"][0]["results"][0]["level"] = "grave"  # type: ignore[index]
    with pytest.raises(ValidationError):
        Sarif.model_validate(broken)


def test_places_fixes_and_suppressions_are_the_findings() -> None:
    results = {one["ruleId"]: one for one in log()["runs"][0]["results"]}  # type: ignore[index]
    place = results["RB422"]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "%E7%BB%86%E5%88%99%20%E4%B8%80.rulebook"
    start, length = place["region"]["charOffset"], place["region"]["charLength"]
    assert TEXT[start : start + length] == "最多扣3分"
    (replaced,) = results["RB422"]["fixes"][0]["artifactChanges"][0]["replacements"]
    gone = replaced["deletedRegion"]
    assert TEXT[gone["charOffset"] : gone["charOffset"] + gone["charLength"]] == "，最多扣3分"
    assert results["RB404"]["suppressions"] == [{"kind": "inSource", "justification": "本意如此"}]
    assert "suppressions" not in results["RB422"]
    assert results["RB420"]["properties"] == {"witness": {"2": {"无纪要": True}}}
