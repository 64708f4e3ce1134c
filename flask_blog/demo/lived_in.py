"""Makes a blog that looks lived-in: an owner, a site with a name, and the posts and comments beside this file."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

from api.shared.clock import SystemClock, rfc3339
from api.shared.transport import WsgiTransport
from flask_blog import local, secret_files
from flask_blog.client import Client
from flask_blog.data_folder import DataFolder
from flask_blog.demo import conversation
from flask_blog.importers import markdown
from flask_blog.importers.markdown import Wishes
from flask_blog.problem import Stop
from flask_blog.services import IN_PROCESS, Services, open_services

POSTS = Path(__file__).parent / "posts"
USERS_API = "/api/users/v1"
USERNAME = "mira"
OWNER = {"username": USERNAME, "name": "Mira Okafor", "email": "mira@example.org"}
SITE = {
    "title": "Words first",
    "description": "Notes on a blog engine, written in it.",
    "navigation": [{"label": "About", "url": "/pages/about"}],
}
SCHEDULED = "what-comes-next"
SCHEDULED_DAYS = 7


def prepare(path: Path) -> str:
    """Make or complete the demonstration blog in a data folder; return the owner's password. Raises Stop."""
    data = DataFolder(path)
    with data.held():
        services = open_services(data, SystemClock(), public_url=IN_PROCESS, settings=local.NO_LIMITS)
        try:
            password = secret_files.password(data.secrets / "owner.password")
            _make_owner(services, password)
            with local.owner_token(services.users) as token:
                blog = WsgiTransport(services.blog)
                guest = Client(blog, local.BLOG_API)
                _fill(Client(blog, local.BLOG_API, token=token), guest)
        finally:
            services.close()
    return password


def _make_owner(services: Services, password: str) -> None:
    from api.users.app import setup_link  # noqa: PLC0415 - see services.open_services

    link = setup_link(services.users)
    if link is not None:
        code = link.rpartition("=")[2]
        answer = WsgiTransport(services.users).request(
            "POST",
            f"{USERS_API}/setup",
            headers={"Content-Type": "application/json"},
            body=orjson.dumps({**OWNER, "code": code, "password": password}),
        )
        if answer.status != 201:  # noqa: PLR2004 - HTTP's own number
            raise Stop(f"The demonstration's owner could not be made: {answer.body.decode('utf-8', 'replace')}")


def _fill(client: Client, guest: Client) -> None:
    site = client.find("/site")
    is_new = site["title"] != SITE["title"]
    markdown.run(POSTS, client, Wishes(permalinks="/posts/:slug"), lambda _done, _of: None)
    if is_new:
        conversation.hold(client, guest)
        # last, so that a start that is interrupted before does all of it again
        _schedule(client, client.find(f"/posts/slug/{SCHEDULED}"))
        client.merge("/site", SITE, version=site["version"])


def _schedule(client: Client, post: dict[str, Any]) -> None:
    when = SystemClock().now() + timedelta(days=SCHEDULED_DAYS)
    changes = {"status": "published", "published_at": rfc3339(when.replace(minute=0, second=0, microsecond=0))}
    client.merge(f"/posts/{post['id']}", changes, version=post["version"])
