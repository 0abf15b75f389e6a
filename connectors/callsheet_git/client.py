"""The branch at its remote: look where it is, fetch it whole, push one commit. Nothing is kept on this machine.

Only the latest commit is ever fetched, without history. A push names the commit that it follows, and the server takes
it only while that still is the latest: nobody's commit can be pushed over.
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from dulwich.client import FetchPackResult, GitClient
from dulwich.errors import GitProtocolError, HangupException
from dulwich.object_store import MemoryObjectStore, ObjectStoreGraphWalker
from dulwich.objects import ObjectID, ShaFile
from dulwich.pack import pack_objects_to_data
from dulwich.protocol import ZERO_SHA
from dulwich.refs import Ref

from callsheet.connect.context import Context
from callsheet.connect.errors import AuthRefused, ConnectorError, Malformed, NotFound, Rejected, Transient
from callsheet.connect.http import retrying
from callsheet.model.credentials import redact
from callsheet_git.https import LARGEST_ANSWER, Https
from callsheet_git.options import GitOptions
from callsheet_git.ssh import Ssh
from callsheet_git.tree import Head, empty, head_of

_HEX = 40
# What servers and `ssh` say when it goes wrong, and what it means.
_SAID = (
    (
        r"permission denied|authentication fail",
        AuthRefused,
        "check GIT_SSH_KEY, and that its public half may write there",
    ),
    (r"host key|man-in-the-middle", AuthRefused, "it has another host key; check GIT_SSH_HOST_KEY"),
    (r"not found|does not appear to be|no such", NotFound, "check GIT_REMOTE_URL, and what the key may see"),
)


class Moved(Exception):
    """Somebody pushed first."""


class Remote:
    """One branch. Any method may raise a `ConnectorError`; reads are repeated on faults that may pass."""

    def __init__(self, options: GitOptions, context: Context) -> None:
        self._options, self._clock = options, context.clock
        # Its debug lines quote whole packets, which are other people's words.
        logging.getLogger("dulwich").setLevel(logging.INFO)
        self._way = Ssh(options, context) if options.address.scheme == "ssh" else Https(options, context)
        self._path = options.address.path if options.address.scheme == "ssh" else ""
        self._ref = Ref(f"refs/heads/{options.branch}".encode())

    def latest(self) -> ObjectID | None:
        """The branch's latest commit, None while the repository is empty: one request."""
        return retrying(self._clock)(self._latest)

    def read(self) -> Head:
        """The branch with all its documents."""
        return retrying(self._clock)(self._read)

    def may_push(self) -> None:
        """Ask to be let in for a push, and send nothing."""
        with self._conversation() as client:
            client.send_pack(self._path.encode(), lambda _: {}, _nothing)

    def push(self, before: Head, after: Head, objects: Sequence[ShaFile]) -> None:
        """Put a commit on top of another. Sent once; Moved when the branch is somewhere else by now."""
        if after.commit is None:
            raise ValueError("there is nothing to push")
        new, sent, said = after.commit, False, bytearray()

        def update(refs: Mapping[Ref, ObjectID]) -> dict[Ref, ObjectID]:
            if self._chosen(refs) != before.commit:
                raise Moved
            return {self._ref: new}

        def pack(have: object, want: object, **_: object) -> tuple[int, Iterator[Any]]:  # noqa: ARG001 - dulwich's
            nonlocal sent
            sent = True
            return pack_objects_to_data(objects)

        with self._conversation(lambda: sent) as client:
            done = client.send_pack(self._path.encode(), update, pack, said.extend)
        status = (done.ref_status or {}).get(self._ref, "the server did not say what became of it")
        if status is not None:
            self._refused(before, status, bytes(said))

    def _refused(self, before: Head, status: str, said: bytes) -> NoReturn:
        """Whether somebody was faster, or the server does not want it: servers use many words for either."""
        if self.latest() != before.commit:
            raise Moved
        words = _told(f"{status}. {said.decode(errors='replace')}")
        raise Rejected(
            f"the server refuses our commit on {self._options.branch}: {words}. Let our account push there (a "
            "protected branch? a hook?), or set GIT_BRANCH to another one"
        )

    def _latest(self) -> ObjectID | None:
        with self._conversation() as client:
            found = client.get_refs(self._path.encode(), protocol_version=0)
            return self._chosen({name: id_ for name, id_ in found.refs.items() if id_ is not None})

    def _read(self) -> Head:
        store = MemoryObjectStore()
        file, keep, drop = store.add_pack()
        chosen: list[ObjectID] = []

        def wants(refs: Mapping[Ref, ObjectID], depth: int | None = None) -> list[ObjectID]:  # noqa: ARG001 - dulwich's
            chosen.extend(filter(None, [self._chosen(refs)]))
            return chosen

        try:
            with self._conversation() as client:
                self._fetch(client, wants, _limited(file.write))
                keep()
                return head_of(store, chosen[0], self._options.parts) if chosen else empty(self._options.parts)
        finally:
            drop()

    def _fetch(self, client: GitClient, wants: Any, write: Callable[[bytes], int]) -> FetchPackResult:
        nothing_known = ObjectStoreGraphWalker([], lambda _: [])
        return client.fetch_pack(self._path.encode(), wants, nothing_known, write, depth=1, protocol_version=0)

    def _chosen(self, refs: Mapping[Ref, ObjectID]) -> ObjectID | None:
        """Our branch's commit; None in a repository without any. NotFound when there are others only."""
        there = {name: id_ for name, id_ in refs.items() if id_ != ZERO_SHA and name.startswith(b"refs/heads/")}
        found = there.get(self._ref)
        if found is None and there:
            raise NotFound(f"there is no branch {self._options.branch}; make it, or set GIT_BRANCH to another one")
        if found is not None and len(found) != _HEX:
            raise Rejected("the repository counts in SHA-256, which is not supported; use one that counts in SHA-1")
        return found

    @contextmanager
    def _conversation(self, wrote: Callable[[], bool] = lambda: False) -> Iterator[GitClient]:
        """A client of dulwich, whose errors become ours. `wrote` tells whether a write may have been carried out."""
        client = self._way.client()
        try:
            yield client
        except Transient as fault:
            raise Transient(fault.what, sent=fault.sent and wrote()) from None
        except (ConnectorError, Moved):
            raise
        except GitProtocolError as error:
            raise _broken_off(error, sent=wrote()) from None
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise Transient(f"the way to the git server broke: {why}", sent=wrote()) from None
        except Exception as error:
            # Whatever a parser of bytes can raise over bytes that it did not expect.
            raise Malformed(f"the git server's answer can't be read ({type(error).__name__})") from None
        finally:
            client.close()


