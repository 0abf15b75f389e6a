"""Parts that the policy gives to people, put beside those of the incident's custom fields. Before `cast`."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from callsheet.model.incident import ActorKind, Dossier
from callsheet.model.postmortem import Part
from callsheet.plan.owners import called


def with_parts(dossier: Dossier, parts: Mapping[str, Part]) -> Dossier:
    """The dossier with the policy's parts, by e-mail or id, of those who took part and have none from custom fields."""
    if not parts:
        return dossier
    there, cast = frozenset(_took_part(dossier)), {name.casefold() for _, name in dossier.roles}
    given = (
        (part.value, person.name)
        for person in dossier.people
        if person.id in there and person.name.casefold() not in cast
        for part in [parts[word] for word in called(person.email, person.id) if word in parts][:1]
    )
    return replace(dossier, roles=(*dossier.roles, *given))


def _took_part(dossier: Dossier) -> Iterator[str]:
    """The ids of the people who did something, or said that they would."""
    actors = [*(each.actor for each in dossier.entries), *(each.author for each in dossier.notes)]
    actors += [each.author for each in dossier.status_updates]
    yield from (actor.id for actor in actors if actor and actor.kind is ActorKind.PERSON)
    yield from (each.person.id for each in dossier.responders if each.state == "joined")
