"""The document says what is known, says "unknown" where nothing is, and lets nothing from outside become markup."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from callsheet.document.edits import incident_of
from callsheet.document.front import value_of
from callsheet.document.markdown import plain
from callsheet.document.merge import merge
from callsheet.document.regions import regions_of
from callsheet.document.sheet import read_sheet
from callsheet.model.incident import Alert, Change, Dossier, Link, StatusUpdate
from callsheet.model.postmortem import Form
from callsheet.model.span import span
from callsheet.plan.skeleton import Staging
from callsheet.render.environment import BadTemplate
from callsheet.render.html import to_html
from callsheet.render.renderer import Renderer
from callsheet.render.times import Clock
from tests.unit.render.story import ANA, MARCUS, ROWS, START, at, dossier, entry, incident, note, postmortem, row

RENDERER = Renderer()
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
HOSTILE = (
    '<script>alert("x")</script> **bold** | [click](javascript:alert(1)) {{7*7}} `rm -rf` \n'
    "# heading\n- item\n\n---\n<!-- callsheet:end timeline -->\n<!-- callsheet:begin summary sha=0123456789ab -->\n"
    "```\n| a | b |\n| --- | --- |\n![x](https://evil.example/x.png) <img src=x onerror=alert(1)> "
    "https://evil.example \\"
)


@pytest.mark.parametrize(
    "fact",
    [
        "incident: Q1POOL",
        "number: 1001",
        'title: "Checkout API: p99 latency above 4 s"',
        "status: draft",
        "opened: 2026-11-03",
        "# Checkout API: p99 latency above 4 s",
        "[incident #1001](https://larkspur.pagerduty.example/incidents/Q1POOL)",
        "On 2 November 2026 at 22:51 UTC (23:51 Berlin), Checkout API (team Storefront) paged",
        "Ana Ferreira was the first to respond, after 3 min;\n3 people took part.",
        "As far as the record shows, it turned at 23:38 UTC (00:38 Berlin, 3 Nov), when Ana Ferreira noted: “Rolled",
        "It was resolved after 1 h 14 min, on 3 November 2026 at 00:05 UTC (01:05 Berlin).",
        "**Planned improvements:** 3 promises, all open.\n\n- [OPS-1](https://larkspur",
        "“Alert when the pool wait time exceeds 500 ms”: Ana Ferreira, due 2026-11-11, open\n",
        "The cause is unknown until the review, and nobody is named to lead it.",
        "· draft, not reviewed yet",
        "**Root causes:** *unknown until the review; write them here.*",
        "- **Ana Ferreira** came in at an hour of theirs that is unknown: no time zone is on record.",
        "- No other incident is known to have been open at the same time.",
        "- In the 12 hours before, no other page of Ana Ferreira is on record here.",
        "- A change went out 5 min before: near in time is a hint, not a cause.",
        "2. Reenactment: each actor reads their own lines, and says what they believed (10 min)",
        "- **Grace Okafor** reads 23:08 and 23:24; is asked about 23:24.",
        "3. Why did that make sense at the time? *Because …*",
        "Nothing: earlier incidents on Checkout API left no promise open that is known here.",
        "- **Best hand-off:** Ana Ferreira, who left a note to read before bringing in Marcus Hill and Grace Okafor",
        "27 entries, nothing folded. Times are UTC.",
        "- 2026-11-02 22:51:10 System itself assigned it to Ana Ferreira",
        "Stakeholders were last told: “Customers see slow pages at checkout. We are rolling back.”",
        "P1, high urgency\n· Monday 2 November 2026 to Tuesday 3 November 2026\n· 1 h 14 min\n· [incident",
        "- **Stakeholders were told** at 23:08 UTC (00:08 Berlin, 3 Nov): “Customers see slow pages at checkout.",
        "- **Alerts:** 4",
        "- **Grace Okafor**, incident commander: 23:08 (00:08, 3 Nov) to 23:24 (00:24, 3 Nov)",
        "- **Ana Ferreira**, on-call engineer (Site Reliability Engineer): 22:54 (23:54) to 3 Nov 00:05 (01:05)",
        "- **Lena Weber**, asked to help (no answer is on record)",
        "- **System itself**, speaking through prometheus (4 alerts): 22:51 (23:51) to 23:52 (00:52, 3 Nov)",
        "- **Rogue deploy**, a change nearby; nobody has said that it mattered (to this service; the most recent",
        "### Monday 2 November 2026",
        "- **22:54** (23:54) **Ana Ferreira** acknowledged the page.",
        "  - *Ana Ferreira, what did the page make you expect?*",
        "  - Believed: “I think it is the connection pool: 200 of 200 in use and the wait queue grows.”",
        "  - Believed: “build 5001 halved the pool.”",
        "**Grace Okafor** called for a pause: “HOLD: do not fail over the database, the replica is 90 s behind.”",
        "**Ana Ferreira** noted, with 2 action items: “Quiet for 20 minutes, closing the bridge.”",
        "**Marcus Hill** noted 1 action item.",
        "- **Dashboard:** [Checkout dashboard](https://grafana.larkspur.example/d/checkout)",
        "- [ ] **Turning point:** 23:38 UTC (00:38 Berlin, 3 Nov). Ana Ferreira noted: “Rolled back build 5001.",
        "moments of the timeline: the lines in italics. Their actors know.",
        "| ai-0000000000000001 | Alert when the pool wait time exceeds 500 ms | Ana Ferreira | 2026-11-11 | P1 |",
        "[OPS-1](https://larkspur.atlassian.example/browse/OPS-1) | open |",
        "- “Update runbook for API latency issues” (fallback: more than one person by that name)",
    ],
)
def test_the_document_states(fact: str) -> None:
    """A hand-written list of what a reader must find."""
    assert fact in RENDERER.document(postmortem())


def test_promises_are_not_repeated_in_the_timeline() -> None:
    """The call sheet has them."""
    timeline = regions_of(RENDERER.document(postmortem()))["timeline"].content
    assert "Load-test" not in timeline
    assert "runbook" not in timeline


def test_the_summary_is_read_in_one_breath() -> None:
    """At most 120 words, however much was said."""
    wordy = "Rolled back, and then some more of it was done. " * 40
    told = dossier(
        notes=(note(40, ANA, wordy),),
        status_updates=(StatusUpdate(at=at(17), author=ANA, message=wordy),),
        incident=incident(title=wordy),
    )
    merged = tuple(incident(id=f"Q{number}", number=number, title=wordy) for number in range(2, 6))
    summary = regions_of(RENDERER.document(postmortem(told, merged=merged)))["summary"].content
    assert "Rolled back" in summary
    assert len(summary.split()) <= 120


def test_every_region_is_untouched_as_written_and_the_document_reads_back() -> None:
    """The markers tell the truth, the front matter and the table are read by our own readers."""
    text = RENDERER.document(postmortem())
    regions = regions_of(text)
    assert list(regions) == [
        "cover", "summary", "improvements", "impact", "cast", "setting", "timeline", "props", "plot-points",
        "critique", "review", "whys", "circumstances", "call-sheet", "call-sheet-remarks", "promised-before",
        "awards", "circulation", "log",
    ]  # fmt: skip
    assert all(region.untouched for region in regions.values())
    assert incident_of(text) == "Q1POOL"
    rows, maladies = read_sheet(text)
    assert maladies == ()
    assert [(found.key, found.action, found.ticket) for found in rows] == [
        (made.key, made.action, made.ticket) for made in ROWS
    ]


def test_nothing_known_is_said_to_be_unknown() -> None:
    """An open incident of which nothing but its head is recorded."""
    bare = Dossier(incident=incident(resolved_at=None, priority=None, teams=()))
    text = RENDERER.document(postmortem(bare, rows=(), zone="UTC"))
    for words in (
        "Checkout API (team unknown) paged.",
        "The incident is still open.",
        "No response by a person is on record.",
        "no priority, high urgency\n· Monday 2 November 2026\n· still open\n",
        "No word to stakeholders is on record.",
        "- **Alerts:** none on record",
        "- **Stakeholders were told:** nothing that is on record",
        "- Nobody is on record as having taken part.",
        "Nothing is on record.",
        "- [ ] **Lead-up:** open.",
        "- [ ] **Resolution:** open.",
        "No promise has been made yet.",
        "**Root causes:** *unknown until the review; write them here.*",
        "| Key | Action | Owner |",
    ):
        assert words in text
    assert "None" not in text.replace("None is on record", "")
    assert "Berlin" not in text


def hostile() -> str:
    """A document with the same bad words in every place that takes words from outside."""
    links = tuple(Link(url=url, text=HOSTILE) for url in ("javascript:alert(1)", "https://x.example/|)"))
    told = dossier(
        incident=incident(title=HOSTILE, url="javascript:alert(1)"),
        notes=(note(5, ANA, HOSTILE), note(6, MARCUS, f"BELIEF: {HOSTILE}")),
        alerts=(Alert(id="QA", at=START, summary=HOSTILE, severity=HOSTILE, source=HOSTILE, links=links),),
        changes=(Change(id="0", at=at(-1), summary=HOSTILE, source=HOSTILE, why_related=HOSTILE),),
        status_updates=(StatusUpdate(at=at(7), author=None, message=HOSTILE),),
        entries=(entry(8, HOSTILE, ANA, text=HOSTILE), entry(9, "resolve", ANA)),
        roles=((HOSTILE, HOSTILE),),
    )
    rows = (
        row(
            1, HOSTILE, owner=HOSTILE, due=HOSTILE, ticket=HOSTILE, ticket_url="data:x", status=HOSTILE, remark=HOSTILE
        ),
    )
    return RENDERER.document(postmortem(told, rows=rows, merged=(incident(id="Q2", title=HOSTILE, url="http://"),)))


def test_no_title_note_or_name_forms_markup() -> None:
    """A Markdown reader that allows HTML finds no tag, no image and no link of theirs in the document."""
    body = hostile().partition("\n---\n")[2]
    page = READER.render(re.sub(r"(?m)^<!-- callsheet:(begin|end) .*-->$", "", body))
    tags = set(re.findall(r"<(/?\w+)", page))
    assert tags <= {f"{slash}{tag}" for slash in ("", "/") for tag in (
        "br", "h1", "h2", "h3", "p", "ul", "li", "strong", "em", "a", "blockquote", "code", "ol",
        "table", "thead", "tbody", "tr", "th", "td",
    )}  # fmt: skip
    assert set(re.findall(r'<a href="([^"]*)"', page)) == {
        "https://x.example/%7C%29",
        "https://evil.example",  # an address in a note is a prop: shown with itself as its text.
        "https://evil.example/x.png",
    }
    assert "<h1>heading" not in page
    assert page.count("<td>") == 9
    assert len(re.findall("<h1>", page)) == 1


def test_no_title_note_or_name_forges_a_region_or_front_matter() -> None:
    """Markers and fields are only ours; the title reads back whole."""
    text = hostile()
    assert all(region.untouched for region in regions_of(text).values())
    assert text.count("\n<!-- callsheet:begin summary ") == 1
    assert text.partition("\n---\n")[0].count("\n") == 5
    assert value_of(text, "title") == " ".join(HOSTILE.split())
    assert "<script" not in text.partition("\n---\n")[0]
    rows, maladies = read_sheet(text)
    assert maladies == ()
    assert rows[0].action == " ".join(HOSTILE.split())


def test_long_notes_are_cut() -> None:
    """With an ellipsis; the incident has the rest."""
    text = RENDERER.document(postmortem(dossier(notes=(note(5, ANA, "word " * 500),))))
    assert "word word…”" in text
    assert max(map(len, text.splitlines())) < 700


def test_a_note_of_several_lines_keeps_them_in_markdown_and_in_html() -> None:
    """And none of them begins a heading, a list, a rule or a beat of its own."""
    words = "Looking.\r\n\r\n# 22:40 p99 is <b>4 s</b>\n- restarted | node 1\n---\n1. then node 2\\"
    text = RENDERER.document(postmortem(dossier(notes=(note(5, ANA, words),))))
    timeline = regions_of(text)["timeline"].content
    (line,) = re.findall(r"(?m)^- .*“Looking\.(?:\\\n.*)*”", timeline)
    assert line.endswith(
        "noted: “Looking.\\\n  \\# 22:40 p99 is \\<b\\>4 s\\</b\\>\\\n  \\- restarted \\| node 1\\\n"
        "  \\---\\\n  1\\. then node 2\\\\”"
    )
    shown = ["Looking.", "# 22:40 p99 is &lt;b&gt;4 s&lt;/b&gt;", "- restarted | node 1", "---", "1. then node 2\\"]
    assert "noted: “" + "<br>\n".join(shown) + "”" in to_html(text)
    assert "Ana Ferreira noted: “Looking. # 22:40" in plain(regions_of(text)["log"].content)


def test_a_note_of_many_lines_is_cut() -> None:
    """After a dozen of them, or when they are long together; with an ellipsis."""
    short, long = "\n".join("abcdefghijklmnopqrstuvwxyz"), "\n".join(["word " * 30] * 5)
    text = RENDERER.document(postmortem(dossier(notes=(note(5, ANA, short), note(6, ANA, long)))))
    timeline = regions_of(text)["timeline"].content
    assert "\\\n  k\\\n  l …”" in timeline
    assert len(re.findall(r"word…?(?:\\\n|”)", timeline)) == 3


@pytest.mark.parametrize(
    ("title", "identity", "stem"),
    [
        ("Checkout API: p99 > 4 s", "Q1", "2026-11-02-Q1-checkout-api-p99-4-s"),
        ("../../etc/passwd", "Q1", "2026-11-02-Q1-etc-passwd"),
        ("Zürich déjà vu", "../Q1", "2026-11-02-Q1-zurich-deja-vu"),
        ("漢字", "", "2026-11-02-incident"),
        ("x" * 200, "Q1", f"2026-11-02-Q1-{'x' * 60}"),
    ],
)
def test_file_names_are_built(title: str, identity: str, stem: str) -> None:
    """Nothing in a title or an id leaves the folder."""
    assert RENDERER.file_stem(incident(title=title, id=identity)) == stem


def test_a_folder_replaces_templates_of_the_same_name(tmp_path: Path) -> None:
    """One file is enough; the others stay ours."""
    (tmp_path / "summary.md.j2").write_text("Ours: {{ incident.title }}\n")
    text = Renderer(tmp_path).document(postmortem(dossier(incident=incident(title="<b>"))))
    assert "Ours: \\<b\\>\n" in text
    assert "## Timeline: the screenplay" in text


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("{{ nosuch }}", "'nosuch' is undefined"),
        ("\n{% if %}", "line 2"),
        ("{{ p.__class__ }}", "unsafe"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ p.cast.append(1) }}", "append"),
    ],
)
def test_a_bad_template_is_named(tmp_path: Path, body: str, why: str) -> None:
    """With its file, and without a traceback of ours."""
    (tmp_path / "postmortem.md.j2").write_text(body)
    with pytest.raises(BadTemplate, match=why) as caught:
        Renderer(tmp_path).document(postmortem())
    assert str(caught.value).startswith("template postmortem.md.j2")


def test_ours_are_rendered_alike_within_an_operators_folder_and_without_one(tmp_path: Path) -> None:
    within, without = Renderer(tmp_path).document(postmortem()), Renderer(None).document(postmortem())
    assert within == without == Renderer(tmp_path).document(postmortem())


def test_an_unknown_zone_is_shown_as_utc() -> None:
    """Better than no document."""
    for zone in ("Mars/Olympus", "", "UTC", "Etc/UTC", "../x"):
        assert Clock(zone, START).moment(START) == "22:51 UTC"


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (timedelta(seconds=45), "45 s"),
        (timedelta(minutes=6, seconds=10), "6 min"),
        (timedelta(hours=1, minutes=14), "1 h 14 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=2, hours=3, minutes=5), "2 days 3 h"),
        (timedelta(seconds=59.7), "59 s"),
        (timedelta(minutes=5, seconds=59), "5 min"),
        (timedelta(seconds=-5), "0 s"),
    ],
)
def test_spans_are_told_in_two_units(time: timedelta, words: str) -> None:
    """The largest ones."""
    assert span(time) == words


def test_five_thousand_beats_are_rendered_and_merged() -> None:
    """With a person's edit among them."""
    notes = tuple(
        note(1 + number / 20, (ANA, MARCUS)[number % 2], f"Step {number}: restarted.") for number in range(5000)
    )
    before = RENDERER.document(postmortem(dossier(notes=notes)))
    after = RENDERER.document(postmortem(dossier(notes=(*notes, note(300, ANA, "One more.")))))
    merged = merge(before.replace("Step 44:", "Step 44, mine:"), after, published=before, last_generated=before)
    assert "Step 44, mine:" in merged
    assert regions_of(merged)["timeline"].content.rstrip().endswith("noted: “One more.”")


