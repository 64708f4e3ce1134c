"""What an owner and a reader do on a first day, step by step, against an origin. Both shapes have to pass it."""

import json
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from tests.deploy.origin import Origin
from tests.support.waiting import wait_until

BLOG = "/api/blog/v1"
USERS = "/api/users/v1"
PASSWORD = "a long sentence nobody guesses"
PUBLIC_URLS = {
    "/": "text/html",
    "/setup": "text/html",
    "/sign-in": "text/html",
    "/studio/posts": "text/html",
    "/docs": "text/html",
    "/feed.xml": "application/rss+xml",
    "/atom.xml": "application/atom+xml",
    "/feed.json": "application/feed+json",
    "/sitemap.xml": "application/xml",
    "/robots.txt": "text/plain",
    "/api/blog/docs": "text/html",
    "/api/blog/v1/openapi.json": "application/json",
    "/api/blog/v1/posts": "application/json",
    "/api/users/docs": "text/html",
    "/api/users/v1/openapi.json": "application/json",
    "/.well-known/jwks.json": "application/json",
    "/healthz": "application/json",
    "/readyz": "application/json",
}
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>'


@dataclass(frozen=True)
class Owner:
    """The owner, signed in."""

    origin: Origin
    token: str

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def set_up(origin: Origin, code: str) -> Owner:
    """Make the owner's account with the code of the set-up link."""
    person = {"code": code, "username": "ada", "name": "Ada Byron", "email": "ada@example.com", "password": PASSWORD}
    made = origin.post(f"{USERS}/setup", json=person)
    assert made.status_code == 201, made.text
    assert origin.get(f"{USERS}/setup").status_code == 410
    return Owner(origin, made.json["access_token"])


def sign_in(origin: Origin) -> Owner:
    """Sign in with the password, then go on by the refresh cookie."""
    session = origin.post(f"{USERS}/sessions", json={"identifier": "ada", "password": PASSWORD})
    assert session.status_code == 201, session.text
    refreshed = origin.post(f"{USERS}/sessions/refresh")
    assert refreshed.status_code == 200, refreshed.text
    return Owner(origin, refreshed.json["access_token"])


def publish(owner: Owner, title: str) -> dict[str, Any]:
    """Write a draft, check that nobody sees it, publish it."""
    draft = {"title": title, "markdown": f"# {title}\n\nWords *with* weight.", "tags": ["Separate services"]}
    made = owner.origin.post(f"{BLOG}/posts", json=draft, headers=owner.bearer)
    assert made.status_code == 201, made.text
    post = made.json
    assert owner.origin.get(f"{BLOG}/posts/{post['id']}").status_code == 404
    headers = {**owner.bearer, "If-Match": made.headers["ETag"]}
    published = owner.origin.post(f"{BLOG}/posts/{post['id']}/publish", json={}, headers=headers)
    assert published.status_code == 200, published.text
    return published.json


def read_everywhere(origin: Origin, post: dict[str, Any]) -> None:
    """Find a public post by the API, as HTML, in each feed and in the sitemap."""
    title, path = post["title"], f"/posts/{post['slug']}"
    assert origin.get(f"{BLOG}/posts/slug/{post['slug']}").json["title"] == title
    assert title in origin.get(f"{BLOG}/posts").text
    # the home page may have been asked for before: what is kept of it is believed for a second
    wait_until(lambda: title in origin.get("/").text, seconds=10)
    page = origin.get(path)
    assert page.mimetype == "text/html"
    assert "<em>with</em>" in page.text
    for feed in ("/feed.xml", "/atom.xml", "/feed.json", "/tags/separate-services/feed.xml"):
        assert title in origin.get(feed).text, feed
    assert path in origin.get("/sitemap.xml").text


def upload(owner: Owner) -> str:
    """Upload a picture; return its path, and look at it there."""
    form = {"file": (BytesIO(PICTURE), "square.svg", "image/svg+xml"), "alt": "A black square"}
    made = owner.origin.post(f"{BLOG}/media", data=form, headers=owner.bearer)
    assert made.status_code == 201, made.text
    picture = owner.origin.get(made.json["url"])
    assert (picture.status_code, picture.mimetype) == (200, "image/svg+xml")
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    return str(made.json["url"])


def page_data(html: str) -> dict[str, Any]:
    """Return the API answers that a page carries with it."""
    start = html.index(">", html.index('id="page-data"')) + 1
    data: dict[str, Any] = json.loads(html[start : html.index("</script>", start)])
    return data


def look_around(origin: Origin) -> None:
    """Meet every public URL of an empty blog."""
    for path, kind in PUBLIC_URLS.items():
        answer = origin.get(path)
        assert (answer.status_code, answer.mimetype) == (200, kind), path
        assert path.startswith("/api/") <= bool(answer.headers.get("X-Request-ID")), path
