"""Names of accounts: which can be one, which are the same one, and which only look like the same one.

What knows all of Unicode is loaded when the first name or address asks for it, so that a start is quick.
"""

import re
import unicodedata
from functools import cache
from importlib import resources

import orjson

LONGEST_EMAIL_KEY = 320
LONGEST_MAILBOX = 64
# RFC 5322, section 3.2.3; more than that our mails cannot be addressed to, nor to what looks like RFC 2047's words
_MAILBOX = re.compile(r"(?!.*=\?)[\w!#$%&'*+/=?^`{|}~.-]+", re.ASCII)
LONGEST_SKELETON = 400
# Of ASCII only these; of everything else what PRECIS lets pass
_USERNAME = re.compile(r"[a-z0-9\u0080-\U0010ffff][a-z0-9._\-\u0080-\U0010ffff]{0,38}")
_DIRECTION = "\u200e"


class UsernameUnusable(Exception):
    """This cannot be a username."""


class EmailUnusable(Exception):
    """This cannot be an e-mail address."""


def username_key(text: str) -> str:
    """Return a username as it is kept and compared: UsernameCaseMapped of RFC 8265, section 3.3.

    So neither case nor width counts, and what cannot be seen, symbols and mixed directions are refused. Raises
    UsernameUnusable.
    """
    key = text.lower() if text.isascii() else _case_mapped(text)
    if not _USERNAME.fullmatch(key) or unicodedata.category(key[0]).startswith("M"):
        raise UsernameUnusable
    return key


def skeleton(key: str) -> str:
    """Return what a username looks like: two with the same skeleton (UTS 39, section 4) are taken for one another.

    Folded once more, because the standard tells `0` from `o` by an `O` that no username has. Raises UsernameUnusable
    for one that would be longer than can be kept.
    """
    looks = _looks()
    for _ in range(2):
        drawn = "".join(looks.get(letter, letter) for letter in unicodedata.normalize("NFD", key))
        key = unicodedata.normalize("NFD", drawn).casefold()
    if len(key) > LONGEST_SKELETON:
        raise UsernameUnusable
    return key


def email_key(text: str) -> str:
    """Return the form in which addresses are compared: caseless, the domain in ASCII (IDNA). Raises EmailUnusable."""
    mailbox, _, domain = text.rpartition("@")
    mailbox = unicodedata.normalize("NFKC", mailbox).casefold()
    key = f"{mailbox}@{ascii_domain(domain)}"
    # RFC 5321, section 4.1.2: a mailbox is a dot-string, whose parts are not empty
    if not all(mailbox.split(".")) or not _MAILBOX.fullmatch(mailbox) or len(mailbox) > LONGEST_MAILBOX:
        raise EmailUnusable
    if len(key) > LONGEST_EMAIL_KEY or any(letter.isspace() or not letter.isprintable() for letter in key):
        raise EmailUnusable
    return key


def ascii_domain(domain: str) -> str:
    """Return a domain as name servers and mail servers take it: IDNA 2008, mapped by UTS 46. Raises EmailUnusable."""
    import idna  # noqa: PLC0415 - its tables are large, and a service can be ready without them

    try:
        return idna.encode(domain, uts46=True, std3_rules=True).decode()
    except idna.IDNAError as error:
        raise EmailUnusable from error


def _case_mapped(text: str) -> str:
    import precis_i18n  # noqa: PLC0415 - as above

    try:
        return str(precis_i18n.get_profile("UsernameCaseMapped").enforce(text))
    except UnicodeEncodeError as error:
        raise UsernameUnusable from error


@cache
def _looks() -> dict[str, str]:
    """Map each letter to what stands for all that look like it; the package tells who looks like whom, both ways.

    A letter that looks like just one other, which has more of its kind, is drawn as that one. Of a pair the first is
    drawn for both.
    """
    raw = orjson.loads((resources.files("confusable_homoglyphs") / "confusables.json").read_bytes())
    alike = {
        letter.replace(_DIRECTION, ""): [each["c"].replace(_DIRECTION, "") for each in others]
        for letter, others in raw.items()
    }
    return {
        letter: others[0]
        for letter, others in alike.items()
        if len(letter) == len(others) == 1
        and (len(others[0]) > 1 or len(alike.get(others[0], ())) > 1 or others[0] < letter)
    }
