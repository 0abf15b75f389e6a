"""Names, versions and front matter of documents."""

import re
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callsheet.connect import documents
from callsheet.connect.errors import Rejected

SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*\.md")


@given(st.text(alphabet=string.ascii_letters + string.digits + "._-/\\~\0 \n:", max_size=20) | st.text(max_size=300))
@example("..")
@example("../../etc/passwd")
@example("a/../b")
@example("a\\b")
@example("/etc/passwd")
@example(".hidden")
@example("-rf")
@example("a\n")
@example("COM1.x")
@example("")
def test_any_name_is_safe_or_refused(stem: str) -> None:
    try:
        name = documents.file_name(stem)
    except Rejected:
        return
    assert SAFE.fullmatch(name)
    assert name == f"{stem}.md"
    assert documents.is_document(name)


@pytest.mark.parametrize("stem", ["con", "NUL", "Aux.txt", "com1", "LPT9.a.b"])
def test_names_of_devices_are_refused(stem: str) -> None:
    with pytest.raises(Rejected, match="Windows"):
        documents.file_name(stem)


@pytest.mark.parametrize("stem", ["2026-11-02-Q1ABC-checkout-down", "com10", "Q1", "x" * 200, "_index"])
def test_names_that_the_core_builds_are_taken(stem: str) -> None:
    assert documents.file_name(stem) == f"{stem}.md"


@pytest.mark.parametrize(
    "head",
    [
        b"---\nincident: Q1\n---\n",
        b"---\r\ntitle: x\r\nincident: Q1\r\n---\r\n",
        b"\xef\xbb\xbf---\nincident: Q1\n---\n",
        b'---\nincident: "Q1"\n---\n',
        b"---\nincident:   'Q1'  # the checkout one\n---\n",
        b"---\nincident: Q1\n",
        b"---\nincident :Q1\n---\n",
    ],
)
def test_front_matter_names_the_incident(head: bytes) -> None:
    assert documents.incident_of(head) == "Q1"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"incident: Q1\n",
        b"# Notes\n---\nincident: Q1\n---\n",
        b"---\ntitle: x\n---\nincident: Q1\n",
        b"---\n  incident: Q1\n---\n",
        b"---\nincident:\n---\n",
        b"---\n" + b"x: y\n" * 1000 + b"incident: Q1\n---\n",
    ],
)
def test_everything_else_names_none(data: bytes) -> None:
    assert documents.incident_of(data) is None


def test_an_id_cut_by_the_limit_is_no_id() -> None:
    padding = b"p: " + b"x" * (documents.HEAD - len(b"---\np: \nincident: Q1")) + b"\n"
    assert documents.incident_of(b"---\n" + padding + b"incident: Q12345\n---\n") is None


@given(st.text(alphabet=string.ascii_letters + string.digits, min_size=1, max_size=20), st.binary(max_size=200))
def test_the_incident_is_found_whatever_follows(incident: str, rest: bytes) -> None:
    assert documents.incident_of(f"---\nincident: {incident}\n---\n".encode() + rest) == incident


@given(st.binary(max_size=6000))
def test_no_bytes_are_too_odd_to_look_at(data: bytes) -> None:
    documents.incident_of(data)
    assert documents.version_of(data) == documents.version_of(bytes(data))
    assert documents.version_of(data) != documents.version_of(data + b" ")


def test_half_a_character_is_refused_with_its_place() -> None:
    with pytest.raises(Rejected, match="position 3"):
        documents.encoded("abc\ud800")


def test_odd_file_names_are_made_fit_to_show() -> None:
    assert documents.shown("a\nb\udcff\x1b[31m.md") == "a�b��[31m.md"
    assert not documents.is_text("a\nb.md")
    assert not documents.is_text("a\udcff.md")
    assert documents.is_text("Nachlese über alles.md")
