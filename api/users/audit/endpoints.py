"""`/audit`: what happened to accounts."""

from api.shared.operations import Call, Resource
from api.shared.paging import envelope, link_header, list_of
from api.shared.responses import Answer
from api.users.audit import rules
from api.users.audit.schemas import Event, EventQuery
from api.users.incoming import context

audit = Resource("audit", __name__, description="What happened to accounts: who did what, from where, when")


@audit.operation("GET", "/audit", "listEvents", query=EventQuery, returns=list_of(Event))
def list_events(call: Call) -> Answer:
    """List what happened.

    What happened to your own account, or to everybody's for admins: sign-ins, failed attempts (counted together),
    changes of passwords, addresses, roles, second factors, sessions, tokens and invitations. Nothing can be changed;
    how long it is kept is a setting of the blog.
    """
    page = rules.listed(context(), call.who, call.access, call.query)
    accounts = page.included.get("accounts", {})
    items = [rules.shown(each, accounts, call.who, call.access) for each in page.records]
    return Answer(envelope(page, items), headers=link_header(page))
