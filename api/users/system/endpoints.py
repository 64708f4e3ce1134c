"""`/system`: how the services are, for admins."""

from api.shared.operations import Call, Resource
from api.shared.responses import Answer
from api.users.incoming import context
from api.users.system import rules
from api.users.system.schemas import System

system = Resource("system", __name__, description="How the services of the blog are, for admins")


@system.operation("GET", "/system", "getSystem", returns=System)
def get_system(call: Call) -> Answer:  # noqa: ARG001 - there is nothing to ask for
    """Ask how the services are.

    The version of the program, and of each service whether it answers and has what it needs. A service that this one
    has no way to is not listed.
    """
    return Answer({"version": rules.program_version(), "services": rules.services(context())})
