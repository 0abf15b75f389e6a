"""The proof that nothing is done twice and nothing is lost: a seeded simulation of the daemon among faults.

One seed is one run, bit for bit. Start at `run.py` (one seed), then `stage.py` (the world), `wires.py` and `faults.py`
(what goes wrong on the way there), `engine.py` (the daemon's processes), `baton.py` (who runs next), `people.py` (what
people do meanwhile), `judge.py` (what must hold) and `report.py` (batches of seeds).
"""
