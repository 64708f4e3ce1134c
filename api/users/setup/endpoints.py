"""`/setup`: the first account, once."""

from api.shared.operations import Call, Resource
from api.shared.problems import Kind, Problem
from api.shared.responses import Answer
from api.shared.unit_of_work import Write
from api.users.accounts.naming import EmailUnusable, UsernameUnusable
from api.users.accounts.rules import EmailTaken, PasswordTooCommon, UsernameTaken
from api.users.incoming import FOREIGN_ORIGIN, context, count_attempt_by_address, demand_own_origin, device
from api.users.refusals import common_password, unusable_email, unusable_username
from api.users.sessions.endpoints import begun
from api.users.sessions.schemas import Grant
from api.users.setup import rules
from api.users.setup.schemas import NewOwner, SetupState

SETUP_CLOSED = Kind(
    410, "setup_closed", "Already set up", "This blog has its owner. Sign in, or ask the owner for an invitation."
)
WRONG_CODE = Kind(
    403, "wrong_setup_code", "Not the code", "The code is part of the link that was shown when the blog was started."
)
USERNAME_TAKEN = Kind(
    409, "username_taken", "Username taken", "Another account has this username, or one that looks like it."
)
EMAIL_TAKEN = Kind(409, "email_taken", "Address taken", "Another account has this e-mail address.")

setup = Resource("setup", __name__, description="Making the owner's account of a new blog")


@setup.operation("GET", "/setup", "getSetup", returns=SetupState, problems=(SETUP_CLOSED,))
def get_setup(call: Call) -> Answer:  # noqa: ARG001 - there is nothing to ask for
    """Ask whether the blog waits for its owner.

    Answers 410 for ever, once the owner's account was made.
    """
    if not rules.is_open(context()):
        raise Problem(SETUP_CLOSED)
    return Answer({"open": True})


@setup.operation(
    "POST",
    "/setup",
    "createOwner",
    body=NewOwner,
    returns=Grant,
    status=201,
    bearer=False,
    sets_cookie=True,
    problems=(SETUP_CLOSED, WRONG_CODE, USERNAME_TAKEN, EMAIL_TAKEN, FOREIGN_ORIGIN),
)
def create_owner(call: Call) -> Write:
    """Make the owner's account.

    Needs the one-time code that was shown when the blog was started. Signs the owner in.
    """
    demand_own_origin()
    count_attempt_by_address()
    try:
        return begun(rules.create_owner(context(), call.body, device()))
    except rules.SetupClosed as error:
        raise Problem(SETUP_CLOSED) from error
    except rules.CodeWrong as error:
        raise Problem(WRONG_CODE) from error
    except UsernameTaken as error:
        raise Problem(USERNAME_TAKEN) from error
    except UsernameUnusable as error:
        raise unusable_username() from error
    except EmailTaken as error:
        raise Problem(EMAIL_TAKEN) from error
    except EmailUnusable as error:
        raise unusable_email() from error
    except PasswordTooCommon as error:
        raise common_password() from error
