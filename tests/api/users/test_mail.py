"""The outbox and its worker: no mail before the commit, none lost after it, each at least once."""

import asyncio
import signal
import stat
import subprocess
from dataclasses import replace
from email.policy import SMTP

import pytest

from api.shared.environment import SettingRefused
from api.shared.store import StoreUnavailable, VersionMismatch, update
from api.shared.working import beside
from api.users.mail import outbox
from api.users.mail.delivery import Folder, Smtp
from api.users.mail.letters import FORMS, compose
from api.users.mail.worker import LEASE, MOST_ATTEMPTS, Worker, pause_after
from api.users.worker import delivery_of, worker_of
from tests.api.users.conftest import PUBLIC_URL, SIGNING_KEY
from tests.support.live import command, environment
from tests.support.mail import Mailbox, mails_to, smtp_server, text_of, wait_for_mail
from tests.support.serving import served
from tests.support.waiting import wait_until


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def worker(context, mailbox):
    with smtp_server(mailbox) as url:
        yield Worker(context, Smtp.of(url))


@pytest.fixture
def promise(context, store, make_account):
    """Promise a letter to ada, in a commit of its own."""
    ada = make_account("ada")

    def make(kind="password_changed", **changed):
        operation = outbox.notice(context, kind, {**ada, **changed})
        store.commit([operation])
        return operation.id

    return make


@pytest.fixture
def told_worker(database, tmp_path):
    """What a worker's process is told, but for the mail server."""
    with served(database.app) as url:
        yield {
            "USERS_DATABASE_URL": url, "USERS_DATABASE_KEY": database.keys["users"], "USERS_SIGNING_KEY": SIGNING_KEY,
            "BLOG_DATABASE_URL": url, "BLOG_DATABASE_KEY": database.keys["blog"], "DATA_DIR": str(tmp_path),
            "PUBLIC_URL": PUBLIC_URL,
        }  # fmt: skip


def pending(store):
    return store.find("outbox", {"state": "pending"}).records


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://a.example:x",
        "smtp://a.example/box",
        "smtps://u:secret@",
    ],
)
def test_a_mail_server_that_is_none_is_refused_without_repeating_its_password(url):
    with pytest.raises(SettingRefused, match="USERS_SMTP_URL") as refusal:
        Smtp.of(url)
    assert "secret" not in str(refusal.value)


def test_a_mail_server_is_read_from_one_address_and_its_password_is_not_shown():
    server = Smtp.of("smtp://blog%40example.org:a%2Fb@mail.example.org")
    assert (server.host, server.port, server.username, server.password) == (
        "mail.example.org", 587, "blog@example.org", "a/b",
    )  # fmt: skip
    assert Smtp.of("smtps://mail.example.org").port == 465
    assert "a/b" not in repr(server)


def test_a_server_without_tls_gets_no_mail_unless_that_is_asked_for(context, promise, store, mailbox):
    promise()
    with smtp_server(mailbox) as url:
        Worker(context, Smtp.of(url.replace("smtp+plain", "smtp"))).send_due()
    assert mailbox.messages == []
    assert pending(store)[0]["problem"].startswith("SMTPNotSupportedError")


def test_nothing_is_sent_for_a_commit_that_was_refused(context, store, worker, mailbox, make_account):
    ada = make_account("ada")
    stale = update("accounts", ada["id"], {"name": "B"}, if_version=7)
    with pytest.raises(VersionMismatch):
        store.commit([outbox.notice(context, "password_changed", ada), stale])
    assert worker.send_due() == 0
    assert mailbox.messages == []


def test_a_promised_mail_is_sent_once_and_then_forgotten(promise, worker, mailbox, store):
    mail_id = promise()
    assert worker.send_due() == 1
    assert worker.send_due() == 0
    (message,) = mailbox.messages
    assert message["Message-ID"] == f"<{mail_id}@blog.example.org>"
    assert message["To"] == "ada@example.org"
    assert message["From"].addresses[0].addr_spec == "blog@blog.example.org"
    assert message["Date"].datetime.isoformat() == "2026-11-23T09:00:00+00:00"
    assert store.find("outbox").records == []


