"""`/registrations`: an account for whoever wants one, if the blog lets them."""

from api.shared.operations import Call, Resource
from api.shared.problems import Kind, Problem
from api.shared.responses import Answer
from api.shared.unit_of_work import Write
from api.users.accounts.naming import EmailUnusable, UsernameUnusable
from api.users.accounts.rules import PasswordTooCommon, UsernameTaken
from api.users.incoming import context, count_attempt_by_address, count_mail_to
from api.users.refusals import common_password, unusable_email, unusable_username
from api.users.registrations import rules
from api.users.registrations.schemas import NewReader, Registration
from api.users.setup.endpoints import USERNAME_TAKEN

REGISTRATION_CLOSED = Kind(
    403, "registration_closed", "Not open to everybody", "An account here is made by invitation, or not at all."
)

registrations = Resource("registrations", __name__, description="Making an account for oneself")


@registrations.operation("GET", "/registrations", "getRegistration", returns=Registration)
def get_registration(call: Call) -> Answer:  # noqa: ARG001 - there is nothing to ask for
    """Ask who may make an account.

    Anybody, those who were invited, or nobody: a setting of the blog.
    """
    return Answer({"mode": context().settings.registration})


@registrations.operation(
    "POST",
    "/registrations",
    "register",
    body=NewReader,
    status=204,
    bearer=False,
    problems=(REGISTRATION_CLOSED, USERNAME_TAKEN),
)
def register(call: Call) -> Write:
    """Ask for an account.

    A link is sent to the address; opening it makes the account, with the role of a reader. The answer is the same when
    the address has an account already: then its holder is told by mail.
    """
    if call.attempt == 0:
        count_attempt_by_address()
        count_mail_to(call.body["email"])
    try:
        return Write(rules.register(context(), call.body), Answer())
    except rules.RegistrationClosed as error:
        raise Problem(REGISTRATION_CLOSED) from error
    except UsernameTaken as error:
        raise Problem(USERNAME_TAKEN) from error
    except UsernameUnusable as error:
        raise unusable_username() from error
    except EmailUnusable as error:
        raise unusable_email() from error
    except PasswordTooCommon as error:
        raise common_password() from error
