"""What holds now for the bearer of a token, from the `callers` collection; and the keys that tokens are signed with.

`callers` follows the users database through the Database Service's links; the Blog Service reads nothing else of it.
"""

import threading
from datetime import datetime, timedelta

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from api.shared.auth import Standing, has_expired
from api.shared.clock import Clock
from api.shared.store import Record, Store
from api.shared.transport import ServiceUnavailable, Transport

ME_PATH = "/api/users/v1/me?fields=id"
JWKS_PATH = "/.well-known/jwks.json"
REFETCH_SECONDS = 5
RENEW_SECONDS = 60
OK = 200


class BlogStandings:
    """Answers from the `callers` collection, with one read a question."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def of_session(self, account_id: str, session_id: str, role: str) -> Standing | None:
        """Return the standing behind an access token, or None when its session or account has ended.

        A session that the link has not brought yet is believed for the token's short life, and so is its role: the
        token was signed a moment ago by the User Service itself.
        """
        wanted = [f"account:{account_id}", f"session:{session_id}"]
        page = self._store.find("callers", {"id": wanted}, sort="id", limit=2)
        found = {record["id"]: record for record in page.records}
        account, session = (found.get(record_id) for record_id in wanted)
        if session is not None and (session["account_id"] != account_id or self._has_ended(session)):
            return None
        if account is None:
            return Standing(account_id, role)
        if account["state"] != "active":
            return None
        return Standing(account_id, account["role"])

    def of_token(self, digest: str) -> Standing | None:
        """Return the standing behind a personal access token, or None."""
        found = self._store.get("callers", f"token:{digest}", include=("account",))
        if found is None or self._has_ended(found.record):
            return None
        account = found.included.get("callers", {}).get(f"account:{found.record['account_id']}")
        if account is None or account["state"] != "active":
            return None
        scopes = frozenset(found.record["scopes"] or ())
        return Standing(account["account_id"], account["role"], scopes, digest)

    def _has_ended(self, caller: Record) -> bool:
        return caller["revoked_at"] is not None or has_expired(caller["expires_at"], self._clock)


class UsesTold:
    """Lets the User Service, whose tokens they are, know which are used here: it notes what it is shown."""

    def __init__(self, users: Transport) -> None:
        self._users = users

    def __call__(self, token: str) -> None:
        """Show a token; whether its scopes reach what is asked for does not matter. Raises ServiceUnavailable."""
        self._users.request("GET", ME_PATH, headers={"Authorization": f"Bearer {token}"})


class UsersKeys:
    """The User Service's published keys: kept while it is away, fetched again when a token names an unknown one.

    Besides once in a while, beside the requests: a key is known before it signs, and one that was dropped is unknown.
    """

    def __init__(self, users: Transport, clock: Clock) -> None:
        self._users = users
        self._clock = clock
        self._keys: KeySet | None = None
        self._kids: frozenset[str] = frozenset()
        self._fetched: datetime | None = None
        self._lock = threading.Lock()

    def __call__(self, kid: str) -> KeySet | None:
        """Return the keys if one of them has this id; asks the User Service at most every few seconds."""
        if kid not in self._kids:
            with self._lock:
                if kid not in self._kids and self._may_ask():
                    self._fetch()
        elif self._may_ask(RENEW_SECONDS):
            threading.Thread(target=self._fetch, daemon=True, name="signing keys").start()
        return self._keys if kid in self._kids else None

    def _may_ask(self, every: int = REFETCH_SECONDS) -> bool:
        now = self._clock.now()
        if self._fetched is not None and now - self._fetched < timedelta(seconds=every):
            return False
        self._fetched = now
        return True

    def _fetch(self) -> None:
        try:
            reply = self._users.request("GET", JWKS_PATH)
            keys = KeySet.import_key_set(orjson.loads(reply.body)) if reply.status == OK else None
        except (ServiceUnavailable, JoseError, ValueError, KeyError, TypeError):
            return
        if keys is not None:
            self._keys = keys
            self._kids = frozenset(key.kid for key in keys.keys if key.kid is not None)
