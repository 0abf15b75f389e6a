"""From the store to the record that a season's figures are drawn from. Beside the daemon: it only reads."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from callsheet.document.findings import Findings
from callsheet.model.action_item import ActionItem
from callsheet.model.incident import Incident
from callsheet.model.memory import OpenedPostmortem
from callsheet.plan.publishing import ours
from callsheet.plan.season import Investigation, Promise, Record
from callsheet.plan.staging import is_held_review
from callsheet.plan.turns import Turn, turn_by, turn_of
from callsheet.run.ports import Memory

NOTHING = Findings()
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def record(memory: Memory, items: Sequence[ActionItem] | None = None, *, with_turns: bool = False) -> Record:
    """Every promise and every live post-mortem, as they are now. `with_turns`: who managed them, too.

    `items` are all there are, where somebody has read them already: with each read once, a page has its answer soon.
    """
    items = memory.items(every=True) if items is None else items
    live = {opened.incident_id: opened for opened in memory.every_postmortem() if opened.live}
    promised = [item for item in items if item.ticket_id]
    heads = memory.incidents({item.incident_id for item in promised} | live.keys())
    reviewed = {item.incident_id for item in items if is_held_review(item)}
    return Record(
        promises=_promises(memory, promised, heads),
        investigations=_investigations(memory, live, heads, reviewed),
        closed=memory.closed_seasons(),
        turns=turns_since(memory, LONG_AGO) if with_turns else (),
        people=memory.people() if with_turns else (),
    )


def turns_since(memory: Memory, since: datetime) -> tuple[Turn, ...]:
    """Who managed which incident, of those that began since then: by its dossier, or by what the feed told of it.

    Where nobody did anything nobody managed, and the incident is left out.
    """
    paged = memory.paged_on()
    heads = memory.incidents(opened.incident_id for opened in memory.every_postmortem()).values()
    recent = [head for head in heads if head.created_at >= since and head.merged_into is None]
    nobody = frozenset[str]()
    turns = {
        each.incident.id: turn_of(each, ours, paged.get(each.incident.service.id, nobody))
        for each in memory.dossiers(head.id for head in recent)
    }
    present = [(head, there) for head, there in memory.present(since) if head.id not in turns]
    return (*turns.values(), *(turn_by(head, there, paged.get(head.service.id, nobody)) for head, there in present))


def _promises(memory: Memory, items: Sequence[ActionItem], heads: Mapping[str, Incident]) -> tuple[Promise, ...]:
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


def _investigations(
    memory: Memory,
    live: Mapping[str, OpenedPostmortem],
    heads: Mapping[str, Incident],
    reviewed: Collection[str],
) -> tuple[Investigation, ...]:
    found = memory.findings(live)
    return tuple(
        Investigation(
            incident=heads[id_],
            opened_at=opened.opened_at,
            backfilled=opened.backfilled,
            reviewed=id_ in reviewed or found.get(id_, NOTHING).final,
            causes=found.get(id_, NOTHING).causes,
            draft=found.get(id_, NOTHING).draft,
            summary=found.get(id_, NOTHING).summary,
        )
        for id_, opened in live.items()
        if opened.opened_at and id_ in heads and heads[id_].merged_into is None
    )
