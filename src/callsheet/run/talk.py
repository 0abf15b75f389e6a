"""What people say on tickets, where a search does not show all of it. A step of the first half of gather."""

from dataclasses import replace

from callsheet.model.ticket import Ticket
from callsheet.run.app import App


def with_whole_talk(app: App, tickets: list[Ticket]) -> list[Ticket]:
    """The tickets with all their comments: read one by one only where the search cut them off and there is news."""
    cut = {ticket.id: ticket for ticket in tickets if ticket.comments_cut}
    if not cut:
        return tickets
    # Those that no item follows are nobody's promise: what is said there is not said to us.
    known, followed = app.memory.tickets(cut), app.memory.items_with_tickets(cut)
    whole: dict[str, Ticket] = {}
    for ticket in cut.values():
        before = known.get(ticket.id)
        same = before is not None and before.updated_at == ticket.updated_at
        if before is not None and (same or ticket.id not in followed):
            whole[ticket.id] = replace(ticket, comments=before.comments, comments_cut=False)
        elif ticket.id in followed:
            every = tuple(comment.kept() for comment in app.tracker.comments(ticket.id))
            whole[ticket.id] = replace(ticket, comments=every, comments_cut=False)
    return [whole.get(ticket.id, ticket) for ticket in tickets]
