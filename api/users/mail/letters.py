"""The letters: what each kind says, as plain text and as HTML made of the same sentences."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from urllib.parse import urlsplit

from api.shared.clock import parse_rfc3339
from api.shared.store import Record
from api.users.accounts.naming import ascii_domain
from api.users.context import Context
from api.users.mail.links import token


@dataclass(frozen=True, slots=True)
class Form:
    """A letter with gaps: `{site}` and what the outbox knows; with `action` there is one link, `(words, path)`."""

    subject: str
    before: Sequence[str]
    action: tuple[str, str] | None = None
    after: Sequence[str] = ()


FORMS = {
    "password_reset": Form(
        "Choose a new password for {site}",
        ["Somebody asked to choose a new password for your account “{username}” at {site}."],
        ("Choose a new password", "/reset-password"),
        [
            "The link works once, for 30 minutes.",
            "If it was not you, there is nothing to do: your password stays as it is.",
        ],
    ),
    "registration": Form(
        "Your account at {site}",
        ["Somebody, hopefully you, asked for an account “{username}” at {site} with this address."],
        ("Make the account", "/verify-email"),
        ["The link works once, for 30 minutes.", "If it was not you, there is nothing to do: no account is made."],
    ),
    "already_registered": Form(
        "You have an account at {site}",
        [
            "Somebody, perhaps you, wanted to use this address at {site}; your account “{username}” has it already.",
            "If you forgot your password, choose a new one. If it was not you, there is nothing to do.",
        ],
        ("Choose a new password", "/forgot-password"),
    ),
    "email_change": Form(
        "Your new address at {site}",
        ["Your account “{username}” at {site} is to have this address."],
        ("Use this address", "/verify-email"),
        ["The link works once, for 30 minutes.", "If it was not you, there is nothing to do: nothing is changed."],
    ),
    "email_changed": Form(
        "Your address at {site} was changed",
        [
            "Your account “{username}” at {site} has another e-mail address now; this one is not used any more.",
            "If it was not you, tell the people who run {site} at once.",
        ],
    ),
    "invitation": Form(
        "You are invited to {site}",
        ["You are invited to write at {site}; your account will have the role “{role}”."],
        ("Accept the invitation", "/invitation"),
        ["The link works once, for 7 days."],
    ),
    "password_changed": Form(
        "Your password for {site} was changed",
        [
            "The password of your account “{username}” at {site} was just changed, and other devices were signed out.",
            "If it was not you, choose a new password at once, and then look at your access tokens.",
        ],
        ("Choose a new password", "/forgot-password"),
    ),
}


def compose(context: Context, record: Record) -> EmailMessage:
    """Write the letter that an outbox record promises. The same record always has the same Message-ID."""
    settings = context.settings
    host = str(urlsplit(settings.public_url).hostname)
    form = FORMS[record["kind"]]
    gaps = {"site": host, **record["details"]}
    url = _url(context, form, record)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = form.subject.format(**gaps)
    message["From"] = Address(host, addr_spec=settings.mail_from or f"blog@{host}")
    message["To"] = Address(addr_spec=deliverable(record["recipient"]))
    message["Date"] = format_datetime(parse_rfc3339(record["created_at"]))
    message["Message-ID"] = f"<{record['id']}@{host}>"
    # RFC 3834: no out-of-office reply is wanted
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n\n".join(_plain(form, gaps, url)) + "\n")
    message.add_alternative(_html(form, gaps, url), subtype="html")
    return message


def deliverable(recipient: str) -> str:
    """Return an address as mail servers take it: letters of one width, the domain in ASCII (IDNA)."""
    mailbox, _, domain = recipient.rpartition("@")
    return f"{unicodedata.normalize('NFKC', mailbox)}@{ascii_domain(domain)}"


def _url(context: Context, form: Form, record: Record) -> str:
    if form.action is None:
        return ""
    address = f"{context.settings.public_url}{form.action[1]}"
    link_id = record["details"].get("link_id")
    # in the fragment, which browsers send to nobody
    return address if link_id is None else f"{address}#token={token(context, link_id)}"


def _plain(form: Form, gaps: dict[str, str], url: str) -> Iterator[str]:
    yield from (line.format(**gaps) for line in form.before)
    if form.action is not None:
        yield f"{form.action[0]}:\n{url}"
    yield from (line.format(**gaps) for line in form.after)


def _html(form: Form, gaps: dict[str, str], url: str) -> str:
    safe = {name: escape(str(value)) for name, value in gaps.items()}
    parts = [f"<p>{line.format(**safe)}</p>" for line in form.before]
    if form.action is not None:
        parts.append(f'<p><a href="{escape(url)}">{escape(form.action[0])}</a></p>')
    parts += [f"<p>{line.format(**safe)}</p>" for line in form.after]
    subject = form.subject.format(**safe)
    style = "font: 17px/1.6 Georgia, serif; max-width: 34em; margin: 2em auto; padding: 0 1em"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{subject}</title></head>\n'
        f'<body style="{style}">\n' + "\n".join(parts) + "\n</body></html>\n"
    )
