"""From the store to the record that a season's figures are drawn from. Beside the daemon: it only reads."""

from datetime import UTC, datetime

from callsheet.document.findings import is_final, states_causes
from callsheet.model.action_item import ActionItem, ItemStatus, SourceKind
from callsheet.plan.publishing import ours
from callsheet.plan.season import Investigation, Promise, Record
from callsheet.plan.turns import Turn, turn_of
from callsheet.run.ports import Memory

# The standing item of the default policy: who ticks it off has held the review.
REVIEW = "review"
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def record(memory: Memory, *, with_turns: bool = False) -> Record:
    """Every promise and every live post-mortem, as they are now. `with_turns`: who managed them, too."""
    return Record(
        promises=_promises(memory),
        investigations=_investigations(memory),
        closed=memory.closed_seasons(),
        turns=turns_since(memory, LONG_AGO) if with_turns else (),
        people=memory.people() if with_turns else (),
    )


def turns_since(memory: Memory, since: datetime) -> tuple[Turn, ...]:
    """Who managed which incident, of those that began since then and have a post-mortem."""
    live = [opened.incident_id for opened in memory.every_postmortem() if opened.live]
    paged = memory.paged_on()
    found = []
    for incident in memory.incidents(live).values():
        known = memory.dossier(incident.id) if incident.created_at >= since and incident.merged_into is None else None
        if known:
            found.append(turn_of(known[0], ours, paged.get(incident.service.id, frozenset())))
    return tuple(found)


def _promises(memory: Memory) -> tuple[Promise, ...]:
    items = memory.promised()
    heads = memory.incidents({item.incident_id for item in items})
    tickets = memory.tickets(item.ticket_id for item in items if item.ticket_id)
    dates = memory.due_dates()
    return tuple(
        Promise(
            item=item,
            incident=heads[item.incident_id],
            dates=dates.get(item.key, ()),
            filed_at=tickets[item.ticket_id].created_at if item.ticket_id in tickets else None,
        )
        for item in items
        if item.incident_id in heads
    )


def _investigations(memory: Memory) -> tuple[Investigation, ...]:
    live = {opened.incident_id: opened for opened in memory.every_postmortem() if opened.live}
    texts = {incident_id: held.current for (_, incident_id), held in memory.publications(live).items()}
    items = memory.items_of(live)
    heads = memory.incidents(live)
    return tuple(
        Investigation(
            incident=head,
            opened_at=opened_at,
            backfilled=live[id_].backfilled,
            reviewed=is_final(texts.get(id_, "")) or any(_is_held_review(item) for item in items.get(id_, ())),
            causes=states_causes(texts.get(id_, "")),
        )
        for id_, head in heads.items()
        if head.merged_into is None and (opened_at := live[id_].opened_at) is not None
    )


def _is_held_review(item: ActionItem) -> bool:
    source = item.source
    return source.kind is SourceKind.POLICY and source.id == REVIEW and item.status is ItemStatus.DONE
