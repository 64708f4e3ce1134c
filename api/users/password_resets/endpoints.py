"""`/password-resets`: a new password for somebody who forgot theirs."""

from api.shared.operations import Call, Resource
from api.shared.problems import Kind, Problem
from api.shared.responses import Answer
from api.shared.unit_of_work import Event, Write
from api.users.accounts.rules import PasswordTooCommon
from api.users.incoming import context, count_attempt_by_address, count_mail_to
from api.users.mail.links import LinkOver
from api.users.password_resets import rules
from api.users.password_resets.schemas import NewPassword, ResetRequest
from api.users.refusals import common_password

LINK_OVER = Kind(
    404,
    "link_over",
    "This link is over",
    "The link was used, is older than it may be, or was never sent. Ask for a new one.",
)

password_resets = Resource("password-resets", __name__, description="Choosing a new password by mail")


@password_resets.operation(
    "POST", "/password-resets", "requestPasswordReset", body=ResetRequest, status=204, bearer=False
)
def request_password_reset(call: Call) -> Write:
    """Ask for a link to choose a new password.

    The link is sent to the address if an account has it, and works once, for 30 minutes. The answer is the same either
    way. How often anybody may ask is limited.
    """
    if call.attempt == 0:
        count_attempt_by_address()
        count_mail_to(call.body["email"])
    return Write(rules.request(context(), call.body["email"]), Answer())


@password_resets.operation(
    "POST",
    "/password-resets/complete",
    "completePasswordReset",
    body=NewPassword,
    status=204,
    bearer=False,
    problems=(LINK_OVER,),
)
def complete_password_reset(call: Call) -> Write:
    """Choose a new password.

    Ends all sessions of the account; sign in with the new password afterwards. Personal access tokens stay good.
    """
    if call.attempt == 0:
        count_attempt_by_address()
    try:
        changes, account_id = rules.complete(context(), call.body["token"], call.body["password"])
    except LinkOver as error:
        raise Problem(LINK_OVER) from error
    except PasswordTooCommon as error:
        raise common_password() from error
    return Write(changes, Answer(), Event(about=account_id))
