"""Signing in by OpenID Connect: set whole, or not at all, and every fault is named at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from callsheet.settings import local
from callsheet.settings.sign_in import half

SECRET = "CANARY-secret-of-the-client"
WHOLE = {
    "CALLSHEET_OIDC_ISSUER": "https://login.example.com",
    "CALLSHEET_OIDC_CLIENT_ID": "callsheet",
    "CALLSHEET_OIDC_CLIENT_SECRET": SECRET,
    "CALLSHEET_OIDC_ALLOW": "example.com",
    "CALLSHEET_PUBLIC_URL": "https://callsheet.example.com/",
}


def test_the_whole_of_it_is_a_way_in(given: Any) -> None:
    sign_in = given.load(WHOLE).settings.sign_in
    assert sign_in.callback == "https://callsheet.example.com/sign-in/oidc/callback"
    assert SECRET not in repr(sign_in)


def test_nothing_of_it_is_none(given: Any) -> None:
    assert given.load({"CALLSHEET_PUBLIC_URL": "http://callsheet.example.com"}).settings.sign_in is None


@pytest.mark.parametrize("missing", WHOLE)
@pytest.mark.parametrize("value", ["", " ", ","])
def test_half_of_it_is_named_at_start_with_what_to_do(given: Any, missing: str, value: str) -> None:
    told = given.problems({**WHOLE, missing: value})
    assert any(line.startswith(f"{missing}: is missing") for line in told), told


def test_all_that_is_missing_and_wrong_is_named_together(given: Any) -> None:
    told = given.problems({"CALLSHEET_OIDC_ISSUER": "http://login.example.com", "CALLSHEET_MODE": "half"})
    assert {line.partition(":")[0] for line in told} == {*WHOLE, "CALLSHEET_MODE"}


def test_a_secret_from_a_file_counts(given: Any, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n")
    plain = {name: value for name, value in WHOLE.items() if not name.endswith("SECRET")}
    pointed = {**given.environ, **plain, "CALLSHEET_OIDC_CLIENT_SECRET_FILE": str(file)}
    assert given.load(pointed).settings.sign_in.client_secret.get_secret_value() == SECRET
    # Who only reads what lies here needs no secret, and misses none.
    assert local(given.directory, pointed).troubles == ()


def test_a_secret_that_cannot_be_read_is_one_problem(given: Any) -> None:
    plain = {name: value for name, value in WHOLE.items() if not name.endswith("SECRET")}
    told = given.problems({**plain, "CALLSHEET_OIDC_CLIENT_SECRET_FILE": "/nowhere/secret"})
    assert [line.partition(":")[0] for line in told] == ["CALLSHEET_OIDC_CLIENT_SECRET_FILE"]


@pytest.mark.parametrize(
    ("public", "well"),
    [("http://callsheet.example.com", False), ("http://127.0.0.1:8080", True), ("http://localhost:8080", True)],
)
def test_people_are_sent_back_over_https_or_to_this_machine(public: str, well: bool) -> None:
    assert (list(half({**WHOLE, "CALLSHEET_PUBLIC_URL": public})) == []) is well
