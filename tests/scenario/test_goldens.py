"""Whole documents of the sandbox's incidents, as they must read, and by hand: the facts that each must state.

CALLSHEET_RECORD=1 writes the documents anew; read the difference before you keep it. The facts are never written anew.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from callsheet.document.regions import regions_of
from callsheet.render.html import to_html
from callsheet.render.slugs import slug
from tests.conftest import MakeSandbox
from tests.scenario.daemon import Play

GOLDENS = Path(__file__).with_name("goldens")
RECORDING = bool(os.environ.get("CALLSHEET_RECORD"))
# By the incident's title: by hand, after the stories in the sandbox's scenes.
FACTS: dict[str, tuple[str, ...]] = {
    # A change halved the connection pool; two beliefs, a pause, a rollback, three promises, one for nobody known.
    "Checkout API: p99 latency above 4 s": (
        "P1, high urgency",
        "On 20 October 2026 at 19:49 UTC (21:49 Berlin), Checkout API (team Storefront) paged.",
        "Felix Brandt was the first to respond, after 7 min",
        "“Rolled back checkout-api build 5015. p99 is 1.1 s and falling.”",
        "Felix Brandt believed at 20:14 UTC (22:14 Berlin): “checkout-api build 5015 halved the pool.”",
        "It was resolved after 1 h 26 min, at 21:15 UTC (23:15 Berlin).",
        "“Customers see slow pages at checkout. We have found the cause and are rolling back.”",
        "**Marcus Hill**, responder (Senior Software Engineer; asked by Felix Brandt)",
        "**Priya Natarajan** came in at 01:39 on Wednesday in Kolkata, at night.",
        "“checkout-api build 5015: Lower the connection pool limit to save memory”",
        "Believed: “I think it is the connection pool: 200 of 200 in use and the wait queue grows.”",
        "**Priya Natarajan** called for a pause: “HOLD: do not fail over the database, the replica is 90 s behind.”",
        "**Nobody** wrote or did anything that is on record for 31 min.",
        "- [ ] **Turning point:** 20:44 UTC",
        "| Alert when the pool wait time exceeds 500 ms | Felix Brandt | 2026-10-29 | P1 |",
        "| Update runbook for API latency issues | nobody yet (for “@engineer_handle”) | 2026-11-10 | P2 |",
        "**Best hand-off:** Felix Brandt, who left a note to read before bringing in Marcus Hill and Priya Natarajan",
    ),
    # Another page was merged into it.
    "Checkout API: 5xx on every endpoint": (
        "It took in [incident #1020](",
        "opened incident #1020, later merged into this one: “Catalog: error budget burns 14 times too fast”",
        "“Ingress is back on the old configuration.”",
        "“checkout-api build 5019: Roll out the new ingress configuration”",
        "**Night shift:** Wei Ling Tan and Tomasz Zielinski",
        "“Load-test the pool limit in staging”: Marcus Hill, due 2026-11-03, not filed (from [incident #1015](",
        "| Stage ingress changes per region | Marcus Hill | 2026-11-13 | P1 |",
    ),
    # It was resolved, came back, and nobody wrote down in time what ended it.
    "Payments Gateway: duplicate charges": (
        "What ended it is not on record.",
        "reopened the incident",
        "called for a pause: “It is back: two more. HOLD: no refunds by hand, finance has a script.”",
        "- [ ] **Turning point:** open.",
        "It had been resolved once before.",
        "It came back after it had been resolved.",
        "It was resolved, came back at 04:03 UTC (06:03 Berlin),\nand was over after 2 h 20 min, at 05:06 UTC",
        "| Idempotency key on every retry of a charge |",
    ),
    # A title and notes that try to be markup.
    '<script>alert("payments-gateway")</script> **Payments Gateway** | [click](javascript:alert(1)) {{7*7}}': (
        '# \\<script\\>alert("payments-gateway")\\</script\\> \\*\\*Payments Gateway\\*\\*',
        "{{7\\*7}}",
        "**Called in, and silent on the record:** 2 people",
        "No word to stakeholders is on record.",
        "- It was a weekend for the team.",
    ),
    # A P3 in the one-page form: a partner's outage, waited out.
    "Data Pipeline: shipping partner answers 503": (
        "P3, high urgency",
        "“They fixed it. We did nothing but wait, and showed the fallback price.”",
        "**Nobody** wrote or did anything that is on record for 88 min.",
        "## Questions",
        "“Make the export lock expire after one hour”",
    ),
    # Kinds of entries that nobody documented speak for themselves.
    "Ledger: stale prices in the basket": (
        "**Lena Weber** has an entry of the kind “telepathy”.",
        "What ended it is not on record.",
        "**Lena Weber** noted: “Price cache of one node did not hear the invalidation.”",
    ),
}


@pytest.fixture(scope="module")
def written(make_sandbox: MakeSandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The documents of a first start, by their incidents' titles."""
    folder = tmp_path_factory.mktemp("goldens")
    with ExitStack() as stack:
        box = stack.enter_context(make_sandbox(seed=7, incidents=24))
        policy = '[open]\npriorities = ["P1", "P2", "P3"]\n[calendar]\nzone = "Europe/Berlin"\n'
        play = Play(box, folder, env={}, policy=policy, flavour="cloud")
        play.settled()
        yield {path.stem: _steady(path.read_text()) for path in play.paths()}


def _steady(text: str) -> str:
    """Without what differs from run to run: the sandbox's port, and the marks that come from it."""
    return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8181", re.sub(r" sha=[0-9a-f]{12}", "", text))


def document(written: dict[str, str], title: str) -> str:
    """The one document whose file name ends so."""
    (found,) = (text for stem, text in sorted(written.items()) if stem.endswith(slug(title)))
    return found


@pytest.mark.parametrize(("title", "fact"), [(title, fact) for title, facts in FACTS.items() for fact in facts])
def test_a_document_states_the_facts(written: dict[str, str], title: str, fact: str) -> None:
    assert fact in document(written, title)


@pytest.mark.parametrize("title", FACTS)
def test_a_document_reads_as_it_did(written: dict[str, str], title: str) -> None:
    path, text = GOLDENS / f"{slug(title)}.md", document(written, title)
    if RECORDING:
        path.write_text(text)
    assert text == path.read_text()


def test_no_golden_is_kept_for_nothing() -> None:
    assert {path.stem for path in GOLDENS.iterdir()} == {slug(title) for title in FACTS}


def test_every_document_is_honest_short_on_its_first_page_and_harmless(written: dict[str, str]) -> None:
    """No summary has more than 120 words, nothing that is missing shows as None, and no script is in the HTML."""
    assert len(written) > 10
    for text in written.values():
        assert len(regions_of(text)["summary"].content.split()) <= 120
        assert "None" not in text.replace("None is on record", "")
        assert "<script" not in to_html(text)
