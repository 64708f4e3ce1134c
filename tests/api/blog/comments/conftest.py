"""Guests, a conversation, and the site's policy."""

import pytest

GUEST = {"name": "Charles", "markdown": "Splendid!"}


@pytest.fixture
def comment(client):
    """Comments as a guest, from an address of their own."""

    def call(post, body=None, *, address="192.0.2.1", **fields):
        path = f"/api/blog/v1/posts/{post['id']}/comments"
        origin = {"REMOTE_ADDR": address}
        return client.post(path, json={**GUEST, **(body or {}), **fields}, environ_overrides=origin)

    return call


@pytest.fixture
def policy(owner):
    """Changes the site's policy of comments."""

    def choose(**comments):
        response = owner.call("PATCH", "/site", json={"comments": comments}, headers={"If-Match": "*"})
        assert response.status_code == 200, response.text

    return choose


@pytest.fixture
def thread(read):
    return lambda post, query="": read(f"/posts/{post['id']}/comments{query}").json
