"""`/tokens`: personal access tokens."""

from api.shared.operations import Call, Resource
from api.shared.paging import envelope, link_header, list_of
from api.shared.problems import NOT_FOUND, Problem
from api.shared.responses import Answer
from api.shared.store import Record
from api.shared.unit_of_work import Event, Write
from api.users.incoming import context
from api.users.tokens import rules
from api.users.tokens.schemas import NewToken, Token, TokenQuery, TokenShown

tokens = Resource("tokens", __name__, description="Personal access tokens, for programs")


@tokens.operation("POST", "/tokens", "createToken", body=NewToken, returns=TokenShown, status=201)
def create_token(call: Call) -> Write:
    """Make a personal access token.

    The answer holds the token, this once. Send it as `Authorization: Bearer fb_…`. A token cannot make tokens: this
    needs a session.
    """
    made = rules.make(context(), call.who.account_id, call.body)
    location = f"/api/users/v1/tokens/{made.record['id']}"
    shown = Answer({**made.record, "token": made.token}, location=location)
    return Write([made.operation], shown, Event(details={"token_id": made.record["id"]}))


@tokens.operation("GET", "/tokens", "listTokens", query=TokenQuery, returns=list_of(Token))
def list_tokens(call: Call) -> Answer:
    """List my tokens.

    Those that still work, the newest first.
    """
    query = call.query
    paging = {"limit": query["limit"], "cursor": query["cursor"], "count": query["count"] is not None}
    page = rules.live(context(), call.who.account_id, paging)
    return Answer(envelope(page, page.records), headers=link_header(page))


@tokens.operation("GET", "/tokens/<uuid:token_id>", "getToken", returns=Token)
def get_token(call: Call, token_id: str) -> Answer:
    """Get one of my tokens.

    All about it but the token itself.
    """
    return Answer(_mine(call, token_id))


@tokens.operation("DELETE", "/tokens/<uuid:token_id>", "deleteToken", status=204)
def delete_token(call: Call, token_id: str) -> Write:
    """Revoke one of my tokens.

    Programs that use it are refused from now on.
    """
    return Write([rules.revoke(context(), _mine(call, token_id))], Answer(), Event(details={"token_id": token_id}))


def _mine(call: Call, token_id: str) -> Record:
    token = rules.own(context(), call.who.account_id, token_id)
    if token is None:
        raise Problem(NOT_FOUND)
    return token
