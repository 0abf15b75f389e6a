"""The files publisher on a real folder: what people, crashes and attackers do to it."""

import errno
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from callsheet.connect.documents import LARGEST
from callsheet.connect.errors import ConnectorError, EditedMeanwhile, Rejected, Transient
from callsheet.connect.options import Problems
from callsheet.connect.ports import Malady, Published
from callsheet.testing.contracts import document
from callsheet_files import CONNECTOR
from callsheet_files.connector import FilesPublisher
from callsheet_files.options import FilesOptions

Opening = Callable[[Callable[[str], None]], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "postmortems"


@pytest.fixture
def publisher(folder: Path) -> FilesPublisher:
    return FilesPublisher(FilesOptions(dir=folder))


@pytest.fixture
def opening(monkeypatch: pytest.MonkeyPatch) -> Opening:
    """Let something happen just before a document is opened, as other programs would; it gets the name."""

    def arrange(before: Callable[[str], None]) -> None:
        real = os.open

        def opened(path: str | Path, *args: Any, **kwargs: Any) -> int:
            if isinstance(path, str) and path.endswith(".md"):
                before(path)
            return real(path, *args, **kwargs)

        monkeypatch.setattr(os, "open", opened)

    return arrange


def put(folder: Path, name: str, data: str | bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def documents(publisher: FilesPublisher, known: dict[str, str] | None = None) -> list[Published]:
    return [one for one in publisher.read_changed(known or {}) if isinstance(one, Published)]


def maladies(publisher: FilesPublisher) -> list[Malady]:
    return [one for one in publisher.read_changed({}) if isinstance(one, Malady)]


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


class TestPublishing:
    def test_the_folder_is_made_on_the_first_publish_and_not_before(
        self, publisher: FilesPublisher, folder: Path
    ) -> None:
        assert list(publisher.read_changed({})) == []
        assert not folder.exists()
        published = publisher.publish("Q1", "first", document("Q1"), None)
        assert published.location == str(folder / "first.md")
        assert [path.name for path in folder.iterdir()] == ["first.md"]

    def test_a_folder_that_cannot_be_made_says_what_to_do(self, tmp_path: Path) -> None:
        put(tmp_path, "taken", "a file")
        with pytest.raises(Rejected, match=r"FILES_DIR.*set FILES_DIR to another"):
            FilesPublisher(FilesOptions(dir=tmp_path / "taken" / "postmortems")).publish(
                "Q1", "x", document("Q1"), None
            )

    @pytest.mark.parametrize("name", ["../escape", "a/b", "/etc/x", "", ".hidden", "a\0b", "nul"])
    def test_no_name_leads_out_of_the_folder(self, publisher: FilesPublisher, tmp_path: Path, name: str) -> None:
        with pytest.raises(Rejected):
            publisher.publish("Q1", name, document("Q1"), None)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("text", ["\ufeff---\nincident: Q1\n---\nbom", "---\r\nincident: Q1\r\n---\r\n\rx\n"])
    def test_bytes_are_kept(self, publisher: FilesPublisher, folder: Path, text: str) -> None:
        published = publisher.publish("Q1", "first", text, None)
        assert (folder / "first.md").read_bytes() == text.encode()
        assert documents(FilesPublisher(FilesOptions(dir=folder))) == [published]

    def test_a_file_that_people_renamed_keeps_their_name(self, publisher: FilesPublisher, folder: Path) -> None:
        first = publisher.publish("Q1", "first", document("Q1"), None)
        (folder / "first.md").rename(folder / "Nachlese über alles.md")
        second = publisher.publish("Q1", "first", document("Q1", "Better."), first.version)
        assert second.location.endswith("Nachlese über alles.md")
        assert [path.name for path in folder.iterdir()] == ["Nachlese über alles.md"]

    def test_permissions_that_people_set_are_kept(self, publisher: FilesPublisher, folder: Path) -> None:
        first = publisher.publish("Q1", "first", document("Q1"), None)
        (folder / "first.md").chmod(0o640)
        publisher.publish("Q1", "first", document("Q1", "Better."), first.version)
        assert (folder / "first.md").stat().st_mode & 0o777 == 0o640

    def test_somebody_elses_file_of_that_name_is_not_overwritten(self, publisher: FilesPublisher, folder: Path) -> None:
        put(folder, "first.md", "# My own notes\n")
        with pytest.raises(EditedMeanwhile, match="in the way"):
            publisher.publish("Q1", "first", document("Q1"), None)
        put(folder, "second.md", document("Q9"))
        with pytest.raises(EditedMeanwhile, match="belongs to incident Q9"):
            publisher.publish("Q1", "second", document("Q1"), None)
        assert (folder / "first.md").read_text() == "# My own notes\n"

    def test_a_document_that_lost_its_front_matter_is_still_replaced_only_as_expected(
        self, publisher: FilesPublisher, folder: Path
    ) -> None:
        first = publisher.publish("Q1", "first", "no front matter", None)
        second = publisher.publish("Q1", "first", document("Q1"), first.version)
        assert documents(publisher) == [second]

    def test_a_document_that_lost_its_front_matter_is_told_until_it_has_it_again(
        self, publisher: FilesPublisher, folder: Path
    ) -> None:
        sheet = "## Call sheet\n\n<!-- callsheet:begin call-sheet -->\n"
        put(folder, "first.md", sheet)
        put(folder, "notes.md", "# My own notes\n")
        (malady,) = maladies(publisher)
        assert (malady.where, "put them back" in malady.error) == ("first.md", True)
        put(folder, "first.md", document("Q1") + sheet)
        assert maladies(publisher) == []
        assert [one.incident_id for one in documents(publisher)] == ["Q1"]

    def test_a_full_backfill_looks_at_the_folder_once(
        self, publisher: FilesPublisher, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder.mkdir()
        scans: list[Path] = []
        real = os.scandir
        monkeypatch.setattr(os, "scandir", lambda path: (scans.append(path), real(path))[1])
        list(publisher.read_changed({}))
        for number in range(50):
            publisher.publish(f"Q{number}", f"doc-{number}", document(f"Q{number}"), None)
        assert len(scans) == 1


class TestCrashes:
    @pytest.mark.parametrize("call", ["replace", "fsync", "fchmod"])
    def test_a_death_between_write_and_rename_leaves_the_old_text(
        self, publisher: FilesPublisher, folder: Path, monkeypatch: pytest.MonkeyPatch, call: str
    ) -> None:
        first = publisher.publish("Q1", "first", document("Q1"), None)

        def die(*_args: object, **_kwargs: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(os, call, die)
            with pytest.raises(KeyboardInterrupt):
                publisher.publish("Q1", "first", document("Q1", "Better."), first.version)
        assert (folder / "first.md").read_text() == document("Q1")
        assert leftovers(folder) == []

    def test_what_a_kill_left_behind_is_ignored_and_overwritten(
        self, publisher: FilesPublisher, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = publisher.publish("Q1", "first", document("Q1"), None)

        def power_cut(*_args: object, **_kwargs: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", power_cut)
            patch.setattr(os, "unlink", lambda *_args, **_kwargs: None)
            with pytest.raises(KeyboardInterrupt):
                publisher.publish("Q1", "first", document("Q1", "Lost."), first.version)
        assert len(leftovers(folder)) == 1
        assert list(publisher.read_changed({"Q1": first.version})) == []
        publisher.publish("Q1", "first", document("Q1", "Better."), first.version)
        assert (folder / "first.md").read_text() == document("Q1", "Better.")
        assert leftovers(folder) == []

    def test_the_text_is_on_the_disk_before_the_name_is(
        self, publisher: FilesPublisher, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        calls: list[str] = []
        for call in ("fsync", "replace"):
            real = getattr(os, call)
            monkeypatch.setattr(
                os, call, lambda *args, real=real, call=call, **kw: (calls.append(call), real(*args, **kw))[1]
            )
        publisher.publish("Q1", "first", document("Q1"), None)
        assert calls == ["fsync", "replace", "fsync"]

    def test_an_edit_in_the_last_moment_is_not_overwritten(
        self, publisher: FilesPublisher, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = publisher.publish("Q1", "first", document("Q1"), None)
        # The last thing before the rename is to bring the new text to the disk.
        monkeypatch.setattr(os, "fsync", lambda _file: put(folder, "first.md", document("Q1", "A person's words.")))
        with pytest.raises(EditedMeanwhile):
            publisher.publish("Q1", "first", document("Q1", "Ours."), first.version)
        assert (folder / "first.md").read_text() == document("Q1", "A person's words.")

    @pytest.mark.parametrize(
        ("number", "error"), [(errno.ENOSPC, Transient), (errno.EROFS, Rejected), (errno.EACCES, Rejected)]
    )
    def test_what_the_disk_says_is_classified(
        self, publisher: FilesPublisher, monkeypatch: pytest.MonkeyPatch, number: int, error: type[ConnectorError]
    ) -> None:
        def refuse(*_args: object, **_kwargs: object) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(os, "replace", refuse)
        with pytest.raises(error, match="FILES_DIR") as caught:
            publisher.publish("Q1", "first", document("Q1"), None)
        assert not caught.value.outcome_unknown


class TestAttacks:
    def test_a_link_is_neither_read_nor_written_through(
        self, publisher: FilesPublisher, folder: Path, tmp_path: Path
    ) -> None:
        outside = put(tmp_path, "outside.txt", document("Q1", "Secret."))
        folder.mkdir()
        (folder / "first.md").symlink_to(outside)
        assert documents(publisher) == []
        assert [(one.where, "symbolic link" in one.error) for one in maladies(publisher)] == [("first.md", True)]
        with pytest.raises(Rejected, match="is a symbolic link"):
            publisher.publish("Q1", "first", document("Q1", "Ours."), None)
        assert outside.read_text() == document("Q1", "Secret.")

    def test_a_file_swapped_for_a_link_after_the_look_is_not_followed(
        self, publisher: FilesPublisher, folder: Path, tmp_path: Path, opening: Opening
    ) -> None:
        outside = put(tmp_path, "outside.txt", document("Q1", "Secret."))
        path = put(folder, "first.md", document("Q1"))

        def swap(_name: str) -> None:
            path.unlink()
            path.symlink_to(outside)

        opening(swap)
        (malady,) = publisher.read_changed({})
        assert isinstance(malady, Malady)
        assert (malady.where, "link" in malady.error) == ("first.md", True)

    def test_a_link_planted_for_the_spare_file_is_replaced_not_followed(
        self, publisher: FilesPublisher, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        outside = put(tmp_path, "outside.txt", "precious")
        first = publisher.publish("Q1", "first", document("Q1"), None)
        spares: list[str] = []
        real = os.replace
        monkeypatch.setattr(os, "replace", lambda source, *a, **k: (spares.append(source), real(source, *a, **k))[1])
        second = publisher.publish("Q1", "first", document("Q1", "Two."), first.version)
        (folder / spares[0]).symlink_to(outside)
        publisher.publish("Q1", "first", document("Q1", "Three."), second.version)
        assert outside.read_text() == "precious"
        assert (folder / "first.md").read_text() == document("Q1", "Three.")

    def test_a_pipe_does_not_block(self, publisher: FilesPublisher, folder: Path) -> None:
        folder.mkdir()
        os.mkfifo(folder / "first.md")
        assert [one.error for one in maladies(publisher)] == ["is not a plain file; remove it"]
        with pytest.raises(Rejected, match="plain file"):
            publisher.publish("Q1", "first", document("Q1"), None)

    def test_a_huge_file_is_not_swallowed(self, publisher: FilesPublisher, folder: Path) -> None:
        os.truncate(put(folder, "huge.md", document("Q1")), LARGEST + 1)
        assert ["larger than" in one.error for one in maladies(publisher)] == [True]

    def test_a_name_with_line_breaks_is_shown_without(self, publisher: FilesPublisher, folder: Path) -> None:
        put(folder, "a\nb.md", document("Q1"))
        (malady,) = maladies(publisher)
        assert malady.where == "a�b.md"


class TestReading:
    def test_what_is_no_document_is_left_alone(self, publisher: FilesPublisher, folder: Path) -> None:
        put(folder, "README.md", "# How we write post-mortems\n")
        put(folder, ".draft.md", document("Q1"))
        put(folder, "notes.txt", document("Q2"))
        put(folder / "archive", "old.md", document("Q3"))
        (folder / "folder.md").mkdir()
        assert list(publisher.read_changed({})) == []

    def test_documents_of_unknown_incidents_are_reported(self, publisher: FilesPublisher, folder: Path) -> None:
        put(folder, "by-hand.md", document("Q7"))
        assert [one.incident_id for one in documents(publisher, {"Q1": "x"})] == ["Q7"]

    @pytest.mark.parametrize("data", [document("Q1").encode("utf-16"), document("Q1", "Müller").encode("latin-1")])
    def test_one_undecodable_file_does_not_hide_the_others(
        self, publisher: FilesPublisher, folder: Path, data: bytes
    ) -> None:
        put(folder, "bad.md", data)
        put(folder, "good.md", document("Q2"))
        news = list(publisher.read_changed({}))
        assert [(one.where, "save it as UTF-8" in one.error) for one in news if isinstance(one, Malady)] == [
            ("bad.md", True)
        ]
        assert [one.incident_id for one in news if isinstance(one, Published)] == ["Q2"]

    def test_an_undecodable_file_is_never_overwritten(self, publisher: FilesPublisher, folder: Path) -> None:
        data = document("Q1", "Müller").encode("latin-1")
        put(folder, "first.md", data)
        with pytest.raises(EditedMeanwhile):
            publisher.publish("Q1", "first", document("Q1"), "the version before")
        assert (folder / "first.md").read_bytes() == data

    def test_a_file_without_permission_is_named(
        self, publisher: FilesPublisher, folder: Path, opening: Opening
    ) -> None:
        put(folder, "locked.md", document("Q1"))
        put(folder, "open.md", document("Q2"))

        def guard(name: str) -> None:
            # Tests may run as root, whom permission bits do not stop.
            if name == "locked.md":
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

        opening(guard)
        assert [one.where for one in maladies(publisher)] == ["locked.md"]
        assert [one.incident_id for one in documents(publisher)] == ["Q2"]

    def test_two_files_of_one_incident_are_both_named_and_the_first_one_stays(
        self, publisher: FilesPublisher, folder: Path
    ) -> None:
        first = publisher.publish("Q1", "zz-first-and-long", document("Q1"), None)
        put(folder, "a.md", document("Q1", "A copy."))
        (malady,) = publisher.read_changed({"Q1": first.version})
        assert isinstance(malady, Malady)
        assert malady.where == "a.md, zz-first-and-long.md"
        assert "zz-first-and-long.md is used" in malady.error
        second = publisher.publish("Q1", "zz-first-and-long", document("Q1", "Better."), first.version)
        assert second.location == first.location
        assert (folder / "a.md").read_text() == document("Q1", "A copy.")

    def test_a_fresh_process_takes_the_shortest_name_of_several(self, publisher: FilesPublisher, folder: Path) -> None:
        put(folder, "first (copy).md", document("Q1", "A copy."))
        put(folder, "first.md", document("Q1"))
        assert [one.text for one in documents(publisher)] == [document("Q1")]
        (folder / "first.md").unlink()
        assert [one.text for one in documents(publisher)] == [document("Q1", "A copy.")]

    def test_an_unchanged_folder_is_not_read_again(
        self, publisher: FilesPublisher, folder: Path, opening: Opening, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        reads: list[str] = []
        opening(reads.append)
        for number in range(3):
            put(folder, f"{number}.md", document(f"Q{number}"))
        put(folder, "README.md", "# Not ours\n")
        # Much later: young stamps are not trusted, since two writes of one moment look the same.
        monkeypatch.setattr(time, "time_ns", lambda: 4 * 10**18)
        known = {one.incident_id: one.version for one in documents(publisher)}
        reads.clear()
        assert list(publisher.read_changed(known)) == []
        assert reads == []
        put(folder, "1.md", document("Q1", "Edited."))
        assert [one.incident_id for one in documents(publisher, known)] == ["Q1"]
        assert set(reads) == {"1.md"}

    def test_a_file_that_vanishes_while_it_is_read_is_no_error(
        self, publisher: FilesPublisher, folder: Path, opening: Opening
    ) -> None:
        path = put(folder, "first.md", document("Q1"))
        opening(lambda _name: path.unlink())
        assert list(publisher.read_changed({})) == []


class TestOptions:
    def test_the_default_is_a_folder_beside(self) -> None:
        assert FilesOptions.read({}).dir == Path("postmortems")
        assert FilesOptions.variables() == ("FILES_DIR",)

    def test_a_file_is_no_folder(self, tmp_path: Path) -> None:
        path = put(tmp_path, "file", "x")
        with pytest.raises(Problems, match=r"FILES_DIR: is a file, not a folder\. Name a folder"):
            FilesOptions.read({"FILES_DIR": str(path)})

    def test_the_connector_says_what_it_is(self, folder: Path) -> None:
        assert (CONNECTOR.name, CONNECTOR.options) == ("files", FilesOptions)
        assert CONNECTOR.source is CONNECTOR.tracker is CONNECTOR.notifier is None
        assert CONNECTOR.publisher is not None
