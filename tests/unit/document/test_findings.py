"""Whether a document says what brought the incident about."""

from importlib.resources import files

import pytest

from callsheet.document.findings import findings, has_summary, stated_causes, stated_impact, states_causes
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


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("**Root causes:** the *renewal job* had been off", "the renewal job had been off."),
        (
            "**Root causes:** *unknown*\n\n## Cause\n\n- The [alert](https://x.org) was off\n2. A second!\n\n## More\n",
            "The alert was off. A second!",
        ),
        ("## Contributing factors\n\n<!-- callsheet:begin x -->\n*Write them here.*\n", None),
    ],
)
def test_causes_are_told_in_the_words_of_whoever_wrote_them(text: str, told: str | None) -> None:
    assert stated_causes(text) == told
    assert states_causes(text) is (told is not None)


SUMMARY = region("summary", "Checkout paged. The cause is unknown until the review.").text
SHEET = region("improvements", "- Add an alert").text
EMPTY = (
    f"## Summary\n\n{SUMMARY}\n**Root causes:** *unknown; write them here.*\n\n- [ ] Checked by a subject expert\n\n"
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        EMPTY + SHEET,
        "# Titel\n\nVorab.\n\n" + EMPTY.replace("## Summary", "## Kurz gesagt"),
        EMPTY.replace("\n", "\r\n"),
        EMPTY.replace("*unknown; write them here.*", "a cold cache"),
        EMPTY + SHEET.replace("Add", "Really add"),
        f"{EMPTY}## Impact\n\nMany were hurt.\n",
        "# Title\n\nNo heading of that name.\n",
        "## Summary\n\n*Write it here.*\n",
        f"## Summary\n\n{SUMMARY}\n{region('summary-new', 'It also rained.').text}",
    ],
)
def test_what_only_we_wrote_is_nobodys_summary(text: str) -> None:
    assert not has_summary(text)


@pytest.mark.parametrize(
    "text",
    [
        EMPTY.replace("[ ]", "[x]"),
        EMPTY.replace("unknown until the review", "a cold cache"),
        EMPTY.replace("Checkout paged. ", ""),
        f"{EMPTY}For an hour nobody could pay.\n",
        "# Summary\n\nFor an hour nobody could pay.\n",
        "## Executive summary\r\n\r\nFor an hour nobody could pay.\r\n",
        EMPTY.replace("## Summary", "## Kurz gesagt").replace("unknown until the review", "a cold cache"),
        f"{EMPTY}Eine Stunde lang konnte niemand zahlen.\n".replace("## Summary", "# Titel\n\n## Kurz gesagt"),
    ],
)
def test_what_somebody_wrote_changed_or_ticked_is(text: str) -> None:
    assert has_summary(text)


def test_what_the_houses_own_template_says_is_nobodys_summary() -> None:
    text = f"## Summary\n\nThree sentences, please.\n\n{SUMMARY}"
    assert has_summary(text)
    assert not has_summary(text, generated=text)


@pytest.mark.parametrize(("status", "draft"), [("", True), ("in review", True), ("Final", False), ("waived", False)])
def test_a_draft_is_neither_final_nor_waived(status: str, draft: bool) -> None:
    assert findings(f"---\nstatus: {status}\n---\n# Title\n").draft is draft


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
