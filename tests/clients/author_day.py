"""An author's day through the generated clients `blog_api` and `users_api`: `author_day.py URL NAME PASSWORD`."""

import sys
from io import BytesIO
from typing import Any

from blog_api import AuthenticatedClient, Client
from blog_api.api.media import upload_media
from blog_api.api.posts import create_post, delete_post, get_post, list_posts, publish_post, update_post
from blog_api.api.search import search_posts
from blog_api.models import MediaUpload, Post, PostIn, PostPatch, Problem, PublishIn
from blog_api.types import File
from users_api import Client as UsersClient
from users_api.api.sessions import create_session
from users_api.models import Credentials

SQUARE = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>'


def sign_in(url: str, name: str, password: str) -> AuthenticatedClient:
    wrong = create_session.sync_detailed(client=UsersClient(url), body=Credentials(identifier=name, password="no such"))
    assert wrong.status_code == 401
    session: Any = create_session.sync(client=UsersClient(url), body=Credentials(identifier=name, password=password))
    return AuthenticatedClient(url, token=session.access_token)


def draft(me: AuthenticatedClient, anybody: Client) -> Post:
    body = PostIn(title="A day", markdown="Words *with* weight.", tags=["Days"])
    made = create_post.sync_detailed(client=me, body=body, idempotency_key="a-day")
    again = create_post.sync_detailed(client=me, body=body, idempotency_key="a-day")
    assert (made.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert isinstance(made.parsed, Post)
    assert isinstance(again.parsed, Post)
    assert made.parsed.id == again.parsed.id
    assert get_post.sync_detailed(made.parsed.id, client=anybody).status_code == 404
    return made.parsed


def illustrate(me: AuthenticatedClient, post: Post) -> str:
    file = File(payload=BytesIO(SQUARE), file_name="square.svg", mime_type="image/svg+xml")
    media: Any = upload_media.sync(client=me, body=MediaUpload(file=file, alt="A square"))
    patch = PostPatch(markdown=f"![A square]({media.url})", cover_id=media.id)
    changed = update_post.sync_detailed(post.id, client=me, body=patch, if_match='"1"')
    assert (changed.status_code, changed.headers["ETag"].startswith('"2')) == (200, True)
    late = update_post.sync_detailed(post.id, client=me, body=patch, if_match='"1"')
    assert isinstance(late.parsed, Problem)
    assert (late.parsed.code, late.parsed.version) == ("version_mismatch", 2)
    return str(changed.headers["ETag"])


def publish(me: AuthenticatedClient, anybody: Client, post: Post, tag: str) -> None:
    published: Any = publish_post.sync(post.id, client=me, body=PublishIn(), if_match=tag)
    assert published.status == "published"
    page: Any = list_posts.sync(client=anybody, tag="days", limit=5)
    assert [item.title for item in page.items] == ["A day"]
    results: Any = search_posts.sync(client=anybody, q='"a day" tag:days')
    assert [("".join(part.text for part in each.title), each.post.id) for each in results.items] == [("A day", post.id)]
    assert any(part.match for part in results.items[0].title)
    seen = get_post.sync(post.id, client=anybody)
    assert isinstance(seen, Post)
    assert "<img" in str(seen.html)


def delete(me: AuthenticatedClient, anybody: Client, post: Post) -> None:
    assert delete_post.sync_detailed(post.id, client=me, if_match="*", permanent=True).status_code == 204
    assert get_post.sync_detailed(post.id, client=anybody).status_code == 410  # readers had seen it
    results: Any = search_posts.sync(client=anybody, q='"a day" tag:days')
    assert results.items == []


def main(url: str, name: str, password: str) -> None:
    me, anybody = sign_in(url, name, password), Client(url)
    post = draft(me, anybody)
    publish(me, anybody, post, illustrate(me, post))
    delete(me, anybody, post)


if __name__ == "__main__":
    main(*sys.argv[1:])
