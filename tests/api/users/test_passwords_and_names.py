"""How passwords are kept and refused, and which names are the same name."""

import pytest

from api.users.accounts.naming import EmailUnusable, UsernameUnusable, email_key, skeleton, username_key
from api.users.accounts.rules import PasswordTooCommon, demand_uncommon
from api.users.passwords import COMMON, Passwords, is_common


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords()


@pytest.mark.parametrize("text", ["password", "Password1", "PASSWORD123", "qwertyuiop", "12345678", "P@ssw0rd"])
def test_a_password_that_everybody_uses_is_refused(text):
    with pytest.raises(PasswordTooCommon):
        demand_uncommon(text, "ada", "ada@example.org")


@pytest.mark.parametrize("text", ["AdaLovelace", "ada.lovelace", "ada.lovelace@Example.org"])
def test_a_password_that_repeats_the_persons_own_names_is_refused(text):
    with pytest.raises(PasswordTooCommon):
        demand_uncommon(text, "adalovelace", "ada.lovelace@example.org")


@pytest.mark.parametrize("text", ["three green kites", "tr0ub4dor&3x", "ßüdlich-von-hier", "パスワードは秘密"])
def test_other_passwords_are_accepted_without_rules_of_composition(text):
    demand_uncommon(text, "ada", "ada@example.org")


def test_the_list_holds_only_passwords_that_are_long_enough_to_be_tried():
    words = COMMON.read_text("utf-8").split()
    assert len(words) >= 1000
    assert [word for word in words if len(word) < 8 or word != word.casefold()] == []
    assert len(set(words)) == len(words)
    assert all(is_common(word.upper()) for word in words if word.isascii())


def test_no_hash_matches_for_somebody_without_an_account(passwords):
    assert not passwords.matches("anything", None)


@pytest.mark.parametrize("stored", ["", "plain", "$argon2id$broken", "$2b$12$" + "a" * 53])
def test_a_hash_that_is_none_matches_nothing(passwords, stored):
    assert not passwords.matches("plain", stored)


def test_a_hash_has_the_published_parameters_and_its_own_salt(passwords):
    first, second = passwords.hash("green kites"), passwords.hash("green kites")
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second
    assert passwords.matches("green kites", first)
    assert not passwords.matches("green kite", first)
    assert not passwords.is_outdated(first)


def test_the_same_password_from_another_keyboard_matches(passwords):
    composed, decomposed = "caf\u00e9 au lait", "cafe\u0301\u00a0au\u3000lait"
    assert passwords.matches(decomposed, passwords.hash(composed))


def test_a_long_password_counts_to_its_end(passwords):
    stored = passwords.hash("x" * 255 + "a")
    assert not passwords.matches("x" * 255 + "b", stored)


@pytest.mark.parametrize("text", ["Ada", "ADA", "\uff21da", "\uff41\uff44\uff41"])
def test_usernames_differ_neither_by_case_nor_by_width(text):
    assert username_key(text) == "ada"


@pytest.mark.parametrize("text", ["\u0417\u043e\u044f", "stra\u00dfe", "\u0928\u093f\u0926\u093e", "\u5c71\u7530"])
def test_a_username_may_be_of_any_script(text):
    assert username_key(text) == text.lower()


@pytest.mark.parametrize(
    "text",
    [
        "", ".ada", "ada lovelace", "ada@home", "<b>", "a/b", "a\\b", "ada\0", "ada\u200d", "ada\u00ad", "\ufb01n",
        "\u2603", "\U0001f600", "\u0301ada", "1\u05d0\u05d1", "x" * 40,
    ],
)  # fmt: skip
def test_what_cannot_be_a_username_is_refused(text):
    with pytest.raises(UsernameUnusable):
        username_key(text)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("\u0430d\u0430", "ada"),  # Cyrillic
        ("\u0410da", "ada"),  # a Cyrillic capital
        ("b\u03bfb", "bob"),  # Greek
        ("b0b", "bob"),
        ("paypa1", "paypal"),
        ("rnary", "mary"),
        ("n\u00e9e", "ne\u0301e"),
        ("\u0131da", "ida"),  # without its dot
    ],
)
def test_names_that_look_the_same_have_one_skeleton(text, other):
    assert skeleton(username_key(text)) == skeleton(username_key(other))


@pytest.mark.parametrize(("text", "other"), [("ada", "ida"), ("n\u00e9e", "nee"), ("a.da", "ada"), ("bob", "bobb")])
def test_names_that_do_not_look_the_same_have_two(text, other):
    assert skeleton(username_key(text)) != skeleton(username_key(other))


def test_of_ascii_only_what_the_migration_names_looks_like_something_else():
    letters = "abcdefghijklmnopqrstuvwxyz0123456789._-"
    assert {letter: skeleton(letter) for letter in letters if skeleton(letter) != letter} == {
        "0": "o", "1": "l", "m": "rn",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Ada@Example.ORG", "ada@example.org"),
        ("ada@b\u00fccher.example", "ada@xn--bcher-kva.example"),
        ("ada@BU\u0308CHER.example", "ada@xn--bcher-kva.example"),
        ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ("\uff41da@example\u3002org", "ada@example.org"),
        ("a.d+a@example.org", "a.d+a@example.org"),
        ("ada@stra\u00dfe.example", "ada@xn--strae-oqa.example"),
        ("ada@localhost", "ada@localhost"),
    ],
)
def test_one_mailbox_has_one_key(text, key):
    assert email_key(text) == key


@pytest.mark.parametrize(
    "text",
    [
        "ada", "@example.org", "ada@", "ada@.org", "ada@" + "x" * 64, "\ufdfa" * 60 + "@x.org", "a\u2028@x",
        "a@b@c.org", ".ada@x.org", "ada.@x.org", "a..a@x.org", "ada@x..org", "ada@-x.org", "ada@ex_ample.org",
        "ada@xn--zz.org", "ada@\u2603.org", "ada@x\u200d.org", "x" * 65 + "@x.org", "ada@x.org\0",
        "ada@" + ".".join(["x" * 60] * 5),
        # what our mails cannot be addressed to
        "\u00e4da@x.org", "=?utf-8?q?ada?=@x.org", "a,b@x.org", "a b@x.org", "a(c)@x.org", '"ada"@x.org',
    ],
)  # fmt: skip
def test_what_cannot_be_an_address_has_no_key(text):
    with pytest.raises(EmailUnusable):
        email_key(text)
