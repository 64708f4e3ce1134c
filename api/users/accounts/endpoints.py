"""`/accounts`: who has one, for admins."""

from api.shared.operations import Call, Resource
from api.shared.paging import envelope, link_header, list_of
from api.shared.problems import NOT_FOUND, Problem
from api.shared.responses import Answer
from api.users.accounts import rules
from api.users.accounts.schemas import Account, AccountFields, AccountQuery
from api.users.incoming import context

accounts = Resource("accounts", __name__, description="Who has an account, for admins")


@accounts.operation("GET", "/accounts", "listAccounts", query=AccountQuery, returns=list_of(Account))
def list_accounts(call: Call) -> Answer:
    """List accounts.

    All accounts, or those with one role.
    """
    query = call.query
    paging = {name: query[name] for name in ("sort", "limit", "cursor")}
    page = rules.listed(context(), query["role"], {**paging, "count": query["count"] is not None})
    return Answer(envelope(page, page.records), fields=query["fields"], headers=link_header(page))


@accounts.operation("GET", "/accounts/<uuid:account_id>", "getAccount", query=AccountFields, returns=Account)
def get_account(call: Call, account_id: str) -> Answer:
    """Get an account.

    One account by its id.
    """
    account = rules.with_id(context(), account_id)
    if account is None:
        raise Problem(NOT_FOUND)
    return Answer(account, version=account["version"], fields=call.query["fields"])
