"""Sends what webhooks are to be told: at least once, in order for each subject, later and later after a failure."""

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event as Signal
from typing import Any

import orjson
import structlog

from api.blog.context import Context
from api.blog.outgoing.sender import Answered, NotAllowed, NotAnswered, Sender
from api.blog.webhooks import signing
from api.blog.webhooks.recording import Recorder
from api.blog.webhooks.rules import MOST_WEBHOOKS, keys
from api.shared import leases, store
from api.shared.clock import parse_rfc3339, rfc3339
from api.shared.store import FilterValue, Record, VersionMismatch
from api.shared.working import repeat

LEASE = timedelta(minutes=1)
FIRST_PAUSE = timedelta(seconds=5)
# a day, with what the draw adds
LONGEST_PAUSE = timedelta(hours=20)
FACTOR = 4
# 5 s, 20 s, 80 s, 5 min, 21 min, 85 min, 6 h, 20 h, 20 h: two days
MOST_ATTEMPTS = 10
KEPT = timedelta(days=30)
MOST_TRIES = 10
MOST_SHOWN = 1_000
SLICE = 50
AT_ONCE = 4
SWEEP = 100
ENDED = ("delivered", "dead")
GONE = 410
_log = structlog.get_logger("webhooks")


class Deliverer:
    """Tells the webhooks of one blog, beside any number of other workers; one that is slow keeps no other waiting."""

    def __init__(self, context: Context, sender: Sender) -> None:
        self._context = context
        self._sender = sender
        self._stop = Signal()

    def run(self, stop: Signal) -> None:
        """Work until told to stop."""
        self._stop = stop
        repeat((Recorder(self._context).record, self.deliver, self.sweep), stop, name="webhooks")

    def deliver(self) -> int:
        """Send what is due, to each webhook beside the others; returns how many were taken up. Raises StoreError."""
        webhooks = self._webhooks()
        if not webhooks:
            return 0
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return sum(pool.map(self._deliver_to, webhooks))

    def sweep(self) -> int:
        """Remove what was kept long enough, and what is for nobody any more; returns how much. Raises StoreError."""
        ended = self._due({"state": ENDED}, SWEEP)
        waiting = self._due({"state": "pending"}, SWEEP)
        known = {each["id"] for each in self._webhooks()} if waiting else set()
        orphans = [each for each in waiting if each["webhook_id"] not in known]
        return sum(self._removed(each) for each in [*ended, *orphans])

    def _webhooks(self) -> Sequence[Record]:
        return self._context.store.find("webhooks", sort="created_at", limit=MOST_WEBHOOKS).records

    def _due(self, filters: Mapping[str, FilterValue], limit: int) -> Sequence[Record]:
        wanted = {**filters, "due_before": self._context.now()}
        return self._context.store.find("deliveries", wanted, sort="due_at", limit=limit).records

    def _deliver_to(self, webhook: Record) -> int:
        """Send to one webhook until it fails; the rest is tried in a later turn."""
        if not webhook["active"]:
            return 0
        taken = 0
        due = self._due({"webhook_id": webhook["id"], "state": "pending"}, SLICE)
        for delivery in sorted(due, key=lambda each: (each["position"], each["id"])):
            if self._stop.is_set():
                break
            if self._waits(delivery):
                continue
            taken += 1
            if not self._sent(webhook, delivery):
                break
        return taken

    def _waits(self, delivery: Record) -> bool:
        """Tell whether an earlier event of the same subject has to arrive first; then it is due after that."""
        filters = {name: delivery[name] for name in ("webhook_id", "subject", "state")}
        first = self._context.store.find("deliveries", filters, sort="position", limit=1, brief=True).records
        if not first or first[0]["id"] == delivery["id"]:
            return False
        after = parse_rfc3339(max(first[0]["due_at"], self._context.now())) + timedelta(milliseconds=1)
        self._postpone(delivery, rfc3339(after))
        return True

    def _sent(self, webhook: Record, delivery: Record) -> bool:
        """Send one and write what came of it; tells whether it arrived, or another worker has it."""
        context = self._context
        leased = leases.take(context.store, "deliveries", delivery, lease=LEASE, clock=context.clock)
        if leased is None:
            return True
        came = self._attempt(webhook, leased)
        values = self._outcome(leased, came)
        settled = leases.settle(
            context.store, store.update("deliveries", leased["id"], values, if_version=leased["version"])
        )
        about = {"webhook": webhook["id"], "delivery": leased["id"], "attempt": leased["attempts"]}
        _log.info(
            "told", settled=settled, state=values["state"], status=came["status"], problem=came["problem"], **about
        )
        if came["status"] == GONE:
            self._deactivate(webhook)
        return bool(values["state"] == "delivered")

    def _attempt(self, webhook: Record, delivery: Record) -> dict[str, Any]:
        """Send; return what came of it, for the log."""
        clock, body = self._context.clock, orjson.dumps(delivery["payload"])
        signed = signing.headers(delivery["id"], clock.now(), body, keys(webhook, self._context.now()))
        headers = {"Content-Type": "application/json", "User-Agent": "Flask-Blog", **signed}
        tried = {"at": self._context.now(), "url": webhook["url"], "status": None, "problem": None, "answer": None}
        try:
            answer = self._sender.post(webhook["url"], body, headers)
        except (NotAnswered, NotAllowed) as error:
            return {**tried, "problem": str(error)[:200]}
        return {**tried, "status": answer.status, "answer": _shown(answer)}

    def _outcome(self, delivery: Record, came: dict[str, Any]) -> dict[str, Any]:
        now = self._context.clock.now()
        values: dict[str, Any] = {"tries": [*delivery["tries"], came][-MOST_TRIES:]}
        arrived = came["status"] is not None and 200 <= came["status"] < 300  # noqa: PLR2004 - HTTP's own numbers
        if arrived or came["status"] == GONE or delivery["attempts"] >= MOST_ATTEMPTS:
            ended = {"state": "delivered" if arrived else "dead", "ended_at": rfc3339(now)}
            return {**values, **ended, "due_at": rfc3339(now + KEPT)}
        return {**values, "state": "pending", "due_at": rfc3339(now + pause(delivery["id"], delivery["attempts"]))}

    def _deactivate(self, webhook: Record) -> None:
        """Tell nobody any more where it was said that nobody is there (Standard Webhooks: 410)."""
        values = {"active": False, "updated_at": self._context.now()}
        leases.settle(
            self._context.store, store.update("webhooks", webhook["id"], values, if_version=webhook["version"])
        )

    def _postpone(self, delivery: Record, until: str) -> None:
        values = {"due_at": until}
        leases.settle(
            self._context.store, store.update("deliveries", delivery["id"], values, if_version=delivery["version"])
        )

    def _removed(self, delivery: Record) -> bool:
        try:
            self._context.store.commit([store.delete("deliveries", delivery["id"], if_version=delivery["version"])])
        except VersionMismatch:
            return False
        return True


def pause(delivery_id: str, attempts: int) -> timedelta:
    """Return how long is waited after an attempt: four times as long each time, and a fifth more or less.

    Which, follows from the id: deliveries that failed together do not come back together.
    """
    whole = min(FIRST_PAUSE * int(FACTOR ** (attempts - 1)), LONGEST_PAUSE)
    draw = hashlib.sha256(f"{delivery_id} {attempts}".encode()).digest()[0] / 255
    return whole * (0.8 + 0.4 * draw)


def _shown(answer: Answered) -> str:
    return answer.body[:MOST_SHOWN].decode("utf-8", "replace").replace("\0", "\ufffd")
