"""A promise that was made more than once in an incident: where it was said again, for the remarks of the call sheet."""

from collections.abc import Iterable, Iterator
from datetime import UTC

from callsheet.model.action_item import ActionItem, Source, SourceKind
from callsheet.model.incident import Note
from callsheet.plan.wording import same_wording


# | the same words                                 | are                        | the remark                      |
# | in another note, or again in the same one      | the same item (`collect`)  | when it was promised again      |
# | in another row of the document                 | the same item              | none here: that row says it     |
# | after the first was done or dropped            | an item of its own         | that it is promised anew        |
def repeats(item: ActionItem, over: Iterable[ActionItem], notes: Iterable[Note]) -> Iterator[str]:
    """Where an open item was promised besides; nothing for one that is done or dropped. `over` are those that are."""
    if not item.open:
        return
    known = {note.id: note for note in notes}
    for source in item.also_in:
        if source.kind is SourceKind.NOTE:
            yield _again(item.source, source, known.get(_note_of(source)))
    for other in over:
        if other.noted_at < item.noted_at and same_wording(other.spoken.title, item.spoken.title):
            yield f"promised anew: {other.key}, in the same words, was {other.status} before"


def _again(first: Source, source: Source, note: Note | None) -> str:
    if first.kind is SourceKind.NOTE and _note_of(first) == _note_of(source):
        return "written twice in its note; it is one promise"
    if note is None:
        return "promised again in another note; it is one promise"
    at = note.created_at.astimezone(UTC)
    return f"promised again at {at:%Y-%m-%d %H:%M} UTC by {note.author.name or 'somebody unknown'}; it is one promise"


def _note_of(source: Source) -> str:
    return source.id.rpartition("/")[0]
