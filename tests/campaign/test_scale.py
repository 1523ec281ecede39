"""Many units: what it costs, and that the measuring still runs."""

import re
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import pytest
from campaigns import FULL, ONE, lay

from rulebook.campaign import read, stand

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_shipped_campaign_takes_less_than_two_seconds_of_the_processor() -> None:
    start = time.process_time()
    stand(read(ROOT / "examples" / "campaign-2018" / "campaign.yaml"))
    assert time.process_time() - start < 2


@pytest.mark.slow
def test_what_is_kept_of_a_record_does_not_grow_with_it(tmp_path: Path) -> None:
    """Ten times as many records keep figures only: a few kilobytes each, however much stands in them."""
    units = [f"第{number}县" for number in range(200)]
    long = FULL + "说明: " + "长" * 20_000 + "\n"
    path = lay(tmp_path, ONE.replace("甲县, 乙县, 丙县", ", ".join(units)), {f"考核/{unit}": long for unit in units})
    plan = read(path)
    tracemalloc.start()
    standing = stand(plan)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert all(place.settled for place in standing.places())
    assert kept / len(units) < 8_000


@pytest.mark.slow
def test_the_benchmark_runs() -> None:
    done = subprocess.run([sys.executable, str(ROOT / "benchmarks" / "campaign.py"), "--sizes", "3"], capture_output=True, text=True, check=True)
    assert re.match(r" +3 units, +\d+ records: [\d.]+ s \([\d.]+ s of the processor, [\d.]+ ms a record\), \d+ MB", done.stdout)
