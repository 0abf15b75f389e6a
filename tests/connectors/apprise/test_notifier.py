"""The apprise notifier against real servers: once, quietly, and honest about what it does not know."""

import logging
import shutil
import socket
import ssl
import subprocess
import sys
import traceback
from dataclasses import replace
from pathlib import Path

import pytest

from callsheet.connect.errors import ConnectorError, Rejected, Transient
from callsheet.connect.options import Problems
from callsheet.model.nudge import Digest
from callsheet.model.text import Bullets, Paragraph, Span, paragraph
from callsheet.plan.nudging import team
from callsheet_apprise import CONNECTOR
from callsheet_apprise.options import AppriseOptions

from .conftest import PASSWORD, PATH_SECRET, Hook, House, Mailbox, digest

BODY = (
    paragraph("Hello <Ada>"),
    Bullets(items=(Paragraph(spans=(Span(text="OPS-1", url="https://jira.example/OPS-1"),)),)),
)


class TestReach:
    def test_without_a_template_no_person_is_reached(self, house: House, hook: Hook, ada: Digest) -> None:
        notifier = house.notifier(None, team_url=hook.url().replace("/{email}", "/team"))
        assert not notifier.reaches(ada)
        with pytest.raises(Rejected):
            notifier.send(ada, "Due", BODY)
        assert house.counted == 0

    def test_without_any_url_the_configuration_is_refused_with_words_that_help(self, house: House) -> None:
        with pytest.raises(Problems) as caught:
            house.notifier(None)
        (problem,) = caught.value.problems
        assert problem.variable == "APPRISE"
        assert "APPRISE_PERSON_URL" in problem.what
        assert "CALLSHEET_NOTIFIERS" in problem.what

    def test_the_team_has_a_channel_of_its_own(self, house: House, hook: Hook, ada: Digest) -> None:
        to_all = replace(ada, to=team("overdue"))
        assert not house.notifier(hook.url()).reaches(to_all)
        notifier = house.notifier(hook.url(), team_url=hook.url().replace("/{email}", "/team"))
        assert notifier.reaches(to_all)
        notifier.send(to_all, "Stuck", BODY)
        assert [path.rsplit("/", 1)[1] for path in hook.paths] == ["team"]

    def test_every_placeholder_needs_a_value(self, house: House) -> None:
        notifier = house.notifier("json://h/{email}/{handle}")
        assert notifier.reaches(digest())
        assert not notifier.reaches(digest(email="@example.com"))
        assert not notifier.reaches(digest(email=None))

    def test_each_person_has_an_address(self, house: House, hook: Hook) -> None:
        notifier = house.notifier(hook.url())
        for email in ("ada@example.com", "bob+x@example.com"):
            notifier.send(digest(email=email), "Due", BODY)
        assert [path.rsplit("/", 1)[1] for path in hook.paths] == ["ada@example.com", "bob+x@example.com"]
        assert house.counted == 2


