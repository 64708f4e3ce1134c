"""`/me/second-factor`: turning the second factor on and off."""

import io

import segno

from api.shared.operations import Call, Resource
from api.shared.problems import Kind, Problem
from api.shared.responses import Answer
from api.shared.store import Record
from api.shared.unit_of_work import Write
from api.users.incoming import WRONG_PASSWORD, context, count_code_at, demand_password
from api.users.second_factor import rules
from api.users.second_factor.schemas import Enrolment, FirstCode, PasswordAndCode, Reauthentication, RecoveryCodes
from api.users.second_factor.schemas import SecondFactor as SecondFactorSchema
from api.users.sessions import rules as sessions

SECOND_FACTOR_ON = Kind(409, "second_factor_on", "Already on", "The account has a second factor; turn it off first.")
SECOND_FACTOR_OFF = Kind(409, "second_factor_off", "Not on", "The account has no second factor, or none was begun.")
WRONG_CODE = Kind(
    403,
    "wrong_code",
    "Not the code",
    "The code is not the app's present one, or it was used before, and it is no recovery code that is left.",
)

second_factor = Resource("second-factor", __name__, description="The second factor: codes of an app, recovery codes")


@second_factor.operation("GET", "/me/second-factor", "getSecondFactor", returns=SecondFactorSchema)
def get_second_factor(call: Call) -> Answer:
    """Get the state of my second factor.

    Whether signing in needs a code, and how many recovery codes are left.
    """
    return Answer(rules.shown(rules.of(context(), call.who.account_id)))


@second_factor.operation(
    "POST", "/me/second-factor", "enrolSecondFactor", body=Reauthentication, returns=Enrolment, status=200,
    problems=(SECOND_FACTOR_ON, WRONG_PASSWORD),
)  # fmt: skip
def enrol_second_factor(call: Call) -> Write:
    """Begin a second factor.

    Answers a secret for an authenticator app (RFC 6238), this once. Nothing changes for signing in until
    `confirmSecondFactor` was sent a code of that app.
    """
    account = demand_password(call, call.body["password"])
    try:
        begun = rules.enrol(context(), account)
    except rules.FactorOn as error:
        raise Problem(SECOND_FACTOR_ON) from error
    return Write([begun.operation], Answer({"secret": begun.secret, "uri": begun.uri, "qr_svg": _drawn(begun.uri)}))


@second_factor.operation(
    "POST", "/me/second-factor/confirm", "confirmSecondFactor", body=FirstCode, returns=RecoveryCodes,
    problems=(SECOND_FACTOR_ON, SECOND_FACTOR_OFF, WRONG_CODE),
)  # fmt: skip
def confirm_second_factor(call: Call) -> Write:
    """Turn my second factor on.

    Answers ten recovery codes, this once. Signing in needs a code from now on, and your other sessions end.
    """
    here = context()
    count_code_at(call, call.who.account_id)
    try:
        made = rules.confirm(here, call.who.account_id, call.body["code"])
    except rules.FactorOff as error:
        raise Problem(SECOND_FACTOR_OFF) from error
    except rules.FactorOn as error:
        raise Problem(SECOND_FACTOR_ON) from error
    except rules.CodeWrong as error:
        raise Problem(WRONG_CODE) from error
    return Write(
        [made.operation, *sessions.end_others(context(), call.who.account_id, call.who.session_id)],
        Answer({"recovery_codes": made.codes}),
    )


@second_factor.operation(
    "POST", "/me/second-factor/recovery-codes", "renewRecoveryCodes", body=PasswordAndCode, returns=RecoveryCodes,
    problems=(SECOND_FACTOR_OFF, WRONG_PASSWORD, WRONG_CODE),
)  # fmt: skip
def renew_recovery_codes(call: Call) -> Write:
    """Get new recovery codes.

    Ten new ones, this once; the old ones are no longer good.
    """
    factor = _proven(call)
    try:
        made = rules.renew_codes(context(), factor, call.body["code"])
    except rules.CodeWrong as error:
        raise Problem(WRONG_CODE) from error
    return Write([made.operation], Answer({"recovery_codes": made.codes}))


@second_factor.operation(
    "POST", "/me/second-factor/disable", "disableSecondFactor", body=PasswordAndCode, status=204,
    problems=(SECOND_FACTOR_OFF, WRONG_PASSWORD, WRONG_CODE),
)  # fmt: skip
def disable_second_factor(call: Call) -> Write:
    """Turn my second factor off.

    Needs the password and a code. Your other sessions end.
    """
    factor = _proven(call)
    try:
        operation = rules.switch_off(context(), factor, call.body["code"])
    except rules.CodeWrong as error:
        raise Problem(WRONG_CODE) from error
    return Write([operation, *sessions.end_others(context(), call.who.account_id, call.who.session_id)], Answer())


def _proven(call: Call) -> Record:
    """Return the factor that is on, once the password was right."""
    account = demand_password(call, call.body["password"])
    factor = rules.of(context(), account["id"])
    if factor is None or not rules.is_on(factor):
        raise Problem(SECOND_FACTOR_OFF)
    count_code_at(call, account["id"])
    return factor


def _drawn(uri: str) -> str:
    drawing = io.BytesIO()
    # no colour of the page's own: scanners want dark on light, in the dark theme too
    segno.make_qr(uri, error="m").save(
        drawing,
        kind="svg",
        xmldecl=False,
        nl=False,
        light="#fff",
        border=4,
        omitsize=True,
        svgclass=None,
        lineclass=None,
    )
    return drawing.getvalue().decode()
