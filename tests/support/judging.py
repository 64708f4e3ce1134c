"""Lets Schemathesis judge a service in this process: every phase and every check, as its command line would.

`judge(app, "/api/users/v1/openapi.json", …)` returns what is wrong as readable text, with the seed by which it can be
had again.
"""

import json
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, cycle
from typing import Any

import schemathesis
from flask import Flask
from hypothesis.errors import HypothesisWarning
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import CheckNode, ScenarioRecorder
from schemathesis.generation.case import Case
from schemathesis.transport.wsgi import WSGITransport

from api.shared.documentation import IDEMPOTENCY_KEY

# Refusals of our contract that Schemathesis' defaults do not know: no length, wrong size, stale or missing If-Match
REFUSED = ["400", "401", "403", "404", "405", "406", "409", "411", "412", "413", "415", "422", "428", "429"]
HEADER_MISSING = ["401", "403", "428"]
# What input that fits the schema may meet all the same: an If-Match that is not current, a cursor nobody gave out.
# They are told from other refusals by the problem's code, so that a 422 for another reason still is a finding.
INVENTED = frozenset({"version_mismatch", "invalid_cursor"})
FIRST_REFUSAL = 400
KEY, KEYS_EXAMPLE = IDEMPOTENCY_KEY["name"], IDEMPOTENCY_KEY["example"]
NOTHING: Mapping[str, Sequence[str]] = {}
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CALENDARS_ENDS = re.compile(r"\b(0001-01-01|9998-12-31|9999-\d\d-\d\d)[Tt]")
VERSION_TAG = re.compile(r'(W/)?"[1-9][0-9]{0,17}(-[0-9a-f]+)?"')


@dataclass
class Verdict:
    """What Schemathesis found, and how much it looked at."""

    failures: list[str] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)


def judge(  # noqa: PLR0913 - each is a part of one question
    app: Flask,
    document: str,
    *,
    seed: int,
    examples: int,
    authorize: Callable[[str], str | None],
    refusals: frozenset[str] = frozenset(),
    known: Mapping[str, Sequence[str]] = NOTHING,
) -> Verdict:
    """Run every phase of Schemathesis against an application.

    `authorize(path)` gives the bearer token for an operation. `refusals` are codes of problems that input which fits
    the schema may meet in this application's state, at every operation or, as "POST /path code", at one. `known` holds
    values of path parameters, and of fields of bodies, that exist: every other invented id becomes one of them,
    because what lies behind an id is never reached by inventing.
    """
    schema = schemathesis.openapi.from_wsgi(document, app, config=_config(seed, examples))

    @schema.auth(refresh_interval=None)
    class Bearer:
        def get(self, case: Case, _context: schemathesis.AuthContext) -> str | None:
            return authorize(case.operation.path)

        def set(self, case: Case, token: str | None, _context: schemathesis.AuthContext) -> None:
            if token is not None:
                case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}

    _reach_what_is_there(schema, known)
    _renew_keys(schema)
    verdict = Verdict()
    with _in_process():
        for event in from_schema(schema).execute():
            found = [*_breakdowns(event), *_count(event, verdict, INVENTED | refusals)]
            verdict.failures += [f"{problem}\n(seed {seed})" for problem in found]
    return verdict


def _reach_what_is_there(schema: Any, known: Mapping[str, Sequence[str]]) -> None:
    """Let invented versions and ids become present ones; what lies behind them would hardly ever be reached."""
    turns = {name: cycle([value for each in values for value in (None, each)]) for name, values in known.items()}

    @schema.hook
    def map_headers(_context: schemathesis.HookContext, headers: dict[str, Any] | None) -> dict[str, Any] | None:
        if headers and VERSION_TAG.fullmatch(str(headers.get("If-Match", ""))):
            return {**headers, "If-Match": "*"}
        return headers

    @schema.hook
    def map_path_parameters(_context: schemathesis.HookContext, path: dict[str, Any] | None) -> dict[str, Any] | None:
        return present(path) if path else path

    @schema.hook
    def map_body(_context: schemathesis.HookContext, body: Any) -> Any:
        return present(body) if isinstance(body, dict) else body

    def present(values: dict[str, Any]) -> dict[str, Any]:
        chosen = {name: next(turns[name]) for name in values if name in turns and UUID.fullmatch(str(values[name]))}
        return {**values, **{name: value for name, value in chosen.items() if value is not None}}


def _renew_keys(schema: Any) -> None:
    """Let the example of an Idempotency-Key, which most calls carry, become a new key in two calls of three.

    With one key for all, only the first call to an operation would be looked at, and all others refused for the key.
    """
    numbers = count()

    @schema.hook
    def map_case(_context: schemathesis.HookContext, case: Case) -> Case:
        if case.headers and case.headers.get(KEY) == KEYS_EXAMPLE and (number := next(numbers)) % 3:
            case.headers = {**case.headers, KEY: f"{KEYS_EXAMPLE}-{number}"}
        return case