class TestSending:
    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ("", r"Hello \<Ada\>" + "\n\n- [OPS-1](https://jira.example/OPS-1)"),
            ("?format=text", "Hello <Ada>\n- OPS-1 (https://jira.example/OPS-1)"),
            (
                "?format=html",
                '<p>Hello &lt;Ada&gt;</p>\n<ul><li><a href="https://jira.example/OPS-1">OPS-1</a></li></ul>',
            ),
        ],
    )
    def test_the_format_is_what_the_service_wants(
        self, house: House, hook: Hook, ada: Digest, options: str, words: str
    ) -> None:
        house.notifier(hook.url(options)).send(ada, "Due <today>", BODY)
        assert [(one["title"], one["message"]) for one in hook.messages] == [("Due <today>", words)]

    def test_an_empty_body_sends_the_subject(self, house: House, hook: Hook, ada: Digest) -> None:
        house.notifier(hook.url()).send(ada, "Due", ())
        assert hook.messages[0]["message"] == "Due"

    @pytest.mark.parametrize(
        ("status", "clear"),
        [(400, True), (401, True), (404, True), (429, True), (408, False), (500, False), (503, False)],
    )
    def test_no_url_makes_it_try_again_or_look_away(
        self, house: House, hook: Hook, ada: Digest, status: int, clear: bool
    ) -> None:
        hook.status = status
        expected = Rejected if clear else Transient
        with pytest.raises(expected, match=f"JSON answered with HTTP status {status}") as caught:
            house.notifier(hook.url("?retry=3&wait=0.01&optional=yes")).send(ada, "Due", BODY)
        assert caught.value.outcome_unknown is not clear
        assert len(hook.messages) == 1
        assert house.counted == 1

    def test_a_redirect_is_not_followed(self, house: House, hook: Hook, ada: Digest) -> None:
        hook.status, hook.location = 307, f"http://127.0.0.1:{hook.port}/elsewhere"
        with pytest.raises(Transient, match="307"):
            house.notifier(hook.url()).send(ada, "Due", BODY)
        assert len(hook.paths) == 1

    def test_a_lost_answer_is_an_unknown_outcome(self, house: House, hook: Hook, ada: Digest) -> None:
        hook.hold.clear()
        with pytest.raises(Transient) as caught:
            house.notifier(hook.url("?rto=0.2")).send(ada, "Due", BODY)
        assert caught.value.outcome_unknown
        assert len(hook.messages) == 1

    def test_nobody_there_is_no_clear_no(self, house: House, ada: Digest) -> None:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        with pytest.raises(Transient, match="could not be met"):
            house.notifier(f"json://127.0.0.1:{port}/{{email}}").send(ada, "Due", BODY)

    @pytest.mark.parametrize("url", ["nosuchservice://x/{email}", "slack://{email}", "mailto://{email}"])
    def test_a_url_that_makes_no_service_is_a_clear_no(self, house: House, ada: Digest, url: str) -> None:
        with pytest.raises(Rejected, match=r"APPRISE_PERSON_URL.*Check"):
            house.notifier(url).send(ada, "Due", BODY)
        assert house.counted == 0


class TestMail:
    def url(self, box: Mailbox, more: str = "") -> str:
        return f"mailto://127.0.0.1:{box.port}?from=callsheet@example.com&to={{email}}{more}&mode=insecure"

    def test_a_digest_arrives_as_html_with_one_subject_line(self, house: House, mailbox: Mailbox, ada: Digest) -> None:
        house.notifier(self.url(mailbox)).send(ada, "Due\r\nBcc: eve@example.com", BODY)
        (mail,) = mailbox.mails
        head, _, rest = mail.partition("\r\n\r\n")
        assert "Subject: Due Bcc: eve@example.com" in head
        assert not any(line.startswith("Bcc:") for line in head.splitlines())
        assert "ada@example.com" in head
        assert "text/html" in rest

    def test_one_refused_recipient_of_two_is_an_unknown_outcome(
        self, house: House, mailbox: Mailbox, ada: Digest
    ) -> None:
        mailbox.refused.add("gone@example.com")
        with pytest.raises(Transient) as caught:
            house.notifier(self.url(mailbox, ",gone@example.com")).send(ada, "Due", BODY)
        assert caught.value.outcome_unknown
        assert len(mailbox.mails) == 1


