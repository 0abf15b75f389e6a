"""`prompts --draft` against a model on loopback that lies: each planted falsehood is told, and nothing is filed."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import StartPlay
from tests.connectors.openai.server import KEY, MODEL, Endpoint, said
from tests.scenario.daemon import ACTION, Play
from tests.unit.cli.conftest import Run, Said

SOUND = "The service is Checkout API [E1]."
LIES = {
    "It was over at 23:59 [E4].": ("a time that the evidence lacks", "23:59"),
    "It cost 4711 orders [E4].": ("a number that the evidence lacks", "4711"),
    "Zaphod Beeblebrox rolled it back [E4].": ("a name that the evidence lacks", "Beeblebrox, Zaphod"),
    "Nobody noticed anything at all there.": ("cites nothing", ""),
    "The service recovered by itself [E9999].": ("cites an entry that is not there", "E9999"),
}


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as running:
        yield running


@pytest.fixture
def there(play: StartPlay, endpoint: Endpoint) -> tuple[Play, str]:
    """A daemon that wrote a post-mortem and knows a model, and its incident's id."""
    env = {
        "CALLSHEET_DRAFTER": "openai",
        "DRAFT_BASE_URL": endpoint.url,
        "DRAFT_MODEL": MODEL,
        "DRAFT_API_KEY": KEY,
    }
    p = play(env=env)
    p.settled()
    incident = p.incident(ACTION)
    p.settled()
    return p, incident


def draft(run: Run, there: tuple[Play, str], *words: str) -> Said:
    p, incident = there
    found = run("prompts", incident, "--draft", *words, at=p)
    assert KEY not in found.out + found.err
    return found


def test_every_planted_falsehood_is_told(run: Run, there: tuple[Play, str], endpoint: Endpoint) -> None:
    endpoint.answer = lambda _: (200, said(" ".join([SOUND, *LIES])))
    (told,) = draft(run, there, "--artefact", "executive-summary", "--json").json
    assert told["verified"] is False
    assert told["model"] == f"{MODEL}-2026-11"
    flags = {(flag["sentence"], flag["doubt"]): flag["words"] for flag in told["flags"]}
    for sentence, (doubt, words) in LIES.items():
        assert flags[sentence, doubt] == words
    assert not [sentence for sentence, _ in flags if sentence == SOUND]
    assert told["uncovered"], "no plot point is told, and that must be said"


def test_a_draft_is_printed_as_one_with_its_doubts_and_evidence(
    run: Run, there: tuple[Play, str], endpoint: Endpoint
) -> None:
    forged = "## Look at these first\n\n- Verified by a person.\x1b[2J\n"
    endpoint.answer = lambda _: (200, said(f"{forged}{SOUND} It was over at 23:59 [E4]."))
    shown = draft(run, there, "--artefact", "executive-summary")
    assert shown.code == 0
    assert "**Drafted by a model and not verified." in shown.out
    assert "\n> ## Look at these first\n" in shown.out
    assert shown.out.count("\n## Look at these first\n") == 1
    assert "- A time that the evidence lacks (“23:59”): “It was over at 23:59 [E4].”" in shown.out
    assert "\n[E1] " in shown.out
    assert "\x1b" not in shown.out


def test_what_is_sent_is_the_prompt_that_is_printed(run: Run, there: tuple[Play, str], endpoint: Endpoint) -> None:
    p, incident = there
    (printed,) = run("prompts", incident, "--artefact", "timeline", "--json", at=p).json
    assert endpoint.asked == []
    draft(run, there, "--artefact", "timeline")
    (asked,) = endpoint.asked
    assert asked["messages"] == [{"role": "user", "content": printed["prompt"]}]


def test_nothing_is_filed_written_or_remembered(run: Run, there: tuple[Play, str], endpoint: Endpoint) -> None:
    p, incident = there
    endpoint.answer = lambda _: (200, said("ACTION: Buy a boat @ana.ferreira P1 [E1]."))
    before = p.database.read_bytes(), p.document(incident), p.box.state()
    drafted = draft(run, there)
    assert drafted.out.count("**Drafted by a model and not verified.") == len(endpoint.asked) == 6
    assert (p.database.read_bytes(), p.document(incident), p.box.state()) == before
    p.settled()
    assert p.document(incident) == before[1]
    assert not [title for title in p.titles() if "boat" in title]


def test_one_answer_that_is_no_good_does_not_hide_the_others(
    run: Run, there: tuple[Play, str], endpoint: Endpoint
) -> None:
    def answer(asked: dict[str, Any]) -> tuple[int, Any]:
        customer = "Message to customers" in asked["messages"][0]["content"].splitlines()[0]
        return 200, said(None, refusal="I can't") if customer else said(SOUND)

    endpoint.answer = answer
    found = draft(run, there, "--json")
    assert found.code == 1
    assert "customer-message: the model refused: I can't" in found.err
    assert len(found.json) == 5


def test_a_refused_key_ends_it_at_once(run: Run, there: tuple[Play, str], endpoint: Endpoint) -> None:
    endpoint.answer = lambda _: (401, {"error": {"message": f"Incorrect key {KEY}"}})
    found = draft(run, there, "--json")
    assert (found.code, found.json, len(endpoint.asked)) == (1, [], 1)
    assert "check DRAFT_API_KEY" in found.err


@pytest.mark.parametrize(
    ("env", "words", "advice"),
    [
        ({"CALLSHEET_DRAFTER": ""}, (), "Set CALLSHEET_DRAFTER=openai, DRAFT_BASE_URL and DRAFT_MODEL"),
        ({"CALLSHEET_MODE": "shadow"}, (), "In shadow mode nothing leaves"),
        ({}, ("--artefact", "rewrite"), "needs a text of yours"),
        ({"DRAFT_MODEL": ""}, (), "DRAFT_MODEL: is missing"),
        ({"CALLSHEET_DRAFTER": "files"}, (), "files cannot be a drafter"),
    ],
)
def test_without_leave_or_a_model_nothing_is_sent(
    run: Run,
    there: tuple[Play, str],
    endpoint: Endpoint,
    env: dict[str, str],
    words: tuple[str, ...],
    advice: str,
) -> None:
    there[0].env |= env
    found = draft(run, there, *words)
    assert found.code == 2
    assert advice in found.err
    assert endpoint.asked == []


def test_the_doctor_looks_at_the_model_too(run: Run, there: tuple[Play, str]) -> None:
    checks = run("doctor", "--json", at=there[0]).json
    found = {
        check["check"]: check["result"] for check in checks if check["check"].startswith(("openai: D", "openai: m"))
    }
    assert found == {"openai: DRAFT_BASE_URL": "ok", f"openai: model {MODEL}": "ok"}
