"""The git publisher among people who push, links that lead elsewhere and commits that must not be lost."""

import os
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from callsheet.connect.documents import LARGEST
from callsheet.connect.errors import EditedMeanwhile, NotFound, Rejected, Transient
from callsheet.connect.ports import Malady, Published
from callsheet.testing.contracts import document
from callsheet_git.connector import TRIES, GitPublisher
from tests.connectors.git.server import Server, git, needs_git, publisher

pytestmark = needs_git
OURS = "postmortems/first.md"


def documents(reader: GitPublisher, known: dict[str, str] | None = None) -> dict[str, str]:
    return {one.incident_id: one.text for one in reader.read_changed(known or {}) if isinstance(one, Published)}


def maladies(reader: GitPublisher) -> dict[str, str]:
    return {one.where: one.error for one in reader.read_changed({}) if isinstance(one, Malady)}


class TestCommits:
    def test_a_publish_is_one_commit_by_the_configured_author_at_the_time_of_the_clock(self, server: Server) -> None:
        ours = publisher(server, author_name="Call Sheet", author_email="cs@example.com")
        first = ours.publish("Q1", "first", document("Q1"), None)
        ours.publish("Q1", "first", document("Q1", "Better."), first.version)
        assert server.log("%s|%an|%ae|%cn|%at") == [
            "Add first.md|Call Sheet|cs@example.com|Call Sheet|1793610000",
            "Update first.md|Call Sheet|cs@example.com|Call Sheet|1793610000",
        ]
        assert first.location == f"main:{OURS}"
        assert server.bytes_of(OURS).decode() == document("Q1", "Better.")
        git("fsck", "--strict", folder=server.repository)

    def test_the_same_text_makes_no_commit(self, server: Server) -> None:
        first = publisher(server).publish("Q1", "first", document("Q1"), None)
        for expected in (first.version, None):
            assert publisher(server).publish("Q1", "first", document("Q1"), expected) == first
        assert len(server.log()) == 1

    def test_everything_else_in_the_repository_stays_as_it_is(self, server: Server) -> None:
        publisher(server).publish("Q1", "first", document("Q1"), None)
        server.change(
            ("bin/run.sh", "#!/bin/sh\n"), ("Straße/ü.txt", b"\xff\r\n"), ("postmortems/README.md", "# How\n")
        )
        work = server.place / "work"
        (work / "bin" / "run.sh").chmod(0o755)
        (work / "link").symlink_to("/etc/passwd")
        server.push()
        before = git("ls-tree", "-r", "main", folder=server.repository).splitlines()
        publisher(server).publish("Q2", "second", document("Q2"), None)
        after = git("ls-tree", "-r", "main", folder=server.repository).splitlines()
        assert set(before) < set(after)
        assert len(after) == len(before) + 1
        git("fsck", "--strict", folder=server.repository)

    def test_permissions_that_people_set_are_kept(self, server: Server) -> None:
        first = publisher(server).publish("Q1", "first", document("Q1"), None)
        server.change()
        (server.place / "work" / OURS).chmod(0o755)
        server.push()
        publisher(server).publish("Q1", "first", document("Q1", "Better."), first.version)
        assert git("ls-tree", "main", OURS, folder=server.repository).startswith("100755")

    @pytest.mark.parametrize(
        ("folder", "path"), [("docs/incidents/2026", "docs/incidents/2026/first.md"), (".", "first.md")]
    )
    def test_any_folder_of_the_repository_will_do(self, server: Server, folder: str, path: str) -> None:
        first = publisher(server, folder=folder).publish("Q1", "first", document("Q1"), None)
        assert (server.files(), first.location) == ([path], f"main:{path}")
        assert documents(publisher(server, folder=folder)) == {"Q1": document("Q1")}

    def test_a_branch_that_is_not_there_among_others_is_not_made(self, server: Server) -> None:
        server.change(("README.md", "# Hello\n"))
        for ask in (
            lambda: list(publisher(server, branch="docs").read_changed({})),
            lambda: publisher(server, branch="docs").publish("Q1", "first", document("Q1"), None),
        ):
            with pytest.raises(NotFound, match="no branch docs; make it, or set GIT_BRANCH"):
                ask()
        assert git("branch", "--list", folder=server.repository).split() == ["*", "main"]

    def test_an_empty_repository_gets_the_branch_with_the_first_document(self, server: Server) -> None:
        assert documents(publisher(server)) == {}
        publisher(server, branch="docs/incidents").publish("Q1", "first", document("Q1"), None)
        assert "docs/incidents" in git("branch", "--list", folder=server.repository)

    @pytest.mark.parametrize("name", ["../escape", "a/b", "/etc/x", "", ".hidden", "a\0b", "nul", ".git"])
    def test_no_name_leads_out_of_the_folder(self, server: Server, name: str) -> None:
        with pytest.raises(Rejected):
            publisher(server).publish("Q1", name, document("Q1"), None)
        assert server.requests == []