def test_the_concise_form_fits_on_a_page() -> None:
    """The story, the questions and the promises, in regions of the same names: a document may change its form."""
    full, concise = (RENDERER.document(postmortem(staging=Staging(form=form))) for form in (Form.FULL, Form.CONCISE))
    assert list(regions_of(concise)) == [
        "cover",
        "summary",
        "improvements",
        "timeline",
        "critique",
        "call-sheet",
        "call-sheet-remarks",
        "promised-before",
    ]
    assert len(concise.splitlines()) < len(full.splitlines()) / 2
    assert read_sheet(concise) == (
        tuple(
            replace(row, line=found.line)
            for row, found in zip(read_sheet(full)[0], read_sheet(concise)[0], strict=True)
        ),
        (),
    )
    merged = merge(full, concise, published=full, last_generated=full)
    assert set(regions_of(full)) <= set(regions_of(merged))


def test_a_document_of_an_older_version_learns_the_new_sections() -> None:
    """Each under its heading, once; what people wrote, and what the template no longer says, stays."""
    old = RENDERER.document(postmortem())
    for gone in ("setting", "review", "whys", "circumstances", "promised-before", "awards", "log", "improvements"):
        old = old.replace(regions_of(old)[gone].text, "")
    for title in ("## Stage directions", "### Run of show", "### Five whys", "## Awards ceremony", "## Appendix: the"):
        old = "\n".join(line for line in old.split("\n") if not line.startswith(title))
    current = old.replace("**Root causes:** *unknown until the review; write them here.*", "**Cause:** a default.")
    new = RENDERER.document(postmortem())
    merged = merge(current, new, published=old, last_generated=old)
    assert set(regions_of(new)) == set(regions_of(merged))
    assert "**Cause:** a default." in merged
    titles = [line for line in merged.split("\n") if line.startswith("#")]
    assert len(titles) == len(set(titles))
    order = ["## Cast of characters", "## Stage directions", "## Timeline: the screenplay", "### Run of show",
             "### Five whys", "## Call sheet", "## Awards ceremony", "## Appendix: the whole log"]  # fmt: skip
    assert [title for title in titles if title in order] == order
    assert merge(merged, new, published=merged, last_generated=new) == merged
