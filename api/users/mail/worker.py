"""Sends what the outbox promises: never before the commit, at least once, with a stable Message-ID.

A mail that could not be sent is tried again, later and later; after `MOST_ATTEMPTS` it is dead and stays for an
operator to see. A worker that is killed loses nothing: what it had taken up falls due again when its lease ends.
"""

from datetime import timedelta
from threading import Event

import structlog

from api.shared import leases, store
from api.shared.auth import has_expired
from api.shared.clock import rfc3339
from api.shared.store import Operation, Record
from api.shared.working import repeat
from api.users.audit import rules as audit
from api.users.context import Context
from api.users.mail.delivery import Delivery, NeverDeliverable, NotDelivered
from api.users.mail.letters import compose
from api.users.mail.outbox import NOBODY

LEASE = timedelta(minutes=2)
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(hours=6)
MOST_ATTEMPTS = 12
SLICE = 20
SWEEP = 200
_log = structlog.get_logger("mail")


class Worker:
    """Sends mails of one blog, beside any number of others."""

    def __init__(self, context: Context, delivery: Delivery) -> None:
        self._context = context
        self._delivery = delivery

    def run(self, stop: Event) -> None:
        """Work until told to stop; a Database Service that is away is waited for."""
        repeat((self.send_due, self.sweep), stop, name="mail")

    def send_due(self) -> int:
        """Take up each mail that is due; returns how many this worker took."""
        context = self._context
        filters = {"state": "pending", "due_before": context.now()}
        taken = 0
        for record in context.store.find("outbox", filters, sort="due_at", limit=SLICE).records:
            leased = leases.take(context.store, "outbox", record, lease=LEASE, clock=context.clock)
            if leased is not None:
                taken += 1
                leases.settle(context.store, self._outcome(leased))
        return taken

    def sweep(self) -> int:
        """Remove links that have ended, and old events: both hold personal data. Returns how many there were."""
        context = self._context
        ended, old = {"ended_before": context.now()}, {"until": audit.kept_since(context)}
        swept = (
            ("mail_links", ended, "expires_at"),
            ("invitations", ended, "expires_at"),
            ("audit", old, "created_at"),
        )
        removed = [
            store.delete(name, each["id"], if_version=each["version"])
            for name, filters, sort in swept
            for each in context.store.find(name, filters, sort=sort, limit=SWEEP).records
        ]
        return sum(leases.settle(context.store, each) for each in removed)

    def _outcome(self, record: Record) -> Operation:
        """Send a leased mail; return what is to be written about it."""
        about = {"kind": record["kind"], "id": record["id"], "attempt": record["attempts"]}
        if record["kind"] == NOBODY:
            return _remove(record)
        if record["expires_at"] is not None and has_expired(record["expires_at"], self._context.clock):
            return _bury(record, "it was of no use any more")
        try:
            self._delivery.send(compose(self._context, record), record["id"])
        except NeverDeliverable as error:
            _log.warning("a mail cannot be delivered", reason=str(error), **about)
            return _bury(record, str(error))
        except NotDelivered as error:
            _log.warning("a mail was not delivered", reason=str(error), **about)
            return self._later(record, str(error))
        except Exception as error:  # noqa: BLE001 - one letter that cannot be written must not keep the others back
            _log.error("a mail could not be written", exc_info=error, **about)
            return self._later(record, type(error).__name__)
        _log.info("sent", **about)
        return _remove(record)

    def _later(self, record: Record, problem: str) -> Operation:
        if record["attempts"] >= MOST_ATTEMPTS:
            return _bury(record, problem)
        due_at = rfc3339(self._context.clock.now() + pause_after(record["attempts"]))
        values = {"due_at": due_at, "problem": problem[:500]}
        return store.update("outbox", record["id"], values, if_version=record["version"])


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: twice as long each time, six hours at most."""
    doubled: int = 2 ** (attempts - 1)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


def _remove(record: Record) -> Operation:
    return store.delete("outbox", record["id"], if_version=record["version"])


def _bury(record: Record, problem: str) -> Operation:
    values = {"state": "dead", "problem": problem[:500]}
    return store.update("outbox", record["id"], values, if_version=record["version"])
