"""The places that tell of action items, and what it means that two of them tell of the same. Below `collect`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from callsheet.document.edits import Edits
from callsheet.document.sheet import DocRow
from callsheet.model.action_item import ActionItem, Source
from callsheet.model.incident import Incident, Note
from callsheet.model.memory import OpenedPostmortem
from callsheet.model.ticket import Ticket
from callsheet.plan.wording import same_wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the items of one post-mortem are written.

    `notes` come with the incident they stand on (merged ones too), `notes_complete` is False when some could not be
    read, so that nothing counts as deleted. `edits` are by publisher; `rows` are keyed rows of documents whose last
    state we no longer remember; `printed` are the keys that stand in a document. `hand_made` are tickets that people
    labelled; `titles_by_marker` are the titles of tickets that carry one of our markers, for finding lost ordinals
    again.
    """

    incident: Incident
    opened: OpenedPostmortem
    notes: tuple[tuple[Incident, Note], ...] = ()
    notes_complete: bool = True
    edits: tuple[Edits, ...] = ()
    rows: tuple[DocRow, ...] = ()
    printed: frozenset[str] = frozenset()
    hand_made: tuple[Ticket, ...] = ()
    titles_by_marker: Mapping[str, str] = field(default_factory=dict)


def twin_of(items: Mapping[str, ActionItem], title: str, source: Source, *, besides: str) -> ActionItem | None:
    """An item of the same wording from another place: the two are one promise.

    The one that was told as this place already, else one that is still to be kept: who promises anew what was done or
    dropped, promises anew.
    """
    alike = [i for i in items.values() if i.key != besides and same_wording(i.spoken.title, title)]
    return next((i for i in alike if source in i.also_in), None) or next((i for i in alike if i.open), None)


def also(item: ActionItem, source: Source) -> ActionItem:
    return item if source in item.also_in or source == item.source else replace(item, also_in=(*item.also_in, source))


def unmerge(items: dict[str, ActionItem], source: Source) -> None:
    """A place that was told as another's becomes an item of its own: its wording is no longer the same."""
    for item in tuple(items.values()):
        if source in item.also_in:
            items[item.key] = _without(item, source)


def source_lost(items: dict[str, ActionItem], source: Source) -> None:
    """The place is gone: another place with the same wording takes over, else people are asked."""
    for item in tuple(items.values()):
        if source in item.also_in:
            items[item.key] = _without(item, source)
        elif item.source == source and not item.also_in:
            items[item.key] = replace(item, source_gone=True)


def _without(item: ActionItem, source: Source) -> ActionItem:
    return replace(item, also_in=tuple(other for other in item.also_in if other != source))
