"""Names, versions and front matter, pure: what a document's bytes say, without touching a disk."""

import hashlib
import re
import sys

from callsheet.connect.errors import Rejected

SUFFIX = ".md"
HEAD = 4096
LONGEST_NAME = 200
_SAFE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
# Windows opens these as devices whatever the extension, and the folder may well be shared from there.
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})
_BOM = b"\xef\xbb\xbf"
_FENCE = b"---"
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


def encoded(text: str) -> bytes:
    """The bytes of a document. Rejected when it holds half a character, which no file can hold."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise Rejected(f"the document holds half a character at position {error.start}; remove it") from None


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