class TestSecrets:
    URLS = (
        "json://robot:{password}@127.0.0.1:{port}/{path}/{{email}}",
        "json://robot:{password}@127.0.0.1:{port}/{path}/{{email}}?rto=0.1",
        "json://robot:{password}@127.0.0.1:1/{path}/{{email}}",
        "json://robot:{password}@no-such-host.invalid/{path}/{{email}}",
        "nosuch://robot:{password}@h/{path}/{{email}}",
        "slack://{password}/{path}/{{email}}",
        "json://robot:{password}@127.0.0.1:{port}/{path}/{{email}}?method={path}",
        "tgram://{password}/{path}/{{email}}",
    )

    @pytest.mark.parametrize("url", URLS)
    @pytest.mark.parametrize("status", [200, 500])
    def test_none_reaches_a_log_an_error_or_a_repr(
        self, house: House, hook: Hook, ada: Digest, caplog: pytest.LogCaptureFixture, url: str, status: int
    ) -> None:
        caplog.set_level(1)
        # Apprise's logger is also watched at the source: an operator may attach a handler to it.
        handler = caplog.handler
        logging.getLogger("apprise").addHandler(handler)
        hook.status = status
        if "rto" in url:
            hook.hold.clear()
        notifier = house.notifier(url.format(password=PASSWORD, path=PATH_SECRET, port=hook.port))
        told = repr(notifier)
        try:
            notifier.send(ada, "Due", BODY)
        except ConnectorError as error:
            told += "".join(traceback.format_exception(error)) + repr((error, error.__context__, error.__cause__))
        finally:
            logging.getLogger("apprise").removeHandler(handler)
        told += caplog.text + "".join(f"{vars(record)}" for record in caplog.records)
        for secret in (PASSWORD, PATH_SECRET, "ada@example.com"):
            assert secret not in told

    def test_other_peoples_http_is_logged_as_ever(
        self, house: House, hook: Hook, ada: Digest, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        house.notifier(hook.url()).send(ada, "Due", BODY)
        logging.getLogger("urllib3.connectionpool").debug("a ticket was read")
        assert "a ticket was read" in caplog.text


class TestOptions:
    def test_both_urls_are_secrets(self) -> None:
        assert AppriseOptions.secrets() == ("APPRISE_TEAM_URL", "APPRISE_PERSON_URL")
        options = AppriseOptions.read({"APPRISE_TEAM_URL": f"json://h/{PATH_SECRET}"})
        assert PATH_SECRET not in f"{options!r} {options} {options.model_dump_json()}"

    @pytest.mark.parametrize(
        ("variable", "value", "told"),
        [
            ("APPRISE_PERSON_URL", f"json://h/{PATH_SECRET}/{{mail}}", "placeholder that is not known"),
            ("APPRISE_PERSON_URL", f"json://h/{{{PATH_SECRET}}}", "placeholder that is not known"),
            ("APPRISE_PERSON_URL", f"json://h/{PATH_SECRET}/{{email", "brace without its partner"),
            ("APPRISE_PERSON_URL", PATH_SECRET, "is not an Apprise URL"),
            ("APPRISE_TEAM_URL", f"json://h/ {PATH_SECRET}", "is not an Apprise URL"),
        ],
    )
    def test_faults_are_told_at_the_start_without_the_value(self, variable: str, value: str, told: str) -> None:
        with pytest.raises(Problems) as caught:
            AppriseOptions.read({variable: value})
        (problem,) = caught.value.problems
        assert problem.variable == variable
        assert told in problem.what
        assert PATH_SECRET not in "".join(traceback.format_exception(caught.value)) + repr(caught.value.__context__)

    def test_all_faults_at_once(self) -> None:
        with pytest.raises(Problems) as caught:
            AppriseOptions.read({"APPRISE_TEAM_URL": "x", "APPRISE_PERSON_URL": "y"})
        assert len(caught.value.problems) == 2


def test_apprise_is_loaded_on_the_first_send_only() -> None:
    script = "import callsheet_apprise, sys; sys.exit('apprise' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_the_connector_says_what_it_is() -> None:
    assert (CONNECTOR.name, CONNECTOR.options) == ("apprise", AppriseOptions)
    assert CONNECTOR.source is CONNECTOR.tracker is CONNECTOR.publisher is None


@pytest.mark.skipif(shutil.which("openssl") is None, reason="a certificate is made with the openssl command")
class TestPrivateAuthority:
    @pytest.fixture
    def certificate(self, tmp_path: Path) -> Path:
        path = tmp_path / "ca.pem"
        asked = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        made = ["-keyout", str(path), "-out", str(tmp_path / "cert.pem"), "-days", "2", "-subj", "/CN=here"]
        subprocess.run([*asked, *made, "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
        path.write_bytes(path.read_bytes() + (tmp_path / "cert.pem").read_bytes())
        return path

    @pytest.fixture
    def tls_hook(self, hook: Hook, certificate: Path) -> Hook:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        hook.wrap(context)
        return hook

    def test_it_is_trusted_when_it_is_named(
        self, house: House, tls_hook: Hook, certificate: Path, tmp_path: Path, ada: Digest
    ) -> None:
        url = f"jsons://127.0.0.1:{tls_hook.port}/{{email}}"
        with pytest.raises(Transient):
            house.notifier(url).send(ada, "Due", BODY)
        assert tls_hook.messages == []
        house.notifier(url, replace(house.context, ca_file=tmp_path / "cert.pem")).send(ada, "Due", BODY)
        assert len(tls_hook.messages) == 1
