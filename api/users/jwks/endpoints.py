"""`/.well-known/jwks.json`: the keys by which anybody can verify an access token."""

from api.shared.operations import Call, Resource
from api.shared.responses import Answer
from api.users.incoming import context
from api.users.jwks.schemas import KeySet

keys = Resource("keys", __name__, url_prefix="/", description="The public keys of access tokens")


@keys.operation("GET", "/.well-known/jwks.json", "getKeys", returns=KeySet)
def get_keys(call: Call) -> Answer:  # noqa: ARG001 - there is nothing to ask for
    """Get the public keys.

    The keys that verify access tokens (RFC 7517). Ask again when a token names a key id that you do not know.
    """
    return Answer(context().keys.to_wire())
