"""People's words survive any number of merges, whatever they did to the document."""

import re
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from callsheet.document.edits import edits
from callsheet.document.markdown import escape
from callsheet.document.merge import merge
from callsheet.document.regions import join, region, regions_of, split
from callsheet.document.sheet import COLUMNS, read_sheet

KEYS = tuple(f"ai-{number:016x}" for number in range(6))
WORDS = st.text(alphabet=st.sampled_from("ab |\\`*<>[]#-é\u2028\x0b"), max_size=12)
CELL = st.sampled_from(["", "Ana", "a | b", "2026-11-30", "<!-- callsheet:end call-sheet -->", "x\\"])
MARK = "SACRED"
BOM = "\ufeff"


@dataclass(frozen=True)
class Made:
    """What a renderer could make: the lines of two regions, and rows."""

    timeline: tuple[str, ...]
    summary: str
    rows: tuple[tuple[str, str, str], ...]

    @property
    def text(self) -> str:
        """The document."""
        lines = [COLUMNS, ("---",) * len(COLUMNS), *(_row(*row) for row in self.rows)]
        table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
        timeline = "\n".join(f"- {escape(line)} *of {len(line)}*" for line in self.timeline)
        return (
            "---\nincident: Q1\nstatus: draft\n---\n\n"
            f"## Summary\n\n{region('summary', escape(self.summary)).text}\n"
            f"## Timeline\n\n{region('timeline', timeline).text}\n## What we learned\n\n*Here.*\n\n"
            f"## Call sheet\n\n{region('call-sheet', table).text}\n## Notes\n"
        )


def _row(key: str, action: str, owner: str) -> tuple[str, ...]:
    return tuple({"Key": key, "Action": escape(action), "Owner": escape(owner)}.get(name, "") for name in COLUMNS)


ROWS = st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(["Do a", "Do b", "Do | c"]), CELL), max_size=4)
MADE = st.builds(
    Made,
    timeline=st.lists(WORDS.filter(str.strip), max_size=4).map(tuple),
    summary=WORDS,
    rows=ROWS.map(lambda rows: tuple({row[0]: row for row in rows}.values())),
)

LINES = st.sampled_from([
    f"{MARK} words", f"| | {MARK} row | \\| |", f"- {MARK}", "<!-- callsheet:begin timeline sha=0123456789ab -->",
    "<!-- callsheet:end timeline -->", "<!-- callsheet:begin summary -->", "<!-- callsheet:end call-sheet -->",
    "<!-- callsheet:begin forged sha=0123456789ab -->", "## Call sheet", "```", "---", f"## {MARK}", "",
    "status: final", f"| {KEYS[0]} | {MARK} copy |", f"| key | {MARK} odd |", f"{MARK}\u2028\x0btail",
])  # fmt: skip
# What an editor does to the whole of it.
PROGRAMS = {
    "crlf": lambda text: text.replace("\r\n", "\n").replace("\n", "\r\n"),
    "bom": lambda text: BOM + text.removeprefix(BOM),
    "format": lambda text: re.sub(r"\*(\w[^*\n]*)\*", r"_\1_", text).replace("\n- ", "\n* "),
    "dashes": lambda text: text.replace("<!--", "<!—").replace("-->", "—>"),
}
EDITS = st.lists(
    st.tuples(st.sampled_from(["insert", "delete", "double", "swap", "retype", *PROGRAMS]), st.integers(0, 60), LINES),
    max_size=6,
)


def edited(text: str, steps: list[tuple[str, int, str]]) -> str:
    """The text after a person has been at it."""
    for step, number, line in steps:
        if step in PROGRAMS:
            text = PROGRAMS[step](text)
            continue
        lines = text.split("\n")
        place = number % len(lines)
        if step == "insert":
            lines.insert(place, line)
        elif step == "delete":
            del lines[place]
        elif step == "double":
            lines.insert(place, lines[place])
        elif step == "swap":
            other = (place * 7 + 3) % len(lines)
            lines[place], lines[other] = lines[other], lines[place]
        elif step == "retype":
            lines[place] += f" {MARK}"
        text = "\n".join(lines)
    return text