def test_of_many_workers_one_sends(promise, context, mailbox):
    for _ in range(5):
        promise()
    with smtp_server(mailbox) as url:
        workers = [Worker(context, Smtp.of(url)) for _ in range(3)]
        with beside(workers[0].run), beside(workers[1].run), beside(workers[2].run):
            wait_until(lambda: len(mailbox.messages) >= 5, seconds=60)
    assert len({each["Message-ID"] for each in mailbox.messages}) == len(mailbox.messages) == 5


def test_a_refused_mail_is_tried_again_later_and_later_under_the_same_message_id(
    promise, worker, mailbox, clock, store
):
    promise()
    mailbox.answers = ["451 try later", "421 closing", "554 looks like spam today"]
    for attempt in (1, 2, 3):
        assert worker.send_due() == 1
        assert worker.send_due() == 0
        clock.advance(seconds=pause_after(attempt).total_seconds() - 1)
        assert worker.send_due() == 0
        clock.advance(seconds=1)
    assert mailbox.messages == []
    assert pending(store)[0]["attempts"] == 3
    assert worker.send_due() == 1
    assert len(mailbox.messages) == 1
    assert pending(store) == []


def test_after_its_last_attempt_a_mail_is_dead_and_stays_to_be_seen(promise, worker, mailbox, clock, store):
    promise()
    mailbox.answers = ["451 try later"] * 20
    for _ in range(MOST_ATTEMPTS):
        assert worker.send_due() == 1
        clock.advance(hours=7)
    assert worker.send_due() == 0
    (dead,) = store.find("outbox", {"state": "dead"}).records
    assert (dead["attempts"], dead["problem"]) == (MOST_ATTEMPTS, "SMTPDataError 451")


def test_an_address_that_never_takes_mail_is_given_up_at_once(promise, worker, mailbox, store):
    promise()
    mailbox.at_rcpt, mailbox.answers = True, ["550 no such user"]
    worker.send_due()
    (dead,) = store.find("outbox", {"state": "dead"}).records
    assert (dead["attempts"], dead["problem"]) == (1, "the mail server refused the address (550)")


def test_a_mail_that_cannot_be_written_keeps_no_other_back(promise, worker, mailbox, store):
    promise(kind="of-an-older-version")
    promise()
    worker.send_due()
    assert len(mailbox.messages) == 1
    assert [each["problem"] for each in pending(store)] == ["KeyError"]


def test_a_mail_that_came_too_late_is_not_sent(context, store, worker, mailbox, clock):
    store.commit([outbox.promise(context, "password_changed", recipient="a@example.org", life=LEASE)])
    clock.advance(minutes=3)
    worker.send_due()
    assert mailbox.messages == []
    assert store.find("outbox", {"state": "dead"}).records[0]["problem"] == "it was of no use any more"


def test_a_mail_in_the_hands_of_a_worker_that_died_falls_due_again(promise, worker, mailbox, clock, context):
    promise()

    class Dies:
        def send(self, message, name):
            raise SystemExit

    with pytest.raises(SystemExit):
        Worker(context, Dies()).send_due()
    assert worker.send_due() == 0
    clock.advance(seconds=LEASE.total_seconds())
    assert worker.send_due() == 1
    assert len(mailbox.messages) == 1


