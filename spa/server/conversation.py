"""The conversation under a post without a script: its pages, forms for comments and answers, and what comes of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

import orjson
from flask import Flask, Request, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from spa.server import talk
from spa.server.answers import Answer, BlogAway
from spa.server.dates import Calendar
from spa.server.pages import Moved, Pages
from spa.server.views import SITE, Plan, View, api_path
from spa.server.wording import Wording

# 10,000 characters of any script, as a form encodes them, and some room.
MOST_BYTES = 200_000
POST_FIELDS = "id,kind,title,url"
_REASONS = {
    HTTPStatus.FORBIDDEN: "comments.elsewhere",
    HTTPStatus.LENGTH_REQUIRED: "comments.elsewhere",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "comments.too_long",
    HTTPStatus.TOO_MANY_REQUESTS: "comments.busy",
    HTTPStatus.SERVICE_UNAVAILABLE: "comments.away",
}

Known = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a comment: it, or why it was not taken and what was wrong with which field."""

    status: int
    said: Mapping[str, Any] | None = None
    refusal: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)


def install(app: Flask, pages: Pages, forwarded: Callable[[], Mapping[str, str]], *, public_url: str) -> None:
    """Serve `/posts/<slug>/comments`; `forwarded` returns what is passed on of a request."""

    def read(slug: str) -> ResponseReturnValue:
        plan = conversation(slug, request.args.get("cursor"), _identifier(request.args.get("to")))
        key = f"{request.environ['PATH_INFO']}?{request.query_string.decode('latin-1')}"
        page = pages.get(key, f"/posts/{slug}", plan, forwarded())
        return redirect(page.to, 301) if isinstance(page, Moved) else page

    def write(slug: str) -> ResponseReturnValue:
        fault, typed, to = _read(request, public_url)

        def respond(known: Known, calendar: Calendar) -> tuple[int, View]:
            if fault is not None:
                came = Outcome(fault, refusal=calendar.wording(_REASONS[fault]))
            elif "post" not in known:
                came = Outcome(HTTPStatus.SERVICE_UNAVAILABLE, refusal=calendar.wording("comments.away"))
            else:
                came = _say(pages, known["post"]["id"], {**typed, "parent_id": to or ""}, calendar.wording)
            return came.status, came_of(came, typed, known, calendar, action=request.path)

        page = pages.sent(conversation(slug, None, to), f"/posts/{slug}", respond, forwarded())
        # 308: the browser sends the same again, to where the post is now
        return redirect(f"{page.to}/comments", 308) if isinstance(page, Moved) else page

    def _say(pages: Pages, post_id: str, typed: Mapping[str, str], t: Wording) -> Outcome:
        body = orjson.dumps({name: value for name, value in typed.items() if value})
        try:
            return outcome(pages.send(api_path(f"/posts/{post_id}/comments"), body, forwarded()), t)
        except BlogAway:
            return Outcome(HTTPStatus.SERVICE_UNAVAILABLE, refusal=t("comments.away"))

    app.add_url_rule("/posts/<slug>/comments", "conversation", read)
    app.add_url_rule("/posts/<slug>/comments", "comment", write, methods=["POST"])


def conversation(slug: str, cursor: str | None, to: str | None) -> Plan:
    """Plan a page of the conversation under a post, or the form for an answer to the comment `to`."""
    requests = {"site": SITE, "post": api_path(f"/posts/slug/{quote(slug, safe='')}", fields=POST_FIELDS)}

    def further(known: Known) -> Mapping[str, str]:
        if known["post"]["kind"] != "post":
            return {}
        comments = api_path(f"/posts/{known['post']['id']}/comments", limit=talk.COMMENTS, cursor=cursor)
        return {"comments": comments, **({"answered": api_path(f"/comments/{to}")} if to else {})}

    def show(known: Known, calendar: Calendar) -> View | None:
        answered = _answered(known, calendar)
        if "comments" not in known or (to is not None and answered is None):
            return None
        context = {"talk": talk.shown(known["comments"], calendar), "answered": answered, "typed": talk.EMPTY}
        return _view(known["post"], calendar.wording("comments.about", title=known["post"]["title"]), context)

    return Plan("", requests, show, subject="post", further=further)


