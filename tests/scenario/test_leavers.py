"""Over the wire: Jira says that an account was deactivated, and somebody is forgotten."""

from __future__ import annotations

from callsheet.run.forgetting import forget, somebody
from tests.conftest import StartPlay
from tests.scenario.daemon import ACTION, Play
from tests.scenario.test_nudges import ALONE, POOL, comments, filed

LATER = ACTION.replace(POOL, "Load-test the pool")
BOTH = f"{ACTION}\n{LATER}"
POLICY = f'{ALONE}[default_route]\nfallback_owner = "grace.okafor@larkspur.example"\n'


def owners(p: Play) -> set[str]:
    return {ticket["fields"]["assignee"]["displayName"] for ticket in p.tickets()}


def test_the_next_daily_look_hands_everything_over_with_one_comment(play: StartPlay) -> None:
    p, _ = filed(play, BOTH, policy=POLICY)
    assert owners(p) == {"Ana Ferreira"}
    p.in_jira("deactivate", to="Ana Ferreira")
    p.wait(days=1, hours=1)
    p.settled()
    assert owners(p) == {"Grace Okafor"}
    # Her own morning may be still to come.
    for _ in range(4):
        p.wait(hours=3)
        p.settled()
    (said,) = [*comments(p), *comments(p, "Load-test")]
    assert "the account of Ana Ferreira was deactivated" in said
    assert "A reminder for Grace Okafor" in said
    p.forget()
    p.wait(hours=1)
    p.settled()
    assert p.writes() == {}


def test_who_is_forgotten_is_named_by_no_text_of_ours_and_by_the_database_no_more(play: StartPlay) -> None:
    p, incident = filed(play, BOTH, policy=POLICY)
    assert "Ana Ferreira" in p.document(incident)
    with p.store() as store:
        forget(store, somebody(store, "ana.ferreira@larkspur.example"), p.box.now())
    for _ in range(2):
        p.settled()
        p.wait(days=1, hours=1)
    assert "Ana Ferreira" not in p.document(incident)
    assert [note for note in p.our_notes(incident) if "Ana Ferreira" in note] == []
    kept = b"".join(path.read_bytes() for path in p.folder.rglob("*.db*"))
    assert kept
    assert b"Ana Ferreira" not in kept
    assert b"ana.ferreira" not in kept
    assert "is not known here any more" in p.document(incident)
    assert owners(p) == {"Grace Okafor"}