def _config(seed: int, examples: int) -> schemathesis.Config:
    return schemathesis.Config.from_dict(
        {
            "seed": seed,
            "continue-on-failure": True,
            "generation": {"max-examples": examples, "database": "none"},
            "checks": {
                "negative_data_rejection": {"expected-statuses": REFUSED},
                "missing_required_header": {"expected-statuses": HEADER_MISSING},
            },
        }
    )


@contextmanager
def _in_process() -> Iterator[None]:
    """Let the checks that repeat a call do so without a socket.

    They hand on options of network calls, which Schemathesis 4.32 passes to werkzeug's client.
    """
    send = WSGITransport.send

    def send_without_socket(self: WSGITransport, case: Case, **options: Any) -> schemathesis.Response:
        for name in ("max_redirects", "verify", "cert", "proxies"):
            options.pop(name, None)
        return send(self, case, **options)

    with warnings.catch_warnings():
        # that an example is long is no fault of the service
        warnings.simplefilter("ignore", HypothesisWarning)
        WSGITransport.send = send_without_socket  # type: ignore[method-assign]  # put back below
        try:
            yield
        finally:
            WSGITransport.send = send  # type: ignore[method-assign]  # as it was


def _breakdowns(event: events.EngineEvent) -> Iterator[str]:
    if isinstance(event, events.FatalError):
        yield f"the engine broke: {event.exception!r}"
    elif isinstance(event, events.NonFatalError):
        yield f"{event.label}: {event.value!r}"


def _count(event: events.EngineEvent, verdict: Verdict, expected: frozenset[str]) -> Iterator[str]:
    if not isinstance(event, events.ScenarioFinished):
        return
    recorder = event.recorder
    verdict.calls[event.phase.value] += len(recorder.interactions)
    for case_id, interaction in recorder.interactions.items():
        if interaction.response is not None:
            label = recorder.cases[case_id].value.operation.label
            verdict.answers[f"{label} {interaction.response.status_code}"] += 1
    for case_id, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is None:
                continue
            if _is_right_all_the_same(recorder, case_id, check, expected):
                continue
            failure, sample = check.failure_info.failure, check.failure_info.code_sample
            answer = recorder.interactions[case_id].response
            said = answer.content[:1_000].decode(errors="replace") if answer is not None else "no answer"
            yield f"{recorder.label} [{event.phase.value}] {check.name}: {failure}\n{said}\n{sample}"


def _is_right_all_the_same(
    recorder: ScenarioRecorder, case_id: str, check: CheckNode, expected: frozenset[str]
) -> bool:
    """Tell whether what a check finds wrong is right: something that no schema can say."""
    match check.name:
        case "positive_data_acceptance":
            codes = _codes(recorder, case_id)
            said = codes | {f"{recorder.cases[case_id].value.operation.label} {code}" for code in codes}
            return bool(said & expected) or _is_at_an_end_of_the_calendar(recorder, case_id)
        case "negative_data_rejection":
            return _is_text_of_a_form(recorder, case_id, check.failure_info)
        case "use_after_free":
            return _is_in_the_trash(recorder)
    return False


def _codes(recorder: ScenarioRecorder, case_id: str) -> frozenset[str]:
    """Return the code of the problem that was answered, and that of its faults when there is one kind alone."""
    response = recorder.interactions[case_id].response
    if response is None or response.status_code < FIRST_REFUSAL or not response.content:
        return frozenset()
    try:
        problem = json.loads(response.content)
    except ValueError:
        return frozenset()
    if not isinstance(problem, dict):
        return frozenset()
    faults = {fault["code"] for fault in problem.get("errors", [])}
    return frozenset({problem.get("code"), *(faults if len(faults) == 1 else ())})


def _is_at_an_end_of_the_calendar(recorder: ScenarioRecorder, case_id: str) -> bool:
    """Tell whether a time was sent that leaves no room for an offset: no schema says between which times one lies."""
    case = recorder.cases[case_id].value
    return CALENDARS_ENDS.search(f"{case.body} {case.query}") is not None


def _is_text_of_a_form(recorder: ScenarioRecorder, case_id: str, info: Any) -> bool:
    """Tell whether the wrong thing was another type for a form's field: in multipart/form-data all of them are text."""
    kind = recorder.cases[case_id].value.media_type
    return kind == "multipart/form-data" and "(was string" in str(info.failure)


def _is_in_the_trash(recorder: ScenarioRecorder) -> bool:
    """Tell whether what was deleted is in the trash, where its authors still read it: only `permanent=true` ends it."""
    cases = [node.value for node in recorder.cases.values()]
    deleted = [case for case in cases if case.method.upper() == "DELETE" and "permanent" in _parameters(case)]
    return bool(deleted) and all((case.query or {}).get("permanent") not in {True, "true"} for case in deleted)


def _parameters(case: Case) -> set[str]:
    return {parameter.name for parameter in case.operation.query}
