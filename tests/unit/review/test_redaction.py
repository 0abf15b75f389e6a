import pytest

from callsheet.model.credentials import redact
from callsheet.review.redaction import depersonalised

ROLES = {"Dana Whitfield": "the incident commander", "Priya Nair": "responder 1", "Priya Rao": "responder 2"}


@pytest.mark.parametrize(
    "secret",
    [
        "password=hunter2secret",
        "the password is hunter2secret",
        "Authorization: Bearer hunter2secret.abc",
        "postgres://app:hunter2secret@db/orders",
        '{"api_key": "hunter2secret"}',
        "token: hunter2secret",
        "AKIAHUNTER2SECRETXYZ"[:20],
        "-----BEGIN RSA PRIVATE KEY-----\nhunter2secret\n-----END RSA PRIVATE KEY-----",
        "sk-hunter2secretxyz",
        "eyJhunter2secret.eyJhunter2secret.hunter2secret",
    ],
)
def test_no_credential_leaves_the_house(secret: str) -> None:
    assert "hunter2" not in depersonalised(f"Found {secret} in the log", ROLES).casefold()


@pytest.mark.parametrize(
    ("written", "gone"),
    [
        ("mail dana@example.com now", "dana@example.com"),
        ("call +49 170 1234567", "1234567"),
        ("call 0170-1234567", "1234567"),
        ("from 10.20.30.40 on", "10.20.30.40"),
        ("from 2001:db8:0:0:1:2:3:4 on", "2001:db8"),
        ("card 4111 1111 1111 1111", "1111"),
        ("IBAN DE89 3704 0044 0532 0130 00", "3704"),
    ],
)
def test_no_personal_data_leaves_the_house(written: str, gone: str) -> None:
    assert gone not in depersonalised(written, ROLES)


@pytest.mark.parametrize("written", ["Dana Whitfield", "Dana", "@dana", "dana.whitfield", "dwhitfield", "WHITFIELD"])
def test_a_known_person_becomes_their_part_however_they_are_written(written: str) -> None:
    assert depersonalised(f"{written} rolled back", ROLES) == "the incident commander rolled back"


def test_two_words_of_a_longer_name_are_one_person() -> None:
    roles = {"Wei Ling Tan": "the responder"}
    assert depersonalised("Thanks Wei Ling, well done; Ling Tan, too.", roles) == (
        "Thanks the responder, well done; the responder, too."
    )


def test_a_secret_ends_with_its_quotation() -> None:
    told = "She noted: “My token=abc def”. They believed: “It is the disk”, he said."
    assert depersonalised(told, {}) == "She noted: “My token=[redacted]”. They believed: “It is the disk”, he said."


def test_a_first_name_that_two_share_tells_neither() -> None:
    assert depersonalised("Priya and Rao looked", ROLES) == "somebody and responder 2 looked"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("@dana.kowalski looks", "somebody looks"),
        ("dana.kowalski looks", "somebody looks"),
        ("@kim_dana looks", "somebody looks"),
        ("Ask @dana.whitfield.", "Ask the incident commander."),
        ("Dana: done", "the incident commander: done"),
        ("@scope/dana-tools 1.2", "@scope/the incident commander-tools 1.2"),
        ("npm i @types/node", "npm i @types/node"),
    ],
)
def test_a_longer_name_is_never_half_replaced(written: str, told: str) -> None:
    assert depersonalised(written, ROLES) == told


@pytest.mark.parametrize("written", ["Grace Okafor", "@grace.okafor", "grace.okafor", "gokafor"])
def test_somebody_without_a_part_is_not_named_either(written: str) -> None:
    assert depersonalised(f"{written} has 5 minutes", ROLES, ["Grace Okafor"]) == "somebody has 5 minutes"


def test_the_first_names_of_those_without_a_part_are_words() -> None:
    text = "A grace period of 5 minutes; Mark the host."

    assert depersonalised(text, {}, ["Grace Okafor", "Mark Long", "Grace"]) == text


def test_what_is_no_secret_stays() -> None:
    text = "Build 5007 at 10:30, 12% of 3 hosts, version 1.2.3, lag 61 s, p99 4.2 s, INC-1234."

    assert depersonalised(text, ROLES) == text
    assert redact(text) == text
