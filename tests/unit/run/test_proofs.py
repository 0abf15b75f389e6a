"""What stands on disk before a write is needed there: without it, the test that tells of it fails.

The protections of what must not happen twice are taken out by the torture's own mutants (`tests/torture/mutants.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from callsheet.connect.errors import Rejected
from callsheet.model.action_item import ActionItem
from callsheet.model.effect import UpdateTicket
from callsheet.model.ledger import Intent, IntentState
from callsheet.run import tickets
from callsheet.run.app import App
from callsheet.store import Store, facts
from callsheet.testing.clock import FakeClock
from tests.unit.run import test_crashes, test_intents, test_refused_edits, test_unanswered_edits
from tests.unit.run.row_sheet import Sheet
from tests.unit.run.test_intents import Desk
from tests.unit.run.world import World

_conclude = Store.conclude


def _unmindful(effect: UpdateTicket, app: App) -> ActionItem | None:
    return effect.planned_on if app.memory.item(effect.item_key) == effect.planned_on else None


def _by_anybody(store: Store, intent: Intent, state: IntentState, **more: Any) -> bool:
    return _conclude(store, store.intent(intent.key) or intent, state, **more)


def _sheet(folder: Path) -> Sheet:
    return Sheet(World(folder).born())


def _desk(folder: Path) -> Desk:
    return Desk(Store(folder / "callsheet.db"), FakeClock(test_intents.NOW))


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A protection: where it is, what stands there without it, and the test that needs it."""

    of: str
    where: Any
    name: str
    instead: Callable[..., Any]
    needs: Callable[[Path], None]


PROOFS = (
    Proof(
        of="what an edit attempts",
        where=tickets,
        name="_begun",
        instead=_unmindful,
        needs=lambda folder: test_unanswered_edits.test_what_is_typed_after_a_lost_answer_stands(
            _sheet(folder), applied=True
        ),
    ),
    Proof(
        of="that a clear no takes it back",
        where=tickets,
        name="_take_back",
        instead=lambda *_: None,
        needs=lambda folder: test_refused_edits.test_of_an_edit_that_was_clearly_refused_nothing_is_ours(
            _sheet(folder), Rejected("no")
        ),
    ),
    Proof(
        of="the time of an echo",
        where=facts,
        name="_is_later",
        instead=lambda *_: False,
        needs=lambda folder: test_unanswered_edits.test_what_a_lagging_search_shows_between_two_edits_is_nobodys_change(
            _sheet(folder)
        ),
    ),
    Proof(
        of="the begun text",
        where=Store,
        name="begin_text",
        instead=lambda *_: None,
        needs=lambda folder: test_crashes.test_a_first_document_that_we_died_after_is_ours_too(
            lambda _: World(folder).born()
        ),
    ),
    Proof(
        of="the epoch",
        where=Store,
        name="conclude",
        instead=_by_anybody,
        needs=lambda folder: (
            test_intents.test_who_froze_past_the_settle_time_does_not_free_what_another_process_has_sent_since(
                _desk(folder), folder
            )
        ),
    ),
)


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.of.replace(" ", "-"))
def test_without_a_protection_its_test_fails(proof: Proof, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, lacking = tmp_path / "whole", tmp_path / "lacking"
    whole.mkdir()
    lacking.mkdir()
    proof.needs(whole)
    monkeypatch.setattr(proof.where, proof.name, proof.instead)
    with pytest.raises(AssertionError):
        proof.needs(lacking)
