"""The way by ssh. In the program's place stands a script that runs git's other half here, and notes its words."""

import os
import stat
from pathlib import Path

import pytest

from callsheet.connect.errors import AuthRefused, ConnectorError, NotFound, Rejected, Transient
from callsheet.connect.ports import Published
from callsheet.testing.contracts import document
from callsheet.testing.examination import examined, fails
from callsheet_git.connector import GitPublisher
from callsheet_git.options import GitOptions
from tests.connectors.git.server import Server, context, needs_git

pytestmark = needs_git
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\ncanary-ssh-5d02\n-----END OPENSSH PRIVATE KEY-----"
HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGkW"
SCRIPT = """\
#!/bin/sh
printf '%s\\n' "$@" > {notes}/words
env > {notes}/environment
while [ "$1" != -i ]; do shift; done
cp -p "$2" {notes}/key
dirname "$2" > {notes}/place
cp "$(dirname "$2")/known_hosts" {notes}/known_hosts
while [ "$1" != -- ]; do shift; done
{then}
"""
RUN = 'exec sh -c "$3"'


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bin").mkdir()
    (tmp_path / "notes").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("SSH_AUTH_SOCK", "/nowhere")
    play(tmp_path / "notes", RUN)
    return tmp_path / "notes"


def play(notes: Path, then: str) -> None:
    program = notes.parent / "bin" / "ssh"
    program.write_text(SCRIPT.format(notes=notes, then=then))
    program.chmod(0o755)


def ours(server: Server, counted: list[int] | None = None) -> GitPublisher:
    url = f"ssh://git@git.example.com:2222{server.repository}"
    variables = {"GIT_REMOTE_URL": url, "GIT_SSH_KEY": KEY, "GIT_SSH_HOST_KEY": HOST_KEY}
    return GitPublisher(GitOptions.read(variables), context(counted))


def test_documents_go_there_and_back(server: Server, notes: Path) -> None:
    counted: list[int] = []
    writer = ours(server, counted)
    first = writer.publish("Q1", "first", document("Q1"), None)
    server.change(("postmortems/first.md", document("Q1", "Edited.")))
    (read,) = writer.read_changed({"Q1": first.version})
    assert isinstance(read, Published)
    assert read.text == document("Q1", "Edited.")
    writer.publish("Q1", "first", document("Q1", "Better."), read.version)
    assert server.bytes_of("postmortems/first.md").decode() == document("Q1", "Better.")
    assert len(counted) == 5
    assert not fails(examined(ours(server)))


def test_the_key_is_told_to_nobody_and_gone_when_the_command_ends(server: Server, notes: Path) -> None:
    publisher = ours(server)
    publisher.publish("Q1", "first", document("Q1"), None)
    told = (notes / "words").read_text() + (notes / "environment").read_text() + repr(publisher)
    assert "canary" not in told
    assert (notes / "key").read_text() == f"{KEY}\n"
    assert stat.S_IMODE((notes / "key").stat().st_mode) == 0o600
    assert not Path((notes / "place").read_text().strip()).exists()


def test_nothing_of_the_machine_s_settings_counts_and_no_unknown_server_is_trusted(server: Server, notes: Path) -> None:
    list(ours(server).read_changed({}))
    words = (notes / "words").read_text().splitlines()
    assert words[:3] == ["-F", "/dev/null", "-T"]
    assert {"-oStrictHostKeyChecking=yes", "-oHostKeyAlias=callsheet", "-oBatchMode=yes"} < set(words)
    assert words[-5:] == ["-p", "2222", "--", "git@git.example.com", f"git-upload-pack '{server.repository}'"]
    assert (notes / "known_hosts").read_text() == f"callsheet {HOST_KEY}\n"
    assert "SSH_AUTH_SOCK" not in (notes / "environment").read_text()


@pytest.mark.parametrize(
    ("said", "error", "words"),
    [
        ("git@git.example.com: Permission denied (publickey).", AuthRefused, "check GIT_SSH_KEY"),
        ("Host key verification failed.", AuthRefused, "check GIT_SSH_HOST_KEY"),
        ("ERROR: Repository not found.", NotFound, "check GIT_REMOTE_URL"),
        ("fatal: 'x' does not appear to be a git repository", NotFound, "check GIT_REMOTE_URL"),
        ("ssh: connect to host git.example.com port 2222: Connection refused", Transient, "Connection refused"),
        ("", Transient, "broke off"),
    ],
)
def test_what_ssh_says_is_classified(
    server: Server, notes: Path, said: str, error: type[ConnectorError], words: str
) -> None:
    play(notes, f'echo "{said}" >&2; exit 255')
    publisher = ours(server)
    with pytest.raises(error, match=words):
        list(publisher.read_changed({}))
    with pytest.raises(error, match=words) as caught:
        publisher.publish("Q1", "first", document("Q1"), None)
    assert not caught.value.outcome_unknown
    assert fails(examined(publisher))
    assert not Path((notes / "place").read_text().strip()).exists()


def test_a_machine_without_ssh_says_so(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Rejected, match="has no `ssh`; install it, or take the https:// address"):
        list(ours(server).read_changed({}))
