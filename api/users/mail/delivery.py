"""Where a mail goes: to an SMTP server, or, while none is set, into the log and a folder."""

import os
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol, Self
from urllib.parse import unquote, urlsplit

import structlog

from api.shared.environment import SettingRefused

TIMEOUT_SECONDS = 20.0
PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
PERMANENT = 500


class NeverDeliverable(Exception):
    """The mail server says that this address takes no mail, whenever it is tried."""


class NotDelivered(Exception):
    """The mail could not be handed over now."""


class Delivery(Protocol):
    """Takes a mail away."""

    def send(self, message: EmailMessage, name: str) -> None:
        """Hand a mail over; `name` is the same when it is tried again. Raises NotDelivered, NeverDeliverable."""


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server: `smtp://` demands STARTTLS, `smtps://` speaks TLS from the start, `smtp+plain://` no TLS."""

    scheme: str
    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str) -> Self:
        """Read `smtp://user:password@mail.example.org:587`. Raises SettingRefused, which does not repeat it."""
        try:
            parts = urlsplit(url)
            port = parts.port or PORTS[parts.scheme]
        except (ValueError, KeyError) as error:
            raise SettingRefused(
                "USERS_SMTP_URL has to begin with smtp://, smtps:// or smtp+plain:// and name a mail server."
            ) from error
        if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
            raise SettingRefused("USERS_SMTP_URL has to be like smtp://user:password@mail.example.org:587.")
        return cls(parts.scheme, parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or ""))

    def send(self, message: EmailMessage, name: str) -> None:  # noqa: ARG002 - the server knows it by its Message-ID
        """Hand a mail over. Raises NotDelivered, NeverDeliverable."""
        try:
            with self._connected() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            kind = NeverDeliverable if codes and min(codes) >= PERMANENT else NotDelivered
            raise kind(f"the mail server refused the address ({', '.join(map(str, codes))})") from error
        except (smtplib.SMTPException, OSError) as error:
            # Without the server's words: they may repeat the address
            code = getattr(error, "smtp_code", None)
            raise NotDelivered(f"{type(error).__name__}{f' {code}' if code else ''}") from error

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        try:
            if self.scheme == "smtp":
                server.starttls(context=context)
            if self.username:
                server.login(self.username, self.password)
        except BaseException:
            server.close()
            raise
        return server


@dataclass(frozen=True, slots=True)
class Folder:
    """No mail server: mails are shown in the log and kept as files, so that a link can be tried at once."""

    path: Path

    def send(self, message: EmailMessage, name: str) -> None:
        """Write `{name}.eml`, which only its owner may read; it appears whole or not at all. Raises NotDelivered."""
        file = self.path / f"{name}.eml"
        unfinished = file.with_suffix(".new")
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
                stream.write(message.as_bytes())
            unfinished.replace(file)
        except OSError as error:
            raise NotDelivered(f"{error.strerror}: {self.path}") from error
        body = message.get_body(("plain",))
        shown = body.get_content() if body is not None else ""
        structlog.get_logger("mail").info(
            "no mail server is set, so here it is", to=str(message["To"]), subject=str(message["Subject"]),
            text=shown, file=str(file),
        )  # fmt: skip
