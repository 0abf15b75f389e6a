"""`make torture`: many seeds, or the replay of one."""

from __future__ import annotations

import argparse
import sys

from tests.torture.report import batch, played, told


def main() -> int:
    """0 when everything held and everything was met."""
    parser = argparse.ArgumentParser(prog="make torture", description=__doc__)
    parser.add_argument("--seeds", type=int, default=2000, help="how many seeds")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--seed", type=int, help="replay this one and print what happens")
    given = parser.parse_args()
    if given.seed is not None:
        whole = played(given.seed)
        print("\n".join(told(whole)))
        return 1 if whole.broken else 0
    found = batch(range(given.first, given.first + given.seeds))
    print("\n".join(found.lines()))
    return 1 if found.broken or found.missing else 0


if __name__ == "__main__":
    sys.exit(main())
