"""Documents as every publisher of Markdown files keeps them, pure: names, front matter, whose file is whose.

A document belongs to the incident that its front matter names, whatever the file is called: people may rename it,
and a new title of ours never does.
"""

import hashlib
import re
import sys
from collections.abc import Mapping

from callsheet.connect.errors import Rejected
from callsheet.connect.ports import Malady

SUFFIX = ".md"
LARGEST = 8 * 1024 * 1024
HEAD = 4096
LONGEST_NAME = 200
_SAFE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_SUFFIX = re.compile(r"\.[a-z]{1,8}")
# Windows opens these as devices whatever the extension, and the folder may well be shared from there.
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})
_BOM = b"\xef\xbb\xbf"
_FENCE = b"---"
_CALL_SHEET = b"callsheet:begin call-sheet"
_INCIDENT = re.compile(rb"incident[ \t]*:[ \t]*(?P<quote>[\"']?)(?P<id>[^\s\"'#]+)(?P=quote)[ \t]*(?:#.*)?")


def file_name(stem: str) -> str:
    """The file for a document's stem. Rejected when the stem could leave the folder, hide or name a device.

    The core builds safe stems; this is the lock behind that lock.
    """
    if not _SAFE_NAME.fullmatch(stem) or stem.endswith(".") or len(stem) > LONGEST_NAME:
        raise Rejected(
            f"{shown(stem)!r} can't be a file name: use up to {LONGEST_NAME} of A-Z a-z 0-9 . _ - and begin with a "
            "letter, a digit or _"
        )
    if stem.split(".", maxsplit=1)[0].lower() in _DEVICES:
        raise Rejected(f"{stem!r} can't be a file name: Windows keeps it for a device")
    return f"{stem}{SUFFIX}"


def copy_name(home: str, suffix: str) -> str:
    """The file of a copy in another form, beside the document's own. Rejected for a suffix that is none."""
    if not _SUFFIX.fullmatch(suffix) or is_document(suffix.lstrip(".") + suffix):
        raise Rejected(f"{shown(suffix)!r} can't end a copy's name: use a dot and letters, such as .html")
    return f"{home[: -len(SUFFIX)]}{suffix}"


def is_document(name: str) -> bool:
    """Whether a file of that name can be a document: hidden ones are temporary or an editor's."""
    return name.lower().endswith(SUFFIX) and not name.startswith(".")


def version_of(data: bytes) -> str:
    """A version that changes with every byte."""
    return hashlib.sha256(data).hexdigest()[:32]


def incident_of(data: bytes) -> str | None:
    """The incident that the front matter names, None when there is no such line in the first 4 KB."""
    head = data[:HEAD].removeprefix(_BOM)
    lines = head.splitlines()
    if len(data) > HEAD and lines:
        lines.pop()  # it may be cut in the middle of an id, and half an id is somebody else's
    if not lines or lines[0].rstrip() != _FENCE:
        return None
    for line in lines[1:]:
        if line.rstrip() == _FENCE:
            return None
        found = _INCIDENT.fullmatch(line.rstrip())
        if found:
            return found["id"].decode(errors="replace")
    return None


def checked(data: bytes) -> str | None:
    """The incident that a document names, None for a file that is none of ours.

    Unreadable when it is not UTF-8, or is one of ours whose front matter some editor has taken off: people go on
    writing into it, and nobody would read that.
    """
    decoded(data)
    incident = incident_of(data)
    if incident is None and _CALL_SHEET in data:
        raise Unreadable(
            "has lost the lines at its top that name its incident, so it is not read; put them back as the very first: "
            "---, then incident: and its id (it stands in the file's name), then ---"
        )
    return incident


def encoded(text: str) -> bytes:
    """The bytes of a document. Rejected when it holds half a character, which no file can hold."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise Rejected(f"the document holds half a character at position {error.start}; remove it") from None


class Unreadable(Exception):
    """One file can't be used; the reason says what to do. The others can."""


def decoded(data: bytes) -> str:
    """The text of a document. Unreadable when it is not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Unreadable(f"is not UTF-8 (byte {error.start}); save it as UTF-8") from None


def homes(named: Mapping[str, str], before: Mapping[str, str]) -> tuple[dict[str, str], list[Malady]]:
    """Give every incident one file: `named` says for each file which incident it names, `before` who had which.

    Of several files the one that it was before wins, else the shortest name: a second file is somebody's copy, and
    copies get longer names ("… copy.md", "… (2).md"). Copies are told as maladies.
    """
    names: dict[str, list[str]] = {}
    for name, incident in named.items():
        names.setdefault(incident, []).append(name)
    found: dict[str, str] = {}
    maladies = []
    for incident, several in names.items():
        found[incident] = min(several, key=lambda name: (name != before.get(incident), len(name), name))
        if len(several) > 1:
            maladies.append(_several(incident, found[incident], sorted(several)))
    return found, maladies


def in_the_way(name: str, data: bytes, incident_id: str) -> str:
    """Why this incident's document can't be written there now: somebody edited it, or it is somebody else's file."""
    owner = incident_of(data)
    if owner == incident_id:
        return f"{shown(name)} was edited since it was read; it is read again first"
    belongs = f"belongs to incident {owner}" if owner else "has no front matter that names its incident"
    return f"{shown(name)} is in the way of incident {incident_id}: it {belongs}. Mend or move it"


def malady(name: str, error: object) -> Malady:
    """A file that can't be used."""
    return Malady(what="post-mortem file", where=shown(name), error=str(error))


def _several(incident: str, first: str, names: list[str]) -> Malady:
    return Malady(
        what=f"post-mortem of incident {incident}",
        where=", ".join(map(shown, names)),
        error=f"several files name this incident; {shown(first)} is used. Merge the others into it and delete them",
    )


def shown(name: str) -> str:
    """A file name fit for a page or a log: file systems allow line breaks and bytes that are no text."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name)


def is_text(name: str) -> bool:
    """Whether a file name is text at all; others can't be stored or shown."""
    try:
        name.encode(sys.getfilesystemencoding(), "strict")
    except UnicodeEncodeError:
        return False
    return name.isprintable()
