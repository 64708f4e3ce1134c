"""Lets a job act through the public API in the name of who started it: with a token that ends when the job does."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import Flask

from api.blog.jobs.task import Failed, Task
from api.shared.transport import Reply, Transport
from flask_blog import local
from flask_blog.client import Client, Refused, Unreachable

if TYPE_CHECKING:
    from api.users.context import Context


@dataclass(frozen=True, slots=True)
class Beating:
    """A way to a service on which each request is a sign of life of the job that sends it."""

    transport: Transport
    task: Task

    def request(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Reply:
        """Send a request, unless the job is to stop. Raises Interrupted, Lost and ServiceUnavailable."""
        self.task.beat()
        return self.transport.request(method, path, headers=headers, body=body)


@dataclass(frozen=True, slots=True)
class Acting:
    """Reaches the Blog API as the people who start jobs; their tokens are made by Users."""

    blog: Transport
    users: Flask

    @contextmanager
    def as_starter(self, task: Task, operation: str) -> Iterator[Client]:
        """Yield a client that acts for who started the job, with the scopes that starting it by `operation` takes.

        Raises Failed when there is nobody any more.
        """
        from api.users.incoming import EXTENSION  # noqa: PLC0415 - see services.open_services

        context = cast("Context", self.users.extensions[EXTENSION])
        found = context.store.get("accounts", task.record["account_id"])
        if found is None or found.record["state"] != "active":
            raise Failed("The account that started the job may not act any more.")
        try:
            name = f"job {task.record['id']}"
            local.revoke_tokens(context, found.record, name)  # of an attempt that was killed
            with local.token_of(context, found.record, name, context.access[operation].besides) as token:
                client = Client(Beating(self.blog, task), local.BLOG_API, token=token)
                local.wait_until_known(client)
                yield client
        except Refused as refusal:
            raise Failed(f"The blog refused: {refusal}") from refusal
        except Unreachable as error:
            raise RuntimeError("the blog does not answer") from error
