"""A plan tells what people would read: of a document the changed lines, and none of its markers."""

from __future__ import annotations

from dataclasses import replace

from callsheet.model.ledger import Outcome
from callsheet.run.cycle import dry_run
from callsheet.run.plan_views import changes
from tests.unit.run.world import World


def test_a_documents_diff_has_the_changed_lines_and_no_markers(world: World) -> None:
    incident = world.filed("ACTION: Add an alert @ana.ferreira due 2026-11-04")
    world.wait(days=3)
    world.type_row(incident.id, "-- a rule of thumb")
    with world.app() as app:
        plan, _ = dry_run(app)
        (document,) = [change for change in changes(plan, app) if change.effect == "Publish"]
    assert [line for line in document.diff if "callsheet:" in line] == []
    assert [line for line in document.diff if line.startswith(("--- ", "+++ "))] == []
    changed = [line for line in document.diff if line.startswith(("+", "-"))]
    assert any("overdue" in line for line in changed)
    assert any("-- a rule of thumb" in line for line in changed)


def test_a_document_that_says_so_already_is_no_change_and_is_not_counted_as_published(world: World) -> None:
    incident = world.filed("ACTION: Add an alert @ana.ferreira due 2026-11-20")
    world.once()
    with world.app() as app:
        (held,) = app.memory.publications([incident.id]).values()
        # As when something of the post-mortem changed that shows nowhere in it.
        app.memory.save_publication(replace(held, fingerprint="another"))
        app.memory.mark([incident.id])
        plan, _ = dry_run(app)
        assert [type(effect).__name__ for effect in plan.effects] == ["Publish"]
        assert changes(plan, app) == ()
    report = world.once()
    assert (report.to_json()["published"], report.failed) == (0, [])
    assert report.acts["Publish", Outcome.SKIPPED.value] == 1
    assert not world.once().acts
