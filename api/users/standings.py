"""What holds now for the bearer of a token, told from this service's own records."""

from api.shared.auth import Standing
from api.users.accounts.rules import with_id
from api.users.context import Context
from api.users.sessions import rules as sessions
from api.users.tokens import rules as tokens


class OwnStandings:
    """Reads sessions, tokens and accounts."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def of_session(self, account_id: str, session_id: str, role: str) -> Standing | None:  # noqa: ARG002 - see below
        """Return what holds for a session; the account's role counts, not the one in the token."""
        if sessions.own(self._context, account_id, session_id) is None:
            return None
        return self._active(account_id, None, None)

    def of_token(self, digest: str) -> Standing | None:
        """Return what holds for a personal access token."""
        found = tokens.with_digest(self._context, digest)
        if found is None or tokens.is_over(self._context, found):
            return None
        return self._active(found["account_id"], frozenset(found["scopes"]), found["id"])

    def _active(self, account_id: str, scopes: frozenset[str] | None, token_id: str | None) -> Standing | None:
        account = with_id(self._context, account_id)
        if account is None or account["state"] != "active":
            return None
        return Standing(account_id, account["role"], scopes, token_id)
