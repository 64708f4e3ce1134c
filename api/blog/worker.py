"""The worker of the Blog Service: what it can do by itself; whoever composes it may give it more kinds of jobs."""

from collections.abc import Mapping
from typing import cast

from flask import Flask

from api.blog.context import Context
from api.blog.incoming import EXTENSION
from api.blog.jobs.task import Runner
from api.blog.jobs.worker import Worker
from api.blog.media.variants import make_variants
from api.blog.orphans import Orphans
from api.blog.outgoing.sender import Sender
from api.blog.pings.worker import Pinger
from api.blog.posts.rerendering import rerender_all
from api.blog.webhooks.delivering import Deliverer


def worker_of(app: Flask, runners: Mapping[str, Runner]) -> Worker:
    """Return a worker for a Blog Service; `runners` do the kinds of jobs that need more than this service."""
    context = cast("Context", app.extensions[EXTENSION])
    pinger = Pinger(context, Sender(context.pings.allowed))
    known = {"variants": make_variants, "rerender": rerender_all, **runners}
    return Worker(context, known, pinger.tell, Orphans(context).collect_daily)


def deliverer_of(app: Flask) -> Deliverer:
    """Return what tells the webhooks of a Blog Service."""
    context = cast("Context", app.extensions[EXTENSION])
    return Deliverer(context, Sender(context.pings.allowed))
