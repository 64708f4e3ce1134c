"""A real SMTP server on this machine, and the ways to read what was mailed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Event
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.waiting import wait_until

TOKEN = re.compile(r"#token=(\S+)")
MAIL_SECONDS = 60.0


@dataclass
class Mailbox:
    """What a server received. `answers` are given to the next mails instead of taking them."""

    messages: list[EmailMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    at_rcpt: bool = False
    arrived: Event = field(default_factory=Event)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.at_rcpt and self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - same
        if self.answers:
            return self.answers.pop(0)
        self.messages.append(parsed(envelope.content or b""))
        self.arrived.set()
        return "250 OK"


class FreePortController(Controller):
    """Listens on the port that the system gives, which aiosmtpd's own cannot find out."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def smtp_server(mailbox: Mailbox, **options: Any) -> Iterator[str]:
    """Serve a mailbox; yield its address as a setting names it."""
    controller = FreePortController(mailbox, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        yield f"smtp+plain://127.0.0.1:{controller.port}"
    finally:
        controller.stop()


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    body = message.get_body((kind,))
    assert body is not None
    return body.get_content()


def token_in(message: EmailMessage) -> str:
    """Return the token of the link that a mail holds."""
    found = TOKEN.search(text_of(message))
    assert found, text_of(message)
    return found[1]


def mails_to(folder: Path, address: str) -> list[EmailMessage]:
    """Return the mails to an address that lie in an outbox folder, the oldest first."""
    mails = [parsed(file.read_bytes()) for file in sorted(folder.glob("*.eml"))]
    return [mail for mail in mails if mail["To"] == address]


def wait_for_mail(folder: Path, address: str, *, after: int = 0) -> EmailMessage:
    """Wait until more than `after` mails to an address lie in an outbox folder; return the newest."""
    wait_until(lambda: len(mails_to(folder, address)) > after, seconds=MAIL_SECONDS)
    return mails_to(folder, address)[-1]
