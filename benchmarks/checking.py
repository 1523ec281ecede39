"""How long it takes to check a rulebook for every record that there can be: 93 clauses, and 100, 1,000 and 10,000 made of them.

    python benchmarks/checking.py [--sizes 100,1000,10000]

Printed are seconds and milliseconds a clause. `alike` clauses (the same rules under other words) are reasoned about once; `apart` gives every
clause an amount of its own, so that none is like another.
"""

import argparse
import time

import rulebook
from rulebook import proofs

SENTENCES = (
    "缺一项扣{a}分，扣完为止",
    "未建立的不得分，资料不全的，扣{a}分",
    "每发现一处扣{a}分，最多扣1分",
    "覆盖率95%以上得满分，90%以上不足95%得{a}分，不足90%不得分",
    "逾期1天扣{a}分，未报送的不得分",
    "酌情扣{a}-1分",
)


def text(size: int, apart: bool) -> str:
    """A rulebook of so many clauses of two points."""
    lines = ["考核细则：试", f"满分：{size * 2}分", "", "一、工作"]
    for number in range(size):
        amount = f"0.{number % 9 + 1}" if not apart else f"0.{number % 9000 + 1000:04d}"
        lines.append(f"{number + 1}. 事项。{SENTENCES[number % len(SENTENCES)].format(a=amount)}。（2分）")
    return "\n".join(lines) + "\n"


def seconds(book: rulebook.Rulebook) -> float:
    """How long findings and answers take together."""
    start = time.perf_counter()
    proof = proofs.Proof(book)
    proofs.findings(book, proof=proof)
    proofs.answers(book, proof)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="100,1000,10000")
    options = parser.parse_args()
    county = rulebook.load("county-2018")
    print(f"county-2018: {seconds(county):.2f} s")
    for size in map(int, options.sizes.split(",")):
        for apart in (False, True):
            book = rulebook.load(text(size, apart))
            took = seconds(book)
            print(f"{size:>6} clauses, {'apart' if apart else 'alike'}: {took:.2f} s, {took / size * 1000:.2f} ms a clause")


if __name__ == "__main__":
    main()
