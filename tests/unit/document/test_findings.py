"""Whether a document says what brought the incident about."""

from importlib.resources import files

import pytest

from callsheet.document.findings import findings, stated_impact, states_causes
from callsheet.document.regions import region

OURS = region("causes", "The certificate had expired.").text


@pytest.mark.parametrize(
    "text",
    [
        "**Cause:** *unknown until the review; write it here.*",
        "**Cause:** unknown",
        "**Cause:**",
        "## Contributing factors\n\n*Write them here: there are usually several.*\n",
        "## Contributing factors\n\n- \n\n## What we learned\n\nA lot.",
        "## Root causes\n\n_Nobody knows yet._\n",
        "# Because we can\n\nNo heading of ours.",
        f"## Contributing factors\n\n{OURS}",
        "",
    ],
)
def test_what_people_left_empty_states_no_cause(text: str) -> None:
    assert not states_causes(text)


@pytest.mark.parametrize(
    "text",
    [
        "**Cause:** the renewal job had been switched off",
        "## Contributing factors\n\n*Write them here.*\n\n- The alert was on the wrong metric.\n",
        "## Contributing factors #\r\n\r\nThe job was off.\r\n",
        "### Root cause\nA deploy without a canary",
        f"## Contributing factors\n\n{OURS.replace('expired', 'expired in May')}",
    ],
)
def test_what_people_wrote_there_does(text: str) -> None:
    assert states_causes(text)


@pytest.mark.parametrize(("status", "final"), [("final", True), ('"Final"', True), ("draft", False), ("", False)])
def test_a_person_sets_the_status_to_final(status: str, final: bool) -> None:
    assert findings(f"---\nstatus: {status}\n---\n# Title\n").final is final


def test_our_own_template_states_no_cause_yet() -> None:
    folder = files("callsheet.render").joinpath("templates")
    templates = [file.read_text() for file in folder.iterdir() if file.name.endswith(".md.j2")]
    assert not any(states_causes(template) for template in templates)
    assert any("Contributing factors" in template for template in templates)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("**What customers noticed:** *unknown; write it here.*", None),
        ("**What customers noticed:**", None),
        ("**What customers noticed:** unknown.", None),
        ("**What customers noticed:** one in three payments failed", "one in three payments failed"),
        ("**What customers noticed**: a **blank** page\r", "a blank page"),
        ("", None),
    ],
)
def test_what_customers_noticed_is_known_once_somebody_wrote_it_down(line: str, words: str | None) -> None:
    assert stated_impact(f"## Impact\n\n{line}\n\n## Next\n") == words