class TestCopies:
    COPIES = MappingProxyType({".html": "<p>one</p>", ".ics": "BEGIN:VCALENDAR"})

    def test_all_copies_are_one_commit_and_none_where_they_stand_already(self, server: Server) -> None:
        ours = publisher(server)
        ours.publish("Q1", "first", document("Q1"), None)
        for each in (ours, ours, publisher(server)):
            each.copy_beside("Q1", "first", self.COPIES)
        assert server.log() == ["Add first.md", "Follow first.md"]
        beside = OURS.removesuffix(".md")
        assert server.bytes_of(f"{beside}.html") == b"<p>one</p>"
        ours.copy_beside("Q1", "first", {**self.COPIES, ".html": "<p>two</p>"})
        assert server.bytes_of(f"{beside}.html") == b"<p>two</p>"
        git("fsck", "--strict", folder=server.repository)
        assert documents(publisher(server)) == {"Q1": document("Q1")}

    def test_they_follow_a_document_that_somebody_renamed_below_what_others_pushed(self, server: Server) -> None:
        ours = publisher(server)
        ours.publish("Q1", "first", document("Q1"), None)
        server.change((OURS.replace("first", "second"), document("Q1")), (OURS, None), message="theirs")
        ours.copy_beside("Q1", "first", self.COPIES)
        assert server.bytes_of(OURS.replace("first.md", "second.ics")) == b"BEGIN:VCALENDAR"
        assert server.log() == ["Add first.md", "theirs", "Follow second.md"]


