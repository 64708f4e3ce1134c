"""The User Service: accounts, sign-in, sessions and tokens under `/api/users/v1`."""

import sys
from functools import partial
from threading import Event, Thread
from typing import cast

import structlog
from flask import Flask, Response
from werkzeug.middleware.proxy_fix import ProxyFix

from api.shared import logs, service
from api.shared.auth import Authenticator, load_access
from api.shared.clock import Clock, SystemClock
from api.shared.last_use import LastUses
from api.shared.limits import Limiter, Policy
from api.shared.operations import Runtime
from api.shared.problems import UNAVAILABLE, Problem, problem_response
from api.shared.service import Description
from api.shared.store import Store, StoreUnavailable
from api.shared.strict_transport import by_tls_alone
from api.shared.transport import HttpTransport, Transport
from api.users.accounts.endpoints import accounts
from api.users.audit.endpoints import audit
from api.users.audit.failures import Failures
from api.users.audit.recording import recorded
from api.users.context import Context
from api.users.email_verifications.endpoints import email_verifications
from api.users.incoming import EXTENSION, FOREIGN_ORIGIN, WRONG_PASSWORD
from api.users.invitations.endpoints import invitations
from api.users.jwks.endpoints import keys
from api.users.jwks.rules import SigningKeys
from api.users.me.endpoints import OWNER_STAYS, me
from api.users.password_resets.endpoints import LINK_OVER, password_resets
from api.users.passwords import HashingBusy, Passwords
from api.users.registrations.endpoints import REGISTRATION_CLOSED, registrations
from api.users.second_factor.endpoints import SECOND_FACTOR_OFF, SECOND_FACTOR_ON, second_factor
from api.users.second_factor.endpoints import WRONG_CODE as WRONG_FACTOR_CODE
from api.users.sessions.endpoints import sessions
from api.users.sessions.problems import (
    ACCOUNT_SUSPENDED,
    CHALLENGE_OVER,
    SECOND_FACTOR_NEEDED,
    WRONG_CREDENTIALS,
    WRONG_SECOND_FACTOR,
)
from api.users.settings import Settings
from api.users.setup.endpoints import EMAIL_TAKEN, SETUP_CLOSED, USERNAME_TAKEN, WRONG_CODE, setup
from api.users.setup.rules import prepare
from api.users.standings import OwnStandings
from api.users.system.endpoints import system
from api.users.tokens.endpoints import tokens
from api.users.tokens.rules import note_use

ROOT = "/api/users"
INFO = {
    "title": "Flask Blog: Users",
    "version": "1.0.0",
    "description": "Accounts, sign-in, sessions and personal access tokens of a blog.",
    "license": {"name": "MIT", "identifier": "MIT"},
    "contact": {"name": "Flask Blog"},
}
RESOURCES = (
    setup,
    sessions,
    second_factor,
    tokens,
    me,
    accounts,
    password_resets,
    registrations,
    email_verifications,
    invitations,
    audit,
    system,
    keys,
)
KINDS = (
    WRONG_CREDENTIALS, ACCOUNT_SUSPENDED, FOREIGN_ORIGIN, SETUP_CLOSED, WRONG_CODE, USERNAME_TAKEN, EMAIL_TAKEN,
    LINK_OVER, REGISTRATION_CLOSED, WRONG_PASSWORD, OWNER_STAYS, SECOND_FACTOR_NEEDED, WRONG_SECOND_FACTOR,
    CHALLENGE_OVER, SECOND_FACTOR_ON, SECOND_FACTOR_OFF, WRONG_FACTOR_CODE,
)  # fmt: skip
# The routes that set or use the refresh cookie; a browser may send it along from our own origins only
COOKIE_PATHS = rf"{ROOT}/v1/(setup|sessions(/refresh|/current|/second-factor)?)$"
SECONDS_BETWEEN_TRIES = 2.0


