"""Refusals that several resources share."""

from api.shared.problems import INVALID, Fault, Problem


def invalid(code: str, detail: str, pointer: str) -> Problem:
    """Return the refusal of one field of a body."""
    return Problem(INVALID, faults=[Fault(code, detail, pointer=pointer)])


def unusable_username() -> Problem:
    """Return the refusal of a username that cannot be one."""
    return invalid("not_a_username", "This cannot be a username: letters and digits make one.", "/username")


def unusable_email() -> Problem:
    """Return the refusal of an address that cannot be one."""
    return invalid("not_an_address", "This cannot be an e-mail address.", "/email")


def common_password() -> Problem:
    """Return the refusal of a password that guessers try first."""
    return invalid("common", "Too many people use this password; take another.", "/password")
