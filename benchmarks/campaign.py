"""How long a whole campaign takes, and how much memory: so many units under two rubrics, a record each, and a self-assessment for some.

    python benchmarks/campaign.py [--sizes 25,300,3000] [--folder DIR]

A folder of made-up records is generated (not timed), then `stand` reads, scores and ranks all of it in a process of its own. Printed are
seconds, milliseconds of the processor a record, and the peak memory of that process; `start` is what a process needs that only reads the
plan. Where the time of one record goes is printed last.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rulebook import evaluator, evidence, load, regions

RUBRICS = {"过程": ("county-2018", 38), "结果": ("member-unit-2018", 31)}
FAULTS = {"county-2018": ("2.1", "2.2", "3", "4.4", "6.2", "28.1"), "member-unit-2018": ("1.3", "2", "3.4", "5.2", "11.2", "21.1")}
CHILD = """
import resource, sys, time
from rulebook.campaign import read, stand
plan = read(sys.argv[1])
start, used = time.perf_counter(), time.process_time()
standing = stand(plan) if sys.argv[2] == "stand" else None
took = time.perf_counter() - start, time.process_time() - used
if standing is not None:
    assert all(place.settled for place in standing.places()), "a record is missing"
print(*took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def generate(folder: Path, size: int) -> Path:
    """A campaign of so many units in a folder; the path of its file."""
    chance = random.Random(2018)
    units = [f"第{number}县" for number in range(1, size + 1)]
    lines = ["考核: 全省考核", "年度: 2018", "细则: {过程: county-2018, 结果: member-unit-2018}"]
    lines += ["组:", "  县区: {过程: 30%, 结果: 70%}", "单位:", *(f"  - {unit}" for unit in units)]
    (folder / "campaign.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for hand, share in (("考核", 1.0), ("自评", 0.1)):
        (folder / "记录" / hand).mkdir(parents=True, exist_ok=True)
        for unit in units:
            for rubric, (book, items) in RUBRICS.items():
                if chance.random() < share:
                    path = folder / "记录" / hand / f"{unit}.{rubric}.yaml"
                    path.write_text(record(unit, book, items, chance), encoding="utf-8")
    return folder / "campaign.yaml"


def record(unit: str, book: str, items: int, chance: random.Random) -> str:
    """A record with three faults, all other items met."""
    faults = [f'  "{clause}": {{缺: {chance.randint(1, 4)}}}' for clause in chance.sample(FAULTS[book][:3], 3)]
    met = [f'  "{item}": 符合' for item in range(1, items + 1) if f'  "{item}": ' not in "".join(faults)]
    return "\n".join([f"考核对象: {unit}", f"细则: {book}", "证据:", *faults, *met]) + "\n"


def measured(campaign: Path, what: str) -> tuple[float, ...]:
    """Seconds, seconds of the processor, and megabytes of a process that reads the plan and, for `stand`, scores all of it."""
    done = subprocess.run([sys.executable, "-c", CHILD, str(campaign), what], capture_output=True, text=True, check=True)
    return tuple(map(float, done.stdout.split()))


def parts(campaign: Path) -> None:
    """What reading, evaluating and telling cost for one record, in milliseconds."""
    book = load("county-2018")
    path = next((campaign.parent / "记录" / "考核").glob("*.过程.yaml"))
    raw = path.read_bytes()
    known = evidence.read_record(book, raw, name=path.name)
    steps = {
        "YAML to plain data": lambda: evidence.read_text(raw, path.name),
        "plain data to a record": lambda: evidence.read_record(book, raw, name=path.name),
        "evaluating": lambda: evaluator.evaluate(book, known, regions.complete),
        "evaluating and the scorecard": lambda: book.score(known),
    }
    for name, run in steps.items():
        start = time.process_time()
        for _ in range(100):
            run()
        print(f"  {name}: {(time.process_time() - start) * 10:.2f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="25,300,3000")
    parser.add_argument("--folder", type=Path, help="where to generate; else a folder that is removed again")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        for size in map(int, options.sizes.split(",")):
            folder = (options.folder or Path(temporary)) / str(size)
            folder.mkdir(parents=True, exist_ok=True)
            campaign = generate(folder, size)
            records = sum(1 for _ in (folder / "记录").rglob("*.yaml"))
            start = measured(campaign, "read")[-1]
            seconds, used, memory = measured(campaign, "stand")
            each = used / records * 1000
            told = f"{seconds:.2f} s ({used:.2f} s of the processor, {each:.1f} ms a record), {memory:.0f} MB (start {start:.0f} MB)"
            print(f"{size:>6} units, {records:>6} records: {told}")
        parts(campaign)


if __name__ == "__main__":
    main()
