"""What the store knows around an incident."""

from dataclasses import replace
from datetime import timedelta

from callsheet.model.action_item import ItemStatus
from callsheet.model.incident import Actor, ActorKind, IncidentStatus, Ref
from callsheet.model.memory import OpenedPostmortem, Page
from callsheet.store import Store
from callsheet.testing.builders import NOON, make_entry, make_incident, make_item

HOUR = timedelta(hours=1)
HERE = make_incident(number=10, created_at=NOON, resolved_at=NOON + HOUR)


def beside(store: Store) -> list[int]:
    return [incident.number for incident in store.beside(HERE)]


def test_incidents_that_were_open_at_the_same_time_are_found(store: Store) -> None:
    store.save_incidents(
        [
            HERE,
            make_incident(number=1, created_at=NOON - 2 * HOUR, resolved_at=NOON - HOUR),
            make_incident(number=2, created_at=NOON - 2 * HOUR, resolved_at=NOON + HOUR),
            make_incident(number=3, created_at=NOON + HOUR / 2, resolved_at=NOON + 9 * HOUR),
            make_incident(number=4, created_at=NOON + 2 * HOUR),
            make_incident(number=5, created_at=NOON - 900 * HOUR, resolved_at=None, status=IncidentStatus.ACKNOWLEDGED),
            make_incident(number=6, created_at=NOON, resolved_at=NOON + HOUR, merged_into=HERE.id),
        ]
    )
    assert beside(store) == [5, 2, 3]


def test_who_was_paged_is_remembered_once_for_each_incident(store: Store) -> None:
    ana, marcus = Ref(id="PA", name="Ana"), Ref(id="PM", name="Marcus")
    store.note_pages(
        [
            make_entry("notify", id="R1", at=NOON, targets=(ana,)),
            make_entry("notify", id="R2", at=NOON - HOUR, targets=(ana, marcus)),
            make_entry("acknowledge", id="R3", at=NOON, targets=(marcus,)),
        ]
    )
    store.note_pages([make_entry("notify", id="R4", at=NOON, targets=(ana,))])
    expected = tuple(Page(person_id=id_, incident_id="Q0000000001001", at=NOON - HOUR) for id_ in ("PA", "PM"))
    assert store.pages(NOON - HOUR, NOON) == expected
    assert store.pages(NOON, NOON + HOUR) == ()


def test_who_acted_and_who_was_called_is_remembered_the_first_time(store: Store) -> None:
    ana, grace = Ref(id="PA", name="Ana"), Actor(kind=ActorKind.PERSON, id="PG", name="Grace")
    store.save_incidents(
        [
            replace(HERE, id="Q0000000001001"),
            make_incident(number=1, id="Q1", created_at=NOON),
            make_incident(number=2, id="Q2", created_at=NOON, merged_into="Q1"),
        ]
    )
    system = Actor(kind=ActorKind.SERVICE, id="S", name="Monitor")
    store.note_presence(
        [
            make_entry("trigger", id="R0", at=NOON, actor=grace, targets=()),
            make_entry("notify", id="R1", at=NOON + HOUR, actor=system, targets=(ana,)),
            make_entry("notify", id="R2", at=NOON, actor=system, targets=(ana,)),
            make_entry("annotate", id="R3", at=NOON + HOUR, actor=grace, targets=()),
            make_entry("notify", id="R4", incident_id="Q1", at=NOON, actor=system, targets=(ana,)),
            make_entry("annotate", id="R5", incident_id="Q2", at=NOON, actor=grace, targets=()),
        ]
    )
    store.note_presence([make_entry("acknowledge", id="R6", at=NOON + HOUR / 2, actor=grace, targets=())])
    ((head, there),) = store.present(NOON)
    assert head.id == "Q0000000001001"
    assert {each.person_id: (each.called_at, each.acted_at, each.acknowledged_at) for each in there} == {
        "PA": (NOON, None, None),
        "PG": (None, NOON + HOUR / 2, NOON + HOUR / 2),
    }
    assert store.present(NOON + HOUR) == ()


def test_open_items_of_earlier_incidents_on_the_same_service_are_promised_before(store: Store) -> None:
    earlier = make_incident(number=1, created_at=NOON - 99 * HOUR)
    elsewhere = make_incident(number=2, created_at=NOON - 99 * HOUR, service=Ref(id="S-OTHER", name="Search"))
    later = make_incident(number=11, created_at=NOON + HOUR)
    store.save_incidents([HERE, earlier, elsewhere, later])
    items = [make_item(f"of {each.number}", incident_id=each.id) for each in (earlier, elsewhere, later, HERE)]
    kept = replace(make_item("kept", incident_id=earlier.id), key="ai-0000000000000001", status=ItemStatus.DONE)
    store.save_items([*items, kept])
    assert [(item.words.title, head.number) for item, head in store.promised_before(HERE)] == [("of 1", 1)]


def test_a_promise_that_changed_has_later_post_mortems_of_its_service_looked_at(store: Store) -> None:
    earlier = make_incident(number=1, created_at=NOON - 99 * HOUR)
    later = make_incident(number=11, created_at=NOON + HOUR)
    store.save_incidents([HERE, earlier, later])
    store.save_postmortem(OpenedPostmortem(incident_id=HERE.id, opened_at=NOON))
    store.settle(store.dirty())
    store.mark_later(earlier.id, since=NOON + HOUR)
    assert store.dirty() == {}
    store.mark_later(earlier.id, since=NOON)
    assert list(store.dirty()) == [HERE.id]


def test_receipts_are_those_of_one_document_with_what_is_certain(store: Store) -> None:
    for reader in ("circulate:Q1:a", "circulate:Q1:b", "circulate:Q10:a"):
        store.claim_day(reader, NOON.date(), at=NOON)
    store.close_day("circulate:Q1:a", NOON.date(), "sent")
    assert store.receipts("circulate:Q1:") == {"circulate:Q1:a": NOON, "circulate:Q1:b": None}
