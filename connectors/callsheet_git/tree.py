"""A branch as a value, pure: what is in our folder, and the objects of which a new commit consists.

Nothing is ever checked out: no file, link, hook or setting of the repository touches this machine.
"""

import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from dulwich.objects import Blob, Commit, ObjectID, ShaFile, Tree

from callsheet.connect import documents
from callsheet.connect.documents import LARGEST, Unreadable
from callsheet.connect.errors import Rejected
from callsheet.connect.ports import Malady

_PLAIN = 0o100644
_SUBMODULE = 0o160000


class Objects(Protocol):
    """Where fetched objects lie."""

    def __getitem__(self, name: ObjectID, /) -> ShaFile:
        """The object of that id; KeyError when it was not sent."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One document of the folder. `incident` is None where it names none, or can't be read."""

    mode: int
    data: bytes
    version: str
    incident: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The branch at one commit; `commit` is None while the repository is empty.

    `trees` lead from the root down to our folder. `files` are its documents by name, `odd` what has a document's name
    and is none, `maladies` what can't be read of both.
    """

    commit: ObjectID | None = None
    trees: tuple[Tree, ...]
    files: Mapping[str, File]
    odd: frozenset[str] = frozenset()
    maladies: tuple[Malady, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who commits."""

    name: str
    email: str


def empty(folder: tuple[str, ...]) -> Head:
    """A repository without a commit."""
    return Head(trees=tuple(Tree() for _ in range(len(folder) + 1)), files={})


def head_of(objects: Objects, commit: ObjectID, folder: tuple[str, ...]) -> Head:
    """What a commit holds in our folder. Rejected when the way there leads over something that is no folder."""
    at = objects[commit]
    trees = [_tree(objects, at.tree if isinstance(at, Commit) else commit)]
    for depth, part in enumerate(folder, start=1):
        below = {entry.path: entry for entry in trees[-1].items()}.get(part.encode())
        if below is not None and not stat.S_ISDIR(below.mode):
            raise Rejected(
                f"{'/'.join(folder[:depth])} is {_kind(below.mode)} in the repository, not a folder; it is not "
                "followed. Set GIT_FOLDER to another one"
            )
        trees.append(_tree(objects, below.sha) if below else Tree())
    return _listed(objects, commit, tuple(trees))


def _tree(objects: Objects, id_: ObjectID) -> Tree:
    found = objects[id_]
    if not isinstance(found, Tree):
        raise TypeError("a commit without a tree")
    return found


def _listed(objects: Objects, commit: ObjectID, trees: tuple[Tree, ...]) -> Head:
    files: dict[str, File] = {}
    odd: list[str] = []
    maladies: list[Malady] = []
    for entry in trees[-1].items():
        name = entry.path.decode(errors="surrogateescape")
        if not documents.is_document(name) or stat.S_ISDIR(entry.mode):
            continue
        if not stat.S_ISREG(entry.mode):
            odd.append(name)
            maladies.append(
                documents.malady(name, f"is {_kind(entry.mode)}, which is not followed; put the file itself there")
            )
            continue
        data = objects[entry.sha].as_raw_string()
        try:
            files[name] = file_of(entry.mode, data, incident=_checked(name, data))
        except Unreadable as error:
            files[name] = file_of(entry.mode, data, incident=None)
            maladies.append(documents.malady(name, error))
    return Head(commit=commit, trees=trees, files=files, odd=frozenset(odd), maladies=tuple(maladies))


def _kind(mode: int) -> str:
    if mode == _SUBMODULE:
        return "a submodule"
    return "a symbolic link" if stat.S_ISLNK(mode) else "a file" if stat.S_ISREG(mode) else "something unknown"


def _checked(name: str, data: bytes) -> str | None:
    """The incident that a document names. Unreadable says why it can't be one."""
    if not documents.is_text(name):
        raise Unreadable("has a name that is not readable text; rename it")
    if len(data) > LARGEST:
        raise Unreadable(f"is larger than {LARGEST >> 20} MB; move what does not belong into a post-mortem")
    return documents.checked(data)


def file_of(mode: int, data: bytes, *, incident: str | None) -> File:
    """A document with its version."""
    return File(mode=mode, data=data, version=documents.version_of(data), incident=incident)


def committed(
    head: Head, folder: tuple[str, ...], given: Mapping[str, bytes], *, by: Author, at: datetime, why: str
) -> tuple[Head, tuple[ShaFile, ...]]:
    """The branch with these files new or other, by name, and the objects that the repository lacks for them.

    Everything else in it stays as it is, byte for byte: entries are copied, not understood.
    """
    files = dict(head.files)
    innermost = Tree.from_string(head.trees[-1].as_raw_string())
    blobs = [Blob.from_string(data) for data in given.values()]
    for (name, data), blob in zip(given.items(), blobs, strict=True):
        before = _entry(head, name)
        innermost.add(name.encode(errors="surrogateescape"), before[0] if before else _PLAIN, blob.id)
        if documents.is_document(name):
            mode = before[0] if before else _PLAIN
            files[name] = file_of(mode, data, incident=documents.incident_of(data))
    trees = [innermost]
    for tree, below in zip(reversed(head.trees[:-1]), reversed(folder), strict=True):
        changed = Tree.from_string(tree.as_raw_string())
        changed.add(below.encode(), stat.S_IFDIR, trees[0].id)
        trees.insert(0, changed)
    commit = _commit(trees[0].id, head.commit, by, at, why)
    after = replace(head, commit=commit.id, trees=tuple(trees), files=files)
    return after, (*blobs, *trees, commit)


def differing(head: Head, given: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files that are not in our folder as they are given. Rejected for one whose place is taken by no file."""
    found = {}
    for name, data in given.items():
        before = _entry(head, name)
        if before and not stat.S_ISREG(before[0]):
            raise Rejected(f"{documents.shown(name)} is {_kind(before[0])} in the repository; remove it there")
        if before is None or before[1] != Blob.from_string(data).id:
            found[name] = data
    return found


def _entry(head: Head, name: str) -> tuple[int, ObjectID] | None:
    """The mode and the id of what has that name in our folder."""
    wanted = name.encode(errors="surrogateescape")
    return next(((entry.mode, entry.sha) for entry in head.trees[-1].items() if entry.path == wanted), None)


def _commit(tree: ObjectID, parent: ObjectID | None, by: Author, at: datetime, why: str) -> Commit:
    commit = Commit()
    commit.tree = tree
    commit.parents = [parent] if parent else []
    commit.author = commit.committer = f"{by.name} <{by.email}>".encode()
    commit.author_time = commit.commit_time = int(at.timestamp())
    commit.author_timezone = commit.commit_timezone = 0
    commit.encoding = b"UTF-8"
    commit.message = f"{why}\n".encode()
    return commit
