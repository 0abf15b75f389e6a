"""What an operator may write, and that no message repeats a secret."""

from typing import Any

import pytest

from callsheet.connect.options import Problems
from callsheet_git.options import GitOptions

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\ncanary\n-----END OPENSSH PRIVATE KEY-----"
HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGkWcanary"
SSH = {"GIT_SSH_KEY": KEY, "GIT_SSH_HOST_KEY": HOST_KEY}


def read(**given: str) -> GitOptions:
    return GitOptions.read({"GIT_REMOTE_URL": "https://git.example.com/team/postmortems.git", **given})


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("https://git.example.com/team/x.git", "https://git.example.com/team/x.git"),
        ("https://git.example.com:8443/~me/x/", "https://git.example.com:8443/~me/x"),
        ("http://127.0.0.1:3000/x.git", "http://127.0.0.1:3000/x.git"),
        ("http://[::1]/x.git", "http://[::1]/x.git"),
        ("ssh://git@git.example.com:2222/team/x.git", "ssh://git@git.example.com:2222/team/x.git"),
        ("git@git.example.com:team/x.git", "ssh://git@git.example.com/team/x.git"),
    ],
)
def test_addresses_of_the_allowed_kinds_are_taken(url: str, whole: str) -> None:
    assert read(GIT_REMOTE_URL=url, **SSH).remote_url == whole


@pytest.mark.parametrize(
    "url",
    [
        "http://git.example.com/x.git",
        "git://git.example.com/x.git",
        "file:///srv/git/x.git",
        "/srv/git/x.git",
        "../x.git",
        "ext::sh -c canary",
        "ssh://-oProxyCommand=canary/x.git",
        "ssh://-oProxyCommand=canary@host/x.git",
        "ssh://host/x'; canary",
        "git@-oProxyCommand=canary:x",
        "https://user:canary@git.example.com/x.git",
        "https://canary@git.example.com/x.git",
        "https://git.example.com/x.git?token=canary",
        "https://git.example.com/x.git#canary",
        "https://git.example.com",
        "https://[canary",
        "https://host:99999/canary",
    ],
)
def test_every_other_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(Problems, match="GIT_REMOTE_URL") as caught:
        read(GIT_REMOTE_URL=url, **SSH)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("folder", ["..", "a/../b", "/etc", "a//b", ".git", "docs/.GIT/hooks", "a\nb", "~"])
def test_a_folder_stays_in_the_repository(folder: str) -> None:
    with pytest.raises(Problems, match="GIT_FOLDER"):
        read(GIT_FOLDER=folder)


@pytest.mark.parametrize(
    ("folder", "parts"),
    [(".", ()), ("docs", ("docs",)), ("docs/Q1 2026/", ("docs", "Q1 2026")), (".github/x", (".github", "x"))],
)
def test_a_folder_is_read_from_the_root_down(folder: str, parts: tuple[str, ...]) -> None:
    assert read(GIT_FOLDER=folder).parts == parts


@pytest.mark.parametrize("branch", ["-x", "a..b", "a b", "x.lock", "a//b", "/a", "a/", "a~1", "a:b", "a/.b", "x."])
def test_a_branch_has_a_branch_s_name(branch: str) -> None:
    with pytest.raises(Problems, match="GIT_BRANCH"):
        read(GIT_BRANCH=branch)
    assert read(GIT_BRANCH="docs/incidents-2026").branch == "docs/incidents-2026"


@pytest.mark.parametrize(
    "given",
    [
        {"GIT_AUTHOR_NAME": "A <a@example.com>"},
        {"GIT_AUTHOR_EMAIL": "a\nb"},
        {"GIT_USERNAME": "a:b"},
        {"GIT_TOKEN": "canary with spaces"},
        {"GIT_SSH_KEY": "canary/a/path"},
        {"GIT_SSH_HOST_KEY": "git.example.com ssh-ed25519 AAAA canary"},
    ],
    ids=lambda given: next(iter(given)),
)
def test_what_would_break_a_header_or_a_commit_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(Problems, match=next(iter(given))) as caught:
        read(**given)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("missing", list(SSH))
def test_ssh_needs_a_key_and_knows_its_server(missing: str) -> None:
    given = {name: value for name, value in SSH.items() if name != missing}
    with pytest.raises(Problems, match="GIT_SSH_HOST_KEY must be set"):
        read(GIT_REMOTE_URL="git@git.example.com:x.git", **given)


def test_no_secret_is_in_a_repr() -> None:
    assert "canary" not in repr(read(GIT_TOKEN="canary", GIT_SSH_KEY=KEY))