def create_app(settings: Settings, *, database: Transport, clock: Clock) -> Flask:
    """Return the User Service. Raises KeyRefused."""
    context = _context(settings, database, clock)
    authenticator = Authenticator(
        issuer=settings.public_url,
        keys=context.keys.by_id,
        standings=OwnStandings(context),
        clock=clock,
        used=LastUses(partial(note_use, context), clock),
    )
    runtime = Runtime(
        context.store,
        authenticator,
        context.access,
        publicly_cacheable=True,
        # What this process ended is refused by this process at once; the others notice within two seconds
        committed=lambda _operations: authenticator.forget(),
        recorded=recorded,
    )
    app = service.build(_description(settings, context.store), settings.limits, runtime)
    app.extensions[EXTENSION] = context
    _install_busy(app, settings)
    count = settings.proxies
    layer = by_tls_alone(app.wsgi_app, settings.public_url)
    # Flask's own way to put a layer around an application
    app.wsgi_app = ProxyFix(layer, x_for=count, x_proto=count, x_host=count) if count else layer  # type: ignore[method-assign,assignment]
    return app


def setup_link(app: Flask) -> str | None:
    """Return the address where the owner's account is made, or None once there is one.

    The code stands in the fragment, which browsers send to nobody. Raises StoreUnavailable.
    """
    context = context_of(app)
    code = prepare(context)
    return f"{context.settings.public_url}/setup#code={code}" if code is not None else None


def from_environment() -> Flask:
    """Return the service as the environment describes it, and show the set-up link in the log of a new blog."""
    logs.configure(json_lines=not sys.stderr.isatty())
    settings = Settings.from_environment()
    app = create_app(settings, database=HttpTransport(settings.database_url), clock=SystemClock())
    others = {"blog": settings.blog_url, "frontend": settings.frontend_url}
    context_of(app).peers.update({name: HttpTransport(url) for name, url in others.items() if url})
    Thread(target=_show_setup_link, args=(app,), daemon=True, name="set-up link").start()
    Thread(target=context_of(app).failures.run, args=(Event(),), daemon=True, name="failures").start()
    return app


def context_of(app: Flask) -> Context:
    """Return what the rules of a User Service work with."""
    return cast("Context", app.extensions[EXTENSION])


def _show_setup_link(app: Flask) -> None:
    """Log the link as soon as the Database Service can be asked."""
    log = structlog.get_logger("setup")
    while True:
        try:
            link = setup_link(app)
        except StoreUnavailable:
            Event().wait(SECONDS_BETWEEN_TRIES)
            continue
        if link is not None:
            log.info("make the owner's account", link=link)
        return


def _context(settings: Settings, database: Transport, clock: Clock) -> Context:
    store = Store(database, database="users", key=settings.database_key)
    return Context(
        settings=settings,
        store=store,
        clock=clock,
        keys=SigningKeys(settings.signing_key, settings.next_signing_key, clock=clock, file=settings.signing_key_file),
        passwords=Passwords(),
        access=load_access(),
        limiter=Limiter(settings.limits_storage, exact=True),
        sign_in_policy=Policy.of("sign-in", settings.sign_in_limit),
        second_factor_policy=Policy.of("second-factor", settings.second_factor_limit),
        failures=Failures(store, clock),
        peers={"database": database},
    )


def _description(settings: Settings, store: Store) -> Description:
    def database_answers() -> bool:
        store.get("setup", "owner")
        return True

    return Description(
        name="users",
        root=ROOT,
        info=INFO,
        resources=RESOURCES,
        kinds=KINDS,
        checks={"database": database_answers},
        credential_origins=[settings.public_url, *settings.origins],
        credential_paths=COOKIE_PATHS,
    )


def _install_busy(app: Flask, settings: Settings) -> None:
    def on_busy(_error: HashingBusy) -> Response:
        refusal = Problem(
            UNAVAILABLE, "Too many people sign in at this moment; try again.", headers={"Retry-After": "1"}
        )
        return problem_response(refusal, docs_url=f"{settings.public_url}/docs/errors")

    app.register_error_handler(HashingBusy, on_busy)