def _nothing(have: object, want: object, **_: object) -> tuple[int, Iterator[Any]]:  # noqa: ARG001 - dulwich's names
    return 0, iter(())


def _limited(write: Callable[[bytes], int]) -> Callable[[bytes], int]:
    """Over ssh nobody else counts."""
    size = 0

    def counted(data: bytes) -> int:
        nonlocal size
        size += len(data)
        if size > LARGEST_ANSWER:
            raise Rejected("the repository's branch is too large; give post-mortems a repository of their own")
        return write(data)

    return counted


def _broken_off(error: GitProtocolError, *, sent: bool) -> ConnectorError:
    """What the other side, or the `ssh` before it, said last."""
    lines = error.stderr_lines or () if isinstance(error, HangupException) else (str(error).encode(),)
    said = _told(" ".join(line.decode(errors="replace") for line in lines)) or "it gave no reason"
    for pattern, kind, fix in _SAID:
        if re.search(pattern, said, re.IGNORECASE):
            return kind(f"the git server broke off: {said} ({fix})")
    return Transient(f"the git server broke off: {said}", sent=sent)


def _told(words: str) -> str:
    """Words of others for our own sentences: no credential, one line, not too long."""
    return redact(" ".join("".join(c if c.isprintable() else " " for c in words).split()))[:300].rstrip(". ")
