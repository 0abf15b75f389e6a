"""The doctor asks the provider that people sign in with, and says what to do where that is not as it should be."""

from __future__ import annotations

from tests.conftest import StartPlay
from tests.unit.cli.conftest import Run
from tests.unit.web.provider import CLIENT, SECRET, providing

PUBLIC = "https://callsheet.example.com"


def test_it_reads_what_the_provider_says_of_itself(play: StartPlay, run: Run) -> None:
    with providing(PUBLIC) as provider:
        plain = {"ISSUER": provider.issuer, "CLIENT_ID": CLIENT, "CLIENT_SECRET": SECRET, "ALLOW": "example.com"}
        env = {"CALLSHEET_PUBLIC_URL": PUBLIC, **{f"CALLSHEET_OIDC_{name}": value for name, value in plain.items()}}
        there = play(env=env)
        found = {line["check"]: line for line in run("doctor", "--json", at=there).json}
        assert found["sign-in: provider"]["result"] == "ok"
        assert f"{PUBLIC}/sign-in/oidc/callback" in found["sign-in: provider"]["detail"]

        provider.described = {"issuer": f"{provider.issuer}/"}
        said = run("doctor", "--json", at=there)
        (line,) = [line for line in said.json if line["check"] == "sign-in: provider"]
        assert (said.code, line["result"]) == (1, "error")
        assert f"says issuer {provider.issuer}/, not {provider.issuer}" in line["detail"]
        assert "CALLSHEET_OIDC_ISSUER" in line["fix"]


def test_where_nobody_signs_in_that_way_nobody_is_asked(play: StartPlay, run: Run) -> None:
    assert "sign-in: provider" not in {line["check"] for line in run("doctor", "--json", at=play()).json}