def came_of(came: Outcome, typed: Mapping[str, str], known: Known, calendar: Calendar, *, action: str) -> View:
    """Return the page that says what came of a comment; one that was not taken stands in its form again."""
    t = calendar.wording
    post = known.get("post") or {"title": t("comments.title"), "url": action.removesuffix("/comments")}
    context: dict[str, Any] = {
        # Whatever the reason: what was written is given back.
        "talk": {"items": [], "next": None, "accepts": "everybody"},
        "typed": typed,
        "faults": came.faults,
    }
    if came.said is not None:
        held = came.said["status"] == "pending"
        said = talk.remark(came.said, known.get("answered"), calendar)
        return _view(post, t("comments.held.title" if held else "comments.there.title"), {**context, "said": said})
    refusal = f"{came.refusal} {t('comments.kept')}".strip()
    context |= {"answered": _answered(known, calendar), "refusal": refusal}
    return _view(post, t("comments.refused.title"), context)


def _view(post: Mapping[str, Any], heading: str, context: Mapping[str, Any]) -> View:
    address = urlsplit(post["url"]).path
    around = {"post": post, "heading": heading, "address": address, "action": f"{address}/comments"}
    blank: dict[str, Any] = {"said": None, "answered": None, "refusal": "", "faults": {}}
    return View("comments.html", heading, "", address, {**blank, **around, **context}, indexed=False)


def _answered(known: Known, calendar: Calendar) -> Mapping[str, Any] | None:
    found = known.get("answered")
    if found is None or found["author"] is None or found["post_id"] != known["post"]["id"]:
        return None
    return talk.remark(found, None, calendar)


def outcome(answer: Answer, t: Wording) -> Outcome:
    """Read the API's answer to a comment: what it took, or its problem (RFC 9457)."""
    if answer.status == HTTPStatus.CREATED:
        return Outcome(HTTPStatus.OK, said=orjson.loads(answer.body))
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return Outcome(answer.status, refusal=t("comments.busy"))
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Outcome(HTTPStatus.SERVICE_UNAVAILABLE, refusal=t("comments.away"))
    problem = orjson.loads(answer.body)
    faults = {str(each.get("pointer", ""))[1:]: each["detail"] for each in problem.get("errors", ())}
    general = " ".join(detail for name, detail in faults.items() if name not in talk.FIELDS)
    reason = general if faults else problem.get("detail") or problem["title"]
    return Outcome(answer.status, refusal=reason, faults={name: faults[name] for name in faults if name in talk.FIELDS})


def _read(incoming: Request, public_url: str) -> tuple[HTTPStatus | None, Mapping[str, str], str | None]:
    """Return why a form is not taken, what was typed, and the comment it answers. At most MOST_BYTES are read."""
    if incoming.content_length is None:
        return HTTPStatus.LENGTH_REQUIRED, talk.EMPTY, None
    incoming.max_content_length = incoming.max_form_memory_size = MOST_BYTES
    try:
        form = incoming.form
    except RequestEntityTooLarge:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, talk.EMPTY, None
    typed = {name: form.get(name, "").replace("\r\n", "\n") for name in talk.FIELDS}
    fault = None if _is_from_here(incoming, public_url) else HTTPStatus.FORBIDDEN
    return fault, typed, _identifier(form.get("parent_id"))


def _is_from_here(incoming: Request, public_url: str) -> bool:
    """Tell whether a page of this site sent it: browsers say so (Fetch Metadata; older ones by Origin, RFC 6454)."""
    said = incoming.headers.get("Sec-Fetch-Site")
    if said is not None:
        return said == "same-origin"
    origin = incoming.headers.get("Origin", "")
    return origin == public_url or urlsplit(origin).netloc == incoming.host


def _identifier(text: str | None) -> str | None:
    try:
        return str(UUID(text)) if text else None
    except ValueError:
        return None
