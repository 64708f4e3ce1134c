"""Refusals that several resources share."""

from api.shared.problems import INVALID, Fault, Problem


def invalid(code: str, detail: str, pointer: str) -> Problem:
    """Return the refusal of one field of a body."""
    return Problem(INVALID, faults=[Fault(code, detail, pointer=pointer)])
