"""Counts and prints the skips of a pytest run from its JUnit report; in CI (CI set) any skip is a failure."""

import os
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree


def skips(report: Path) -> tuple[int, Counter[str]]:
    """The number of tests that ran, and of skips and expected failures by reason."""
    tests = 0
    reasons: Counter[str] = Counter()
    # Our own pytest wrote it a moment ago.
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - see above
        tests += 1
        for skip in case.iter("skipped"):
            reasons[skip.get("message") or "no reason given"] += 1
    return tests, reasons


def main(report: str) -> int:
    """Print them, most frequent first."""
    tests, reasons = skips(Path(report))
    sys.stdout.write(f"{tests} tests, {reasons.total()} skipped\n")
    for reason, number in reasons.most_common():
        sys.stdout.write(f"  {number} x {reason}\n")
    if reasons and os.environ.get("CI"):
        sys.stdout.write("CI allows no skip: install what is missing, or mend the test\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
