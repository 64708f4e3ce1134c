"""Puts the Blog Service together."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from api.blog import blobs, cache_metrics
from api.blog.archive.endpoints import archive
from api.blog.around.endpoints import around
from api.blog.authors.endpoints import authors
from api.blog.authors.problems import KINDS as AUTHOR_KINDS
from api.blog.batch.endpoints import batch
from api.blog.batch.problems import KINDS as BATCH_KINDS
from api.blog.cache import Cache, CachingLayer, names_of
from api.blog.comments.endpoints import comments
from api.blog.comments.problems import KINDS as COMMENT_KINDS
from api.blog.context import Context
from api.blog.feeds.endpoints import feeds
from api.blog.follower import Follower
from api.blog.incoming import EXTENSION
from api.blog.jobs.endpoints import jobs
from api.blog.jobs.problems import KINDS as JOB_KINDS
from api.blog.media.endpoints import media
from api.blog.media.problems import KINDS as MEDIA_KINDS
from api.blog.media.serving import serving
from api.blog.pending.endpoints import pending
from api.blog.pending.problems import KINDS as PENDING_KINDS
from api.blog.pings.serving import serving as ping_files
from api.blog.posts.due import NextDue
from api.blog.posts.endpoints import posts
from api.blog.posts.problems import KINDS as POST_KINDS
from api.blog.previews.endpoints import previews
from api.blog.previews.problems import KINDS as PREVIEW_KINDS
from api.blog.problems import KINDS as COMMON_KINDS
from api.blog.redirects.endpoints import redirects
from api.blog.redirects.problems import KINDS as REDIRECT_KINDS
from api.blog.render.endpoints import render
from api.blog.revisions.endpoints import revisions
from api.blog.search.endpoints import search
from api.blog.series.endpoints import series
from api.blog.series.problems import KINDS as SERIES_KINDS
from api.blog.settings import Settings
from api.blog.site.endpoints import settings as site
from api.blog.standings import BlogStandings, UsersKeys, UsesTold
from api.blog.tags.endpoints import tags
from api.blog.tags.problems import KINDS as TAG_KINDS
from api.blog.timetable import Timetable
from api.blog.translations.endpoints import translations
from api.blog.translations.problems import KINDS as TRANSLATION_KINDS
from api.blog.webhooks.endpoints import webhooks
from api.blog.webhooks.messages import MESSAGES
from api.blog.webhooks.problems import KINDS as WEBHOOK_KINDS
from api.shared import logs, metrics
from api.shared.auth import Authenticator, load_access
from api.shared.clock import Clock, SystemClock
from api.shared.last_use import LastUses
from api.shared.operations import Runtime
from api.shared.service import Description, build
from api.shared.store import Operation, Store
from api.shared.strict_transport import by_tls_alone
from api.shared.transport import HttpTransport, Transport

INFO: Mapping[str, Any] = {
    "title": "Blog API",
    "version": "1.0.0",
    "description": "Posts, pages, comments, tags, authors, media, redirects and the site's settings.",
    "license": {"name": "MIT", "identifier": "MIT"},
    "contact": {"name": "Flask Blog"},
}
RESOURCES = (
    posts, pending, previews, revisions, around, translations, series, archive, search, tags, authors, media, redirects,
    site, render, feeds, jobs, batch, comments, webhooks,
)  # fmt: skip
KINDS = (
    *COMMON_KINDS,
    *POST_KINDS,
    *PENDING_KINDS,
    *PREVIEW_KINDS,
    *COMMENT_KINDS,
    *TAG_KINDS,
    *AUTHOR_KINDS,
    *MEDIA_KINDS,
    *JOB_KINDS,
    *REDIRECT_KINDS,
    *SERIES_KINDS,
    *TRANSLATION_KINDS,
    *BATCH_KINDS,
    *WEBHOOK_KINDS,
)
FOLLOWER = "flask-blog-follower"
TIMETABLE = "flask-blog-timetable"
USES = "flask-blog-last-uses"


@dataclass(frozen=True, slots=True)
class _Memory:
    """Everything this process remembers of the database, and how it learns that some of it is no longer true."""

    cache: Cache
    due: NextDue
    authenticator: Authenticator

    def committed(self, operations: Sequence[Operation]) -> None:
        """Heed a commit of this process before it is acknowledged."""
        self.changed(names_of((each.collection, each.id) for each in operations if each.op != "require"))

    def changed(self, names: Iterable[str]) -> None:
        """Forget what shows these records."""
        names = frozenset(names)
        self.due.forget(names)
        self.cache.drop(names)
        if "callers" in names:
            self.authenticator.forget()

    def lost(self) -> None:
        """Forget everything."""
        self.due.forget(("posts",))
        self.cache.clear()
        self.authenticator.forget()

    def heard(self, moment: datetime) -> None:
        """Believe what is remembered for a while."""
        self.cache.heard(moment)


def create_app(settings: Settings, *, database: Transport, users: Transport, clock: Clock) -> Flask:
    """Return the Blog Service, which reaches the Database Service and the User Service by the transports given."""
    store = Store(database, database="blog", key=settings.database_key)
    uses = LastUses(UsesTold(users), clock)
    authenticator = Authenticator(
        issuer=settings.limits.public_url,
        keys=UsersKeys(users, clock),
        standings=BlogStandings(store, clock),
        clock=clock,
        used=uses,
    )
    memory = _Memory(Cache(settings.cache_bytes), NextDue(store, clock), authenticator)
    follower = Follower(store, clock, memory)
    runtime = Runtime(store, authenticator, load_access(), publicly_cacheable=True, committed=memory.committed)
    checks = {"database": lambda: store.get("site", "site") is not None}
    description = Description("blog", "/api/blog", INFO, RESOURCES, KINDS, checks, messages=MESSAGES, cached=True)
    app = build(description, settings.limits, runtime)
    app.register_blueprint(serving)
    app.register_blueprint(ping_files)
    uploads, files = blobs.at(settings.media_url), blobs.at(settings.jobs_url)
    context = Context(store, clock, uploads, files, memory.due, settings.limits.public_url, settings.pings)
    timetable = Timetable(context, memory.committed, trash_days=settings.trash_days)
    app.before_request(timetable.start)
    app.extensions[EXTENSION] = context
    app.extensions[TIMETABLE] = timetable
    app.extensions[FOLLOWER] = follower
    app.extensions[USES] = uses
    count = cache_metrics.install(metrics.registry_of(app), memory.cache)
    layer = CachingLayer(app.wsgi_app, memory.cache, clock, wake=follower.start, count=count)
    secured = by_tls_alone(layer, settings.limits.public_url)
    hops = settings.proxies
    # flask's own way to put a layer in front of an application
    app.wsgi_app = ProxyFix(secured, x_for=hops, x_proto=hops, x_host=hops) if hops else secured  # type: ignore[method-assign,assignment]
    return app


def close(app: Flask) -> None:
    """Stop what the application runs beside answering."""
    follower: Follower = app.extensions[FOLLOWER]
    follower.close()
    timetable: Timetable = app.extensions[TIMETABLE]
    timetable.close()
    uses: LastUses = app.extensions[USES]
    uses.close()


def from_environment() -> Flask:
    """Return the Blog Service as the environment describes it, reaching the other services over HTTP."""
    logs.configure(json_lines=not sys.stderr.isatty())
    settings = Settings.from_environment()
    return create_app(
        settings,
        database=HttpTransport(settings.database_url),
        users=HttpTransport(settings.users_url),
        clock=SystemClock(),
    )
