"""What the daemon remembers of documents: what a publisher holds, and what it set out to write there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A document at one publisher.

    `current` is the text as last read or written, `published` as we last wrote it, `generated` what we had
    generated then, before it met people's words; the last two are None when the memory of them is lost.
    `taken_in` is the text whose cells the items know already, None where that is `published`: an edit is news once.
    `copied` tells of what the copies beside it were made; empty where there are none.
    """

    publisher: str
    incident_id: str
    fingerprint: str
    version: str
    location: str
    current: str
    published: str | None
    generated: str | None
    taken_in: str | None = None
    copied: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunText:
    """A text that we set out to write where people write too. `place` is a publisher's name, or `note`.

    `basis` is what the next text is compared with: for a document what we generated before it met people's words, for
    a note what it said before. It stands until what came of it is written down, so after a crash it tells our own hand
    from a person's; beside others when a later try began with other words.
    """

    place: str
    incident_id: str
    text: str
    basis: str
