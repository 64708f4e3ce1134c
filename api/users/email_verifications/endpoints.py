"""`/email-verifications`: the links that prove an address."""

from api.shared.operations import Call, Resource
from api.shared.problems import Problem
from api.shared.responses import Answer
from api.shared.unit_of_work import Event, Write
from api.users.accounts.rules import EmailTaken, UsernameTaken
from api.users.email_verifications import rules
from api.users.email_verifications.schemas import Proof, Verified
from api.users.incoming import context, count_attempt_by_address
from api.users.mail.links import LinkOver
from api.users.password_resets.endpoints import LINK_OVER
from api.users.setup.endpoints import EMAIL_TAKEN, USERNAME_TAKEN

email_verifications = Resource("email-verifications", __name__, description="Proving that one reads an address")


@email_verifications.operation(
    "POST",
    "/email-verifications/complete",
    "completeEmailVerification",
    body=Proof,
    returns=Verified,
    bearer=False,
    problems=(LINK_OVER, USERNAME_TAKEN, EMAIL_TAKEN),
)
def complete_email_verification(call: Call) -> Write:
    """Prove an address.

    Makes the account that was asked for with `register`, or gives the account the address that it was to have. Signs
    nobody in.
    """
    if call.attempt == 0:
        count_attempt_by_address()
    try:
        operations, account = rules.complete(context(), call.body["token"])
    except LinkOver as error:
        raise Problem(LINK_OVER) from error
    except UsernameTaken as error:
        raise Problem(USERNAME_TAKEN, "Somebody took this username meanwhile; register with another one.") from error
    except EmailTaken as error:
        raise Problem(EMAIL_TAKEN) from error
    made = account["version"] == 1
    return Write(operations, Answer(account), Event("account_created" if made else "email_changed", account["id"]))