def test_a_worker_killed_while_it_sends_loses_nothing(promise, worker, mailbox, clock, told_worker):
    """`kill -9` after the server took the mail and before the worker knew: it comes twice, with one Message-ID."""
    mail_id = promise()

    async def taken_and_never_answered(server, session, envelope):
        mailbox.messages.append(envelope.content)
        mailbox.arrived.set()
        await asyncio.sleep(3600)

    silent = Mailbox(messages=mailbox.messages, arrived=mailbox.arrived)
    silent.handle_DATA = taken_and_never_answered
    with smtp_server(silent) as smtp_url:
        process = subprocess.Popen(command("worker"), env=environment(USERS_SMTP_URL=smtp_url, **told_worker))
        try:
            wait_until(mailbox.arrived.is_set, seconds=60)
            process.send_signal(signal.SIGKILL)
        finally:
            process.kill()
            process.wait()
    mailbox.messages.clear()
    assert worker.send_due() == 0
    clock.advance(days=3650)  # its lease was taken by the machine's clock, which is not the test's
    assert worker.send_due() == 1
    assert mailbox.messages[0]["Message-ID"] == f"<{mail_id}@blog.example.org>"


def test_without_a_mail_server_mails_are_files_that_only_their_owner_may_read(make_app, promise, tmp_path, capsys):
    app = make_app(outbox_folder=tmp_path / "outbox")
    mail_id = promise()
    worker_of(app).send_due()
    (file,) = (tmp_path / "outbox").iterdir()
    assert file.name == f"{mail_id}.eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert mails_to(tmp_path / "outbox", "ada@example.org")[0]["Message-ID"] == f"<{mail_id}@blog.example.org>"
    assert "Your password for blog.example.org was changed" in capsys.readouterr().out


def test_a_folder_that_cannot_be_written_is_a_problem_of_that_moment(context, promise, store, tmp_path):
    (tmp_path / "outbox").write_text("a file in the way", "utf-8")
    promise()
    Worker(context, Folder(tmp_path / "outbox")).send_due()
    assert len(pending(store)) == 1


def test_a_letter_says_the_same_in_text_and_in_html_and_leads_to_the_public_url_only(context):
    for kind in FORMS:
        details = {
            "username": "a<b",
            "link_id": "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d",
            "name": "A & B",
            "role": "author",
        }
        record = {
            "id": "1", "kind": kind, "recipient": "\uff21da@bücher.example", "details": details,
            "created_at": "2026-11-23T09:00:00.000000Z",
        }  # fmt: skip
        message = compose(context, record)
        text, html = text_of(message), text_of(message, "html")
        links = [word for word in (text + html.replace('"', " ")).split() if word.startswith("http")]
        assert {link.split("/")[2] for link in links} <= {"blog.example.org"}
        assert "a<b" not in html
        assert message["To"].addresses[0].addr_spec == "Ada@xn--bcher-kva.example"
        assert b"\r\n" in message.as_bytes(policy=SMTP)


def test_the_settings_choose_where_mails_go(settings, tmp_path):
    assert delivery_of(replace(settings, outbox_folder=tmp_path)) == Folder(tmp_path)
    assert delivery_of(replace(settings, smtp_url="smtps://mail.example.org")).port == 465


def test_a_worker_goes_on_after_whatever_went_wrong(promise, worker, mailbox, context, monkeypatch):
    promise()
    sweep = Worker.sweep
    failures = [RuntimeError("unforeseen"), StoreUnavailable("away")]
    monkeypatch.setattr(Worker, "sweep", lambda self: _raise(failures.pop()) if failures else sweep(self))
    with beside(worker.run):
        wait_until(lambda: not failures, seconds=60)
        promise()
        wait_until(lambda: len(mailbox.messages) == 2, seconds=60)


def _raise(error):
    raise error


def test_the_worker_alone_says_in_one_sentence_what_it_lacks():
    refused = subprocess.run(command("worker"), env=environment(), capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert refused.stderr.startswith("Error: Set USERS_DATABASE_KEY")
    assert len(refused.stderr.strip().splitlines()) == 1


def test_a_running_blog_sends_by_itself(live_blog):
    blog = live_blog(USERS_LIMITS_SIGN_IN="1000 per minute").set_up()
    answer = blog.call("POST", "/api/users/v1/password-resets", json={"email": "ada@example.org"})
    assert answer.status == 204
    message = wait_for_mail(blog.data_dir / "outbox", "ada@example.org")
    assert f"{blog.url}/reset-password#token=" in text_of(message)