class TestOthers:
    def test_a_push_to_another_file_goes_below_ours(self, server: Server) -> None:
        ours = publisher(server)
        first = ours.publish("Q1", "first", document("Q1"), None)
        server.change((f"{OURS}.txt", "a note"), message="theirs")
        second = ours.publish("Q1", "first", document("Q1", "Better."), first.version)
        assert server.log() == ["Add first.md", "theirs", "Update first.md"]
        assert server.bytes_of(OURS).decode() == second.text
        assert server.bytes_of(f"{OURS}.txt") == b"a note"

    def test_a_push_in_the_last_moment_goes_below_ours(self, server: Server) -> None:
        ours = publisher(server)
        first = ours.publish("Q1", "first", document("Q1"), None)

        def race(method: str, path: str) -> None:
            if method == "POST" and path.endswith("git-receive-pack"):
                server.before = lambda _method, _path: None
                server.change(("other.txt", "theirs"), message="theirs")

        server.before = race
        ours.publish("Q1", "first", document("Q1", "Better."), first.version)
        assert server.log() == ["Add first.md", "theirs", "Update first.md"]

    def test_who_always_comes_second_gives_up_and_says_so(self, server: Server) -> None:
        ours = publisher(server)
        first = ours.publish("Q1", "first", document("Q1"), None)

        def race(method: str, path: str) -> None:
            if method == "POST" and path.endswith("git-receive-pack"):
                server.change(message="theirs")

        server.before = race
        with pytest.raises(Transient, match=f"{TRIES} times") as caught:
            ours.publish("Q1", "first", document("Q1", "Better."), first.version)
        assert not caught.value.outcome_unknown
        assert server.log() == ["Add first.md", *["theirs"] * TRIES]

    def test_a_push_to_the_same_document_is_read_before_it_is_replaced(self, server: Server) -> None:
        ours = publisher(server)
        first = ours.publish("Q1", "first", document("Q1"), None)
        edit = document("Q1", "A person's words.")
        server.change((OURS, edit))
        with pytest.raises(EditedMeanwhile, match="read again first"):
            ours.publish("Q1", "first", document("Q1", "Ours."), first.version)
        (read,) = ours.read_changed({"Q1": first.version})
        assert isinstance(read, Published)
        assert read.text == edit
        ours.publish("Q1", "first", document("Q1", "Both."), read.version)
        assert server.bytes_of(OURS).decode() == document("Q1", "Both.")

    def test_a_history_that_was_rewritten_is_followed(self, server: Server) -> None:
        ours = publisher(server)
        first = ours.publish("Q1", "first", document("Q1"), None)
        server.change((OURS, document("Q1", "Kept.")))
        git("commit", "--quiet", "--amend", "--message", "rewritten", folder=server.place / "work")
        git("push", "--quiet", "--force", "origin", "HEAD:main", folder=server.place / "work")
        assert documents(ours, {"Q1": first.version}) == {"Q1": document("Q1", "Kept.")}

    def test_a_document_that_people_renamed_keeps_their_name(self, server: Server) -> None:
        ours = publisher(server)
        first = ours.publish("Q1", "first", document("Q1"), None)
        server.change((OURS, None), ("postmortems/Nachlese über alles.md", document("Q1")))
        second = ours.publish("Q1", "first", document("Q1", "Better."), first.version)
        assert second.location == "main:postmortems/Nachlese über alles.md"
        assert documents(publisher(server)) == {"Q1": document("Q1", "Better.")}

    def test_a_copy_is_named_and_the_first_one_stays(self, server: Server) -> None:
        ours = publisher(server)
        ours.publish("Q1", "first", document("Q1"), None)
        server.change(("postmortems/first copy.md", document("Q1", "A copy.")))
        assert documents(ours) == {"Q1": document("Q1")}
        assert list(maladies(ours)) == ["first copy.md, first.md"]

    def test_somebody_elses_file_of_that_name_is_not_overwritten(self, server: Server) -> None:
        server.change((OURS, "# My own notes\n"), ("postmortems/second.md", document("Q9")))
        with pytest.raises(EditedMeanwhile, match="in the way"):
            publisher(server).publish("Q1", "first", document("Q1"), None)
        with pytest.raises(EditedMeanwhile, match="belongs to incident Q9"):
            publisher(server).publish("Q1", "second", document("Q1"), None)

    def test_one_unreadable_document_does_not_hide_the_others(self, server: Server) -> None:
        server.change(
            ("postmortems/bad.md", document("Q1", "Müller").encode("latin-1")),
            ("postmortems/huge.md", document("Q3") + "x" * LARGEST),
            ("postmortems/good.md", document("Q2")),
            ("postmortems/bare.md", "<!-- callsheet:begin call-sheet -->\n"),
            ("postmortems/notes.txt", document("Q4")),
            ("postmortems/below/old.md", document("Q5")),
        )
        assert documents(publisher(server)) == {"Q2": document("Q2")}
        found = maladies(publisher(server))
        assert "save it as UTF-8" in found["bad.md"]
        assert "larger than 8 MB" in found["huge.md"]
        assert "name its incident" in found["bare.md"]
        with pytest.raises(EditedMeanwhile):
            publisher(server).publish("Q1", "bad", document("Q1"), None)


class TestCost:
    def test_an_unchanged_world_costs_one_fetch_for_a_fresh_process_and_then_one_look(self, server: Server) -> None:
        first = publisher(server).publish("Q1", "first", document("Q1"), None)
        counted: list[int] = []
        ours = publisher(server, counted)
        server.requests.clear()
        assert list(ours.read_changed({"Q1": first.version})) == []
        assert [request.split("?")[0].rpartition("/")[2] for request in server.requests] == ["refs", "git-upload-pack"]
        server.requests.clear()
        assert list(ours.read_changed({"Q1": first.version})) == []
        assert len(server.requests) == 1
        assert len(counted) == 3
        assert len(server.log()) == 1

    def test_what_we_pushed_ourselves_is_not_fetched(self, server: Server) -> None:
        ours = publisher(server)
        first = ours.publish("Q1", "first", document("Q1"), None)
        server.requests.clear()
        assert list(ours.read_changed({"Q1": first.version})) == []
        assert len(server.requests) == 1

    def test_history_is_not_fetched(self, server: Server) -> None:
        for number in range(3):
            server.change((OURS, document("Q1", f"Take {number}.")), (f"big-{number}", os.urandom(200_000)))
            server.change((f"big-{number}", None))
        answers: list[int] = []
        real = server.answer

        def weigh(*asked: Any) -> tuple[int, dict[str, str], bytes]:
            told = real(*asked)
            answers.append(len(told[2]))
            return told

        server.answer = weigh
        assert documents(publisher(server)) == {"Q1": document("Q1", "Take 2.")}
        assert sum(answers) < 5_000


