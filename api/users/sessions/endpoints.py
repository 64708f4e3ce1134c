"""`/sessions`: signing in, staying signed in, signing out."""

from typing import Any

from api.shared.operations import Call, Resource, runtime
from api.shared.paging import envelope, link_header, list_of
from api.shared.problems import NOT_FOUND, UNAUTHENTICATED, Problem
from api.shared.responses import Answer
from api.shared.store import Record
from api.shared.unit_of_work import Event, Write
from api.users.accounts.rules import named, with_id
from api.users.audit.entries import entry
from api.users.audit.recording import count_failure, origin
from api.users.incoming import (
    FOREIGN_ORIGIN,
    context,
    count_code_at,
    count_sign_in,
    demand_own_origin,
    device,
)
from api.users.second_factor.rules import ChallengeOver, CodeWrong, challenged, demand_challenge
from api.users.second_factor.schemas import ChallengeAnswer
from api.users.sessions import cookies, rules
from api.users.sessions.problems import (
    ACCOUNT_SUSPENDED,
    CHALLENGE_OVER,
    SECOND_FACTOR_NEEDED,
    WRONG_CREDENTIALS,
    WRONG_SECOND_FACTOR,
)
from api.users.sessions.refresh_tokens import session_of
from api.users.sessions.schemas import TOKEN_TYPE, Credentials, Grant, Session, SessionQuery

BEARER = {"WWW-Authenticate": "Bearer"}

sessions = Resource("sessions", __name__, description="Signing in, staying signed in, signing out")


@sessions.operation(
    "POST",
    "/sessions",
    "createSession",
    body=Credentials,
    returns=Grant,
    status=201,
    bearer=False,
    sets_cookie=True,
    problems=(WRONG_CREDENTIALS, SECOND_FACTOR_NEEDED, ACCOUNT_SUSPENDED, FOREIGN_ORIGIN),
)
def create_session(call: Call) -> Write:
    """Sign in.

    Answers an access token for the next ten minutes, and sets the refresh cookie with which `refreshSession` gets the
    next one. An account with a second factor answers 401 `second_factor_needed` with a challenge, which
    `answerChallenge` wants together with a code. How often an account or an address may try is limited;
    a device that has signed in before, which a cookie tells, is counted by itself.
    """
    demand_own_origin()
    here, identifier = context(), call.body["identifier"]
    account = named(here, identifier)
    count_sign_in(account["id"] if account is not None else None, identifier)
    try:
        return begun(rules.sign_in(here, account, call.body["password"], device()))
    except rules.WrongCredentials as error:
        count_failure("sign_in_failed", account["id"] if account is not None else None)
        raise Problem(WRONG_CREDENTIALS, headers=BEARER) from error
    except rules.AccountSuspended as error:
        raise Problem(ACCOUNT_SUSPENDED) from error
    except rules.SecondFactorNeeded as needed:
        rules.rehash_at_once(here, needed)
        raise Problem(SECOND_FACTOR_NEEDED, extra={"challenge": needed.challenge}, headers=BEARER) from needed


@sessions.operation(
    "POST",
    "/sessions/second-factor",
    "answerChallenge",
    body=ChallengeAnswer,
    returns=Grant,
    status=201,
    bearer=False,
    sets_cookie=True,
    problems=(CHALLENGE_OVER, WRONG_SECOND_FACTOR, FOREIGN_ORIGIN),
)
def answer_challenge(call: Call) -> Write:
    """Sign in with a code.

    The second half of signing in to an account with a second factor: the challenge that `createSession` answered and a
    code of the app, or a recovery code. Each code is good once; five may be tried in five minutes.
    """
    demand_own_origin()
    here, challenge = context(), call.body["challenge"]
    try:
        account = demand_challenge(here, with_id(here, challenged(challenge)), challenge)
        count_code_at(call, account["id"])
        return _passed(account, call.body["code"])
    except ChallengeOver as error:
        raise Problem(CHALLENGE_OVER, headers=BEARER) from error


def _passed(account: Record, code: str) -> Write:
    try:
        return begun(rules.begin(context(), account, device(), code=code))
    except CodeWrong as error:
        count_failure("second_factor_failed", account["id"])
        raise Problem(WRONG_SECOND_FACTOR, headers=BEARER) from error