def sacred(text: str) -> list[str]:
    """The lines that hold a person's words, byte for byte, but for rows: a merge may write into their other cells."""
    lines = (line.removeprefix("\ufeff") for line in text.split("\n"))
    return sorted(line for line in lines if MARK in line and not line.lstrip(" \t").startswith("|"))


def actions(text: str) -> list[str]:
    """The wordings of all rows that a person wrote."""
    return sorted(row.action for row in read_sheet(text)[0] if MARK in row.action)


@settings(max_examples=150, deadline=None)
@given(MADE, st.lists(st.tuples(EDITS, MADE, st.booleans()), min_size=1, max_size=4))
def test_peoples_words_survive_any_number_of_cycles(
    first: Made, cycles: list[tuple[list[tuple[str, int, str]], Made, bool]]
) -> None:
    """Whatever they did, whatever changed, whether or not the database was lost in between."""
    published, last = first.text, first.text
    for steps, made, lost in cycles:
        current = edited(published, steps)
        before, earlier = (None, None) if lost else (published, last)
        merged = merge(current, made.text, published=before, last_generated=earlier)
        if current.strip("\ufeff \t\r\n"):
            assert sacred(merged) == sacred(current)
            assert actions(merged) == actions(current)
        assert merge(merged, made.text, published=merged, last_generated=made.text) == merged
        assert merged.count("\ufeff") == current.count("\ufeff")
        published, last = merged, made.text


@settings(max_examples=100, deadline=None)
@given(MADE, MADE)
def test_an_untouched_document_follows(old: Made, new: Made) -> None:
    """Region by region; rows that are not generated any more stay."""
    merged = merge(old.text, new.text, published=old.text, last_generated=old.text)
    for name in ("summary", "timeline"):
        assert regions_of(merged)[name].content == regions_of(new.text)[name].content
    keys = [row.key for row in read_sheet(merged)[0]]
    assert set(keys) == {row[0] for row in (*old.rows, *new.rows)}
    assert len(keys) == len(set(keys))


@settings(max_examples=100, deadline=None)
@given(MADE, EDITS, MADE)
def test_given_keys_double_no_row(first: Made, steps: list[tuple[str, int, str]], made: Made) -> None:
    """Every row that people added gets its key, no key stands twice, and the next read finds nothing new."""
    current = edited(first.text, steps)
    added = edits(current, first.text).added
    new_keys = {row.line: f"ai-{row.line:015x}f" for row in added}
    rows = tuple((key, f"generated {key}", "Ana") for key in new_keys.values())
    generated = Made(timeline=made.timeline, summary=made.summary, rows=(*first.rows, *rows)).text
    merged = merge(current, generated, published=first.text, last_generated=first.text, new_keys=new_keys)
    keys = [row.key for row in read_sheet(merged)[0] if row.key]
    assert len(keys) == len(set(keys))
    if read_sheet(current)[0]:
        assert set(new_keys.values()) <= set(keys)
        assert edits(merged, merged).added == ()


@settings(max_examples=150, deadline=None)
@given(st.text(), EDITS, MADE, MADE, st.dictionaries(st.integers(-2, 40), st.sampled_from(KEYS), max_size=3))
def test_merging_never_fails(
    text: str, steps: list[tuple[str, int, str]], made: Made, old: Made, keys: dict[int, str]
) -> None:
    """Not for any text in any place."""
    for current in (text, edited(old.text, steps), edited(old.text, steps) + text, text + old.text):
        assert join(split(current)) == current
        read_sheet(current)
        edits(current, text)
        merge(current, made.text, published=text, last_generated=old.text, new_keys=keys)
        merge(current, made.text, published=old.text, last_generated=text)
        merge(current, text, published=None)