class TestAttacks:
    def test_a_link_is_neither_read_nor_written_through(self, server: Server, tmp_path: Path) -> None:
        outside = tmp_path / "outside.txt"
        outside.write_text(document("Q1", "Secret."))
        server.change(("postmortems/other.md", document("Q2")))
        (server.place / "work" / OURS).symlink_to(outside)
        server.push()
        assert documents(publisher(server)) == {"Q2": document("Q2")}
        assert "symbolic link" in maladies(publisher(server))["first.md"]
        with pytest.raises(Rejected, match=r"first\.md is a link or a submodule"):
            publisher(server).publish("Q1", "first", document("Q1"), None)
        assert outside.read_text() == document("Q1", "Secret.")

    @pytest.mark.parametrize("folder", ["postmortems", "postmortems/2026"])
    def test_a_folder_that_is_a_link_is_not_followed(self, server: Server, tmp_path: Path, folder: str) -> None:
        server.change(("README.md", "# Hello\n"))
        (server.place / "work" / "postmortems").symlink_to(tmp_path)
        server.push()
        for ask in (
            lambda: list(publisher(server, folder=folder).read_changed({})),
            lambda: publisher(server, folder=folder).publish("Q1", "first", document("Q1"), None),
        ):
            with pytest.raises(Rejected, match=r"postmortems is a symbolic link .* Set GIT_FOLDER"):
                ask()
        assert not (tmp_path / "first.md").exists()

    def test_a_submodule_is_named_and_never_fetched(self, server: Server) -> None:
        server.change(("README.md", "# Hello\n"))
        work = server.place / "work"
        at = git("rev-parse", "HEAD", folder=work).strip()
        git("update-index", "--add", "--cacheinfo", f"160000,{at},{OURS}", folder=work)
        (work / ".gitmodules").write_text(f'[submodule "x"]\npath = {OURS}\nurl = http://127.0.0.1:9/x.git\n')
        git("add", ".gitmodules", folder=work)
        git("commit", "--quiet", "--message", "a submodule", folder=work)
        git("push", "--quiet", "origin", "HEAD:main", folder=work)
        assert "submodule" in maladies(publisher(server))["first.md"]
        with pytest.raises(Rejected, match="submodule"):
            publisher(server).publish("Q1", "first", document("Q1"), None)

    def test_nothing_of_the_repository_or_of_this_user_s_settings_is_run(
        self, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        home, alarm = tmp_path / "home", tmp_path / "alarm"
        (home / "hooks").mkdir(parents=True)
        for name in ("pre-push", "pre-commit", "post-commit"):
            (home / "hooks" / name).write_text(f"#!/bin/sh\ntouch {alarm}\n")
            (home / "hooks" / name).chmod(0o755)
        filters = f'[filter "x"]\nclean = touch {alarm}\nsmudge = touch {alarm}\n[core]\nhooksPath = {home}/hooks\n'
        elsewhere = '[url "http://127.0.0.1:9/"]\ninsteadOf = http://127.0.0.1\n'
        (home / ".gitconfig").write_text(f'{filters}{elsewhere}[credential]\nhelper = "!touch {alarm}"\n')
        server.change((".gitattributes", "*.md filter=x\n"), (".gitconfig", filters))
        monkeypatch.setenv("HOME", str(home))
        first = publisher(server).publish("Q1", "first", document("Q1"), None)
        assert list(publisher(server).read_changed({"Q1": first.version})) == []
        assert not alarm.exists()

    def test_nothing_is_left_on_this_machine_s_disk(
        self, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        here = tmp_path / "here"
        here.mkdir()
        for name in ("HOME", "TMPDIR"):
            monkeypatch.setenv(name, str(here))
        monkeypatch.chdir(here)
        publisher(server).publish("Q1", "first", document("Q1"), None)
        assert documents(publisher(server)) == {"Q1": document("Q1")}
        assert list(here.iterdir()) == []
