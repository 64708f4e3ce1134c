"""Refusals that several resources share."""

from api.shared.problems import INVALID, Fault, Problem


def invalid(code: str, detail: str, pointer: str) -> Problem:
    """Return the refusal of one field of a body."""
    return Problem(INVALID, faults=[Fault(code, detail, pointer=pointer)])


def common_password() -> Problem:
    """Return the refusal of a password that guessers try first."""
    return invalid("common", "Too many people use this password; take another.", "/password")
