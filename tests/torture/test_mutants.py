"""The proof can fail: without any one of the protocol's protections it finds a violation, in the same world as CI's."""

from __future__ import annotations

import pytest

from tests.torture.mutants import MUTANTS, Mutant
from tests.torture.report import played

WITHIN = 500


@pytest.mark.timeout(900)
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.lacks.replace(" ", "-"))
def test_a_missing_protection_is_noticed(mutant: Mutant) -> None:
    with mutant.at_large():
        for seed in range(WITHIN):
            broken = [said for said in played(seed, seams=mutant.seams).broken if said.startswith(mutant.breaks)]
            if broken:
                print(f"without {mutant.lacks}: found after {seed + 1} seeds: {broken[0]}")
                return
    pytest.fail(f"{WITHIN} seeds did not notice by {mutant.breaks} that {mutant.lacks} was missing")