def begun(grant: rules.Grant) -> Write:
    """Answer a sign-in, and let the device be known from now on."""
    cookies.remember_device(grant.account["id"])
    location = f"/api/users/v1/sessions/{grant.session_id}"
    answer = Answer(_body(grant), location=location, headers=cookies.giving(grant.refresh_token))
    return Write(grant.operations, answer, Event(about=grant.account["id"], details={"session_id": grant.session_id}))


def _body(grant: rules.Grant) -> dict[str, Any]:
    return {
        "access_token": grant.access_token,
        "token_type": TOKEN_TYPE,
        "expires_in": rules.ACCESS_SECONDS,
        "session_id": grant.session_id,
        "account": grant.account,
    }


@sessions.operation(
    "POST",
    "/sessions/refresh",
    "refreshSession",
    returns=Grant,
    bearer=False,
    sets_cookie=True,
    parameters=(cookies.PARAMETER,),
    problems=(FOREIGN_ORIGIN,),
)
def refresh_session(call: Call) -> Write:  # noqa: ARG001 - the cookie says it all
    """Stay signed in.

    Exchanges the refresh cookie for a new access token and a new cookie. A cookie is good once; its answer may be asked
    for again within ten seconds. One that comes later was copied, and ends the session.
    """
    demand_own_origin()
    here, token = context(), cookies.offered()
    try:
        grant = rules.renew(here, token or "", device())
    except rules.SessionOver as error:
        raise Problem(UNAUTHENTICATED, "The session has ended; sign in again.", headers=BEARER) from error
    except rules.RefreshReused as reuse:
        reused = {**origin(), "account_id": reuse.session["account_id"], "details": {"session_id": reuse.session["id"]}}
        runtime().committed(rules.end_at_once(here, reuse.session["id"], entry(here.now(), "refresh_reused", reused)))
        raise Problem(UNAUTHENTICATED, "The session was ended for safety; sign in again.", headers=BEARER) from reuse
    return Write(grant.operations, Answer(_body(grant), headers=cookies.giving(grant.refresh_token)))


@sessions.operation("DELETE", "/sessions/current", "endSession", status=204, sets_cookie=True)
def end_session(call: Call) -> Write:
    """Sign out.

    Ends the session of the access token, and that of the refresh cookie if it is another one of yours.
    """
    here = context()
    ending = {call.who.session_id, session_of(cookies.offered() or "")} - {None}
    mine = [each for each in ending if each and rules.own(here, call.who.account_id, each) is not None]
    signed_out = Event(details={"session_id": call.who.session_id})
    return Write([rules.end(here, each) for each in sorted(mine)], Answer(headers=cookies.taking_away()), signed_out)


@sessions.operation("GET", "/sessions", "listSessions", query=SessionQuery, returns=list_of(Session))
def list_sessions(call: Call) -> Answer:
    """List my sessions.

    Where you are signed in, the newest first.
    """
    query = call.query
    paging = {"limit": query["limit"], "cursor": query["cursor"], "count": query["count"] is not None}
    page = rules.live(context(), call.who.account_id, paging)
    return Answer(envelope(page, [_shown(call, each) for each in page.records]), headers=link_header(page))


@sessions.operation("GET", "/sessions/<uuid:session_id>", "getSession", returns=Session)
def get_session(call: Call, session_id: str) -> Answer:
    """Get one of my sessions.

    Where and since when you are signed in there.
    """
    return Answer(_shown(call, _mine(call, session_id)))


@sessions.operation("DELETE", "/sessions/<uuid:session_id>", "revokeSession", status=204)
def revoke_session(call: Call, session_id: str) -> Write:
    """End one of my sessions.

    Whoever is signed in there has to sign in again.
    """
    ending = rules.end(context(), _mine(call, session_id)["id"])
    return Write([ending], Answer(), Event(details={"session_id": session_id}))


@sessions.operation("DELETE", "/sessions", "revokeSessions", status=204, sets_cookie=True)
def revoke_sessions(call: Call) -> Write:
    """Sign out everywhere.

    Ends all your sessions, this one included. Personal access tokens stay good.
    """
    here = context()
    ending = [rules.end(here, each["id"]) for each in rules.all_live(here, call.who.account_id)]
    return Write(ending, Answer(headers=cookies.taking_away()))


def _mine(call: Call, session_id: str) -> Record:
    session = rules.own(context(), call.who.account_id, session_id)
    if session is None:
        raise Problem(NOT_FOUND)
    return session


def _shown(call: Call, session: Record) -> Record:
    return {**session, "current": session["id"] == call.who.session_id}
